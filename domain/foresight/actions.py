"""Actions that were agreed on, and the follow-up: who sees to it, from when, with what money."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.aggregate import Event
from domain.dates import Day
from domain.errors import Invalid, NotFound, WrongState
from domain.foresight.options import Options
from domain.foresight.parts import one_of
from domain.text import Line, Note, Title

MOST_ACTIONS = 200


class ActionState(StrEnum):
    OPEN = "open"
    UNDER_WAY = "under-way"
    DONE = "done"
    DROPPED = "dropped"


class ActionRecord(BaseModel):
    """`owner` is an organisation or a role in the cluster."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    owner: Line | None = None
    due: Day | None = None
    option: UUID | None = None


class FollowUpPlan(BaseModel):
    """`budget` is in whole units of `currency`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: Line | None = None
    on: Day | None = None
    budget: Annotated[int, Field(strict=True, ge=0, le=10**12)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")] = "NOK"
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class ActionItem:
    id: UUID
    record: ActionRecord
    state: ActionState = ActionState.OPEN


class Actions(Options):
    class ActionAgreed(Event, topic="process.action-agreed"):
        """A new one, or one that is there agreed on anew."""

        action: UUID
        record: ActionRecord

        def apply(self, aggregate: "Actions") -> None:
            before = aggregate.actions.get(self.action)
            item = replace(before, record=self.record) if before else ActionItem(self.action, self.record)
            aggregate.actions = {**aggregate.actions, self.action: item}

    class ActionMoved(Event, topic="process.action-moved"):
        action: UUID
        state: ActionState

        def apply(self, aggregate: "Actions") -> None:
            moved = replace(aggregate.actions[self.action], state=self.state)
            aggregate.actions = {**aggregate.actions, self.action: moved}

    class FollowUpPlanned(Event, topic="process.follow-up-planned"):
        plan: FollowUpPlan

        def apply(self, aggregate: "Actions") -> None:
            aggregate.follow_up = self.plan

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.actions: dict[UUID, ActionItem] = {}
        self.follow_up = FollowUpPlan()

    def action(self, id: UUID) -> ActionItem:
        """Raises `NotFound`."""
        return one_of(self.actions, id, NotFound("There is no such action.", field="action"))

    def drop_option(self, id: UUID) -> None:
        if any(action.record.option == id for action in self.actions.values()):
            raise WrongState("An action carries out this option: change the action first.", field="option")
        super().drop_option(id)

    def agree_action(self, id: UUID, record: ActionRecord) -> None:
        if record.option is not None:
            self.option(record.option)
        if id not in self.actions and len(self.actions) >= MOST_ACTIONS:
            raise Invalid("A process has at most {most} actions.", most=MOST_ACTIONS)
        if id not in self.actions or record != self.actions[id].record:
            self.record(self.ActionAgreed, action=id, record=record)

    def move_action(self, id: UUID, state: ActionState) -> None:
        if state is not self.action(id).state:
            self.record(self.ActionMoved, action=id, state=state)

    def plan_follow_up(self, plan: FollowUpPlan) -> None:
        if plan != self.follow_up:
            self.record(self.FollowUpPlanned, plan=plan)
