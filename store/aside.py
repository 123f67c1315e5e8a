"""Notes that are written after the answer, in a thread of their own: nobody waits for them, and some may be lost."""

from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")
MOST = 500
"""Notes that wait. A database that answers takes all of them in one transaction of a few milliseconds."""
PATIENCE_S = 10.0

log = structlog.get_logger()


class Aside(Generic[T]):
    """`write` is given all that wait, oldest first. What it fails on is lost; so is what comes while `most` wait."""

    def __init__(self, write: Callable[[Sequence[T]], None], *, most: int = MOST) -> None:
        self._write = write
        self._most = most
        self._turn = Condition()
        self._waiting: list[T] = []
        self._writing = False
        self._closed = False
        self._thread: Thread | None = None

    def add(self, note: T) -> bool:
        """Whether there was room for it. Neither waits for the writing nor fails."""
        with self._turn:
            if self._closed or len(self._waiting) >= self._most:
                return False
            self._waiting.append(note)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="aside", daemon=True)
                self._thread.start()
            self._turn.notify_all()
            return True

    def settle(self) -> None:
        """Returns when all that was added is written or lost."""
        with self._turn:
            self._turn.wait_for(lambda: not self._waiting and not self._writing)

    def close(self) -> None:
        """Writes what waits, within 10 s, and takes no more."""
        with self._turn:
            self._closed = True
            self._turn.notify_all()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: bool(self._waiting) or self._closed)
                if not self._waiting:
                    return
                notes, self._waiting = self._waiting, []
                self._writing = True
            try:
                self._write(notes)
            except Exception as error:  # whatever it was: the next notes are written all the same
                log.warning("notes were lost", count=len(notes), why=type(error).__name__)
            finally:
                with self._turn:
                    self._writing = False
                    self._turn.notify_all()
