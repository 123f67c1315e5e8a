"""What the API answers of a foresight process: its record, every part of it, and how ready it is."""

from dataclasses import asdict, dataclass
from datetime import date
from operator import attrgetter
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.json.shapes import Thing, common_to
from api.usecases.process_lessons import NamedLesson
from domain.foresight.actions import ActionRecord, ActionState, FollowUpPlan
from domain.foresight.checks import Check
from domain.foresight.evaluation import Area, Distribution
from domain.foresight.forces import Assessed, ForceRecord
from domain.foresight.gatherings import Gathering, GatheringPlan, GatheringState, Turnout
from domain.foresight.options import Option, OptionRecord, Reading, Signpost, SignpostRecord
from domain.foresight.participation import Commitment, Participant, ParticipantRecord
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import Checked, CheckState
from domain.foresight.record import Leader, ProcessLeader, ProcessRecord
from domain.foresight.scenarios import AxisRecord, ScenarioRecord
from domain.lesson_record import Phase
from domain.release import Visibility
from domain.text import Title


class PhaseEntry(BaseModel):
    phase: Phase
    on: str = Field(description="A day.")


class CommitmentShape(BaseModel):
    commitment: Commitment
    on: date


class ParticipantShape(ParticipantRecord):
    """`history` are all steps, the invitation first. `person` is null for those who may not know who it is."""

    id: UUID
    commitment: Commitment
    history: list[CommitmentShape]

    @classmethod
    def of(cls, one: Participant) -> "ParticipantShape":
        history = [CommitmentShape(commitment=c, on=on) for c, on in one.turns]
        return cls(**vars(one.record), id=one.id, commitment=one.commitment, history=history)


class GatheringShape(GatheringPlan):
    """`attended` are ids of participants. Of one that was held, and is not to catch up: how many `came`, how many of
    those of the one before came `back` (null for the first), and how many have been at all of them (`core`)."""

    id: UUID
    state: GatheringState
    attended: list[UUID]
    came: int | None
    back: int | None
    return_rate: float | None = Field(description="0 to 1.")
    core: int | None

    @classmethod
    def of(cls, one: Gathering, turnout: Turnout | None) -> "GatheringShape":
        return cls(
            **vars(one.plan),
            id=one.id,
            state=one.state,
            attended=sorted(one.attended, key=attrgetter("int")),
            came=turnout and turnout.attended,
            back=turnout and turnout.back,
            return_rate=turnout and turnout.return_rate,
            core=turnout and turnout.core,
        )


@dataclass(slots=True)
class ScoreShape:
    """One assessor's; `participant` is a number for those who may not know who it is."""

    participant: UUID
    impact: int
    uncertainty: int


class ForceShape(ForceRecord):
    """`impact` and `uncertainty` are means of the `scores`, null without any."""

    id: UUID
    impact: float | None
    uncertainty: float | None
    scores: list[ScoreShape]

    @classmethod
    def of(cls, one: Assessed) -> "ForceShape":
        scores = [ScoreShape(p, s.impact, s.uncertainty) for p, s in one.scores.items()]
        given: dict[str, Any] = {**vars(one.force.record), "impact": one.impact, "uncertainty": one.uncertainty}
        return cls(**given, id=one.force.id, scores=scores)


class AxisShape(AxisRecord):
    id: UUID


class ScenarioShape(ScenarioRecord):
    id: UUID


class RatingShape(BaseModel):
    scenario: UUID
    rating: int
    why: str | None


class OptionShape(OptionRecord):
    id: UUID
    ratings: list[RatingShape]

    @classmethod
    def of(cls, one: Option, process: ForesightProcess) -> "OptionShape":
        there = ((scenario, one.ratings[scenario]) for scenario in process.scenarios if scenario in one.ratings)
        ratings = [RatingShape(scenario=scenario, **asdict(rating)) for scenario, rating in there]
        return cls(**vars(one.record), id=one.id, ratings=ratings)


