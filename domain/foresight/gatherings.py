"""Gatherings: planned, held with their attendance, or cancelled."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.aggregate import Event
from domain.dates import Day
from domain.errors import Invalid, NotFound, WrongState
from domain.foresight.participation import MOST_PARTICIPANTS, Commitment, Participation
from domain.foresight.parts import one_of, same_ids
from domain.text import Note

MOST_GATHERINGS = 100
LONGEST_DAYS = 31


class GatheringState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class GatheringPlan(BaseModel):
    """From the first day to the last, both included. `catch_up`: for those who join later."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    starts: Day
    ends: Day
    purpose: Note | None = None
    product: Note | None = None
    catch_up: bool = False

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("The gathering ends before it begins.")
        if self.days > LONGEST_DAYS:
            raise ValueError("A gathering takes at most a month.")
        return self

    @property
    def days(self) -> int:
        return (date.fromisoformat(self.ends) - date.fromisoformat(self.starts)).days + 1


@dataclass(frozen=True, slots=True)
class Gathering:
    id: UUID
    plan: GatheringPlan
    state: GatheringState = GatheringState.PLANNED
    attended: frozenset[UUID] = frozenset()
    """Ids of participants."""


@dataclass(frozen=True, slots=True)
class Turnout:
    """Of a gathering that was held: how many came, how many of those of the gathering before came `back`, and how many
    have been at all of them (`core`). Gatherings to catch up are not counted. `back` is None for the first one."""

    gathering: UUID
    attended: int
    before: int | None
    back: int | None
    core: int

    @property
    def return_rate(self) -> float | None:
        """0 to 1; None for the first gathering, and after one that nobody came to."""
        return self.back / self.before if self.back is not None and self.before else None


class Gatherings(Participation):
    class GatheringPlanned(Event, topic="process.gathering-planned"):
        gathering: UUID
        plan: GatheringPlan

        def apply(self, aggregate: "Gatherings") -> None:
            aggregate.gatherings = {**aggregate.gatherings, self.gathering: Gathering(self.gathering, self.plan)}

    class GatheringReplanned(Event, topic="process.gathering-replanned"):
        gathering: UUID
        plan: GatheringPlan

        def apply(self, aggregate: "Gatherings") -> None:
            aggregate.put_gathering(replace(aggregate.gatherings[self.gathering], plan=self.plan))

    class GatheringHeld(Event, topic="process.gathering-held"):
        """Who came; once more, where that was corrected."""

        gathering: UUID
        attended: tuple[UUID, ...] = Field(max_length=MOST_PARTICIPANTS)

        def apply(self, aggregate: "Gatherings") -> None:
            came = frozenset(same_ids(aggregate.participants, self.attended))
            held = replace(aggregate.gatherings[self.gathering], state=GatheringState.HELD, attended=came)
            aggregate.put_gathering(held)

    class GatheringCancelled(Event, topic="process.gathering-cancelled"):
        gathering: UUID

        def apply(self, aggregate: "Gatherings") -> None:
            aggregate.put_gathering(replace(aggregate.gatherings[self.gathering], state=GatheringState.CANCELLED))

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.gatherings: dict[UUID, Gathering] = {}

    def put_gathering(self, gathering: Gathering) -> None:
        self.gatherings = {**self.gatherings, gathering.id: gathering}

    def gathering(self, id: UUID) -> Gathering:
        """Raises `NotFound`."""
        return one_of(self.gatherings, id, NotFound("There is no such gathering.", field="gathering"))

    def by_date(self, *states: GatheringState) -> list[Gathering]:
        """Those in one of the states, earliest first."""
        return [g for g in self._in_order() if g.state in states]

    def _in_order(self) -> tuple[Gathering, ...]:
        def put_in_order() -> tuple[Gathering, ...]:
            return tuple(sorted(self.gatherings.values(), key=lambda g: (g.plan.starts, g.plan.ends, str(g.id))))

        return self.worked_out.of((self.gatherings,), "gatherings in order", put_in_order)

    def first_gathering(self) -> Gathering | None:
        """The earliest that was held or is planned, not counting those to catch up."""
        there = self.by_date(GatheringState.PLANNED, GatheringState.HELD)
        return next((g for g in there if not g.plan.catch_up), None)

    def turnouts(self) -> tuple[Turnout, ...]:
        """Of each gathering that was held, earliest first."""
        return self.worked_out.of((self.gatherings,), "turnouts", lambda: tuple(self._count()))

    def _count(self) -> Iterator[Turnout]:
        last: frozenset[UUID] | None = None
        core: frozenset[UUID] | None = None
        for held in self.by_date(GatheringState.HELD):
            if held.plan.catch_up:
                continue
            came = held.attended
            core = came if core is None else core & came
            before, back = (None, None) if last is None else (len(last), len(last & came))
            yield Turnout(held.id, len(came), before, back, len(core))
            last = came

    def answer_invitation(self, id: UUID, commitment: Commitment, on: str) -> None:
        if commitment in (Commitment.DECLINED, Commitment.WITHDREW) and any(
            on < g.plan.starts for g in self.gatherings.values() if id in g.attended
        ):
            raise WrongState("They attended a gathering after that day: correct its attendance first.", field="on")
        super().answer_invitation(id, commitment, on)

    def plan_gathering(self, id: UUID, plan: GatheringPlan) -> None:
        if id in self.gatherings:
            if plan != self.gatherings[id].plan:
                raise WrongState("This gathering was planned already: change its plan.", field="gathering")
            return
        if len(self.gatherings) >= MOST_GATHERINGS:
            raise Invalid("A process has at most {most} gatherings.", most=MOST_GATHERINGS)
        self.record(self.GatheringPlanned, gathering=id, plan=plan)

    def replan_gathering(self, id: UUID, plan: GatheringPlan) -> None:
        """Also of one that was held, where a date or the purpose was noted wrongly."""
        gathering = self.gathering(id)
        self._goes_on(gathering)
        self._may_attend(gathering.attended, plan)
        if plan != gathering.plan:
            self.record(self.GatheringReplanned, gathering=id, plan=plan)

    def hold_gathering(self, id: UUID, attended: frozenset[UUID]) -> None:
        gathering = self.gathering(id)
        self._goes_on(gathering)
        self._may_attend(attended, gathering.plan)
        if gathering.state is GatheringState.HELD and attended == gathering.attended:
            return
        self.record(self.GatheringHeld, gathering=id, attended=tuple(sorted(attended, key=str)))

    def cancel_gathering(self, id: UUID, reason: str) -> None:
        gathering = self.gathering(id)
        self._goes_on(gathering)
        if gathering.state is GatheringState.HELD:
            raise WrongState("This gathering was held; it cannot be cancelled any more.")
        if not reason.strip():
            raise Invalid("Say why the gathering is cancelled.", field="reason")
        self.record(self.GatheringCancelled, gathering=id, reason=reason.strip())

    def _goes_on(self, gathering: Gathering) -> None:
        if gathering.state is GatheringState.CANCELLED:
            raise WrongState("This gathering was cancelled: plan another one.")

    def _may_attend(self, attended: frozenset[UUID], plan: GatheringPlan) -> None:
        first, last = date.fromisoformat(plan.starts), date.fromisoformat(plan.ends)
        for id in attended:
            if id not in self.participants:
                raise Invalid("Somebody attended who is not a participant: invite them first.", field="attended")
            if self.participants[id].away(first, last):
                raise Invalid("Somebody attended who had declined or withdrawn before that day.", field="attended")
