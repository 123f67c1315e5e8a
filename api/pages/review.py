"""The review queue: what waits, what is in work, what was returned, and what is past its review date."""

from fastapi import APIRouter, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.adaptations_shown import waiting_shown
from api.pages.case_deeds import CASE_DEEDS
from api.pages.deeds import AnyDeed, open_deeds
from api.pages.lesson_deeds import LESSON_DEEDS
from api.pages.rendering import page
from api.pages.seen import Linked, named, people
from api.pages.translation import N_, language
from api.usecases.inviting import invited
from domain.acting import current_act
from domain.audiences import audiences
from domain.case import Case
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.policy import may
from domain.seen import acts_on

MOST = 100
routes = APIRouter(include_in_schema=False)


@routes.get("/review")
def review(request: Request, system: TheSystem, viewer: TheViewer) -> Response:
    lang, scope = language(request), audiences(viewer)

    def waiting(kind: str, draft_state: str) -> list[Linked]:
        entries = system.catalogue.listing(kind, scope=scope, draft_state=draft_state, limit=MOST)
        things = named(system, viewer, (e.id for e in entries), lang)
        return [t for t in things if t.draft_state == draft_state and acts_on(viewer, t.thing)]

    today = current_act().clock().date().isoformat()
    due = system.catalogue.listing("lesson", scope=scope, state=("published",), review_before=today, limit=MOST)
    sections = [
        (
            N_("Waiting for review"),
            N_("Nothing waits. Whatever is submitted turns up here."),
            waiting("lesson", "submitted"),
        ),
        (N_("Cases in work"), N_("No case is in work."), waiting("case", "draft")),
        (
            N_("Returned to their authors"),
            N_("Nothing is with its author to be mended."),
            waiting("lesson", "returned"),
        ),
        (N_("Drafts"), N_("No drafts. Share a lesson to begin one."), waiting("lesson", "draft")),
        (
            N_("Past their review date"),
            N_("Every lesson that has a review date is within it."),
            named(system, viewer, (e.id for e in due), lang),
        ),
    ]
    shown = {t.id: t for _, _, things in sections for t in things}
    deeds: dict[str, list[AnyDeed]] = {
        t.id: open_deeds(CASE_DEEDS if isinstance(t.thing, Case) else LESSON_DEEDS, viewer, t.thing)
        for t in shown.values()
    }
    over, asked = waiting_shown(system, viewer, lang)
    authors = people(system, *(t.thing.author for t in shown.values() if isinstance(t.thing, Lesson | Case)))
    return page(
        request,
        "review.html",
        sections=sections,
        deeds=deeds,
        lessons_over=over,
        outcomes_due=asked,
        names=authors,
        today=today,
        invited=invited(system, viewer),
        may_see_missing=may(viewer, "see-missing", Cluster),
    )
