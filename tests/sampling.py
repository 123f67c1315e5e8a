"""What is exhaustive takes an hour: `make soak` tries all of it, `make test` a part that is always the same."""

import os
from collections.abc import Callable, Iterable
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")
WHOLE = os.environ.get("WHOLE") == "1"


def some(items: Iterable[T], *, of: int, by: Callable[[T], str] = str) -> list[T]:
    """One of so many, chosen by what it is called, so that what is added changes nothing for the others."""
    return [item for item in items if WHOLE or crc32(by(item).encode()) % of == 0]


def step(of: int) -> int:
    """The step of a range that goes through one of so many."""
    return 1 if WHOLE else of
