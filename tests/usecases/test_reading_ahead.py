"""Large processes that were changed lately are in memory before anybody asks."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from structlog.testing import capture_logs

from api.usecases import reading_ahead
from api.usecases.reading_ahead import AHEAD, read_ahead, reading_on
from api.wiring import open_system
from domain import aggregate
from domain.acting import acting
from domain.cluster_record import MemberKind
from domain.foresight.forces import ForceRecord, Score, Steep
from domain.foresight.gatherings import GatheringPlan
from domain.foresight.participation import Commitment, ParticipantRecord
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.source import Source
from domain.text import Title
from store.mapper import EventMapper, UnreadableEvent
from store.recent import LONG, Recent
from store.unavailable import StoreUnavailable


@pytest.fixture(autouse=True)
def mona() -> Iterator[None]:
    with acting("mona"):
        yield


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Of which things events were decoded, in order."""
    told, decode = list[UUID](), EventMapper.to_domain_event

    def counted(mapper: EventMapper, row: StoredEvent) -> aggregate.Event:
        assert isinstance(row.originator_id, UUID)
        told.append(row.originator_id)
        return decode(mapper, row)

    monkeypatch.setattr(EventMapper, "to_domain_event", counted)
    return told


def a_process(events: int = 1) -> ForesightProcess:
    record = ProcessRecord(title=Title(en="Ahead"), sources=(Source(url="https://example.org"),))
    process, gathering = ForesightProcess.open(uuid4(), record), uuid4()
    process.plan_gathering(gathering, GatheringPlan(starts="2026-01-01", ends="2026-01-01"))
    for n in range(events - 2):
        day = str(date(2026, 1, 1) + timedelta(days=n + 1))
        process.replan_gathering(gathering, GatheringPlan(starts=day, ends=day))
    return process


@pytest.fixture
def three(tmp_path: Path) -> list[UUID]:
    """Long processes in a folder, the one that was changed last first."""
    with open_system(tmp_path) as system:
        for process in (processes := [a_process(LONG) for _ in range(3)]):
            system.store.save(process)
        system.projector.catch_up()
    return [process.id for process in reversed(processes)]


def test_the_lately_changed_are_read_first_and_opened_without_reading(
    tmp_path: Path, three: list[UUID], decoded: list[UUID]
) -> None:
    with open_system(tmp_path) as system:
        assert list(islice(read_ahead(system), 2)) == three[:2]
        decoded.clear()
        for id in three[:2]:
            assert system.store.get(ForesightProcess, id).version == LONG
        assert decoded == []
        assert system.store.get(ForesightProcess, three[2]).version == LONG
        assert decoded == [three[2]] * LONG


def test_it_ends_where_something_that_was_read_would_have_to_go(
    tmp_path: Path, three: list[UUID], decoded: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_system(tmp_path) as system:
        own = sum(len(row.state) for row in system.store.read(0, 1_000) if row.originator_id == three[0])
        monkeypatch.setattr(Recent.__init__, "__defaults__", (int(2.5 * own),))
    with open_system(tmp_path) as system:
        assert list(read_ahead(system)) == three[:2]
        assert set(decoded) == set(three[:2])


def test_more_than_one_page_of_the_list_is_read(
    tmp_path: Path, three: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_ahead, "AHEAD", 2)
    with open_system(tmp_path) as system:
        assert list(read_ahead(system)) == three


def test_the_first_are_read_before_anything_else_and_the_others_beside_it() -> None:
    """`looked` comes from the thread that serves, between the two."""
    told, looked, then = list[int](), Event(), Event()

    def ahead() -> Iterator[UUID]:
        for number in range(AHEAD + 2):
            if number >= AHEAD:
                assert looked.wait(60)
            told.append(number)
            yield UUID(int=number)

    with reading_on(ahead(), then.set):
        assert told == [*range(AHEAD)]
        looked.set()
        assert then.wait(60)
    assert told == [*range(AHEAD + 2)]


def test_reading_ends_with_what_it_was_beside() -> None:
    endless, then = (UUID(int=number) for number in count()), list[int]()
    with reading_on(endless, lambda: then.append(1)):
        pass
    assert then == []


def test_a_store_that_is_away_ends_the_reading_and_nothing_else() -> None:
    def ahead() -> Iterator[UUID]:
        yield from (UUID(int=number) for number in range(AHEAD))
        raise StoreUnavailable("The store is away.")

    then = Event()
    with capture_logs() as logs, reading_on(ahead(), then.set):
        assert then.wait(60)
    assert [line["event"] for line in logs] == ["nothing more is read ahead"]


def test_what_its_pictures_show_is_worked_out_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_system(tmp_path) as system:
        process = a_process(LONG)
        somebody = ParticipantRecord(organisation="A firm", organisation_kind=MemberKind.COMPANY)
        process.invite(person := uuid4(), somebody, "2026-01-01")
        process.answer_invitation(person, Commitment.COMMITTED, "2026-01-02")
        process.name_force(force := uuid4(), ForceRecord(title=Title(en="Ageing"), steep=Steep.SOCIAL))
        process.assess(person, [Score(force=force, impact=4, uncertainty=2)])
        system.store.save(process)
        system.projector.catch_up()
    with open_system(tmp_path) as system:
        assert list(read_ahead(system)) == [process.id]
        monkeypatch.setattr(ForesightProcess, "_assess_all", None)
        monkeypatch.setattr(ForesightProcess, "_count", None)
        opened = system.store.get(ForesightProcess, process.id)
        assert (opened.turnouts(), [(one.impact, one.uncertainty) for one in opened.assessed()]) == ((), [(4.0, 2.0)])


def test_one_that_cannot_be_read_holds_up_none_of_the_others(
    tmp_path: Path, decoded: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = EventMapper.to_domain_event
    with open_system(tmp_path) as system:
        for process in (whole := a_process(), damaged := a_process(), newest := a_process()):
            system.store.save(process)
        system.projector.catch_up()

    def refused(mapper: EventMapper, row: StoredEvent) -> aggregate.Event:
        if row.originator_id == damaged.id:
            raise UnreadableEvent("A stored event is damaged.")
        return decode(mapper, row)

    with open_system(tmp_path) as system:
        decoded.clear()
        monkeypatch.setattr(EventMapper, "to_domain_event", refused)
        assert list(read_ahead(system)) == [newest.id, whole.id]
    assert set(decoded) == {whole.id, newest.id}
