"""Axes, drawn of what matters and is open, and the scenarios that lie at their ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.aggregate import Event
from domain.errors import Invalid, NotFound, WrongState
from domain.foresight.forces import Forces
from domain.foresight.parts import one_of
from domain.text import Prose, Title

MOST_AXES = 6
MOST_SCENARIOS = 12


class End(StrEnum):
    LOW = "low"
    HIGH = "high"


class AxisRecord(BaseModel):
    """A critical uncertainty as a line between two ends. `force` is the one it was drawn of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    low: Title
    high: Title
    force: UUID | None = None


class AtEnd(BaseModel):
    """The end of an axis at which a scenario lies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    axis: UUID
    end: End


class ScenarioRecord(BaseModel):
    """`place`: an end of each of two axes, for one of the four of a cross; nothing for a scenario that stands free."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    story: Prose | None = None
    place: tuple[AtEnd, ...] = Field(default=(), max_length=2)


@dataclass(frozen=True, slots=True)
class Axis:
    id: UUID
    record: AxisRecord


@dataclass(frozen=True, slots=True)
class Scenario:
    id: UUID
    record: ScenarioRecord


class Scenarios(Forces):
    class AxisDrawn(Event, topic="process.axis-drawn"):
        axis: UUID
        record: AxisRecord

        def apply(self, aggregate: "Scenarios") -> None:
            aggregate.axes = {**aggregate.axes, self.axis: Axis(self.axis, self.record)}

    class AxisRemoved(Event, topic="process.axis-removed"):
        axis: UUID

        def apply(self, aggregate: "Scenarios") -> None:
            aggregate.axes = {id: axis for id, axis in aggregate.axes.items() if id != self.axis}

    class ScenarioWritten(Event, topic="process.scenario-written"):
        """A new one, or one that is there written anew."""

        scenario: UUID
        record: ScenarioRecord

        def apply(self, aggregate: "Scenarios") -> None:
            aggregate.scenarios = {**aggregate.scenarios, self.scenario: Scenario(self.scenario, self.record)}

    class ScenarioDropped(Event, topic="process.scenario-dropped"):
        scenario: UUID

        def apply(self, aggregate: "Scenarios") -> None:
            aggregate.scenarios = {id: one for id, one in aggregate.scenarios.items() if id != self.scenario}

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.axes: dict[UUID, Axis] = {}
        self.scenarios: dict[UUID, Scenario] = {}

    def axis(self, id: UUID) -> Axis:
        """Raises `NotFound`."""
        return one_of(self.axes, id, NotFound("There is no such axis.", field="axis"))

    def scenario(self, id: UUID) -> Scenario:
        """Raises `NotFound`."""
        return one_of(self.scenarios, id, NotFound("There is no such scenario.", field="scenario"))

    def crosses(self) -> Iterator[tuple[Axis, Axis, dict[tuple[End, End], Scenario]]]:
        """Each pair of axes that scenarios lie at the ends of, with its scenarios, in the order in which they were
        drawn."""
        order = list(self.axes)
        found: dict[tuple[UUID, UUID], dict[tuple[End, End], Scenario]] = {}
        for scenario in self.scenarios.values():
            if scenario.record.place:
                first, second = sorted(scenario.record.place, key=lambda at: order.index(at.axis))
                found.setdefault((first.axis, second.axis), {})[first.end, second.end] = scenario
        for (first, second), at in found.items():
            yield self.axes[first], self.axes[second], at

    def drop_force(self, id: UUID) -> None:
        if any(axis.record.force == id for axis in self.axes.values()):
            raise WrongState("An axis is drawn of this driving force: remove the axis first.", field="force")
        super().drop_force(id)

    def draw_axis(self, id: UUID, record: AxisRecord) -> None:
        """A new one, or one that is there drawn anew."""
        if record.force is not None:
            self.force(record.force)
        if id not in self.axes and len(self.axes) >= MOST_AXES:
            raise Invalid("A process has at most {most} axes.", most=MOST_AXES)
        if id not in self.axes or record != self.axes[id].record:
            self.record(self.AxisDrawn, axis=id, record=record)

    def remove_axis(self, id: UUID) -> None:
        self.axis(id)
        if any(at.axis == id for scenario in self.scenarios.values() for at in scenario.record.place):
            raise WrongState("A scenario lies at an end of this axis: move the scenario first.", field="axis")
        self.record(self.AxisRemoved, axis=id)

    def write_scenario(self, id: UUID, record: ScenarioRecord) -> None:
        """A new one, or one that is there written anew. Raises `Invalid` for a place without its two axes, and for one
        that another scenario has."""
        axes = {at.axis for at in record.place}
        if record.place and len(axes) != 2:
            raise Invalid("A scenario of a cross lies at an end of two axes: name both.", field="place")
        if not axes <= self.axes.keys():
            raise Invalid("There is no such axis: draw it first.", field="place")
        ends = set(record.place)
        if ends and any(set(s.record.place) == ends for s in self.scenarios.values() if s.id != id):
            raise Invalid("Another scenario lies at these ends.", field="place")
        if id not in self.scenarios and len(self.scenarios) >= MOST_SCENARIOS:
            raise Invalid("A process has at most {most} scenarios.", most=MOST_SCENARIOS)
        if id not in self.scenarios or record != self.scenarios[id].record:
            self.record(self.ScenarioWritten, scenario=id, record=record)

    def drop_scenario(self, id: UUID) -> None:
        self.scenario(id)
        self.record(self.ScenarioDropped, scenario=id)
