"""Steps of axes and scenarios."""

from typing import Any
from uuid import UUID

from api.usecases.process_steps.step import AN_ID, ANOTHER_ID, Asked, NewId, Step, example, part_of
from domain.foresight.scenarios import AxisRecord, ScenarioRecord


class DrawAxis(AxisRecord, Asked):
    """An axis, new or drawn anew."""

    model_config = example(title={"en": "The grid"}, low={"en": "One for all"}, high={"en": "Each their own"})

    axis: NewId


class RemoveAxis(Asked):
    """An axis is taken out; no scenario lies on it."""

    model_config = example(axis=AN_ID)

    axis: UUID


class WriteScenario(ScenarioRecord, Asked):
    """A scenario, new or written anew: at an end of each of two axes, or free."""

    model_config = example(
        title={"en": "Islands of light"},
        place=[{"axis": AN_ID, "end": "high"}, {"axis": ANOTHER_ID, "end": "low"}],
    )

    scenario: NewId


class DropScenario(Asked):
    """A scenario is taken out; no signpost tells of it."""

    model_config = example(scenario=AN_ID)

    scenario: UUID


STEPS: tuple[Step[Any], ...] = (
    Step("draw-axis", DrawAxis, lambda p, a: p.draw_axis(a.axis, part_of(AxisRecord, a))),
    Step("remove-axis", RemoveAxis, lambda p, a: p.remove_axis(a.axis)),
    Step("write-scenario", WriteScenario, lambda p, a: p.write_scenario(a.scenario, part_of(ScenarioRecord, a))),
    Step("drop-scenario", DropScenario, lambda p, a: p.drop_scenario(a.scenario)),
)
