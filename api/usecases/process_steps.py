"""The steps of a foresight process: what each asks for, and what it decides. Pages, JSON and the command line take the
same ones, by their names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from api.usecases.looking import today
from domain.dates import Day
from domain.foresight.actions import ActionRecord, ActionState, FollowUpPlan
from domain.foresight.checks import Check
from domain.foresight.evaluation import MOST_QUESTIONS, Answer, Area, Question
from domain.foresight.forces import MOST_FORCES, ForceRecord, Rating, Score
from domain.foresight.gatherings import GatheringPlan
from domain.foresight.options import OptionRecord, Reading, SignpostRecord
from domain.foresight.participation import MOST_PARTICIPANTS, Commitment, ParticipantRecord
from domain.foresight.process import ForesightProcess
from domain.foresight.record import Leader, ProcessLeader, ProcessRecord
from domain.foresight.scenarios import AxisRecord, ScenarioRecord
from domain.lesson_record import Phase
from domain.policy import Action
from domain.release import Visibility
from domain.text import Note, Title

AN_ID = "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11"
ANOTHER_ID = "5a1d2c7e-9b3f-4d6a-8e21-7c4b9f0d3a22"
M = TypeVar("M", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
NewId = Annotated[UUID, Field(default_factory=uuid4, description="Of your own making, so that you know it; else new.")]
"""What is new gets it, and what is there keeps it."""


@dataclass(frozen=True, slots=True)
class Step(Generic[M]):
    """`name` stands in addresses. `together`: several people take it at the same time, and it fits whatever came before
    it, so that no version needs to be named."""

    name: str
    asks: type[M]
    decide: Callable[[ForesightProcess, M], None]
    action: Action = "write"
    together: bool = False


def example(**values: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [values]})


def _of(model: type[R], asked: BaseModel) -> R:
    """The part of what was asked for that the record takes."""
    return model.model_validate({name: getattr(asked, name) for name in model.model_fields})


def _day(on: str | None) -> str:
    return on or today().isoformat()


class Asked(BaseModel):
    """`reason` stands in the history."""

    model_config = ConfigDict(extra="forbid")

    reason: Note | None = None


class Because(BaseModel):
    """The reason is required, and stands in the history."""

    model_config = example(reason="The speaker fell ill.")

    reason: Note


class Describe(ProcessRecord, Asked):
    """What the process is about, as a whole: what is left out is taken away."""

    model_config = example(title={"en": "Smart energy 2035"}, horizon=2035, cluster=AN_ID, begins="2026-01")


class Share(Asked):
    """Who may read it besides those who run it."""

    model_config = example(visibility="managers")

    visibility: Visibility


class EnterPhase(Asked):
    """The phase that the process is in from the day on; today where none is given."""

    model_config = example(phase="recruitment", on="2026-02-02")

    phase: Phase
    on: Day | None = None


class NameProcessLeader(ProcessLeader, Asked):
    """Who facilitates it. A person gets to read and write the process with this."""

    model_config = example(
        organisation="Futures Ltd", external=True, neutral=True, checked="No owner or customer among our members."
    )


class NameProjectLeader(Leader, Asked):
    """Who answers for it inside the cluster."""

    model_config = example(organisation="The cluster office")


class Invite(ParticipantRecord, Asked):
    """A participant, invited on the day; today where none is given."""

    model_config = example(organisation="Elkem", organisation_kind="company", perspective="production")

    participant: NewId
    on: Day | None = None


class DescribeParticipant(ParticipantRecord, Asked):
    """Whom a participant stands for, as a whole."""

    model_config = example(participant=AN_ID, organisation="Elkem", organisation_kind="company")

    participant: UUID


class AnswerInvitation(Asked):
    """That a participant committed, declined or withdrew; today where no day is given."""

    model_config = example(participant=AN_ID, commitment="committed", on="2026-02-20")

    participant: UUID
    commitment: Commitment
    on: Day | None = None


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


class NameForce(ForceRecord, Asked):
    """A driving force."""

    model_config = example(title={"en": "Electricity is free at noon"}, steep="economic")

    force: NewId


class ChangeForce(ForceRecord, Asked):
    """A driving force as a whole; `standing` says whether it is certain or critical."""

    model_config = example(
        force=AN_ID, title={"en": "Electricity is free at noon"}, steep="economic", standing="critical"
    )

    force: UUID


class DropForce(Asked):
    """A driving force is taken out; no axis is drawn of it."""

    model_config = example(force=AN_ID, reason="Twice.")

    force: UUID


class Assess(Asked):
    """What a participant thinks of some driving forces; what they thought of these before is replaced."""

    model_config = example(participant=AN_ID, scores=[{"force": ANOTHER_ID, "impact": 5, "uncertainty": 4}])

    participant: UUID
    scores: list[Score] = Field(min_length=1, max_length=MOST_FORCES)


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


class ProposeOption(OptionRecord, Asked):
    """Something the cluster could do, new or told anew."""

    model_config = example(title={"en": "A joint battery"})

    option: NewId


class DropOption(Asked):
    """An option is taken out; no action carries it out."""

    model_config = example(option=AN_ID)

    option: UUID


class RateOption(Asked):
    """How well an option does in a scenario, from 1 to 5."""

    model_config = example(option=AN_ID, scenario=ANOTHER_ID, rating=4, why="Pays in every summer.")

    option: UUID
    scenario: UUID
    rating: Rating
    why: Note | None = None


class SetSignpost(SignpostRecord, Asked):
    """A signpost, new or set anew."""

    model_config = example(indicator={"en": "Hours with a price of zero"}, threshold="500 a year")

    signpost: NewId


class ReadSignpost(Reading, Asked):
    """What a signpost showed on a day."""

    model_config = example(signpost=AN_ID, on="2026-12-31", value="312", reached=False)

    signpost: UUID


class RemoveSignpost(Asked):
    """A signpost is taken out."""

    model_config = example(signpost=AN_ID)

    signpost: UUID


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


class Asking(BaseModel):
    """A question; with its id, one that was agreed on before."""

    model_config = ConfigDict(extra="forbid")

    id: NewId
    area: Area
    text: Title


class AgreeEvaluation(Asked):
    """All questions that will be asked; agreed on the day, today where none is given."""

    model_config = example(questions=[{"area": "joint-goals", "text": {"en": "We agree on where we are going."}}])

    questions: list[Asking] = Field(min_length=1, max_length=MOST_QUESTIONS)
    on: Day | None = None


class AnswerEvaluation(Asked):
    """What a participant answers, from 1 to 5; what they answered to these questions before is replaced."""

    model_config = example(participant=AN_ID, answers=[{"question": ANOTHER_ID, "rating": 4}])

    participant: UUID
    answers: list[Answer] = Field(min_length=1, max_length=MOST_QUESTIONS)


class WaiveCheck(Because):
    """That a check does not count here, and why."""

    model_config = example(check="catch-up", reason="Nobody joined later.")

    check: Check


class EndWaiver(Asked):
    """That a check counts again."""

    model_config = example(check="catch-up")

    check: Check


def _agree(process: ForesightProcess, asked: AgreeEvaluation) -> None:
    process.agree_evaluation([_of(Question, q) for q in asked.questions], _day(asked.on))


STEPS: tuple[Step[Any], ...] = (
    Step("describe", Describe, lambda p, a: p.describe(_of(ProcessRecord, a))),
    Step("share", Share, lambda p, a: p.share(a.visibility), "share"),
    Step("withdraw", Because, lambda p, a: p.withdraw(a.reason), "withdraw"),
    Step("enter-phase", EnterPhase, lambda p, a: p.enter_phase(a.phase, _day(a.on))),
    Step(
        "name-process-leader", NameProcessLeader, lambda p, a: p.name_process_leader(_of(ProcessLeader, a)), "appoint"
    ),
    Step("name-project-leader", NameProjectLeader, lambda p, a: p.name_project_leader(_of(Leader, a))),
    Step("invite", Invite, lambda p, a: p.invite(a.participant, _of(ParticipantRecord, a), _day(a.on))),
    Step(
        "describe-participant",
        DescribeParticipant,
        lambda p, a: p.describe_participant(a.participant, _of(ParticipantRecord, a)),
    ),
    Step(
        "answer-invitation",
        AnswerInvitation,
        lambda p, a: p.answer_invitation(a.participant, a.commitment, _day(a.on)),
        together=True,
    ),
    Step("plan-gathering", PlanGathering, lambda p, a: p.plan_gathering(a.gathering, _of(GatheringPlan, a))),
    Step("replan-gathering", ReplanGathering, lambda p, a: p.replan_gathering(a.gathering, _of(GatheringPlan, a))),
    Step("hold-gathering", HoldGathering, lambda p, a: p.hold_gathering(a.gathering, frozenset(a.attended))),
    Step("cancel-gathering", CancelGathering, lambda p, a: p.cancel_gathering(a.gathering, a.reason)),
    Step("name-force", NameForce, lambda p, a: p.name_force(a.force, _of(ForceRecord, a)), together=True),
    Step("change-force", ChangeForce, lambda p, a: p.change_force(a.force, _of(ForceRecord, a))),
    Step("drop-force", DropForce, lambda p, a: p.drop_force(a.force)),
    Step("assess", Assess, lambda p, a: p.assess(a.participant, a.scores), together=True),
    Step("draw-axis", DrawAxis, lambda p, a: p.draw_axis(a.axis, _of(AxisRecord, a))),
    Step("remove-axis", RemoveAxis, lambda p, a: p.remove_axis(a.axis)),
    Step("write-scenario", WriteScenario, lambda p, a: p.write_scenario(a.scenario, _of(ScenarioRecord, a))),
    Step("drop-scenario", DropScenario, lambda p, a: p.drop_scenario(a.scenario)),
    Step("propose-option", ProposeOption, lambda p, a: p.propose_option(a.option, _of(OptionRecord, a))),
    Step("drop-option", DropOption, lambda p, a: p.drop_option(a.option)),
    Step("rate-option", RateOption, lambda p, a: p.rate_option(a.option, a.scenario, a.rating, a.why)),
    Step("set-signpost", SetSignpost, lambda p, a: p.set_signpost(a.signpost, _of(SignpostRecord, a))),
    Step("read-signpost", ReadSignpost, lambda p, a: p.read_signpost(a.signpost, _of(Reading, a))),
    Step("remove-signpost", RemoveSignpost, lambda p, a: p.remove_signpost(a.signpost)),
    Step("agree-action", AgreeAction, lambda p, a: p.agree_action(a.action, _of(ActionRecord, a))),
    Step("move-action", MoveAction, lambda p, a: p.move_action(a.action, a.state)),
    Step("plan-follow-up", PlanFollowUp, lambda p, a: p.plan_follow_up(_of(FollowUpPlan, a))),
    Step("agree-evaluation", AgreeEvaluation, _agree),
    Step(
        "answer-evaluation",
        AnswerEvaluation,
        lambda p, a: p.answer_evaluation(a.participant, a.answers),
        together=True,
    ),
    Step("waive-check", WaiveCheck, lambda p, a: p.waive(a.check, a.reason)),
    Step("end-waiver", EndWaiver, lambda p, a: p.end_waiver(a.check)),
)
