"""Steps of actions and of the follow-up."""

from typing import Any
from uuid import UUID

from api.usecases.process_steps.step import AN_ID, Asked, NewId, Step, example, part_of
from domain.foresight.actions import ActionRecord, ActionState, FollowUpPlan


class AgreeAction(ActionRecord, Asked):
    """An action, new or agreed on anew."""

    model_config = example(title={"en": "Write the battery's statutes"}, owner="The cluster office", due="2027-03-01")

    action: NewId


class MoveAction(Asked):
    """How far an action has come."""

    model_config = example(action=AN_ID, state="done")

    action: UUID
    state: ActionState


class PlanFollowUp(FollowUpPlan, Asked):
    """Who sees to it, from when, with what money."""

    model_config = example(owner="The cluster board", on="2027-01-15", budget=300_000)


STEPS: tuple[Step[Any], ...] = (
    Step("agree-action", AgreeAction, lambda p, a: p.agree_action(a.action, part_of(ActionRecord, a))),
    Step("move-action", MoveAction, lambda p, a: p.move_action(a.action, a.state)),
    Step("plan-follow-up", PlanFollowUp, lambda p, a: p.plan_follow_up(part_of(FollowUpPlan, a))),
)
