"""Follows the loop of another process: tells this one's progress what that one has reached."""

from collections.abc import Callable, Mapping
from threading import Event, Thread

import structlog

from projections.progress import Progress
from store.unavailable import StoreUnavailable

log = structlog.get_logger()


class Follower:
    """`positions` reads what was reached; `wait` returns when that has changed, or after a while."""

    def __init__(
        self, positions: Callable[[], Mapping[str, int]], wait: Callable[[], object], progress: Progress
    ) -> None:
        self._positions = positions
        self._wait = wait
        self._progress = progress
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the last wait has ended."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._progress.tell(self._positions())
            except StoreUnavailable as error:
                log.warning("positions cannot be read", why=str(error))
            except Exception:
                log.exception("following failed and goes on")
                self._stopping.wait(1)
            self._wait()
