"""Lessons: the list, and one lesson with its context, revisions and what can be done with it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.adaptations_shown import effect_shown
from api.pages.deeds import open_deeds
from api.pages.form_route import FormRoute
from api.pages.forms import add_deeds
from api.pages.lesson_deeds import LESSON_DEEDS
from api.pages.listing import Offset, listing_page
from api.pages.past import AsOfThen, look, shown_past
from api.pages.rendering import page
from api.pages.seen import named, people
from api.pages.translation import N_, language
from api.usecases import consenting
from api.usecases.alike import Beside, beside
from api.usecases.glass import openings
from domain.errors import NotFound
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.policy import may
from search.index import Lang

routes = APIRouter(prefix="/lessons", include_in_schema=False, route_class=FormRoute)


@routes.get("")
def list_lessons(request: Request, system: TheSystem, viewer: TheViewer, offset: Offset = 0) -> Response:
    return listing_page(request, system, viewer, "lesson", N_("Lessons"), LESSON_DEEDS, offset)


add_deeds(routes, LESSON_DEEDS)


@routes.get("/{id}")
def show_lesson(
    request: Request,
    system: TheSystem,
    viewer: TheViewer,
    id: UUID,
    lang: Lang | None = None,
    revision: Annotated[int | None, Query(ge=1, le=100_000)] = None,
    draft: bool = False,
    as_of: AsOfThen = None,
) -> Response:
    """The released revision, an older one, or the draft for those who work on it; now, or as it was."""
    lesson, past = look(system, viewer, Lesson, id, as_of)
    works = not past and may(viewer, "write", lesson)
    record = _record(lesson, revision, draft)
    ui = language(request)
    open_origin = bool(lesson.owner)
    cluster = [record.cluster] if record.cluster else []
    opened = () if past else openings(system, viewer, lesson)
    asking = consenting.asking(system, viewer, id) if not past and may(viewer, "consent", lesson) else []
    return page(
        request,
        "lesson.html",
        lesson=lesson,
        record=record,
        past=shown_past(request, system, viewer, past),
        beside=beside(system, viewer, lesson, prefer=ui) if lesson.releases and not past else Beside(),
        adapted=None if past else effect_shown(system, viewer, lesson, ui),
        revision=revision if lesson.releases else None,
        drafting=(draft and lesson.draft is not None) or not lesson.releases,
        works=works,
        open_origin=open_origin,
        speaks=lang or ui,
        cluster=next(iter(named(system, viewer, cluster, ui)), None),
        programmes=named(system, viewer, record.programmes, ui),
        successor=next(iter(named(system, viewer, [lesson.superseded_by] if lesson.superseded_by else [], ui)), None),
        names=people(system, lesson.owner, lesson.author, *(o.actor for o in opened), *(a.author for a in asking)),
        openings=opened,
        asking=asking,
        deeds=[] if past else open_deeds(LESSON_DEEDS, viewer, lesson),
    )


def _record(lesson: Lesson, revision: int | None, draft: bool) -> LessonRecord:
    if draft and lesson.draft is not None:
        return lesson.draft
    if revision is None:
        return lesson.current
    if revision > len(lesson.releases):
        raise NotFound("There is nothing here.")
    return lesson.releases[revision - 1].record
