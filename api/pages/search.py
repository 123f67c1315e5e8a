"""The home page: search, its results, and the ten phases as doors for those who do not know what to ask."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from api.access.given import TheSeeker, TheSystem, TheViewer
from api.pages.asked import SHOWN, Asked, asked, canonical, with_chosen
from api.pages.kept import keeping
from api.pages.labels import PHASES
from api.pages.rendering import page
from api.pages.translation import language
from api.usecases.finding import PLURALS, FacetValue, Found, SearchParams, find, suggest
from api.usecases.missing import note_search
from api.wiring import System
from domain.errors import Invalid
from domain.viewer import Viewer
from search.index import Lang, SearchUnavailable

LATEST = 5
routes = APIRouter(include_in_schema=False)


@routes.get("/")
def search(request: Request, system: TheSystem, viewer: TheViewer, seeker: TheSeeker) -> Response:
    wanted = asked(request.query_params)
    elsewhere = canonical(request.query_params, wanted)
    if elsewhere is not None:
        return RedirectResponse(elsewhere, 303)
    lang = language(request)
    found, away, status, wrong = None, False, 200, list(wanted.wrong)
    try:
        found = _found(system, viewer, wanted, lang)
        if found is not None and wanted.params is not None:
            note_search(system, viewer, seeker, wanted.params, found)
    except SearchUnavailable:
        away, status = True, 503
    except Invalid as error:
        wrong.append(error.field or "q")
    return page(
        request,
        "search.html",
        status=422 if wrong else status,
        headers={"Retry-After": "5"} if away else {},
        asked=wanted,
        found=found,
        away=away,
        wrong=wrong,
        phases=PHASES,
        doors=_counts(found),
        facets=_facets(found, wanted),
        names=_names(found),
        keeping=keeping(system, viewer, wanted.params, lang),
    )


@routes.get("/suggest")
def suggestions(
    request: Request, system: TheSystem, viewer: TheViewer, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """The options below the search field, as a fragment of a page; empty when there is nothing to suggest."""
    found = ()
    if q.strip():
        try:
            found = suggest(system, viewer, q, prefer=language(request))
        except SearchUnavailable:
            found = ()
    options = [(s, f"/{PLURALS[s.kind]}/{s.thing}") for s in found]
    return page(request, "suggestions.html", options=options)


def _found(system: System, viewer: Viewer, wanted: Asked, lang: Lang) -> Found | None:
    if wanted.params is None:
        return None
    if wanted.anything:
        return find(system, viewer, wanted.params, prefer=lang)
    return find(
        system,
        viewer,
        SearchParams.model_validate({"sort": "newest", "kind": ["lesson", "case"], "limit": LATEST}),
        prefer=lang,
    )


def _counts(found: Found | None) -> dict[str, int]:
    return {v.value: v.count for v in found.facets["phase"]} if found else {}


def _facets(found: Found | None, wanted: Asked) -> dict[str, tuple[list[FacetValue], list[FacetValue]]]:
    if found is None or not wanted.anything:
        return {}
    all_facets = {f: with_chosen(found.facets[f], wanted.values(f)) for f in SHOWN}
    return {f: values for f, values in all_facets.items() if values[0]}


def _names(found: Found | None) -> dict[str, str]:
    """Names of clusters by id, for the chips."""
    return {v.value: v.label for v in found.facets["cluster"]} if found else {}
