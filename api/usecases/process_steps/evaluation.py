"""Steps of the evaluation: what is asked, and what is answered."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.usecases.process_steps.step import AN_ID, ANOTHER_ID, Asked, NewId, Step, day_of, example, part_of
from domain.dates import Day
from domain.foresight.evaluation import MOST_QUESTIONS, Answer, Area, Question
from domain.foresight.process import ForesightProcess
from domain.text import Title


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


class ClearAnswers(Asked):
    """That a participant did not answer some questions after all."""

    model_config = example(participant=AN_ID, questions=[ANOTHER_ID], reason="Somebody else's answers.")

    participant: UUID
    questions: list[UUID] = Field(min_length=1, max_length=MOST_QUESTIONS, description="Ids of questions.")


def _agree(process: ForesightProcess, asked: AgreeEvaluation) -> None:
    process.agree_evaluation([part_of(Question, q) for q in asked.questions], day_of(asked.on))


STEPS: tuple[Step[Any], ...] = (
    Step("agree-evaluation", AgreeEvaluation, _agree),
    Step(
        "answer-evaluation",
        AnswerEvaluation,
        lambda p, a: p.answer_evaluation(a.participant, a.answers),
        together=True,
    ),
    Step("clear-answers", ClearAnswers, lambda p, a: p.clear_answers(a.participant, a.questions), together=True),
)
