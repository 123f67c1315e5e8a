"""The one loop: reads the log in batches and hands them to each projection, whatever happens to any of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

import structlog

from projections.dead_letters import DeadLetters
from projections.progress import Progress
from projections.projection import Projection, Recorded, TryAgain
from store.event_store import EventStore, StoredRow, UnreadableEvent
from store.unavailable import StoreUnavailable

BATCH = 500
TRIES = 3
POLL_S = 1.0
"""A write by another process is seen after this long at the latest, also when whatever should wake the loop is lost."""
BACKOFF_S = (0.05, 0.5, 2.0, 5.0)
STOP_S = 10.0
"""How long the end of a batch is waited for."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Course:
    """One projection's way along the log, in a thread of its own: what it cannot reach delays no other."""

    projection: Projection
    position: int = 0
    failures: int = 0
    resumes_at: float = 0.0
    wanted: Event = field(default_factory=Event)

    @property
    def name(self) -> str:
        return self.projection.name

    def rest(self, pause_s: float) -> None:
        self.failures += 1
        self.resumes_at = time.monotonic() + pause_s

    def go_on(self) -> None:
        self.failures, self.resumes_at = 0, 0.0

    def rest_s(self) -> float:
        return max(0.0, self.resumes_at - time.monotonic())


class Projector:
    """Keeps projections up with the log. Later projections may rely on earlier ones being at least as far.

    One process runs it (`start` … `stop`, any number of times, or `catch_up` alone). Those that are `slow` come last,
    while it runs; nobody waits for them.
    """

    def __init__(
        self,
        store: EventStore,
        projections: Sequence[Projection],
        dead_letters: DeadLetters,
        *,
        slow: Sequence[Projection] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._courses = [_Course(projection) for projection in projections]
        self._slow = [_Course(projection) for projection in slow]
        self._dead_letters = dead_letters
        self.progress = Progress(p.name for p in projections)
        self.on_moved: list[Callable[[dict[str, int]], None]] = [self.progress.tell]
        """Called, by one thread at a time, with the positions of all projections when one has moved; may raise
        `StoreUnavailable`, and is then called again."""
        self._sleep = sleep
        self._told: dict[str, int] = {}
        self._telling = Lock()
        self._stopping = Event()
        self._threads: list[Thread] = []

    @property
    def position(self) -> int:
        """Up to where every projection is complete."""
        return min(course.projection.position for course in self._courses)

    def lag(self) -> dict[str, int]:
        """Events not yet applied, by projection."""
        reached = {c.name: c.projection.position for c in self._courses}
        newest = self._store.position
        return {name: newest - position for name, position in reached.items()}

    def start(self) -> None:
        self._stopping.clear()
        if self.wake not in self._store.on_saved:
            self._store.on_saved.append(self.wake)
        courses = [*self._courses, *self._slow]
        self._threads = [
            Thread(target=self._run, args=neighbours, name=f"projector of {neighbours[1].name}", daemon=True)
            for neighbours in zip((None, *courses), courses, (*courses[1:], None), strict=False)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for course in (*self._courses, *self._slow):
            course.wanted.set()
        until = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def wake(self, _position: int = 0) -> None:
        """There is something to do: for the first, who wakes the next."""
        self._courses[0].wanted.set()

    def wait_for(self, position: int, timeout_s: float = 2.0) -> bool:
        """As `Progress.wait_for`."""
        return self.progress.wait_for(position, timeout_s)

    def catch_up(self, progress: Callable[[int], None] = lambda _: None, *, slow: bool = False) -> None:
        """Apply all there is, in this thread; to the `slow` ones only when that is wanted. `progress` is told the
        position reached after each batch.

        Raises `TryAgain` or `StoreUnavailable` when something cannot be reached."""
        worked = True
        while worked:
            worked, stop = False, None
            for course in self._courses:
                worked |= self._advance(course, stop) > 0
                stop = course.position
            self._tell()
            if worked:
                progress(min(course.position for course in self._courses))
        for course in self._slow if slow else ():
            while self._advance(course, None):
                pass

    def _run(self, before: _Course | None, course: _Course, after: _Course | None) -> None:
        """Until it is stopped: no further than the course before this one has come."""
        while not self._stopping.is_set():
            course.wanted.clear()
            applied = self._try(course, before)
            if applied and after is not None:
                after.wanted.set()
            if applied < BATCH:  # else there may be more
                course.wanted.wait(min(POLL_S, course.rest_s() or POLL_S))

    def _try(self, course: _Course, before: _Course | None) -> int:
        """How many events were applied."""
        if course.rest_s():
            return 0
        applied = 0
        try:
            applied = self._advance(course, None if before is None else before.position)
            course.go_on()
            self._tell()
        except (TryAgain, StoreUnavailable) as error:
            self._wait(course, error)
        except Exception:
            log.exception("projector failed and goes on", projection=course.name)
            course.rest(BACKOFF_S[-1])
        return applied

    def _advance(self, course: _Course, stop: int | None) -> int:
        """How many events were applied."""
        course.position = course.projection.position
        rows = self._store.read(course.position, BATCH, stop)
        if not rows and course.position > self._store.position:
            raise TryAgain("Made from events that are no longer there, as after a backup was restored: rebuild it.")
        if rows:
            self._apply(course.projection, rows)
            course.position = rows[-1].id
        return len(rows)

    def _wait(self, course: _Course, error: Exception) -> None:
        pause = BACKOFF_S[min(course.failures, len(BACKOFF_S) - 1)]
        course.rest(pause)
        log.warning(
            "projector waits",
            projection=course.name,
            why=str(error),
            cause=repr(error.__cause__),
            retry_in_s=pause,
            failures=course.failures,
        )

    def _tell(self) -> None:
        with self._telling:
            positions = {course.name: course.position for course in self._courses}
            if positions != self._told:
                for tell in self.on_moved:
                    tell(positions)
                self._told = positions

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
