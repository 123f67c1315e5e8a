"""Looking up a part of a process by its id, and taking out what a participant said of some."""

from collections.abc import Collection, Mapping
from typing import TypeVar
from uuid import UUID

from domain.errors import NotFound

T = TypeVar("T")


def one_of(parts: Mapping[UUID, T], id: UUID, missing: NotFound) -> T:
    """Raises `missing` where there is none with the id."""
    if id not in parts:
        raise missing
    return parts[id]


def without(told: Mapping[UUID, dict[UUID, T]], id: UUID, cleared: Collection[UUID]) -> dict[UUID, dict[UUID, T]]:
    """What each told, by their ids, but nothing of `cleared` by the one; who told nothing else is left out."""
    left = {of: said for of, said in told[id].items() if of not in cleared}
    return {by: left if by == id else own for by, own in told.items() if by != id or left}
