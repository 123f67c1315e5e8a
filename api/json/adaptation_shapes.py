"""What the API answers of adaptations, and of what came of a lesson where others tried it."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.json.process_shapes import LessonLink
from api.json.shapes import Thing, common_to
from api.usecases.adapted import Adapted, Effect
from api.usecases.looking import today
from domain.adaptation import AdaptationRecord, Outcome, Rater
from domain.release import State


class RatingShape(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    by: Rater
    outcome: Outcome
    on: str = Field(description="A day.")
    note: str | None


class OutcomesShape(BaseModel):
    """What was said last by each; null where nothing was."""

    cluster: Outcome | None
    programme: Outcome | None


class AskedShape(BaseModel):
    """After how many months the outcome is asked for, and not yet told; null where it is not."""

    cluster: int | None
    programme: int | None


class AdaptationShape(AdaptationRecord, Thing):
    """`revision` is the one of the lesson that was adapted, `programmes` those of the cluster on that day. `process` is
    null where there is none, and for those who may not read it. `lesson_state` tells where the lesson no longer
    holds; `superseded_by` is the lesson that took over."""

    lesson: LessonLink
    lesson_state: State
    superseded_by: UUID | None
    revision: int
    cluster: UUID
    programmes: list[UUID]
    process: UUID | None
    made_on: date
    withdrawn: bool
    outcomes: OutcomesShape
    ratings: list[RatingShape] = Field(description="Earliest first.")
    asked: AskedShape


class EffectShape(BaseModel):
    """How often the lesson was adapted, by how many clusters in how many programmes, and how many times each outcome
    was told last: by the clusters, and apart from that by their programmes. Counted of what the viewer may read."""

    model_config = ConfigDict(from_attributes=True)

    times: int
    clusters: int
    programmes: int
    by_cluster: dict[Outcome, int]
    by_programme: dict[Outcome, int]


class AdaptationsShape(BaseModel):
    """Latest made or changed first; without those that were withdrawn."""

    items: list[AdaptationShape]
    effect: EffectShape

    @classmethod
    def of(cls, adapted: list[Adapted], effect: Effect) -> Self:
        return cls(items=[adaptation_shape(one) for one in adapted], effect=EffectShape.model_validate(effect))


def adaptation_shape(one: Adapted, day: date | None = None) -> AdaptationShape:
    """What is `asked` is asked on that day; None: today."""
    adaptation, lesson = one.adaptation, one.lesson
    link = LessonLink(id=lesson.id, url=f"/lessons/{lesson.id}", title=lesson.current.title.languages)
    return AdaptationShape(
        **vars(adaptation.current),
        **common_to(adaptation),
        lesson=link,
        lesson_state=lesson.state,
        superseded_by=lesson.superseded_by,
        revision=adaptation.revision,
        cluster=adaptation.cluster,
        programmes=list(adaptation.programmes),
        process=adaptation.process,
        made_on=adaptation.made_on,
        withdrawn=adaptation.withdrawn,
        outcomes=OutcomesShape(**{by.value: adaptation.outcome(by) for by in Rater}),
        ratings=[RatingShape.model_validate(rating) for rating in adaptation.ratings],
        asked=AskedShape(**{by.value: adaptation.due(by, day or today()) for by in Rater}),
    )
