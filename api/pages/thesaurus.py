"""The thesaurus: its concepts in both languages side by side, one of them, and all as a file."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.concept_forms import RESTORE, RETIRE, name_of
from api.pages.form_route import FormRoute
from api.pages.listing import PER_PAGE, Offset
from api.pages.rendering import page
from api.pages.seen import people
from api.pages.translation import language
from api.problems import PROBLEMS
from api.usecases.thesaurus import as_shown, as_turtle, history_of_concept, letters, list_concepts, standing
from domain.access import Access
from domain.concept import Concept
from domain.policy import may
from domain.text import TITLE_MAX

routes = APIRouter(prefix="/thesaurus", include_in_schema=False, route_class=FormRoute)
files = APIRouter(tags=["thesaurus"], responses=PROBLEMS)


class Turtle(Response):
    media_type = "text/turtle"


@files.get("/thesaurus.ttl", response_class=Turtle)
def download(system: TheSystem, viewer: TheViewer) -> Response:
    """Every concept in use as SKOS."""
    return Turtle(as_turtle(system, viewer), headers={"Content-Disposition": 'attachment; filename="thesaurus.ttl"'})


@routes.get("")
def browse(
    request: Request,
    system: TheSystem,
    viewer: TheViewer,
    q: Annotated[str, Query(max_length=TITLE_MAX)] = "",
    letter: Annotated[str, Query(max_length=1)] = "",
    retired: bool = False,
    offset: Offset = 0,
) -> Response:
    lang = language(request)
    found, total = list_concepts(
        system, viewer, words=q, letter=letter, retired=retired, lang=lang, limit=PER_PAGE, offset=offset
    )
    return page(
        request,
        "thesaurus.html",
        lines=found,
        total=total,
        asked=q,
        letter=letter.upper(),
        letters=letters(system, lang),
        retired=retired,
        some_retired=bool(standing(system).retired),
        offset=offset,
        per_page=PER_PAGE,
        may_make=may(viewer, "make", Concept),
    )


@routes.get("/{id}")
def show_concept(request: Request, system: TheSystem, viewer: TheViewer, id: str) -> Response:
    known = as_shown(system, viewer, id)
    deeds = [RESTORE if known.concept.retired else RETIRE] if may(viewer, "write", known.concept) else []
    return page(request, "concept.html", known=known, others=standing(system).records, deeds=deeds)


@routes.get("/{id}/history")
def show_history(request: Request, system: TheSystem, viewer: TheViewer, id: str) -> Response:
    known, entries = as_shown(system, viewer, id), history_of_concept(system, viewer, id)
    return page(
        request,
        "history.html",
        audits=may(viewer, "read", Access),
        thing=known.concept,
        title=name_of(known, language(request)),
        entries=entries[::-1],
        url=f"/thesaurus/{id}",
        names=people(system, *(e.actor for e in entries)),
        known={},
    )
