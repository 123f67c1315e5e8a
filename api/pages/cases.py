"""Cases: the list, and one case with its story, its clusters and its lessons."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.case_deeds import CASE_DEEDS
from api.pages.deeds import open_deeds
from api.pages.form_route import FormRoute
from api.pages.forms import add_deeds
from api.pages.listing import Offset, listing_page
from api.pages.past import AsOfThen, look, shown_past
from api.pages.rendering import page
from api.pages.seen import named, people
from api.pages.translation import N_, language
from api.usecases import consenting
from api.usecases.alike import Beside, beside
from api.usecases.consenting import leads_to
from api.usecases.glass import openings
from domain.case import Case, CaseRecord
from domain.errors import NotFound
from domain.policy import may
from search.index import Lang

routes = APIRouter(prefix="/cases", include_in_schema=False, route_class=FormRoute)


@routes.get("")
def list_cases(request: Request, system: TheSystem, viewer: TheViewer, offset: Offset = 0) -> Response:
    return listing_page(request, system, viewer, "case", N_("Cases"), CASE_DEEDS, offset)


add_deeds(routes, CASE_DEEDS)


@routes.get("/{id}")
def show_case(
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
    case, past = look(system, viewer, Case, id, as_of)
    record = _record(case, revision, draft)
    ui = language(request)
    opened = () if past else openings(system, viewer, case)
    return page(
        request,
        "case.html",
        case=case,
        record=record,
        past=shown_past(request, system, viewer, past),
        beside=beside(system, viewer, case, prefer=ui) if case.releases and not past else Beside(),
        revision=revision if case.releases else None,
        drafting=(draft and case.draft is not None) or not case.releases,
        works=not past and may(viewer, "write", case),
        speaks=lang or ui,
        clusters=named(system, viewer, record.clusters, ui),
        programmes=named(system, viewer, record.programmes, ui),
        process=next(iter(named(system, viewer, [case.process] if case.process else [], ui)), None),
        lessons=[t for t in named(system, viewer, record.lessons, ui) if leads_to(viewer, t.thing)],
        told=[] if past else consenting.told(system, viewer, case, record),
        openings=opened,
        names=people(system, record.contact, case.author, *(o.actor for o in opened)),
        deeds=[] if past else open_deeds(CASE_DEEDS, viewer, case),
    )


def _record(case: Case, revision: int | None, draft: bool) -> CaseRecord:
    if draft and case.draft is not None:
        return case.draft
    if revision is None:
        return case.current
    if revision > len(case.releases):
        raise NotFound("There is nothing here.")
    return case.releases[revision - 1].record
