"""Foresight processes to begin tests from: ids, records, and what is decided, each as a function of the process."""

from collections.abc import Callable
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from domain.aggregate import Aggregate
from domain.cluster_record import MemberKind
from domain.errors import Refused
from domain.foresight.forces import ForceRecord, Score, Steep
from domain.foresight.gatherings import GatheringPlan
from domain.foresight.options import OptionRecord
from domain.foresight.participation import Commitment, ParticipantRecord
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.foresight.scenarios import AtEnd, AxisRecord, End, ScenarioRecord
from domain.text import Title

Decided: TypeAlias = Callable[[Aggregate], list[tuple[str, dict[str, Any]]]]
Decision: TypeAlias = Callable[[ForesightProcess], object]
Refusal: TypeAlias = tuple[tuple[Decision, ...], Decision, tuple[type[Refused], str, str | None]]

PROCESS, CLUSTER, NOWHERE = UUID(int=1), UUID(int=2), UUID(int=3)
ANNE, BO, CARL = (UUID(int=10 + n) for n in range(3))
KICK_OFF, SECOND, CATCH_UP = (UUID(int=20 + n) for n in range(3))
PRICE, GRID_LAW = UUID(int=30), UUID(int=31)
OPENNESS, DEMAND, CLIMATE = (UUID(int=40 + n) for n in range(3))
ISLANDS, HARBOUR = UUID(int=50), UUID(int=51)
BATTERY, SCHOOL = UUID(int=60), UUID(int=61)

RECORD = ProcessRecord(title=Title(en="Smart energy 2035"), horizon=2035, cluster=CLUSTER, begins="2026-01")
MAKER = ParticipantRecord(organisation="Elkem", organisation_kind=MemberKind.COMPANY, perspective="production")
TWO_DAYS = GatheringPlan(starts="2026-05-13", ends="2026-05-14")
FORCE = ForceRecord(title=Title(en="Power is free at noon"), steep=Steep.ECONOMIC)
AXIS = AxisRecord(title=Title(en="The grid"), low=Title(en="One for all"), high=Title(en="Each their own"))
CORNER = (AtEnd(axis=OPENNESS, end=End.HIGH), AtEnd(axis=DEMAND, end=End.LOW))
SCENARIO = ScenarioRecord(title=Title(en="Islands of light"), place=CORNER)
OPTION = OptionRecord(title=Title(en="A joint battery"))


def a_process(*decisions: Decision) -> ForesightProcess:
    """Open, with what the decisions left, and nothing pending."""
    process = ForesightProcess.open(PROCESS, RECORD)
    for decide in decisions:
        decide(process)
    process.collect_events()
    return process


def invited(id: UUID, on: str = "2026-01-05", record: ParticipantRecord = MAKER) -> Decision:
    return lambda process: process.invite(id, record, on)


def answered(id: UUID, commitment: Commitment, on: str) -> Decision:
    return lambda process: process.answer_invitation(id, commitment, on)


def committed(id: UUID, on: str = "2026-01-20", record: ParticipantRecord = MAKER) -> Decision:
    """Invited, and committed on that day."""

    def decide(process: ForesightProcess) -> None:
        process.invite(id, record, "2026-01-05")
        process.answer_invitation(id, Commitment.COMMITTED, on)

    return decide


def planned(
    id: UUID = KICK_OFF,
    starts: str = "2026-05-13",
    ends: str | None = None,
    *,
    catch_up: bool = False,
    purpose: str | None = None,
    product: str | None = None,
) -> Decision:
    """Of one day where no end is given."""
    plan = GatheringPlan(starts=starts, ends=ends or starts, catch_up=catch_up, purpose=purpose, product=product)
    return lambda process: process.plan_gathering(id, plan)


def held(*attended: UUID, id: UUID = KICK_OFF) -> Decision:
    return lambda process: process.hold_gathering(id, frozenset(attended))


def cancelled(id: UUID = KICK_OFF) -> Decision:
    return lambda process: process.cancel_gathering(id, "Snow.")


def named(process: ForesightProcess) -> None:
    process.name_force(PRICE, FORCE)


def assessed(id: UUID, impact: int, uncertainty: int, force: UUID = PRICE) -> Decision:
    return lambda process: process.assess(id, [Score(force=force, impact=impact, uncertainty=uncertainty)])


def drawn(process: ForesightProcess) -> None:
    """Two axes, which a cross needs."""
    process.draw_axis(OPENNESS, AXIS)
    process.draw_axis(DEMAND, AXIS)


def written(process: ForesightProcess) -> None:
    process.write_scenario(ISLANDS, SCENARIO)


def proposed(process: ForesightProcess) -> None:
    process.propose_option(BATTERY, OPTION)


def withdrawn(process: ForesightProcess) -> None:
    process.withdraw("Opened twice.")


def check_refusal(
    given: tuple[Decision, ...], decide: Decision, expected: tuple[type[Refused], str, str | None]
) -> None:
    """It is refused for this reason, names the field, and records nothing."""
    process = a_process(*given)
    with pytest.raises(Refused) as refused:
        decide(process)
    assert (type(refused.value), str(refused.value), refused.value.field) == expected
    assert process.pending == ()


def check_nothing(given: tuple[Decision, ...], decide: Decision) -> None:
    """It changes nothing, and records nothing."""
    process = a_process(*given)
    decide(process)
    assert process.pending == ()
