"""Lessons: `/api/v1/lessons`."""

from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field

from api.access.given import TheSystem, TheVersion, TheViewer
from api.json.route import AsOfThen, Id, answered, looked_at, router
from api.json.routing import (
    Because,
    History,
    InState,
    Limit,
    Listing,
    Offset,
    ThePart,
    Why,
    body,
    history_shape,
    listing,
)
from api.json.search import BesideShape
from api.json.shapes import LessonShape
from api.usecases import consenting, lessons
from api.usecases.alike import beside
from api.usecases.lessons import LessonChanges, NewLesson
from api.usecases.looking import load
from domain.consent_record import CONSENT_FIELDS, ConsentField
from domain.lesson import Lesson
from domain.release import Visibility
from domain.text import Note

routes = router("lessons")


class Supersession(BaseModel):
    """The published lesson that takes over."""

    model_config = body({"by": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11", "reason": "Tried again, with more clusters."})

    by: UUID
    reason: Note | None = None


class Consent(BaseModel):
    """What the case may tell of the lesson, in place of what was consented to before; no fields take it back. It holds
    as long as the case is shared no more widely than `visibility` and `programmes` say, or, if left out, than it is."""

    model_config = body(
        {"case": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11", "fields": ["title", "lesson"], "reason": "Agreed with Mona."},
        {"case": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11", "fields": [], "reason": "The firm asked us to."},
    )

    case: UUID
    fields: list[ConsentField] = Field(max_length=len(CONSENT_FIELDS))
    visibility: Visibility | None = None
    programmes: list[UUID] | None = Field(default=None, max_length=20)
    reason: Note | None = None


@routes.get("")
def list_lessons(
    system: TheSystem, viewer: TheViewer, state: InState = None, limit: Limit = 50, offset: Offset = 0
) -> Listing:
    """What there is, drafts too, most lately changed first."""
    return listing(system, viewer, "lesson", "lessons", state, limit, offset)


@routes.post("", status_code=201, response_model=LessonShape)
def draft_lesson(system: TheSystem, viewer: TheViewer, new: NewLesson) -> Response:
    """Save a draft. A title, the lesson and the cluster (or a source) are enough."""
    return answered(system, viewer, lessons.draft_lesson(system, viewer, new), 201)


@routes.get("/{id}", response_model=LessonShape)
def get_lesson(system: TheSystem, viewer: TheViewer, id: Id, as_of: AsOfThen = None) -> Response:
    """The lesson as it is now: the released revision, and the draft in work beside it; or, with `as_of`, as it was."""
    return looked_at(system, viewer, Lesson, id, as_of)


@routes.patch("/{id}", response_model=LessonShape)
def change_lesson(
    system: TheSystem,
    viewer: TheViewer,
    id: Id,
    version: TheVersion,
    changes: LessonChanges,
) -> Response:
    """Fields left out stay, null clears. Text goes into the draft; sharing takes effect at once."""
    given: dict[str, Any] = changes.model_dump(exclude_unset=True)
    return answered(system, viewer, lessons.change_lesson(system, viewer, id, version, given))


@routes.post("/{id}/submit", response_model=LessonShape)
def submit_lesson(
    system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, why: Why | None = None
) -> Response:
    """Hand the draft to review. Says what is missing where something is."""
    return answered(system, viewer, lessons.submit_lesson(system, viewer, id, version, why.reason if why else None))


@routes.post("/{id}/return", response_model=LessonShape)
def return_lesson(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, why: Because) -> Response:
    """Back to its author, with the reason."""
    return answered(system, viewer, lessons.return_lesson(system, viewer, id, version, why.reason))


@routes.post("/{id}/publish", response_model=LessonShape)
def publish_lesson(
    system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, why: Why | None = None
) -> Response:
    """Release the submitted draft as the next revision."""
    return answered(system, viewer, lessons.publish_lesson(system, viewer, id, version, why.reason if why else None))


@routes.post("/{id}/withdraw", response_model=LessonShape)
def withdraw_lesson(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, why: Because) -> Response:
    """No longer valid, with the reason. Stays in the history."""
    return answered(system, viewer, lessons.withdraw_lesson(system, viewer, id, version, why.reason))


@routes.post("/{id}/supersede", response_model=LessonShape)
def supersede_lesson(
    system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, successor: Supersession
) -> Response:
    """Another published lesson takes over."""
    done = lessons.supersede_lesson(system, viewer, id, version, successor.by, successor.reason)
    return answered(system, viewer, done)


@routes.post("/{id}/consent", response_model=LessonShape)
def consent(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, to: Consent) -> Response:
    """Whoever answers for it lets a case tell of it to everybody who may read the case."""
    programmes = None if to.programmes is None else tuple(to.programmes)
    done = consenting.consent(
        system,
        viewer,
        id,
        version,
        to.case,
        tuple(to.fields),
        to.reason,
        visibility=to.visibility,
        programmes=programmes,
    )
    return answered(system, viewer, done)


@routes.get("/{id}/similar")
def similar_to_lesson(system: TheSystem, viewer: TheViewer, id: Id) -> BesideShape:
    """Lessons that say nearly the same, and those that disagree; at most four of each. None while search is away."""
    lesson = load(system, viewer, Lesson, id)
    return BesideShape.model_validate(beside(system, viewer, lesson, prefer="en"))


@routes.get("/{id}/history")
def lesson_history(system: TheSystem, viewer: TheViewer, id: Id, part: ThePart) -> History:
    """Everything that happened to it: who, when, why, and what changed."""
    return history_shape(system, viewer, Lesson, id, part)
