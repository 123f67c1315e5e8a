"""Gatherings: planned, held with their attendance, cancelled; and how many came back."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.errors import Invalid, NotFound, Refused, WrongState
from domain.foresight.gatherings import MOST_GATHERINGS, Gathering, GatheringPlan, GatheringState, Turnout
from domain.foresight.participation import Commitment
from domain.foresight.process import ForesightProcess
from tests.domain.processes import (
    ANNE,
    BO,
    CARL,
    CATCH_UP,
    KICK_OFF,
    SECOND,
    TWO_DAYS,
    Decided,
    Decision,
    Refusal,
    a_process,
    answered,
    cancelled,
    check_nothing,
    check_refusal,
    committed,
    held,
    invited,
    planned,
)  # fmt: skip

LATER = GatheringPlan(starts="2026-06-01", ends="2026-06-02", purpose="Forces", product="A list")
ONE_DAY = GatheringPlan(starts="2026-05-13", ends="2026-05-13")
planned_two_days = planned(starts=TWO_DAYS.starts, ends=TWO_DAYS.ends)


def replanned(plan: GatheringPlan) -> Decision:
    return lambda process: process.replan_gathering(KICK_OFF, plan)


def withdrew(on: str) -> Decision:
    return answered(ANNE, Commitment.WITHDREW, on)


def test_what_is_recorded(decided: Decided) -> None:
    process = a_process(committed(ANNE), committed(BO))
    for decide in (planned_two_days, replanned(LATER), held(BO, ANNE), held(), planned(SECOND)):
        decide(process)
    process.cancel_gathering(SECOND, " Snow. ")
    assert process.pending[-1].reason == "Snow."
    assert decided(process) == [
        ("process.gathering-planned", {"gathering": KICK_OFF, "plan": TWO_DAYS}),
        ("process.gathering-replanned", {"gathering": KICK_OFF, "plan": LATER}),
        ("process.gathering-held", {"gathering": KICK_OFF, "attended": (ANNE, BO)}),
        ("process.gathering-held", {"gathering": KICK_OFF}),
        ("process.gathering-planned", {"gathering": SECOND, "plan": ONE_DAY}),
        ("process.gathering-cancelled", {"gathering": SECOND}),
    ]  # fmt: skip
    assert [(g.id, g.state) for g in process.gatherings.values()] == [
        (KICK_OFF, GatheringState.HELD),
        (SECOND, GatheringState.CANCELLED),
    ]
    assert process.gathering(KICK_OFF) == Gathering(KICK_OFF, LATER, GatheringState.HELD)


NOTHING: list[tuple[tuple[Decision, ...], Decision]] = [
    ((planned(),), planned()),
    ((planned_two_days,), replanned(TWO_DAYS)),
    ((committed(ANNE), planned(), held(ANNE)), held(ANNE)),
    ((planned(), held()), held()),
]


def as_many_as_there_may_be(process: ForesightProcess) -> None:
    for n in range(MOST_GATHERINGS):
        planned(UUID(int=1000 + n))(process)


NOT_THERE = (NotFound, "There is no such gathering.", "gathering")
GONE = (WrongState, "This gathering was cancelled: plan another one.", None)
AWAY = (Invalid, "Somebody attended who had declined or withdrawn before that day.", "attended")
REFUSALS: list[Refusal] = [
    ((planned(), held()), planned(starts="2026-06-01"),
     (WrongState, "This gathering was planned already: change its plan.", "gathering")),
    ((as_many_as_there_may_be,), planned(), (Invalid, "A process has at most 100 gatherings.", None)),
    ((), replanned(LATER), NOT_THERE),
    ((), held(), NOT_THERE),
    ((), cancelled(), NOT_THERE),
    ((planned(), cancelled()), replanned(LATER), GONE),
    ((planned(), cancelled()), held(), GONE),
    ((planned(), cancelled()), cancelled(), GONE),
    ((planned(), held()), cancelled(), (WrongState, "This gathering was held; it cannot be cancelled any more.", None)),
    ((planned(),), lambda p: p.cancel_gathering(KICK_OFF, " "),
     (Invalid, "Say why the gathering is cancelled.", "reason")),
    ((planned(),), held(ANNE),
     (Invalid, "Somebody attended who is not a participant: invite them first.", "attended")),
    ((committed(ANNE), withdrew("2026-05-12"), planned()), held(ANNE), AWAY),
    ((invited(ANNE), answered(ANNE, Commitment.DECLINED, "2026-05-12"), planned()), held(ANNE), AWAY),
    ((committed(ANNE), planned(), held(ANNE), withdrew("2026-05-20")), replanned(LATER), AWAY),
]  # fmt: skip


@pytest.mark.parametrize(("given", "decide"), NOTHING)
def test_what_changes_nothing_records_nothing(given: tuple[Decision, ...], decide: Decision) -> None:
    check_nothing(given, decide)


@pytest.mark.parametrize(("given", "decide", "expected"), REFUSALS)
def test_refusals(
    given: tuple[Decision, ...], decide: Decision, expected: tuple[type[Refused], str, str | None]
) -> None:
    check_refusal(given, decide, expected)


def test_a_gathering_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValidationError, match=r"The gathering ends before it begins\."):
        GatheringPlan(starts="2026-05-14", ends="2026-05-13")


def test_a_gathering_takes_a_day_to_a_month() -> None:
    assert GatheringPlan(starts="2026-05-01", ends="2026-05-01").days == 1
    assert GatheringPlan(starts="2026-05-01", ends="2026-05-31").days == 31
    with pytest.raises(ValidationError, match=r"A gathering takes at most a month\."):
        GatheringPlan(starts="2026-05-01", ends="2026-06-01")


@pytest.mark.parametrize(
    "given",
    [
        (committed(ANNE), withdrew("2026-05-13")),
        (committed(ANNE), withdrew("2026-05-14")),
        (committed(ANNE), withdrew("2026-03-01"), answered(ANNE, Commitment.COMMITTED, "2026-05-14")),
        (invited(ANNE),),
        (invited(ANNE, "2026-06-01"),),
    ],
    ids=["withdrew on the first day", "on the last", "came back in between", "never answered", "noted afterwards"],
)
def test_who_was_there_on_one_of_the_days_has_attended(given: tuple[Decision, ...]) -> None:
    assert a_process(*given, planned_two_days, held(ANNE)).gathering(KICK_OFF).attended == {ANNE}


def test_gatherings_are_by_date_and_the_first_is_neither_cancelled_nor_to_catch_up() -> None:
    process = a_process(
        planned(SECOND, "2026-05-13"),
        planned(KICK_OFF, "2026-03-01"),
        planned(CATCH_UP, "2026-04-01", catch_up=True),
        cancelled(KICK_OFF),
    )
    assert [g.id for g in process.by_date(*GatheringState)] == [KICK_OFF, CATCH_UP, SECOND]
    assert [g.id for g in process.by_date(GatheringState.CANCELLED)] == [KICK_OFF]
    assert process.first_gathering() == process.gathering(SECOND)
    assert a_process(planned(CATCH_UP, catch_up=True)).first_gathering() is None


def test_turnout_tells_who_came_back_and_who_always_came() -> None:
    third, nobody, after = UUID(int=70), UUID(int=71), UUID(int=72)
    process = a_process(
        committed(ANNE), committed(BO), committed(CARL),
        planned(SECOND, "2026-03-01"), planned(KICK_OFF, "2026-02-01"), planned(third, "2026-04-01"),
        planned(CATCH_UP, "2026-02-15", catch_up=True), planned(nobody, "2026-05-01"), planned(after, "2026-06-01"),
        planned(UUID(int=73), "2026-02-20"),
        held(ANNE, BO), held(BO, CARL, id=SECOND), held(BO, ANNE, CARL, id=third), held(CARL, id=CATCH_UP),
        held(id=nobody), held(ANNE, id=after),
    )  # fmt: skip
    turnouts = list(process.turnouts())
    assert turnouts == [
        Turnout(KICK_OFF, 2, None, None, 2),
        Turnout(SECOND, 2, 2, 1, 1),
        Turnout(third, 3, 2, 2, 1),
        Turnout(nobody, 0, 3, 0, 0),
        Turnout(after, 1, 0, 0, 0),
    ]
    assert [t.return_rate for t in turnouts] == [None, 0.5, 1.0, 0.0, None]
