"""Evaluation: questions agreed on, answers of participants, and how they are distributed.

The areas are those by which the process of NCE Smart Energy Markets was evaluated, 2009–2010.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.aggregate import Event
from domain.dates import Day
from domain.errors import Invalid
from domain.foresight.actions import Actions
from domain.foresight.forces import Rating
from domain.foresight.parts import without
from domain.text import Title

MOST_QUESTIONS = 40
RATINGS = range(1, 6)


class Area(StrEnum):
    JOINT_GOALS = "joint-goals"
    COMPANY_GOALS = "company-goals"
    PROCESS_LEADERSHIP = "process-leadership"
    PROJECT_LEADERSHIP = "project-leadership"


class Question(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    area: Area
    text: Title


class Answer(BaseModel):
    """From 1, not at all, to 5, fully."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: UUID
    rating: Rating


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many gave each rating, from 1 to 5."""

    question: Question
    counts: tuple[int, ...]

    @property
    def mean(self) -> float | None:
        """None where nobody answered."""
        answers = sum(self.counts)
        return sum(r * n for r, n in zip(RATINGS, self.counts, strict=True)) / answers if answers else None


class Evaluation(Actions):
    class EvaluationAgreed(Event, topic="process.evaluation-agreed"):
        """What will be asked, all of it."""

        questions: tuple[Question, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)
        on: Day

        def apply(self, aggregate: "Evaluation") -> None:
            before, since = aggregate.questions, aggregate.agreed
            aggregate.agreed = {
                q.id: min(since[q.id], self.on) if before.get(q.id) == q else self.on for q in self.questions
            }
            aggregate.questions = {question.id: question for question in self.questions}

    class EvaluationAnswered(Event, topic="process.evaluation-answered"):
        """What one participant answered; what they answered to these questions before is replaced."""

        participant: UUID
        answers: tuple[Answer, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)

        def apply(self, aggregate: "Evaluation") -> None:
            before = aggregate.answers.get(self.participant, {})
            own = {**before, **{answer.question: answer.rating for answer in self.answers}}
            aggregate.answers = {**aggregate.answers, self.participant: own}

    class AnswersCleared(Event, topic="process.answers-cleared"):
        """One participant did not answer these questions after all."""

        participant: UUID
        questions: tuple[UUID, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)

        def apply(self, aggregate: "Evaluation") -> None:
            aggregate.answers = without(aggregate.answers, self.participant, self.questions)

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.questions: dict[UUID, Question] = {}
        self.agreed: dict[UUID, str] = {}
        """The day since when each question has stood as it does."""
        self.answers: dict[UUID, dict[UUID, int]] = {}
        """By participant and question."""

    @property
    def evaluation_agreed_on(self) -> str | None:
        """The day on which the first of the questions was agreed on."""
        return min(self.agreed.values(), default=None)

    def distributions(self) -> tuple[Distribution, ...]:
        """Of each question, in the order of the areas and then as agreed."""
        return self.worked_out.of((self.questions, self.answers), "distributions", lambda: tuple(self._distribute()))

    def _distribute(self) -> Iterator[Distribution]:
        for area in Area:
            for question in self.questions.values():
                if question.area is area:
                    given = [own[question.id] for own in self.answers.values() if question.id in own]
                    yield Distribution(question, tuple(given.count(rating) for rating in RATINGS))

    def agree_evaluation(self, questions: Sequence[Question], on: str) -> None:
        """In place of those agreed before. A question that has answers stays as it was."""
        if len({question.id for question in questions}) < len(questions):
            raise Invalid("A question comes twice.", field="questions")
        answered = {id for own in self.answers.values() for id in own}
        kept = {question.id: question for question in questions}
        if any(kept.get(id) != question for id, question in self.questions.items() if id in answered):
            raise Invalid("A question that has answers can no longer be changed: add another one.", field="questions")
        if tuple(questions) != tuple(self.questions.values()):
            self.record(self.EvaluationAgreed, questions=tuple(questions), on=on)

    def answer_evaluation(self, participant: UUID, answers: Sequence[Answer]) -> None:
        """Raises `Invalid` for somebody who is no participant, and for a question that is not there or comes twice."""
        if not self.takes_part(participant):
            raise Invalid("Only participants evaluate the process.", field="participant")
        asked = [answer.question for answer in answers]
        if not asked or len(set(asked)) < len(asked) or not set(asked) <= self.questions.keys():
            raise Invalid("Answer questions that were agreed on, each once.", field="answers")
        own = self.answers.get(participant, {})
        if new := tuple(answer for answer in answers if own.get(answer.question) != answer.rating):
            self.record(self.EvaluationAnswered, participant=participant, answers=new)

    def clear_answers(self, participant: UUID, questions: Iterable[UUID]) -> None:
        """Those that there are of them. Raises `NotFound`, and `Invalid` for a question that is not there."""
        self.participant(participant)
        own, asked = self.answers.get(participant, {}), dict.fromkeys(questions)
        if not asked or not asked.keys() <= self.questions.keys():
            raise Invalid("Name questions that were agreed on.", field="questions")
        if there := tuple(question for question in asked if question in own):
            self.record(self.AnswersCleared, participant=participant, questions=there)
