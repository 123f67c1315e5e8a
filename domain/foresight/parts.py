"""Looking up a part of a process by its id, taking out what a participant said of some, and keeping what was worked out
of many."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from domain.errors import NotFound

T = TypeVar("T")


@dataclass(slots=True)
class WorkedOut(Generic[T]):
    """What was last worked out of some state, for as long as that is there: events put new state in the place of old,
    so what is the same object says the same. Copies of an aggregate share it, and with it what any of them worked out.
    """

    _kept: tuple[tuple[object, ...], T] | None = field(default=None, compare=False)

    def of(self, *state: object, by: Callable[[], T]) -> T:
        kept = self._kept
        if kept is None or any(one is not other for one, other in zip(kept[0], state, strict=True)):
            self._kept = kept = state, by()
        return kept[1]


def one_of(parts: Mapping[UUID, T], id: UUID, missing: NotFound) -> T:
    """Raises `missing` where there is none with the id."""
    if id not in parts:
        raise missing
    return parts[id]


def without(told: Mapping[UUID, dict[UUID, T]], id: UUID, cleared: Collection[UUID]) -> dict[UUID, dict[UUID, T]]:
    """What each told, by their ids, but nothing of `cleared` by the one; who told nothing else is left out."""
    left = {of: said for of, said in told[id].items() if of not in cleared}
    return {by: left if by == id else own for by, own in told.items() if by != id or left}
