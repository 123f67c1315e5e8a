"""The one loop: reads the log in batches and hands them to each projection, whatever happens to any of them."""

import time
from collections.abc import Callable, Sequence
from threading import Condition, Event, Thread

import structlog

from projections.dead_letters import DeadLetters
from projections.projection import Projection, Recorded, TryAgain
from store.event_store import EventStore, StoredRow, StoreUnavailable, UnreadableEvent

BATCH = 500
TRIES = 3
POLL_S = 1.0
"""A write by another process is seen after this long at the latest; one in this process wakes the loop at once."""
BACKOFF_S = (0.05, 0.5, 2.0, 5.0)

log = structlog.get_logger()


class Projector:
    """Keeps projections up with the log. Later projections may rely on earlier ones being at least as far.

    One process runs it (`start` … `stop`, or `catch_up` alone); any thread may wait for a position.
    """

    def __init__(
        self,
        store: EventStore,
        projections: Sequence[Projection],
        dead_letters: DeadLetters,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._projections = projections
        self._dead_letters = dead_letters
        self._sleep = sleep
        self._reached = Condition()
        self._wanted = Event()
        self._stopping = Event()
        self._thread: Thread | None = None

    @property
    def position(self) -> int:
        """Up to where every projection is complete."""
        return min(p.position for p in self._projections)

    def lag(self) -> dict[str, int]:
        """Events not yet applied, by projection."""
        newest = self._store.position
        return {p.name: max(0, newest - p.position) for p in self._projections}

    def start(self) -> None:
        self._store.on_saved.append(lambda _: self._wanted.set())
        self._thread = Thread(target=self._run, name="projector", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def wait_for(self, position: int, timeout_s: float = 2.0) -> bool:
        """Until everything up to `position` can be seen; False when that took longer than `timeout_s`."""
        with self._reached:
            return self._reached.wait_for(lambda: self.position >= position, timeout_s)

    def catch_up(self, progress: Callable[[int], None] = lambda _: None) -> None:
        """Apply all there is, in this thread. `progress` is told the position reached after each batch."""
        while self._step():
            progress(self.position)

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._wanted.clear()
            try:
                if self._step():
                    failures = 0
                    continue
            except (TryAgain, StoreUnavailable) as error:
                pause = BACKOFF_S[min(failures, len(BACKOFF_S) - 1)]
                failures += 1
                log.warning("projector waits", why=str(error), retry_in_s=pause, failures=failures)
                self._stopping.wait(pause)
                continue
            except Exception:
                log.exception("projector failed and goes on")
                failures += 1
                self._stopping.wait(BACKOFF_S[-1])
                continue
            self._wanted.wait(POLL_S)

    def _step(self) -> bool:
        """One batch for each projection; True when there was anything to do."""
        worked, stop = False, None
        for projection in self._projections:
            rows = self._store.read(projection.position, BATCH, stop)
            if rows:
                worked = True
                self._apply(projection, rows)
            stop = projection.position
        if worked:
            with self._reached:
                self._reached.notify_all()
        return worked

    def _apply(self, projection: Projection, rows: Sequence[StoredRow]) -> None:
        events: list[Recorded] = []
        for row in rows:
            try:
                events.append(Recorded(row.id, self._store.decode(row)))
            except UnreadableEvent as error:
                self._put_aside(projection, row.id, row.topic, error)
        try:
            projection.apply(events, rows[-1].id)
        except (TryAgain, StoreUnavailable):
            raise
        except Exception as error:
            log.warning("batch failed, applying one by one", projection=projection.name, why=repr(error))
            for recorded in events:
                self._apply_one(projection, recorded)
            projection.apply((), rows[-1].id)

    def _apply_one(self, projection: Projection, recorded: Recorded) -> None:
        for attempt in range(TRIES):
            try:
                projection.apply((recorded,), recorded.position)
                return
            except (TryAgain, StoreUnavailable):
                raise
            except Exception as error:
                # What is stored does not change: a life that cannot be read is not read at the second try either.
                if attempt + 1 == TRIES or isinstance(error, UnreadableEvent):
                    self._put_aside(projection, recorded.position, recorded.event.topic, error)
                    return
                self._sleep(BACKOFF_S[attempt])

    def _put_aside(self, projection: Projection, position: int, topic: str, error: Exception) -> None:
        log.error("event put aside", projection=projection.name, position=position, topic=topic, why=repr(error))
        self._dead_letters.put_aside(projection.name, position, topic, f"{type(error).__name__}: {error}")
