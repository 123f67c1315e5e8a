"""A foresight process on paper: every part as a table, and nothing to click; and the drafts that are made of it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.form_route import FormRoute
from api.pages.forms import add_deeds
from api.pages.process_evidence_deeds import EVIDENCE_DEEDS
from api.pages.rendering import page
from api.pages.seen import named, people
from api.pages.translation import language
from api.usecases.evidence_text import Telling
from api.usecases.looking import today
from api.usecases.process_export import whole_process
from domain.foresight.gatherings import GatheringState

routes = APIRouter(prefix="/processes", include_in_schema=False, route_class=FormRoute)
add_deeds(routes, EVIDENCE_DEEDS)


@routes.get("/{id}/print")
def print_process(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
    """As much as the viewer may know."""
    whole, lang = whole_process(system, viewer, id), language(request)
    process = whole.process
    leaders = (process.process_leader, process.project_leader)
    persons = [leader.person for leader in leaders if leader]
    persons += [one.record.person for one in process.participants.values()]
    around = [*([process.current.cluster] if process.current.cluster else []), *process.current.programmes]
    return page(
        request,
        "process_print.html",
        process=process,
        around=named(system, viewer, around, lang),
        checks=whole.checks,
        telling=Telling(process, {one.check: one for one in whole.checks}, (), {}, lang),
        names=people(system, *persons),
        gatherings=process.by_date(*GatheringState),
        turnouts={turnout.gathering: turnout for turnout in process.turnouts()},
        forces=list(process.assessed()),
        distributions=list(process.distributions()),
        adapted=whole.adapted,
        today=today(),
    )
