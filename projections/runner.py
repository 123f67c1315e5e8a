"""The one loop: reads the log in batches and hands them to each projection, whatever happens to any of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

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

log = structlog.get_logger()


@dataclass(slots=True)
class _Course:
    """One projection's way along the log: what it cannot reach, it rests for, and the others go on."""

    projection: Projection
    position: int = 0
    failures: int = 0
    resumes_at: float = 0.0

    @property
    def name(self) -> str:
        return self.projection.name

    def rests(self) -> bool:
        return self.resumes_at > time.monotonic()

    def rest(self, pause_s: float) -> None:
        self.failures += 1
        self.resumes_at = time.monotonic() + pause_s

    def go_on(self) -> None:
        self.failures, self.resumes_at = 0, 0.0


class Projector:
    """Keeps projections up with the log. Later projections may rely on earlier ones being at least as far.

    One process runs it (`start` … `stop`, any number of times, or `catch_up` alone).
    """

    def __init__(
        self,
        store: EventStore,
        projections: Sequence[Projection],
        dead_letters: DeadLetters,
        *,
        progress: Progress | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._courses = [_Course(projection) for projection in projections]
        self._dead_letters = dead_letters
        self.progress = progress or Progress(p.name for p in projections)
        self.on_moved: list[Callable[[dict[str, int]], None]] = [self.progress.tell]
        """Called with the positions of all projections whenever one has moved; may raise `StoreUnavailable`."""
        self._sleep = sleep
        self._wanted = Event()
        self._stopping = Event()
        self._thread: Thread | None = None

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
        self._thread = Thread(target=self._run, name="projector", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def wake(self, _position: int = 0) -> None:
        """There is something to do."""
        self._wanted.set()

    def wait_for(self, position: int, timeout_s: float = 2.0) -> bool:
        """As `Progress.wait_for`."""
        return self.progress.wait_for(position, timeout_s)

    def catch_up(self, progress: Callable[[int], None] = lambda _: None) -> None:
        """Apply all there is, in this thread. `progress` is told the position reached after each batch.

        Raises `TryAgain` or `StoreUnavailable` when something cannot be reached."""
        while self._step(patient=False):
            progress(min(course.position for course in self._courses))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wanted.clear()
            if not self._step():
                resting = [course.resumes_at - time.monotonic() for course in self._courses if course.rests()]
                self._wanted.wait(max(0.0, min([POLL_S, *resting])))

    def _step(self, *, patient: bool = True) -> bool:
        """One batch for each projection; True when anything was applied. Raises only when it is not `patient`."""
        before, worked, stop = [course.position for course in self._courses], False, None
        for course in self._courses:
            if patient and course.rests():
                stop = course.position
                continue
            try:
                worked |= self._advance(course, stop)
                course.go_on()
            except (TryAgain, StoreUnavailable) as error:
                if not patient:
                    raise
                self._wait(course, error)
            except Exception:
                if not patient:
                    raise
                log.exception("projector failed and goes on", projection=course.name)
                course.rest(BACKOFF_S[-1])
            stop = course.position
        if before != [course.position for course in self._courses]:
            self._tell(patient)
        return worked

    def _advance(self, course: _Course, stop: int | None) -> bool:
        course.position = course.projection.position
        rows = self._store.read(course.position, BATCH, stop)
        if not rows and course.position > self._store.position:
            raise TryAgain("Made from events that are no longer there, as after a backup was restored: rebuild it.")
        if rows:
            self._apply(course.projection, rows)
            course.position = rows[-1].id
        return bool(rows)

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

    def _tell(self, patient: bool) -> None:
        for tell in self.on_moved:
            try:
                tell({course.name: course.position for course in self._courses})
            except StoreUnavailable as error:
                if not patient:
                    raise
                log.warning("positions could not be told", why=str(error))

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
