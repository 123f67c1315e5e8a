"""Looking up a part of a process by its id, taking out what a participant said of some, and keeping what was worked out
of many."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

from domain.errors import NotFound

T = TypeVar("T")


class Part(Protocol):
    @property
    def id(self) -> UUID: ...


@dataclass(slots=True)
class WorkedOut:
    """What was last worked out of some state, for as long as that is there: events put new state in the place of old,
    so what is the same object says the same. Copies of an aggregate share it, and with it what any of them worked out.
    """

    _kept: dict[Hashable, tuple[tuple[object, ...], Any]] = field(
        default_factory=dict[Hashable, tuple[tuple[object, ...], Any]], compare=False
    )

    def of(self, state: tuple[object, ...], what: Hashable, by: Callable[[], T]) -> T:
        """`what` is made of the state `by` a function that looks at nothing else."""
        kept = self._kept.get(what)
        if kept is None or any(one is not other for one, other in zip(kept[0], state, strict=True)):
            self._kept[what] = kept = state, by()
        return kept[1]


def one_of(parts: Mapping[UUID, T], id: UUID, missing: NotFound) -> T:
    """Raises `missing` where there is none with the id."""
    if id not in parts:
        raise missing
    return parts[id]


def same_ids(parts: Mapping[UUID, Part], ids: Iterable[UUID]) -> Iterator[UUID]:
    """Each id as the part itself has it: thousands that say the same are kept as one, and are found to be the same
    without being compared."""
    for id in ids:
        yield part.id if (part := parts.get(id)) is not None else id


def without(told: Mapping[UUID, dict[UUID, T]], id: UUID, cleared: Collection[UUID]) -> dict[UUID, dict[UUID, T]]:
    """What each told, by their ids, but nothing of `cleared` by the one; who told nothing else is left out."""
    left = {of: said for of, said in told[id].items() if of not in cleared}
    return {by: left if by == id else own for by, own in told.items() if by != id or left}
