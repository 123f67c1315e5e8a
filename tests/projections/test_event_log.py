"""The event log: every event has its line, found by each of its filters, on both engines alike."""

import tracemalloc
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from api.wiring import System
from domain.acting import but
from domain.adaptation import Adaptation, AdaptationRecord
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.text import Prose
from projections.event_rows import insert
from projections.events_asked import NEWEST, OLDEST, Asked, Line, Order
from projections.history import changes_of, history
from projections.projection import Recorded

NCE, ARENA, HALDEN, RAUFOSS, FIRST, SECOND, CASE = (UUID(int=n) for n in (11, 12, 21, 22, 31, 32, 41))
Tell = Callable[..., None]


@pytest.fixture
def told(system: System, tell: Tell) -> System:
    tell(system.store)
    system.projector.catch_up()
    assert system.dead_letters.all() == ()
    return system


def everything(system: System, order: Order = OLDEST) -> tuple[Line, ...]:
    return system.event_log.listing(limit=1_000, order=order)


def topics(system: System, **asked: Any) -> list[str]:
    return [line.topic for line in system.event_log.listing(Asked(**asked), limit=1_000, order=OLDEST)]


def test_every_event_has_its_line(told: System) -> None:
    rows = told.store.read(0, 1_000)
    events = [told.store.decode(row) for row in rows]
    assert [
        (line.position, line.topic, line.aggregate, line.version, line.at, line.actor, line.reason, line.request_id)
        for line in everything(told)
    ] == [
        (r.id, e.topic, e.originator_id, e.originator_version, e.recorded_at, e.actor, e.reason, e.request_id)
        for r, e in zip(rows, events, strict=True)
    ]
    assert everything(told, NEWEST) == everything(told)[::-1]


def test_each_filter(told: System) -> None:
    assert topics(told, topic="case.drafted") == ["case.drafted"]
    assert {t.partition(".")[0] for t in topics(told, kinds=("case", "programme"))} == {"case", "programme"}
    assert topics(told, thing=CASE) == ["case.drafted", "case.published", "case.withdrawn"]
    assert topics(told, person="siv") == ["lesson.returned"]
    assert topics(told, person="nobody") == topics(told, request="another") == []
    assert topics(told, request="request-1") == [line.topic for line in everything(told)]
    assert topics(told, since=date(2026, 1, 1), until=date(2026, 1, 1)) == [line.topic for line in everything(told)]
    assert topics(told, since=date(2026, 1, 2)) == topics(told, until=date(2025, 12, 31)) == []
    assert topics(told, thing=CASE, person="siv") == []


def test_a_thing_belongs_where_it_belonged_right_after_the_event(told: System) -> None:
    """The first lesson moved to Raufoss by its second draft; Halden went from Arena on to NCE."""
    of_first = [line for line in everything(told) if line.aggregate == FIRST]
    assert [line.clusters for line in of_first if line.topic == "lesson.drafted"] == [(HALDEN,)]
    assert {line.clusters for line in of_first if line.version > 3} == {(RAUFOSS,)}
    halden = {line.topic: line.programmes for line in everything(told) if line.aggregate == HALDEN}
    assert (halden["cluster.registered"], halden["cluster.admitted"], halden["cluster.graduated"]) == (
        (),
        (ARENA,),
        (NCE,),
    )
    assert set(topics(told, cluster=RAUFOSS)) == {
        *("cluster.registered", "cluster.renamed"),
        *("lesson.edited", "lesson.submitted", "lesson.published", "lesson.withdrawn"),
    }
    assert topics(told, programme=ARENA) == [
        *("programme.established", "cluster.admitted", "cluster.renamed", "programme.closed"),
    ]
    assert "case.published" in topics(told, cluster=HALDEN)


def test_what_an_adaptation_is_of_tells_of_it(told: System) -> None:
    record = AdaptationRecord(why=Prose(en="We are fewer."))
    told.store.save(Adaptation.make(UUID(int=51), record, lesson=FIRST, revision=1, cluster=HALDEN, programmes=(NCE,)))
    told.projector.catch_up()
    assert topics(told, thing=FIRST)[-1] == topics(told, programme=NCE)[-1] == "adaptation.made"


def test_who_is_handed_something_is_concerned(told: System, record: LessonRecord) -> None:
    lesson = Lesson.draft_new(UUID(int=34), record, owner="kari")
    lesson.hand_over("mona")
    cluster = Cluster.register(UUID(int=23), "Eyde", ClusterRecord())
    cluster.appoint_manager("mona", "2026")
    told.store.save(lesson, cluster)
    told.projector.catch_up()
    assert topics(told, person="mona") == ["lesson.handed-over", "cluster.manager-appointed"]


