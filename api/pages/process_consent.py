"""Whether a case that was drafted from a process may be published: asked of the managers of its cluster."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.access.given import TheSystem, TheViewer
from api.pages.consent import TheCase, TheProgrammes, chosen, form_about
from api.pages.fields import Field
from api.pages.form_route import FormRoute, Sent, redirect
from api.pages.labels import LABELS
from api.pages.lesson_deeds import WHY_NOT_REQUIRED
from api.pages.plain_form import Form, carry_out, show, version_of
from api.pages.process_forms import step_named
from api.pages.translation import N_, language, words
from api.usecases import processes
from api.usecases.consenting import drafted_from
from api.usecases.looking import load
from api.wiring import System
from domain.foresight.process import ForesightProcess
from domain.release import Visibility
from domain.viewer import Viewer

LEVELS = tuple((v.value, LABELS["visibility"][v.value]) for v in Visibility if v is not Visibility.OWN_CLUSTER)
ASKED = (
    Field("visibility", N_("How widely may it be published?"), "choice",
          N_("Left empty, it may not be published as long as the process is shared with fewer, or no further."),
          choices=LEVELS),
    WHY_NOT_REQUIRED,
)  # fmt: skip
routes = APIRouter(prefix="/processes", include_in_schema=False, route_class=FormRoute)


@routes.get("/{id}/consent")
def ask(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, case: TheCase = "") -> Response:
    form = _form(request, system, viewer, id, case)
    return show(request, form) if form else _back(id)


@routes.post("/{id}/consent")
def consent(
    request: Request,
    system: TheSystem,
    viewer: TheViewer,
    id: UUID,
    sent: Sent,
    case: TheCase = "",
    programmes: TheProgrammes = (),
) -> Response:
    """`programmes` are those that the form showed: the case may have come to be in others."""
    form = _form(request, system, viewer, id, case)
    if form is None:
        return _back(id)
    step, drafted = step_named("consent"), form.more["asking"]

    def do(values: dict[str, Any]) -> Response:
        asked = step.asks.model_validate({**values, "case": drafted.case, "programmes": programmes})
        return redirect(request, processes.take(system, viewer, id, version_of(sent), step, asked))

    return carry_out(request, form, sent, do)


def _back(id: UUID) -> Response:
    """To the process, which says which cases ask."""
    return RedirectResponse(f"/processes/{id}#asking", 303)


def _form(request: Request, system: System, viewer: Viewer, id: UUID, case: str) -> Form | None:
    """None where no case is named. Raises `NotFound` for one that was not drafted from the process, as for one that is
    not there."""
    cases = drafted_from(system, viewer, id)
    if not case:
        return None
    drafted, say = chosen(cases, case), words(language(request))
    return form_about(
        request,
        system,
        viewer,
        load(system, viewer, ForesightProcess, id),
        drafted,
        title=N_("Let a case tell of the process"),
        fields=ASKED,
        choices={"visibility": [(value, say(label)) for value, label in LEVELS]},
        filled={"visibility": [(drafted.given or drafted.visibility).value]},
        template="process_consent.html",
    )
