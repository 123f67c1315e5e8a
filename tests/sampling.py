"""What is exhaustive takes an hour: `make soak` tries all of it, `make test` a part that is always the same."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")
WHOLE = os.environ.get("WHOLE") == "1"


def some(items: Iterable[T], *, of: int, by: Callable[[T], str] = str) -> list[T]:
    """One of so many, chosen by what it is called, so that what is added changes nothing for the others."""
    return [item for item in items if WHOLE or crc32(by(item).encode()) % of == 0]


def by_turns(items: Sequence[T], turn: int, *, of: int) -> Sequence[T]:
    """One of so many, beginning with another one each turn."""
    return items if WHOLE else items[turn % of :: of]


def enough(whole: int, *, of: int) -> int:
    """What is expected of the whole, or of one of so many."""
    return whole if WHOLE else whole // of
