"""Readers that search without end, and what they were answered."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Event, Lock
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import quote

from tests.faults.processes import Worker

PAUSE_S = 0.05


@dataclass
class Readers:
    """In a `with` block they search for the words, through all workers in turn."""

    workers: Sequence[Worker]
    words: str
    count: int = 4
    statuses: Counter[int] = field(default_factory=Counter[int])
    """0 for those that were not answered at all."""
    totals: Counter[int] = field(default_factory=Counter[int])
    """How many hits they were told of."""
    degraded: int = 0
    slowest_s: float = 0.0
    away_s: float = 0.0
    """The longest time for which one of them had no answer but refusals."""

    def __post_init__(self) -> None:
        self._ending, self._lock = Event(), Lock()
        self._pool = ThreadPoolExecutor(self.count)
        self._reading: list[Future[None]] = []

    def __enter__(self) -> Self:
        self._reading = [self._pool.submit(self._read, number) for number in range(self.count)]
        return self

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._ending.set()
        self._pool.shutdown()
        if error is None:
            for reading in self._reading:
                reading.result()

    def _read(self, number: int) -> None:
        succeeded, turn = monotonic(), number
        while not self._ending.is_set():
            turn += 1
            begun = monotonic()
            status = self._search(self.workers[turn % len(self.workers)])
            now = monotonic()
            with self._lock:
                self.statuses[status] += 1
                self.slowest_s = max(self.slowest_s, now - begun)
                if status != 200:
                    self.away_s = max(self.away_s, now - succeeded)
            if status == 200:
                succeeded = now
            self._ending.wait(PAUSE_S)

    def _search(self, worker: Worker) -> int:
        try:
            answer = worker.get(f"/api/v1/search?q={quote(self.words)}")
        except (OSError, HTTPException):
            return 0
        if answer.status == 200:
            with self._lock:
                self.totals[answer.json["total"]] += 1
                self.degraded += answer.json["degraded"]
        return answer.status
