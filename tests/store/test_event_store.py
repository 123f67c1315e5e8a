"""What every event store promises. A new one is added to `open_store`; nothing here knows which one it is."""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from domain.acting import RequestKey, acting, but
from domain.aggregate import Event
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord
from domain.errors import Conflict, NameTaken, NotFound
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.names import NameClaim, claim_id
from domain.release import Visibility
from domain.source import Source
from domain.text import Prose, Title
from store import event_store as module
from store.answers import Answer
from store.event_store import EventStore, UnreadableEvent
from store.mapper import EventMapper
from store.recent import LONG

Open = Callable[[], EventStore]
Plant = Callable[[UUID, int, str, bytes], None]

RECORD = LessonRecord(
    title=Title(en="Start early", nb="Begynn tidlig æøå 🙂"),
    lesson=Prose(en="Begin."),
    source=Source(url="https://example.org"),
)


def a_lesson(id: UUID | None = None) -> Lesson:
    return Lesson.draft_new(id or uuid4(), RECORD, owner="kari")


def state_of(lesson: Lesson) -> dict[str, Any]:
    return {name: value for name, value in vars(lesson).items() if name != "_pending"}


def at_once(threads: int, work: Callable[[int], Any]) -> list[Any]:
    """What each thread gave, all having begun at the same moment; a refusal is given as its class."""
    begin = Barrier(threads)

    def run(n: int) -> Any:
        begin.wait()
        try:
            with acting(f"person-{n}"):
                return work(n)
        except (Conflict, NameTaken) as refused:
            return type(refused)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


class TestKeeping:
    def test_what_was_saved_is_loaded_again(self, store: EventStore, open_store: Open) -> None:
        lesson = a_lesson()
        lesson.share(Visibility.PUBLIC, True)
        store.save(lesson)
        assert lesson.pending == ()
        for at in (store, open_store()):
            loaded = at.get(Lesson, lesson.id)
            assert state_of(loaded) == state_of(lesson)

    def test_as_it_was_at_a_version(self, store: EventStore) -> None:
        lesson = a_lesson()
        lesson.share(Visibility.PUBLIC, False)
        lesson.hand_over("ola")
        store.save(lesson)
        seen = [store.get(Lesson, lesson.id, version=v) for v in (1, 2, 3)]
        assert [(at.version, at.visibility, at.owner) for at in seen] == [
            (1, Visibility.OWN_CLUSTER, "kari"),
            (2, Visibility.PUBLIC, "kari"),
            (3, Visibility.PUBLIC, "ola"),
        ]

    @pytest.mark.parametrize("version", [-1, 0, 2, 10**9])
    def test_a_version_that_it_never_had_is_not_found(self, store: EventStore, version: int) -> None:
        lesson = a_lesson()
        store.save(lesson)
        with pytest.raises(NotFound, match=r"^There is nothing here\.$"):
            store.get(Lesson, lesson.id, version=version)

    def test_what_was_never_saved_is_not_found(self, store: EventStore) -> None:
        with pytest.raises(NotFound, match=r"^There is nothing here\.$"):
            store.get(Lesson, uuid4())
        assert (store.find(Lesson, uuid4()), store.find_any(uuid4()), store.events(uuid4())) == (None, None, ())

    def test_many_are_loaded_as_one_by_one(self, store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "AT_ONCE", 2)
        lessons = [a_lesson() for _ in range(5)]
        for number, lesson in enumerate(lessons):
            for owner in range(number):
                lesson.hand_over(f"person-{owner}")
        store.save(*lessons)
        found = store.find_many([uuid4(), *(lesson.id for lesson in lessons), lessons[0].id])
        assert {id: state_of(cast(Lesson, one)) for id, one in found.items()} == {
            lesson.id: state_of(lesson) for lesson in lessons
        }
        assert store.find_many([]) == {}

    def test_one_of_many_that_is_damaged_is_said(self, store: EventStore, plant: Plant) -> None:
        plant(damaged := uuid4(), 1, "lesson.drafted", b"{}")
        store.save(lesson := a_lesson())
        with pytest.raises(UnreadableEvent, match=str(damaged)):
            store.find_many([lesson.id, damaged])

    def test_the_id_of_another_kind_is_not_found(self, store: EventStore) -> None:
        lesson = a_lesson()
        store.save(lesson)
        assert store.find(Case, lesson.id) is None
        with pytest.raises(NotFound):
            store.get(Cluster, lesson.id)
        assert isinstance(store.find_any(lesson.id), Lesson)

    def test_events_are_given_as_they_were_recorded(self, store: EventStore) -> None:
        lesson = a_lesson()
        with but(reason="to try"):
            lesson.share(Visibility.PUBLIC, False)
        recorded = lesson.pending
        store.save(lesson)
        assert store.events(lesson.id) == recorded
        assert [e.reason for e in recorded] == [None, "to try"]
        first, second = (e.recorded_at for e in recorded)
        assert store.events(lesson.id, until=first) == recorded[:1]
        assert store.events(lesson.id, until=second) == recorded
        assert store.events(lesson.id, until=first - timedelta(microseconds=1)) == ()

    def test_saving_nothing_keeps_nothing(self, store: EventStore) -> None:
        lesson = a_lesson()
        position = store.save(lesson)
        lesson.hand_over("kari")
        assert (store.save(lesson), store.position) == (position, position)


