"""Actions and the follow-up."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.errors import Invalid, NotFound, Refused
from domain.foresight.actions import MOST_ACTIONS, ActionItem, ActionRecord, ActionState, FollowUpPlan
from domain.foresight.process import ForesightProcess
from domain.text import Title
from tests.domain.processes import (
    BATTERY,
    NOWHERE,
    Decided,
    Decision,
    Refusal,
    a_process,
    check_nothing,
    check_refusal,
    proposed,
)  # fmt: skip

STATUTES, BARE = UUID(int=90), ActionRecord(title=Title(en="Write the statutes"))
OWNED = ActionRecord(title=Title(en="Write the statutes"), owner="The office", due="2027-03-01", option=BATTERY)
PLAN = FollowUpPlan(owner="The board", on="2027-01-15", budget=300_000)


def agreed(process: ForesightProcess) -> None:
    process.agree_action(STATUTES, BARE)


def moved(state: ActionState) -> Decision:
    return lambda process: process.move_action(STATUTES, state)


def test_what_is_recorded(decided: Decided) -> None:
    process = a_process(proposed)
    decisions: tuple[Decision, ...] = (
        agreed, moved(ActionState.UNDER_WAY), lambda p: p.agree_action(STATUTES, OWNED),
        lambda p: p.plan_follow_up(PLAN),
    )  # fmt: skip
    for decide in decisions:
        decide(process)
    assert decided(process) == [
        ("process.action-agreed", {"action": STATUTES, "record": BARE}),
        ("process.action-moved", {"action": STATUTES, "state": ActionState.UNDER_WAY}),
        ("process.action-agreed", {"action": STATUTES, "record": OWNED}),
        ("process.follow-up-planned", {"plan": PLAN}),
    ]
    assert process.actions == {STATUTES: ActionItem(STATUTES, OWNED, ActionState.UNDER_WAY)}
    assert process.follow_up == PLAN


NOTHING: list[tuple[tuple[Decision, ...], Decision]] = [
    ((agreed,), agreed),
    ((agreed,), moved(ActionState.OPEN)),
    ((agreed, moved(ActionState.DONE)), moved(ActionState.DONE)),
    ((), lambda p: p.plan_follow_up(FollowUpPlan())),
    ((lambda p: p.plan_follow_up(PLAN),), lambda p: p.plan_follow_up(PLAN)),
]


def all_actions(process: ForesightProcess) -> None:
    for n in range(MOST_ACTIONS):
        process.agree_action(UUID(int=1000 + n), BARE)


REFUSALS: list[Refusal] = [
    ((all_actions,), agreed, (Invalid, "A process has at most 200 actions.", None)),
    ((), lambda p: p.agree_action(STATUTES, OWNED), (NotFound, "There is no such option.", "option")),
    ((agreed,), lambda p: p.move_action(NOWHERE, ActionState.DONE),
     (NotFound, "There is no such action.", "action")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "decide"), NOTHING)
def test_what_changes_nothing_records_nothing(given: tuple[Decision, ...], decide: Decision) -> None:
    check_nothing(given, decide)


@pytest.mark.parametrize(("given", "decide", "expected"), REFUSALS)
def test_refusals(
    given: tuple[Decision, ...], decide: Decision, expected: tuple[type[Refused], str, str | None]
) -> None:
    check_refusal(given, decide, expected)


def test_an_action_that_was_done_can_be_taken_up_again() -> None:
    process = a_process(agreed, moved(ActionState.DONE), moved(ActionState.OPEN))
    assert process.action(STATUTES).state is ActionState.OPEN


@pytest.mark.parametrize("wrong", [{"budget": -1}, {"budget": 1.5}, {"currency": "kr"}, {"on": "2027"}])
def test_a_follow_up_has_whole_money_in_a_currency_and_begins_on_a_day(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FollowUpPlan.model_validate(wrong)
