"""The forms for what comes of it: actions, the follow-up and the evaluation."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from api.pages.fields import Field
from api.pages.labels import FIELDS, LABELS
from api.pages.process_forms import StepForm, Values, emptied, filled_in, of_step, step_named
from api.pages.process_parts import About, called_parts, part_of, record_of, said
from api.pages.process_scenario_deeds import TITLE
from api.pages.translation import N_
from api.usecases.looking import today
from api.usecases.process_steps import Step
from api.usecases.process_steps.evaluation import AgreeEvaluation
from api.usecases.process_steps.step import Asked
from domain.errors import Invalid
from domain.foresight.evaluation import Answer, Area, Question
from domain.foresight.forces import Rating
from domain.foresight.process import ForesightProcess
from domain.text import TITLE_MAX

OWNER = Field("owner", FIELDS["owner"], help=N_("An organisation or a role in the cluster."), longest=TITLE_MAX)
STATE = Field("state", FIELDS["state"], "choice", choices="action", required=True)
FOLLOW_UP = (
    OWNER,
    Field("on", N_("From"), "day"),
    Field("budget", FIELDS["budget"], "number", N_("In whole units. Write 0 for no money.")),
    Field("currency", FIELDS["currency"], help=N_("Three letters, such as NOK."), longest=3, required=True),
    Field("note", FIELDS["note"], "text", longest=2_000),
)


class AnswerQuestions(Asked):
    """What a participant answers, and which questions they did not answer after all."""

    participant: UUID
    answers: list[Answer]
    cleared: list[UUID]


def _answer(process: ForesightProcess, asked: AnswerQuestions) -> None:
    if asked.answers:
        process.answer_evaluation(asked.participant, asked.answers)
    if cleared := [question for question in asked.cleared if question in process.questions]:
        process.clear_answers(asked.participant, cleared)


ANSWER = Step("answer-evaluation", AnswerQuestions, _answer, together=True)


def _action_fields(about: About) -> tuple[Field, ...]:
    options = tuple(called_parts(about, "option"))
    return (
        *TITLE,
        OWNER,
        Field("due", FIELDS["due"], "day"),
        Field("option", N_("The option that it carries out"), "choice", choices=options),
    )


def _state(about: About) -> Mapping[str, Any]:
    action = part_of(about.process, "action", about.part)
    return {"state": action.state.value} if action else {}


def _follow_up(about: About) -> Mapping[str, Any]:
    return about.process.follow_up.model_dump(mode="json")


def _question_fields(_: About) -> tuple[Field, ...]:
    return (
        *(Field(area, name, "lines", N_("One on each line."), named=name) for area, name in LABELS["area"].items()),
        Field("on", N_("Agreed on"), "day", required=True),
    )


def _questions(about: About) -> Mapping[str, Any]:
    there = about.process.questions.values()
    lines = {area.value: [said(q.text, about.lang) for q in there if q.area is area] for area in Area}
    return {**lines, "on": today().isoformat()}


def _agreed(about: About, values: Values) -> BaseModel:
    """A line that was there is the same question, in whatever languages it has."""
    questions = list(_asked(about, values))
    if not questions:
        raise Invalid(N_("Write at least one question."), field=Area.JOINT_GOALS.value)
    return AgreeEvaluation.model_validate({"questions": questions, "on": values["on"]})


def _asked(about: About, values: Values) -> Iterator[dict[str, Any]]:
    there = {(q.area, str(said(q.text, about.lang))): q for q in about.process.questions.values()}
    for area in Area:
        for line in dict.fromkeys(values[area.value]):
            if len(line) > TITLE_MAX:
                raise Invalid(N_("Write at most {most} characters on a line."), field=area.value, most=TITLE_MAX)
            known: Question | None = there.get((area, line))
            yield known.model_dump() if known else {"area": area, "text": {about.lang: line}}


def _answer_fields(about: About) -> tuple[Field, ...]:
    found: list[Field] = []
    for asked in about.process.distributions():
        title = said(asked.question.text, about.lang)
        label = LABELS["area"][asked.question.area.value]
        found.append(Field(f"answers.{asked.question.id}", label, "rating", group=title, named=title))
    return tuple(found)


def _answers(about: About) -> Mapping[str, Any]:
    own = about.process.answers.get(UUID(about.part), {})
    return {"answers": {str(id): rating for id, rating in own.items()}}


class _Answers(BaseModel):
    answers: dict[UUID, Rating]


def _answered(about: About, values: Values) -> BaseModel:
    given, cleared = filled_in(values, "answers"), emptied(about, values, "answers", _answers)
    if not (given or cleared):
        raise Invalid(N_("Answer at least one question."), field="answers")
    answers = _Answers.model_validate({"answers": given}).answers
    told = [Answer(question=id, rating=rating) for id, rating in answers.items()]
    return AnswerQuestions(participant=UUID(about.part), answers=told, cleared=cleared)


def _has_action(process: ForesightProcess) -> bool:
    return bool(process.actions)


def _answerable(process: ForesightProcess) -> bool:
    return bool(process.questions and process.participants)


END_FORMS = (
    StepForm("agree-action", step_named("agree-action"), N_("Agree on an action"), N_("Agree on an action …"),
             _action_fields, of_step(step_named("agree-action")), lambda about: record_of(about, "action"),
             part="action", anew=True, changes=True),
    StepForm("move-action", step_named("move-action"), N_("Move an action on"), N_("Move it on …"), lambda _: (STATE,),
             of_step(step_named("move-action")), _state, part="action", possible=_has_action),
    StepForm("plan-follow-up", step_named("plan-follow-up"), N_("Plan the follow-up"), N_("Plan the follow-up …"),
             lambda _: FOLLOW_UP, of_step(step_named("plan-follow-up")), _follow_up, changes=True,
             lead=N_("Who sees to it when the process is over, from when, and with what money.")),
    StepForm("agree-evaluation", step_named("agree-evaluation"), N_("Agree on the questions of the evaluation"),
             N_("Agree on the questions …"), _question_fields, _agreed, _questions, changes=True,
             lead=N_("Before the first gathering: afterwards everything was as intended. Participants answer from 1,"
                     " not at all, to 5, fully.")),
    StepForm("answer-evaluation", ANSWER, N_("Enter the answers of a participant"),
             N_("Enter answers …"), _answer_fields, _answered, _answers, part="participant", possible=_answerable,
             lead=N_("From 1, not at all, to 5, fully. Leave or make empty what was not answered.")),
)  # fmt: skip
