"""Programmes: the list, and one programme with its clusters, lessons and cases."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.deeds import open_deeds
from api.pages.form_route import FormRoute
from api.pages.forms import add_deeds
from api.pages.listing import Offset, listing_page
from api.pages.past import AsOfThen, look, shown_past
from api.pages.programme_deeds import PROGRAMME_DEEDS
from api.pages.rendering import page
from api.pages.seen import linked_to
from api.pages.translation import N_, language
from domain.programme import Programme

routes = APIRouter(prefix="/programmes", include_in_schema=False, route_class=FormRoute)


@routes.get("")
def list_programmes(request: Request, system: TheSystem, viewer: TheViewer, offset: Offset = 0) -> Response:
    return listing_page(request, system, viewer, "programme", N_("Programmes"), PROGRAMME_DEEDS, offset)


add_deeds(routes, PROGRAMME_DEEDS)


@routes.get("/{id}")
def show_programme(
    request: Request, system: TheSystem, viewer: TheViewer, id: UUID, as_of: AsOfThen = None
) -> Response:
    """Now, with what there is of it today; or by itself, as it was."""
    programme, past = look(system, viewer, Programme, id, as_of)
    if past:
        return page(request, "programme.html", programme=programme, past=shown_past(request, system, viewer, past))
    lang = language(request)
    return page(
        request,
        "programme.html",
        programme=programme,
        clusters=sorted(linked_to(system, viewer, id, "cluster", lang), key=lambda c: c.title.casefold()),
        lessons=linked_to(system, viewer, id, "lesson", lang),
        cases=linked_to(system, viewer, id, "case", lang),
        deeds=open_deeds(PROGRAMME_DEEDS, viewer, programme),
    )