class TestLongOnes:
    """Those that are kept in memory, which nobody may notice but by the time that it takes."""

    def test_only_what_is_new_is_read_again(
        self, store: EventStore, open_store: Open, long: Lesson, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read: list[int] = []
        decode = EventMapper.to_domain_event

        def counted(mapper: EventMapper, row: StoredEvent) -> Event:
            read.append(row.originator_version)
            return decode(mapper, row)

        store.get(Lesson, long.id)
        elsewhere = open_store().get(Lesson, long.id)
        elsewhere.hand_over("ola")
        open_store().save(elsewhere)
        monkeypatch.setattr(EventMapper, "to_domain_event", counted)
        assert state_of(store.get(Lesson, long.id)) == state_of(elsewhere)
        assert state_of(cast(Lesson, store.find_many([long.id])[long.id])) == state_of(elsewhere)
        assert read == [long.version + 1]

    def test_what_is_done_to_one_that_was_loaded_is_its_own(self, store: EventStore, long: Lesson) -> None:
        first, second = store.get(Lesson, long.id), store.get(Lesson, long.id)
        first.hand_over("ola")
        second.share(Visibility.PUBLIC, False)
        third = store.get(Lesson, long.id)
        assert (state_of(third), third.pending) == (state_of(long), ())
        assert [len(one.pending) for one in (first, second)] == [1, 1]
        store.save(first)
        with pytest.raises(Conflict):
            store.save(second)
        assert store.get(Lesson, long.id).owner == "ola"

    def test_as_it_was_at_a_version_it_is_still_given(self, store: EventStore, long: Lesson) -> None:
        store.get(Lesson, long.id)
        assert [store.get(Lesson, long.id, version=v).owner for v in (1, 2, 3)] == ["kari", "person-0", "person-1"]

    def test_a_record_that_was_put_back_is_read_anew(self, store: EventStore, long: Lesson, replace: Plant) -> None:
        """As a backup does that is restored beneath a program that runs."""
        assert store.get(Lesson, long.id).owner == f"person-{LONG - 1}"
        newest = store.events(long.id)[-1].model_copy(update={"owner": "ola"})
        row = EventMapper().to_stored_event(newest)
        replace(long.id, row.originator_version, row.topic, row.state)
        assert store.get(Lesson, long.id).owner == "ola"

    def test_many_at_once_lose_nothing(self, store: EventStore, long: Lesson) -> None:
        def hand_over(n: int) -> None:
            for m in range(10):
                while True:
                    lesson = store.get(Lesson, long.id)
                    lesson.hand_over(f"person-{n}-{m}")
                    try:
                        store.save(lesson)
                    except Conflict:
                        continue
                    break

        assert at_once(4, hand_over) == [None] * 4
        assert store.get(Lesson, long.id).version == long.version + 40
        assert state_of(store.get(Lesson, long.id)) == state_of(Lesson.replay(long.id, store.events(long.id)))


class TestPositions:
    def test_they_rise_in_the_order_of_the_saves(self, store: EventStore) -> None:
        assert (store.position, store.read(0, 10)) == (0, [])
        first, second = a_lesson(), a_lesson()
        second.hand_over("ola")
        given = [store.save(first), store.save(second)]
        rows = store.read(0, 10)
        assert [(r.originator_id, r.originator_version, r.topic) for r in rows] == [
            (first.id, 1, "lesson.drafted"),
            (second.id, 1, "lesson.drafted"),
            (second.id, 2, "lesson.handed-over"),
        ]
        ids = [r.id for r in rows]
        assert ids == sorted(set(ids))
        assert (given, store.position) == ([ids[0], ids[2]], ids[2])

    def test_they_are_read_after_one_up_to_another_and_at_most_so_many(self, store: EventStore) -> None:
        for _ in range(5):
            store.save(a_lesson())
        ids = [r.id for r in store.read(0, 10)]
        assert [r.id for r in store.read(ids[1], 10)] == ids[2:]
        assert [r.id for r in store.read(ids[1], 2)] == ids[2:4]
        assert [r.id for r in store.read(ids[0], 10, stop=ids[2])] == ids[1:3]
        assert [r.id for r in store.read(ids[4], 10)] == []

    def test_whoever_asked_is_told_of_each_save(self, store: EventStore) -> None:
        told: list[int] = []
        store.on_saved.append(told.append)
        assert [store.save(a_lesson()), store.save(a_lesson())] == told

    def test_nobody_is_told_of_a_save_that_failed(self, store: EventStore) -> None:
        lesson = a_lesson()
        store.save(lesson)
        told: list[int] = []
        store.on_saved.append(told.append)
        with pytest.raises(Conflict):
            store.save(a_lesson(lesson.id))
        assert told == []


class TestConflicts:
    def test_of_two_loaded_copies_the_first_saved_wins(self, store: EventStore, open_store: Open) -> None:
        lesson = a_lesson()
        store.save(lesson)
        mine, yours = store.get(Lesson, lesson.id), open_store().get(Lesson, lesson.id)
        mine.hand_over("ola")
        yours.hand_over("per")
        store.save(mine)
        with pytest.raises(Conflict) as refused:
            store.save(yours)
        assert str(refused.value) == "Someone else changed this at the same moment. Load it again and repeat."
        assert (store.get(Lesson, lesson.id).owner, store.get(Lesson, lesson.id).version) == ("ola", 2)

    def test_a_conflict_on_one_keeps_none(self, store: EventStore) -> None:
        old, new = a_lesson(), a_lesson()
        store.save(old)
        position = store.position
        stale = store.get(Lesson, old.id)
        old.hand_over("ola")
        stale.hand_over("per")
        store.save(old)
        with pytest.raises(Conflict), but(request_key=RequestKey("key", "print")):
            store.save(new, stale)
        assert (store.find(Lesson, new.id), store.answer("kari", "key")) == (None, None)
        assert store.position == position + 1

    def test_all_are_kept_together(self, store: EventStore) -> None:
        cluster = Cluster.register(uuid4(), "Halden", ClusterRecord())
        claim = NameClaim(claim_id("cluster", "NO", "Halden"))
        claim.claim(cluster.id)
        position = store.save(cluster, claim)
        assert [r.topic for r in store.read(0, 10)] == ["cluster.registered", "name.claimed"]
        assert position == store.position

    def test_a_change_after_a_conflict_is_made_on_what_is_there(self, store: EventStore) -> None:
        lesson = a_lesson()
        store.save(lesson)
        stale = store.get(Lesson, lesson.id)
        lesson.hand_over("ola")
        store.save(lesson)
        stale.renew_review("2028-01-01")
        with pytest.raises(Conflict):
            store.save(stale)
        again = store.get(Lesson, lesson.id)
        again.renew_review("2028-01-01")
        store.save(again)
        assert (again.version, again.owner, again.review_by) == (3, "ola", "2028-01-01")


class TestAnswers:
    KEY = RequestKey("key-1", "print-1")

    def test_the_answer_is_kept_with_the_events(self, store: EventStore, open_store: Open) -> None:
        lesson, other = a_lesson(), a_lesson()
        with but(request_key=self.KEY):
            store.save(lesson, other)
        wanted = Answer("kari", "key-1", "print-1", lesson.id, 1)
        assert (store.answer("kari", "key-1"), open_store().answer("kari", "key-1")) == (wanted, wanted)

    def test_without_a_key_none_is_kept(self, store: EventStore) -> None:
        store.save(a_lesson())
        assert store.answer("kari", "key-1") is None

    def test_the_key_of_one_actor_is_not_that_of_another(self, store: EventStore) -> None:
        first, second = a_lesson(), a_lesson()
        with but(request_key=self.KEY):
            store.save(first)
            with but(actor="ola"):
                store.save(second)
        subjects = [a.subject for actor in ("kari", "ola") if (a := store.answer(actor, "key-1"))]
        assert subjects == [first.id, second.id]

    def test_a_key_that_was_answered_keeps_nothing_more(self, store: EventStore) -> None:
        first, second = a_lesson(), a_lesson()
        with but(request_key=self.KEY):
            position = store.save(first)
            with pytest.raises(Conflict):
                store.save(second)
        assert (store.position, store.find(Lesson, second.id)) == (position, None)

    def test_twenty_requests_at_once_with_one_key_are_one_event(self, store: EventStore) -> None:
        def request(_: int) -> UUID:
            with but(actor="kari", request_key=self.KEY):
                lesson = a_lesson()
                store.save(lesson)
            return lesson.id

        given = at_once(20, request)
        [winner] = [g for g in given if g is not Conflict]
        assert given.count(Conflict) == 19
        assert [r.originator_id for r in store.read(0, 100)] == [winner]
        assert store.answer("kari", "key-1") == Answer("kari", "key-1", "print-1", winner, 1)


class TestRowsNobodyWrote:
    @pytest.fixture
    def mark(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A file that `evilmod`, when it is imported, makes."""
        mark = tmp_path / "imported"
        (tmp_path / "evilmod.py").write_text(f"open({str(mark)!r}, 'w').close()\nclass X: ...\n")
        monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]
        return mark

    @pytest.mark.parametrize("topic", ["os:system", "evilmod:X", "evilmod.X", "evilmod", "domain.lesson:Lesson"])
    def test_the_topic_of_a_row_is_never_imported(
        self, store: EventStore, plant: Plant, mark: Path, topic: str
    ) -> None:
        id = uuid4()
        plant(id, 1, topic, b'{"schema": 1, "secret": "salary"}')
        [row] = store.read(0, 10)
        for read in (lambda: store.decode(row), lambda: store.find_any(id), lambda: store.events(id)):
            with pytest.raises(UnreadableEvent) as refused:
                read()
            assert str(refused.value) == (
                f"A stored event names a topic that this program never released. Aggregate {id}, version 1."
            )
        assert (mark.exists(), "evilmod" in sys.modules, row.topic) == (False, False, topic)

    @pytest.mark.parametrize(
        "state",
        [
            b"",
            b"{",
            b"null",
            b"[]",
            b'"text"',
            b"\xff\xfe",
            b"[" * 100_000,
            b'{"schema": 1}',
            b'{"schema": 1, "secret": "salary"}',
            b'{"schema": null}',
        ],
        ids=lambda state: state[:12].decode("ascii", "replace"),
    )
    def test_a_damaged_row_is_named_and_not_shown(self, store: EventStore, plant: Plant, state: bytes) -> None:
        id = uuid4()
        plant(id, 1, "lesson.submitted", state)
        [row] = store.read(0, 10)
        with pytest.raises(UnreadableEvent) as refused:
            store.decode(row)
        assert str(refused.value).startswith("A stored event is damaged (")
        assert str(refused.value).endswith(f"). Aggregate {id}, version 1.")
        assert "salary" not in str(refused.value)

    @pytest.mark.parametrize("schema", [0, 2, "1", 1.5, None])
    def test_a_schema_version_that_was_never_released_is_refused(
        self, store: EventStore, plant: Plant, schema: object
    ) -> None:
        lesson = a_lesson()
        store.save(lesson)
        [row] = store.read(0, 1)
        plant(uuid4(), 1, row.topic, json.dumps(json.loads(row.state) | {"schema": schema}).encode())
        store.decode(row)
        [planted] = store.read(row.id, 1)
        with pytest.raises(UnreadableEvent, match=r"^A stored event is damaged \(ValueError\)\."):
            store.decode(planted)

    def test_one_bad_row_stops_no_other(self, store: EventStore, plant: Plant) -> None:
        plant(uuid4(), 1, "os:system", b"{}")
        lesson = a_lesson()
        store.save(lesson)
        assert [r.topic for r in store.read(0, 10)] == ["os:system", "lesson.drafted"]
        assert store.get(Lesson, lesson.id).version == 1

    def test_a_life_with_a_hole_is_refused(self, store: EventStore, plant: Plant) -> None:
        lesson = a_lesson()
        store.save(lesson)
        [row] = store.read(0, 1)
        plant(lesson.id, 3, row.topic, row.state)
        with pytest.raises(UnreadableEvent) as refused:
            store.find_any(lesson.id)
        message = f"An event is missing: lesson.drafted 3 does not follow version 1. Aggregate {lesson.id}."
        assert str(refused.value) == message


class TestThreads:
    def test_sixteen_writers_lose_nothing(self, store: EventStore) -> None:
        def write(_: int) -> list[UUID]:
            lessons = [a_lesson() for _ in range(10)]
            for lesson in lessons:
                store.save(lesson)
            return [lesson.id for lesson in lessons]

        written = [id for ids in at_once(16, write) for id in ids]
        rows = store.read(0, 1_000)
        assert sorted(r.originator_id for r in rows) == sorted(written)
        assert [r.id for r in rows] == sorted({r.id for r in rows})
        assert len(written) == 160

    def test_of_sixteen_changes_to_one_version_one_is_kept(self, store: EventStore) -> None:
        lesson = a_lesson()
        store.save(lesson)
        copies = [store.get(Lesson, lesson.id) for _ in range(16)]

        def change(n: int) -> str:
            copies[n].hand_over(f"owner-{n}")
            store.save(copies[n])
            return copies[n].owner

        given = at_once(16, change)
        [winner] = [g for g in given if g is not Conflict]
        assert (store.get(Lesson, lesson.id).owner, store.position) == (winner, 2)

    def test_one_that_cannot_be_kept_fails_no_other(self, store: EventStore) -> None:
        def write(n: int) -> object:
            key = RequestKey(f"key-{n}" if n else "no text: \ud800", "print")
            try:
                with but(request_key=key):
                    return store.save(a_lesson())
            except UnicodeError as refused:
                return type(refused)

        given = at_once(16, write)
        assert given[0] is UnicodeEncodeError
        assert sorted(given[1:]) == [r.id for r in store.read(0, 100)]
        assert len(given) == 16

    def test_a_reader_meanwhile_never_misses_what_it_has_passed(self, store: EventStore) -> None:
        """As the projector reads: after the last position seen. What commits later has a higher position."""
        done: list[int] = []
        seen: list[int] = []

        def work(n: int) -> None:
            if n:
                for _ in range(20):
                    store.save(a_lesson())
                done.append(n)
                return
            while len(done) < 8 or seen[-1:] != [store.position]:
                seen.extend(r.id for r in store.read(seen[-1] if seen else 0, 7))

        at_once(9, work)
        assert seen == [r.id for r in store.read(0, 1_000)]
        assert len(seen) == 160

    def test_sixteen_who_want_one_name(self, store: EventStore) -> None:
        named = claim_id("cluster", "NO", "NCE Smart")

        def register(n: int) -> UUID:
            cluster = Cluster.register(UUID(int=n + 1), "NCE Smart", ClusterRecord())
            claim = store.find(NameClaim, named) or NameClaim(named)
            claim.claim(cluster.id)
            store.save(cluster, claim)
            return cluster.id

        given = at_once(16, register)
        [winner] = [g for g in given if isinstance(g, UUID)]
        assert sum(g in (Conflict, NameTaken) for g in given) == 15
        assert [r.topic for r in store.read(0, 100)] == ["cluster.registered", "name.claimed"]
        assert store.get(NameClaim, named).bearer == winner


def test_a_case_and_a_lesson_with_one_id_cannot_both_be(store: EventStore) -> None:
    lesson = a_lesson()
    store.save(lesson)
    with pytest.raises(Conflict):
        store.save(Case.draft_new(lesson.id, CaseRecord(title=Title(en="Halden"))))
    assert isinstance(store.find_any(lesson.id), Lesson)
