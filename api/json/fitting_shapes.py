"""What the API answers of the lessons that fit a foresight process."""

from collections.abc import Iterable, Mapping
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from api.json.process_shapes import LessonLink
from api.usecases.lesson_ranking import Figure, Reason
from api.usecases.process_lessons import FittingLesson
from api.usecases.reason_words import in_words
from domain.lesson_record import Phase, Polarity


class ReasonShape(BaseModel):
    """`kind`: phase, phase-to-come, check, own, programme, sector, county, size, evidence, adapted, rated-by-cluster,
    rated-by-programme; `figures` are what it was seen from, `words` the same by language, en and nb."""

    kind: str
    figures: Mapping[str, Figure]
    words: Mapping[str, str]

    @classmethod
    def of(cls, reason: Reason) -> Self:
        return cls(kind=reason.kind, figures=reason.figures, words=in_words(reason))


class FittingLessonShape(LessonLink):
    """`own`: of the cluster of the process. `disagrees_with` are lessons on the same topic that advise the opposite."""

    phase: Phase | None
    polarity: Polarity | None
    cluster: UUID | None
    own: bool
    reasons: list[ReasonShape]
    disagrees_with: list[LessonLink]

    @classmethod
    def of_fitting(cls, one: FittingLesson) -> Self:
        record = one.lesson.current
        return cls(
            id=one.lesson.id,
            url=f"/lessons/{one.lesson.id}",
            title=record.title.languages,
            phase=record.phase,
            polarity=record.polarity,
            cluster=record.cluster,
            own=one.own,
            reasons=[ReasonShape.of(reason) for reason in one.reasons],
            disagrees_with=[LessonLink.model_validate(other) for other in one.disagrees_with],
        )


class FittingLessons(BaseModel):
    hits: list[FittingLessonShape] = Field(description="At most twelve; those that disagree one after the other.")

    @classmethod
    def of(cls, fitting: Iterable[FittingLesson]) -> Self:
        return cls(hits=[FittingLessonShape.of_fitting(one) for one in fitting])
