"""Large processes that were changed lately are in memory before anybody asks."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from api.usecases.processes import AHEAD, read_ahead
from api.wiring import open_system
from domain.acting import acting
from domain.aggregate import Event
from domain.cluster_record import MemberKind
from domain.foresight.forces import ForceRecord, Score, Steep
from domain.foresight.gatherings import GatheringPlan
from domain.foresight.participation import Commitment, ParticipantRecord
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.source import Source
from domain.text import Title
from store.mapper import EventMapper, UnreadableEvent
from store.recent import LONG


@pytest.fixture(autouse=True)
def mona() -> Iterator[None]:
    with acting("mona"):
        yield


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Of which things events were decoded, in order."""
    told, decode = list[UUID](), EventMapper.to_domain_event

    def counted(mapper: EventMapper, row: StoredEvent) -> Event:
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


def test_the_lately_changed_are_read_before_they_are_opened(tmp_path: Path, decoded: list[UUID]) -> None:
    with open_system(tmp_path) as system:
        long_ago, lately = a_process(LONG), a_process(LONG)
        for process in (long_ago, *(a_process() for _ in range(AHEAD - 1)), lately):
            system.store.save(process)
        system.projector.catch_up()
    with open_system(tmp_path) as system:
        read_ahead(system)
        decoded.clear()
        assert system.store.get(ForesightProcess, lately.id).version == LONG
        assert decoded == []
        assert system.store.get(ForesightProcess, long_ago.id).version == LONG
        assert decoded == [long_ago.id] * LONG


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
        read_ahead(system)
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

    def refused(mapper: EventMapper, row: StoredEvent) -> Event:
        if row.originator_id == damaged.id:
            raise UnreadableEvent("A stored event is damaged.")
        return decode(mapper, row)

    with open_system(tmp_path) as system:
        decoded.clear()
        monkeypatch.setattr(EventMapper, "to_domain_event", refused)
        read_ahead(system)
    assert set(decoded) == {whole.id, newest.id}
