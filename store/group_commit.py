"""Group commit: commands that come at once share one transaction, and so one wait for the disk."""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock
from time import monotonic
from typing import Generic, TypeAlias, TypeVar

from store.unavailable import NOT_KNOWN, NOTHING_KEPT, StoreUnavailable

AT_MOST = 64
PATIENCE_S = 2.0

C = TypeVar("C")
R = TypeVar("R")
Write: TypeAlias = Callable[[Sequence[C], float], Sequence[R | Exception]]
"""Keeps commands in one transaction and gives what became of each, in their order; or raises, and none was kept. The
second argument is the instant, in seconds of `time.monotonic`, since which the first of them has waited."""


class _Place(Generic[C, R]):
    def __init__(self, command: C) -> None:
        self.command = command
        self.since = monotonic()
        self.leads = False
        self.called = Event()
        self.outcome: R | Exception = StoreUnavailable(NOT_KNOWN)


class GroupCommit(Generic[C, R]):
    """Needs no thread of its own: who finds nobody writing writes, and names the next of those who came meanwhile."""

    def __init__(self, write: Write[C, R], *, at_most: int = AT_MOST, patience_s: float = PATIENCE_S) -> None:
        self._write = write
        self._at_most = at_most
        self._patience_s = patience_s
        self._lock = Lock()
        self._queue: deque[_Place[C, R]] = deque()
        self._writing = False

    @property
    def waiting(self) -> int:
        """How many have not been taken into a batch."""
        with self._lock:
            return len(self._queue)

    def submit(self, command: C) -> R:
        """What became of the command; an exception among the outcomes is raised. Whose turn does not come within
        `patience_s` leaves the queue with `StoreUnavailable`."""
        place: _Place[C, R] = _Place(command)
        with self._lock:
            self._queue.append(place)
            place.leads, self._writing = not self._writing, True
        if not place.leads:
            self._wait(place)
        if place.leads:
            self._lead()
        if isinstance(place.outcome, Exception):
            raise place.outcome
        return place.outcome

    def _wait(self, place: _Place[C, R]) -> None:
        if place.called.wait(self._patience_s):
            return
        with self._lock:
            if place in self._queue and not place.leads:
                self._queue.remove(place)
                raise StoreUnavailable(NOTHING_KEPT)
        place.called.wait()

    def _lead(self) -> None:
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._at_most))]
        try:
            outcomes = self._write([place.command for place in batch], batch[0].since)
            for place, outcome in zip(batch, outcomes, strict=True):
                place.outcome = outcome
        except Exception as error:
            for place in batch:
                place.outcome = error
        finally:
            self._hand_over(batch)

    def _hand_over(self, batch: list[_Place[C, R]]) -> None:
        with self._lock:
            following = self._queue[0] if self._queue else None
            self._writing = following is not None
            if following is not None:
                following.leads = True
        for place in (*batch, *([following] if following else ())):
            place.called.set()
