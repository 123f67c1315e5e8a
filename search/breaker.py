"""A circuit breaker: whoever keeps failing is not asked for a while, so that nobody waits for an answer in vain."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from math import ceil
from threading import Lock
from time import monotonic

from search.index import SearchUnavailable


class Breaker:
    """Closed while calls succeed. After `failures` in a row it opens for `pause_s`; then one call is let through, and
    decides whether it closes or opens again. Any number of threads."""

    def __init__(self, failures: int = 5, pause_s: float = 5.0, clock: Callable[[], float] = monotonic) -> None:
        self._limit, self._pause_s, self._clock = failures, pause_s, clock
        self._lock = Lock()
        self._failed = 0
        self._open_until = 0.0

    @contextmanager
    def guard(self) -> Generator[None]:
        """Around a call. Raises `SearchUnavailable` at once while open; one that the call raises is a failure, and
        any other error an answer."""
        self._enter()
        try:
            yield
        except SearchUnavailable:
            self._fail()
            raise
        except BaseException:
            self.succeeded()
            raise
        self.succeeded()

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    def _enter(self) -> None:
        with self._lock:
            if self._failed < self._limit:
                return
            left_s = self._open_until - self._clock()
            if left_s > 0:
                raise SearchUnavailable("The search engine does not answer; it is asked again soon.", ceil(left_s))
            # This one tries; the others go on being answered at once meanwhile.
            self._open_until = self._clock() + self._pause_s

    def _fail(self) -> None:
        with self._lock:
            self._failed += 1
            self._open_until = self._clock() + self._pause_s
