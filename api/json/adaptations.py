"""Adaptations: `/api/v1/adaptations`, those of one lesson with what came of them, and the way of a practice."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, Field

from api.access.given import TheSystem, TheVersion, TheViewer
from api.json.adaptation_shapes import AdaptationShape, AdaptationsShape, adaptation_shape
from api.json.process_shapes import LessonLink
from api.json.route import AsOfThen, Id, answered, looked_at, router
from api.json.routing import Because, History, Limit, Offset, ThePart, body, history_shape
from api.usecases import adapting
from api.usecases.adapted import adapted_of, all_adapted, effect_of
from api.usecases.adapting import AdaptationChanges, NewAdaptation
from api.usecases.looking import load
from api.usecases.provenance import provenance_of
from domain.adaptation import Adaptation, Outcome, Rater
from domain.dates import Day
from domain.lesson import Lesson
from domain.text import Note

of_all = router("adaptations")
of_lessons = router("lessons")


class Rating(BaseModel):
    """What came of it, on a day (if left out: today). `by` follows from who rates; whoever may rate both for the
    cluster and for the programme says which."""

    model_config = body({"outcome": "worked", "on": "2026-11-02", "note": "All but one came back."})

    outcome: Outcome
    on: Day | None = None
    note: Note | None = None
    by: Rater | None = None


class AdaptationList(BaseModel):
    """Most lately changed first. `next` is the offset of the following page, null on the last."""

    items: list[AdaptationShape]
    next: int | None


class LessonNode(LessonLink):
    """`step` is how far it is from the lesson asked about: above 0 what came of it, below what it came from."""

    step: int


class AdaptationNode(BaseModel):
    id: UUID
    url: str
    cluster: UUID
    outcome: Outcome | None = Field(description="As the cluster said last.")
    step: int


class EdgeShape(BaseModel):
    """What `source` led to: ids of a lesson and an adaptation, or the other way."""

    source: UUID
    target: UUID


class ProvenanceShape(BaseModel):
    """`whole` is false where something was left out for want of room."""

    lessons: list[LessonNode]
    adaptations: list[AdaptationNode]
    edges: list[EdgeShape]
    whole: bool


@of_all.get("")
def list_adaptations(system: TheSystem, viewer: TheViewer, limit: Limit = 50, offset: Offset = 0) -> AdaptationList:
    """Those of lessons that the viewer may read, withdrawn ones too, most lately changed first."""
    found, more = all_adapted(system, viewer, offset, limit)
    return AdaptationList(items=[adaptation_shape(one) for one in found], next=offset + limit if more else None)


@of_all.post("", status_code=201, response_model=AdaptationShape)
def make_adaptation(system: TheSystem, viewer: TheViewer, new: NewAdaptation) -> Response:
    """Of a published lesson, for a cluster that the viewer manages or contributes to and that is not the lesson's own;
    in one of the cluster's processes, or in none."""
    return answered(system, viewer, adapting.make_adaptation(system, viewer, new), 201)


@of_all.get("/{id}", response_model=AdaptationShape)
def get_adaptation(system: TheSystem, viewer: TheViewer, id: Id, as_of: AsOfThen = None) -> Response:
    """The adaptation as it is now or, with `as_of`, as it was; with the lesson that it is of, as that is now."""
    return looked_at(system, viewer, Adaptation, id, as_of)


@of_all.patch("/{id}", response_model=AdaptationShape)
def change_adaptation(
    system: TheSystem,
    viewer: TheViewer,
    id: Id,
    version: TheVersion,
    changes: Annotated[AdaptationChanges, Body(examples=[{"dropped": {"en": "The dinner."}, "reason": "We forgot."}])],
) -> Response:
    """Fields left out stay, null clears."""
    given: dict[str, Any] = changes.model_dump(exclude_unset=True)
    return answered(system, viewer, adapting.change_adaptation(system, viewer, id, version, given))


@of_all.post("/{id}/rate", response_model=AdaptationShape)
def rate_adaptation(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, rating: Rating) -> Response:
    """What came of it: for the cluster by its members, and apart from that by staff of its programmes."""
    done = adapting.rate_adaptation(
        system, viewer, id, version, rating.outcome, by=rating.by, on=rating.on, note=rating.note
    )
    return answered(system, viewer, done)


@of_all.post("/{id}/withdraw", response_model=AdaptationShape)
def withdraw_adaptation(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, why: Because) -> Response:
    """It was not meant so, with the reason. Stays in the history."""
    return answered(system, viewer, adapting.withdraw_adaptation(system, viewer, id, version, why.reason))


@of_all.get("/{id}/history")
def adaptation_history(system: TheSystem, viewer: TheViewer, id: Id, part: ThePart) -> History:
    """Everything that happened to it: who, when, why, and what changed."""
    return history_shape(system, viewer, Adaptation, id, part)


@of_lessons.get("/{id}/adaptations")
def adaptations_of_lesson(system: TheSystem, viewer: TheViewer, id: Id) -> AdaptationsShape:
    """Who adapted the lesson, and what came of it."""
    load(system, viewer, Lesson, id)
    found = adapted_of(system, viewer, id)
    return AdaptationsShape.of(found, effect_of(found))


@of_lessons.get("/{id}/provenance")
def provenance_of_lesson(system: TheSystem, viewer: TheViewer, id: Id) -> ProvenanceShape:
    """What the lesson came from and what came of it: lessons, their adaptations, and the lessons that these led to."""
    found = provenance_of(system, viewer, load(system, viewer, Lesson, id))
    return ProvenanceShape(
        lessons=[
            LessonNode(id=id, url=f"/lessons/{id}", title=one.current.title.languages, step=found.steps[id])
            for id, one in found.lessons.items()
        ],
        adaptations=[
            AdaptationNode(
                id=id,
                url=f"/adaptations/{id}",
                cluster=one.adaptation.cluster,
                outcome=one.adaptation.outcome(Rater.CLUSTER),
                step=found.steps[id],
            )
            for id, one in found.adaptations.items()
        ],
        edges=[EdgeShape(source=edge.source, target=edge.target) for edge in found.edges],
        whole=found.whole,
    )


routes = APIRouter()
routes.include_router(of_all)
routes.include_router(of_lessons)
