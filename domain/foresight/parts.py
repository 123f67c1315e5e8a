"""Looking up a part of a process by its id."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from domain.errors import NotFound

T = TypeVar("T")


def one_of(parts: Mapping[UUID, T], id: UUID, missing: NotFound) -> T:
    """Raises `missing` where there is none with the id."""
    if id not in parts:
        raise missing
    return parts[id]
