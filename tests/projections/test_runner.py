"""The one loop: it flows on whatever happens to one event, waits for what is away, and says how far it is."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event as Signal
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from api.wiring import System
from domain.audiences import ALWAYS
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from projections import runner
from projections.dead_letters import DeadLetter
from projections.projection import Projection, Recorded, TryAgain
from projections.runner import Projector
from store.event_store import EventStore, StoredRow
from store.unavailable import StoreUnavailable

Plant = Callable[[UUID, int, str], int]
UNKNOWN = "UnreadableEvent: A stored event names a topic that this program never released."


class Seen:
    """A projection that keeps the positions it was given, refuses `bad` ones and cannot be reached `away` times."""

    def __init__(self, name: str = "seen", *, bad: Sequence[int] = (), away: int = 0) -> None:
        self.name = name
        self.position = 0
        self.kept: list[int] = []
        self.tried: list[tuple[int, ...]] = []
        self._bad = bad
        self._away = away

    def apply(self, events: Sequence[Recorded], position: int) -> None:
        self.tried.append(tuple(e.position for e in events))
        if self._away:
            self._away -= 1
            raise TryAgain("nobody at home")
        for recorded in events:
            if recorded.position in self._bad:
                raise KeyError(recorded.event.topic)
        self.kept += [e.position for e in events]
        self.position = position


def lesson(record: LessonRecord) -> Lesson:
    return Lesson.draft_new(uuid4(), record, owner="kari")


@pytest.fixture
def write(system: System, record: LessonRecord) -> Callable[[int], int]:
    """Keeps so many lessons; the newest position."""

    def written(number: int) -> int:
        return [system.store.save(lesson(record)) for _ in range(number)][-1]

    return written


@pytest.fixture
def project(system: System, request: pytest.FixtureRequest) -> Callable[..., Projector]:
    pauses: list[float] = []

    def over(*projections: Projection, sleep: Callable[[float], None] = pauses.append) -> Projector:
        projector = Projector(system.store, projections, system.dead_letters, sleep=sleep)
        request.addfinalizer(projector.stop)
        return projector

    return over


Project = Callable[..., Projector]
Write = Callable[[int], int]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "BACKOFF_S", (0.001, 0.002, 0.003))


def letters(system: System) -> list[tuple[str, int, str, str]]:
    return [(d.projection, d.position, d.topic, d.reason) for d in system.dead_letters.all()]


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_every_event_is_given_once_in_order(
    write: Write, project: Project, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "BATCH", batch)
    newest = write(5)
    seen = Seen()
    told: list[int] = []
    project(seen).catch_up(told.append)
    assert (seen.kept, seen.position) == ([1, 2, 3, 4, 5], newest)
    assert told == [min(n, newest) for n in range(batch, newest + batch, batch)]


def test_each_projection_goes_on_from_its_own_position_and_none_overtakes_the_one_before_it(
    write: Write, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "BATCH", 2)
    write(5)
    first, second = Seen("first"), Seen("second")
    first.position, second.position = 3, 0
    ahead: list[bool] = []
    projector = project(first, second)
    projector.catch_up(lambda _: ahead.append(second.position <= first.position))
    assert (first.kept, second.kept, set(ahead)) == ([4, 5], [1, 2, 3, 4, 5], {True})
    assert (projector.position, projector.lag()) == (5, {"first": 0, "second": 0})


def test_the_lag_is_told_in_events(write: Write, project: Project) -> None:
    write(3)
    first, second = Seen("first"), Seen("second")
    first.position = 2
    projector = project(first, second)
    assert (projector.position, projector.lag()) == (0, {"first": 1, "second": 3})


def test_what_was_made_from_events_that_are_gone_says_so(write: Write, project: Project) -> None:
    write(3)
    seen = Seen()
    seen.position = 7
    projector = project(seen)
    assert projector.lag() == {"seen": -4}
    with pytest.raises(TryAgain, match="rebuild it"):
        projector.catch_up()


class TestPoison:
    def test_a_row_that_cannot_be_read_is_put_aside_for_each_and_the_others_flow(
        self, system: System, write: Write, plant: Plant, project: Project
    ) -> None:
        write(2)
        poison = plant(uuid4(), 1, "os:system")
        newest = write(2)
        first, second = Seen("first"), Seen("second")
        project(first, second).catch_up()
        assert first.kept == second.kept == [1, 2, 4, 5]
        assert (first.position, second.position, poison) == (newest, newest, 3)
        [one, two] = letters(system)
        assert (one[:3], two[:3]) == (("first", 3, "os:system"), ("second", 3, "os:system"))
        assert one[3].startswith(UNKNOWN)
        assert two[3] == one[3]

    @pytest.mark.parametrize("batch", [1, 500])
    def test_an_event_that_cannot_be_applied_is_tried_alone_three_times_and_put_aside(
        self, system: System, write: Write, project: Project, batch: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runner, "BATCH", batch)
        newest = write(4)
        seen, healthy, pauses = Seen(bad=[2]), Seen("healthy"), list[float]()
        project(seen, healthy, sleep=pauses.append).catch_up()
        assert (seen.kept, seen.position, healthy.kept) == ([1, 3, 4], newest, [1, 2, 3, 4])
        alone = {1: 4, 500: 3}  # a batch of one is its first try as a batch
        assert (seen.tried.count((2,)), pauses) == (alone[batch], [0.001, 0.002])
        assert letters(system) == [("seen", 2, "lesson.drafted", "KeyError: 'lesson.drafted'")]

    def test_it_is_not_tried_again_afterwards(self, system: System, write: Write, project: Project) -> None:
        write(3)
        seen = Seen(bad=[3])
        projector = project(seen)
        projector.catch_up()
        tries = len(seen.tried)
        projector.catch_up()
        assert (len(seen.tried), seen.position, len(letters(system))) == (tries, 3, 1)

    def test_a_failure_that_passes_leaves_no_letter(self, system: System, write: Write, project: Project) -> None:
        write(3)
        seen = Seen(bad=[2])
        healed: list[float] = []

        def heal(pause: float) -> None:
            healed.append(pause)
            seen.__init__("seen")
            seen.position = 1

        project(seen, sleep=heal).catch_up()
        assert (seen.kept, len(healed), letters(system)) == ([2, 3], 1, [])

    def test_letters_are_kept_until_they_are_cleared(self, system: System) -> None:
        aside = system.dead_letters
        aside.put_aside("b", 7, "lesson.drafted", "x" * 600)
        aside.put_aside("a", 7, "lesson.drafted", "y")
        aside.put_aside("b", 3, "lesson.edited", "z")
        aside.put_aside("b", 3, "lesson.edited", "again")
        assert letters(system) == [
            ("b", 3, "lesson.edited", "again"),
            ("a", 7, "lesson.drafted", "y"),
            ("b", 7, "lesson.drafted", "x" * 500),
        ]
        aside.clear("b")
        [left] = aside.all()
        assert left == DeadLetter("a", 7, "lesson.drafted", "y", left.put_aside_at)


class TestAway:
    def test_what_cannot_be_reached_is_tried_again_with_growing_pauses(
        self, system: System, write: Write, project: Project
    ) -> None:
        newest = write(3)
        seen = Seen(away=5)
        projector = project(seen)
        with capture_logs() as logs:
            projector.start()
            assert projector.wait_for(newest, 60)
            projector.stop()
        waits = [entry["retry_in_s"] for entry in logs if entry["event"] == "projector waits"]
        assert waits == [0.001, 0.002, 0.003, 0.003, 0.003]
        assert (seen.tried, seen.kept, letters(system)) == ([(1, 2, 3)] * 6, [1, 2, 3], [])

    def test_one_that_hangs_delays_no_other(self, write: Write, project: Project) -> None:
        """And the others are told of at once: nobody waits for them again and again."""
        hangs, go_on = Signal(), Signal()

        class Hanging(Seen):
            def apply(self, events: Sequence[Recorded], position: int) -> None:
                hangs.set()
                assert go_on.wait(30)
                super().apply(events, position)

        first, second = Seen("first"), Hanging("second")
        projector = project(first, second)
        projector.start()
        newest = write(1)
        assert hangs.wait(60)
        assert not projector.wait_for(newest, 0.2)
        newest = write(2)
        while projector.progress.positions["first"] < newest:
            projector.wait_for(newest, 0.01)
        assert (first.kept, second.kept, second.position) == ([1, 2, 3], [], 0)
        go_on.set()
        while projector.progress.positions["second"] < newest:
            projector.wait_for(newest, 0.01)
        assert second.kept == [1, 2, 3]

    def test_it_is_no_fault_of_the_event_when_it_goes_away_in_the_middle(
        self, system: System, write: Write, project: Project
    ) -> None:
        newest = write(3)

        class Leaving(Seen):
            def apply(self, events: Sequence[Recorded], position: int) -> None:
                self._away = 1 if self.tried == [(1, 2, 3)] else 0
                super().apply(events, position)

        seen = Leaving(bad=[2])
        projector = project(seen)
        projector.start()
        assert projector.wait_for(newest, 60)
        assert (seen.kept, [x[1] for x in letters(system)]) == ([1, 3], [2])

    def test_a_store_that_is_away_is_tried_again_too(
        self, system: System, write: Write, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        newest = write(2)
        read, away = EventStore.read, [True, True]

        def reading(store: EventStore, after: int, limit: int, stop: int | None = None) -> object:
            if away and store is system.store:
                away.pop()
                raise StoreUnavailable("gone")
            return read(store, after, limit, stop)

        monkeypatch.setattr(EventStore, "read", reading)
        seen = Seen()
        projector = project(seen)
        projector.start()
        assert projector.wait_for(newest, 60)
        assert (seen.kept, away, letters(system)) == ([1, 2], [], [])

    def test_whoever_catches_up_alone_is_told(self, write: Write, project: Project) -> None:
        write(1)
        with pytest.raises(TryAgain, match="nobody at home"):
            project(Seen(away=1)).catch_up()

    @pytest.mark.parametrize("system", ["embedded"], indirect=True)
    def test_views_that_cannot_be_written_are_waited_for(
        self, system: System, data: Path, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A full disk is not the fault of an event: none is put aside, and all are there once there is room."""
        newest = write(3)
        connect = sqlite3.connect

        def impatiently(*args: object, **kwargs: object) -> sqlite3.Connection:
            return connect(*args, **{**kwargs, "timeout": 0.01})  # pyright: ignore

        monkeypatch.setattr(sqlite3, "connect", impatiently)
        with closing(connect(data / "views.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable):
                system.projector.catch_up()
            other.execute("ROLLBACK")
        system.projector.catch_up()
        assert (letters(system), system.projector.position) == ([], newest)
        assert len(system.catalogue.listing("lesson", scope=ALWAYS)) == 3


class TestWaiting:
    def test_a_position_that_is_reached_is_not_waited_for(self, write: Write, project: Project) -> None:
        newest = write(2)
        projector = project(Seen())
        projector.catch_up()
        assert projector.wait_for(newest, 0)

    def test_waiting_ends_when_the_time_is_up(self, write: Write, project: Project) -> None:
        newest = write(1)
        assert not project(Seen()).wait_for(newest, 0.01)

    def test_waiting_is_for_the_last_of_all(self, write: Write, project: Project) -> None:
        newest = write(1)
        first, second = Seen("first"), Seen("second", away=1)
        projector = project(first, second)
        with pytest.raises(TryAgain):
            projector.catch_up()
        assert (first.position, projector.wait_for(newest, 0.01)) == (newest, False)

    def test_a_save_in_this_process_wakes_the_loop_at_once(
        self, write: Write, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runner, "POLL_S", 600)
        seen = Seen()
        projector = project(seen)
        projector.start()
        assert all(projector.wait_for(write(1), 60) for _ in range(20))
        assert seen.kept == list(range(1, 21))

    def test_a_save_wakes_each_projection_once_when_the_one_before_it_is_there(
        self, write: Write, project: Project, system: System, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runner, "POLL_S", 600)
        projector, reads, read = project(Seen("first"), Seen("second"), Seen("third")), list[int](), EventStore.read

        def counted(store: EventStore, after: int, limit: int, stop: int | None = None) -> Sequence[StoredRow]:
            if store is system.store:  # others may be open in this process
                reads.append(after)
            return read(store, after, limit, stop)

        monkeypatch.setattr(EventStore, "read", counted)
        projector.start()
        assert all(projector.wait_for(write(1), 60) for _ in range(10))
        assert len(reads) <= 3 * (10 + 1)  # once more when they start

    def test_a_save_by_another_process_is_seen_after_a_while(
        self, another_store: EventStore, record: LessonRecord, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runner, "POLL_S", 0.01)
        seen = Seen()
        projector = project(seen)
        projector.start()
        assert projector.wait_for(another_store.save(lesson(record)), 10)

    def test_an_unforeseen_error_does_not_end_the_loop(
        self, write: Write, project: Project, system: System, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        failed = Signal()
        put_aside = system.dead_letters.put_aside

        def broken(*args: str) -> None:
            if not failed.is_set():
                failed.set()
                raise OSError("no letters today")
            put_aside(*args)  # pyright: ignore[reportArgumentType]

        monkeypatch.setattr(system.dead_letters, "put_aside", broken)
        newest = write(2)
        seen = Seen(bad=[1])
        projector = project(seen)
        projector.start()
        assert projector.wait_for(newest, 60)
        assert (failed.is_set(), seen.kept, [x[1] for x in letters(system)]) == (True, [2], [1])

    def test_it_can_be_started_again(self, write: Write, project: Project) -> None:
        seen = Seen()
        projector = project(seen)
        for _ in range(3):
            projector.start()
            assert projector.wait_for(write(1), 60)
            projector.stop()
        write(1)
        assert seen.kept == [1, 2, 3]

    def test_a_position_that_could_not_be_told_is_told_again(self, write: Write, project: Project) -> None:
        projector, heard, away = project(Seen()), list[dict[str, int]](), [True, True]

        def tell(positions: dict[str, int]) -> None:
            if away:
                away.pop()
                raise StoreUnavailable("gone")
            heard.append(positions)
            done.set()

        done = Signal()
        projector.on_moved.append(tell)
        write(1)
        projector.start()
        assert done.wait(60)
        assert heard == [{"seen": 1}]

    def test_stopping_ends_the_thread_also_while_it_waits(
        self, write: Write, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runner, "BACKOFF_S", (600,))
        write(1)
        reached = Signal()

        class Away(Seen):
            def apply(self, events: Sequence[Recorded], position: int) -> None:
                reached.set()
                raise TryAgain("for long")

        projector = project(Away())
        projector.start()
        assert reached.wait(60)
        with capture_logs():
            projector.stop()
        assert not projector.wait_for(1, 0)