def test_pages_and_counts(told: System) -> None:
    log, lines = told.event_log, everything(told)
    assert log.listing(before=lines[4].position, limit=3) == lines[1:4][::-1]
    assert log.listing(after=lines[4].position, limit=3, order=OLDEST) == lines[5:8]
    assert [line for page in log.all(Asked(), until=log.position, at_once=7) for line in page] == list(lines)
    assert log.count(Asked(), until=log.position) == len(lines)
    assert log.count(Asked(kinds=("case",)), until=lines[-1].position) == 3
    assert log.count(Asked(), until=lines[2].position) == 3
    assert log.days(Asked()) == {"2026-01-01": len(lines)}
    assert (log.days(Asked(topic="a\0")), log.count(Asked(topic="a\0"), until=9)) == ({}, 0)


def test_applied_again_one_by_one_and_anew_it_is_the_same(told: System) -> None:
    log, once = told.event_log, everything(told)
    events = [Recorded(row.id, told.store.decode(row)) for row in told.store.read(0, 1_000)]
    for again in (events, events[2:4], events[::-1], []):
        log.apply(again, events[-1].position)
        assert (everything(told), log.position) == (once, events[-1].position)
    for batches in ([events], [[e] for e in events], [events[:9], events[9:]]):
        with told.views.writing() as db:
            db.execute("DELETE FROM events")
            db.execute("DELETE FROM event_places")
        for batch in batches:
            log.apply(batch, batch[-1].position)
        assert everything(told) == once
        assert topics(told, cluster=RAUFOSS)[:1] == ["cluster.registered"]


def test_a_damaged_thing_keeps_no_event_out_of_the_log(told: System, plant: Callable[[UUID, int, str], int]) -> None:
    """What came before and after the row that cannot be read is there; it alone is put aside."""
    lesson = told.store.get(Lesson, SECOND)
    plant(SECOND, lesson.version + 1, "lesson.never-released")
    case_before = len(topics(told, thing=SECOND))
    told.projector.catch_up()
    rows = [row for row in told.store.read(0, 1_000) if row.originator_id == SECOND]
    chosen = [row for row in rows if row.topic in ("lesson.drafted", "lesson.shared")]
    events = [Recorded(row.id, told.store.decode(row)) for row in chosen]
    with told.views.writing() as db:
        db.execute("DELETE FROM events WHERE aggregate=?", [str(SECOND)])
    told.event_log.apply(events, told.event_log.position)
    assert (case_before, topics(told, thing=SECOND)) == (5, ["lesson.drafted", "lesson.shared"])


def test_what_one_event_changed_is_what_the_history_says(told: System) -> None:
    for id in (FIRST, SECOND, HALDEN, CASE, NCE):
        whole = {entry.version: entry.changes for entry in history(told.store.events(id))}
        for wanted in ([1], [len(whole)], [2, len(whole)], list(whole)):
            found = changes_of(told.store, {id: wanted})
            assert found == {(id, version): whole[version] for version in wanted}
    assert changes_of(told.store, {UUID(int=99): [1], FIRST: [99]}) == {}


@pytest.mark.parametrize("system", ["embedded"], indirect=True)
def test_an_export_of_ten_times_as_much_takes_no_more_memory(system: System) -> None:
    """Rows written into the view as they stand; read a thousand at once."""
    day, id = "2026-01-01", str(UUID(int=1))
    rest = (id, 1, "kari", None, None, "", "", "request-1", "A reason of some length. " * 4, "{}")

    def peak(first: int, last: int) -> int:
        for begin in range(first, last, 2_000):
            rows = [(n, f"{day}T12:00:00.000000+00:00", day, "lesson.edited", "lesson", *rest)
                    for n in range(begin, min(begin + 2_000, last))]  # fmt: skip
            with system.views.writing() as db:
                insert(db, rows)
        tracemalloc.start()
        try:
            assert sum(len(page) for page in system.event_log.all(Asked(), until=last)) == last - 1
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1, 2_001)  # what is loaded once
    small, large = peak(1, 2_001), peak(2_001, 20_001)
    assert large < small * 1.2
    with but(actor="kari"):
        assert system.event_log.count(Asked(person="kari"), until=20_000) == 20_000
