"""Driving forces, and what each assessor thinks of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.aggregate import Event
from domain.errors import Invalid, NotFound, WrongState
from domain.foresight.gatherings import Gatherings
from domain.foresight.parts import one_of, same_ids, without
from domain.text import Prose, Title

MOST_FORCES = 500
Rating = Annotated[int, Field(strict=True, ge=1, le=5)]


class Steep(StrEnum):
    """Kinds of driving forces, as scanning has them."""

    SOCIAL = "social"
    TECHNOLOGICAL = "technological"
    ECONOMIC = "economic"
    ENVIRONMENTAL = "environmental"
    POLITICAL = "political"


class Standing(StrEnum):
    """What was made of a force: it comes in every scenario, or scenarios differ by it."""

    CERTAIN = "certain"
    CRITICAL = "critical"


class ForceRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    steep: Steep
    description: Prose | None = None
    standing: Standing | None = None


class Score(BaseModel):
    """From 1, the least, to 5, the most."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    force: UUID
    impact: Rating
    uncertainty: Rating


@dataclass(frozen=True, slots=True)
class Rated:
    """What one assessor gave one force."""

    impact: int
    uncertainty: int


@cache
def rated(impact: int, uncertainty: int) -> Rated:
    """The one there is: twenty-five serve the thousands of scores that a process can have."""
    return Rated(impact, uncertainty)


@dataclass(frozen=True, slots=True)
class Force:
    id: UUID
    record: ForceRecord


@dataclass(frozen=True)
class Assessed:
    """A force with the scores of all who assessed it, by participant, in the order in which they did."""

    force: Force
    scores: Mapping[UUID, Rated]

    @cached_property
    def impact(self) -> float | None:
        """The mean; None where nobody assessed it."""
        return sum(s.impact for s in self.scores.values()) / len(self.scores) if self.scores else None

    @cached_property
    def uncertainty(self) -> float | None:
        return sum(s.uncertainty for s in self.scores.values()) / len(self.scores) if self.scores else None


class Forces(Gatherings):
    class ForceNamed(Event, topic="process.force-named"):
        force: UUID
        record: ForceRecord

        def apply(self, aggregate: "Forces") -> None:
            aggregate.forces = {**aggregate.forces, self.force: Force(self.force, self.record)}

    class ForceChanged(Event, topic="process.force-changed"):
        force: UUID
        record: ForceRecord

        def apply(self, aggregate: "Forces") -> None:
            changed = replace(aggregate.forces[self.force], record=self.record)
            aggregate.forces = {**aggregate.forces, self.force: changed}

    class ForceDropped(Event, topic="process.force-dropped"):
        force: UUID

        def apply(self, aggregate: "Forces") -> None:
            aggregate.forces = {id: force for id, force in aggregate.forces.items() if id != self.force}

    class ForcesAssessed(Event, topic="process.forces-assessed"):
        """What one assessor thinks of some forces; what they thought of these before is replaced."""

        participant: UUID
        scores: tuple[Score, ...] = Field(min_length=1, max_length=MOST_FORCES)

        def apply(self, aggregate: "Forces") -> None:
            forces = same_ids(aggregate.forces, (score.force for score in self.scores))
            given = {force: rated(s.impact, s.uncertainty) for force, s in zip(forces, self.scores, strict=True)}
            own = {**aggregate.scores.get(self.participant, {}), **given}
            aggregate.scores = {**aggregate.scores, self.participant: own}

    class ScoresCleared(Event, topic="process.scores-cleared"):
        """One assessor has no view on these forces after all."""

        participant: UUID
        forces: tuple[UUID, ...] = Field(min_length=1, max_length=MOST_FORCES)

        def apply(self, aggregate: "Forces") -> None:
            aggregate.scores = without(aggregate.scores, self.participant, self.forces)

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.forces: dict[UUID, Force] = {}
        self.scores: dict[UUID, dict[UUID, Rated]] = {}
        """By participant and force."""

    def force(self, id: UUID) -> Force:
        """Raises `NotFound`."""
        return one_of(self.forces, id, NotFound("There is no such driving force.", field="force"))

    def assessed(self) -> tuple[Assessed, ...]:
        """Every force with its scores, in the order in which they were named."""
        return self.worked_out.of((self.forces, self.scores), "assessed", self._assess_all)

    def _assess_all(self) -> tuple[Assessed, ...]:
        of_force: dict[UUID, dict[UUID, Rated]] = {id: {} for id in self.forces}
        for participant, scores in self.scores.items():
            for force, score in scores.items():
                if (there := of_force.get(force)) is not None:
                    there[participant] = score
        return tuple(Assessed(force, of_force[id]) for id, force in self.forces.items())

    def name_force(self, id: UUID, record: ForceRecord) -> None:
        if id in self.forces:
            if record != self.forces[id].record:
                raise WrongState("This driving force was named already: change it.", field="force")
            return
        if len(self.forces) >= MOST_FORCES:
            raise Invalid("A process has at most {most} driving forces.", most=MOST_FORCES)
        self.record(self.ForceNamed, force=id, record=record)

    def change_force(self, id: UUID, record: ForceRecord) -> None:
        if record != self.force(id).record:
            self.record(self.ForceChanged, force=id, record=record)

    def drop_force(self, id: UUID) -> None:
        self.force(id)
        self.record(self.ForceDropped, force=id)

    def assess(self, participant: UUID, scores: Sequence[Score]) -> None:
        """Raises `Invalid` for an assessor who is no participant, and for a force that is not there or comes twice."""
        if not self.takes_part(participant):
            raise Invalid("Only participants assess driving forces: invite them first.", field="participant")
        if len({score.force for score in scores}) < len(scores):
            raise Invalid("A driving force comes twice.", field="scores")
        if not scores or any(score.force not in self.forces for score in scores):
            raise Invalid("Give scores of driving forces that this process has.", field="scores")
        own = self.scores.get(participant, {})
        if new := tuple(s for s in scores if own.get(s.force) != Rated(s.impact, s.uncertainty)):
            self.record(self.ForcesAssessed, participant=participant, scores=new)

    def clear_scores(self, participant: UUID, forces: Iterable[UUID]) -> None:
        """Those that there are of them. Raises `NotFound`, and `Invalid` for a force that is not there."""
        self.participant(participant)
        own, asked = self.scores.get(participant, {}), dict.fromkeys(forces)
        if not asked or any(force not in self.forces and force not in own for force in asked):
            raise Invalid("Name driving forces that this process has.", field="forces")
        if there := tuple(force for force in asked if force in own):
            self.record(self.ScoresCleared, participant=participant, forces=there)