class SignpostShape(SignpostRecord):
    """`readings` are earliest first."""

    id: UUID
    readings: list[Reading]

    @classmethod
    def of(cls, one: Signpost) -> "SignpostShape":
        return cls(**vars(one.record), id=one.id, readings=list(one.readings))


class ActionShape(ActionRecord):
    id: UUID
    state: ActionState


class DistributionShape(BaseModel):
    """A question, and how many gave each rating, from 1 to 5."""

    id: UUID
    area: Area
    text: Title
    counts: list[int]
    mean: float | None

    @classmethod
    def of(cls, one: Distribution) -> "DistributionShape":
        return cls(**vars(one.question), counts=list(one.counts), mean=one.mean)


class WaiverShape(BaseModel):
    """`by` is a person id, null for those who may not know."""

    reason: str
    by: str | None


class CheckShape(BaseModel):
    """`met`; `not-yet`; or `at-risk`, where what was decided or done goes against it. `figures` are what was looked at.
    `lessons` are published ones that it comes from, as far as the viewer may read them."""

    check: Check
    state: CheckState
    figures: dict[str, int | bool | str | None]
    lessons: list["LessonLink"]
    waived: WaiverShape | None

    @classmethod
    def of(cls, one: Checked, lessons: list[NamedLesson]) -> "CheckShape":
        waived = one.waived and WaiverShape(reason=one.waived.reason, by=one.waived.by or None)
        links = [LessonLink.model_validate(lesson) for lesson in lessons]
        return cls(check=one.check, state=one.state, figures=one.figures, lessons=links, waived=waived)


class LessonLink(BaseModel):
    """A published lesson, at `url`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    url: str
    title: dict[str, str] = Field(description="By language, en and nb.")


class ProcessShape(ProcessRecord, Thing):
    """`phase` is the one it is in; `phases` are all entries, earliest first."""

    visibility: Visibility
    withdrawn: bool
    phase: Phase | None
    phases: list[PhaseEntry]
    process_leader: ProcessLeader | None
    project_leader: Leader | None
    participants: list[ParticipantShape] = Field(description="In the order of invitation.")
    gatherings: list[GatheringShape] = Field(description="Earliest first.")
    driving_forces: list[ForceShape]
    axes: list[AxisShape]
    scenarios: list[ScenarioShape]
    options: list[OptionShape]
    signposts: list[SignpostShape]
    actions: list[ActionShape]
    follow_up: FollowUpPlan
    evaluation_agreed_on: str | None
    evaluation: list[DistributionShape]
    readiness: list[CheckShape] | None = Field(description="Null of the past: it is made of more than the process.")


def process_shape(
    process: ForesightProcess, checks: list[Checked] | None, lessons: dict[Check, list[NamedLesson]]
) -> ProcessShape:
    turnouts = {turnout.gathering: turnout for turnout in process.turnouts()}
    return ProcessShape(
        **vars(process.current),
        **common_to(process),
        visibility=process.visibility,
        withdrawn=process.withdrawn,
        phase=process.phase,
        phases=[PhaseEntry(phase=phase, on=on) for on, phase in process.phases],
        process_leader=process.process_leader,
        project_leader=process.project_leader,
        participants=[ParticipantShape.of(one) for one in process.participants.values()],
        gatherings=[GatheringShape.of(one, turnouts.get(one.id)) for one in process.by_date(*GatheringState)],
        driving_forces=[ForceShape.of(one) for one in process.assessed()],
        axes=[AxisShape(**vars(one.record), id=one.id) for one in process.axes.values()],
        scenarios=[ScenarioShape(**vars(one.record), id=one.id) for one in process.scenarios.values()],
        options=[OptionShape.of(one, process) for one in process.options.values()],
        signposts=[SignpostShape.of(one) for one in process.signposts.values()],
        actions=[ActionShape(**vars(one.record), id=one.id, state=one.state) for one in process.actions.values()],
        follow_up=process.follow_up,
        evaluation_agreed_on=process.evaluation_agreed_on,
        evaluation=[DistributionShape.of(one) for one in process.distributions()],
        readiness=None if checks is None else [CheckShape.of(one, lessons.get(one.check, [])) for one in checks],
    )
