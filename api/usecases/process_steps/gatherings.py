"""Steps of gatherings: planned, held, cancelled."""

from typing import Any
from uuid import UUID

from pydantic import Field

from api.usecases.process_steps.step import AN_ID, ANOTHER_ID, Asked, Because, NewId, Step, example, part_of
from domain.foresight.gatherings import GatheringPlan
from domain.foresight.participation import MOST_PARTICIPANTS


class PlanGathering(GatheringPlan, Asked):
    """A gathering, from the first day to the last."""

    model_config = example(
        starts="2026-03-10", ends="2026-03-11", purpose="Find what drives the industry.", product="Forty forces."
    )

    gathering: NewId


class ReplanGathering(GatheringPlan, Asked):
    """A gathering as it is planned now, as a whole."""

    model_config = example(gathering=AN_ID, starts="2026-03-17", ends="2026-03-18")

    gathering: UUID


class HoldGathering(Asked):
    """That a gathering was held, and which participants came; once more, to correct it."""

    model_config = example(gathering=AN_ID, attended=[ANOTHER_ID])

    gathering: UUID
    attended: list[UUID] = Field(max_length=MOST_PARTICIPANTS, description="Ids of participants.")


class CancelGathering(Because):
    """A planned gathering that will not be held."""

    model_config = example(gathering=AN_ID, reason="The speaker fell ill.")

    gathering: UUID


STEPS: tuple[Step[Any], ...] = (
    Step("plan-gathering", PlanGathering, lambda p, a: p.plan_gathering(a.gathering, part_of(GatheringPlan, a))),
    Step("replan-gathering", ReplanGathering, lambda p, a: p.replan_gathering(a.gathering, part_of(GatheringPlan, a))),
    Step("hold-gathering", HoldGathering, lambda p, a: p.hold_gathering(a.gathering, frozenset(a.attended))),
    Step("cancel-gathering", CancelGathering, lambda p, a: p.cancel_gathering(a.gathering, a.reason)),
)
