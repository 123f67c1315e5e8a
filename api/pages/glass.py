"""Opening one restricted thing: asks an administrator for the reason, and says who will read it."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.access.given import TheSystem, TheViewer
from api.pages.form_route import FormRoute, Sent
from api.pages.lesson_deeds import WHY
from api.pages.plain_form import Form, carry_out, show
from api.pages.translation import N_, language, words
from api.usecases.finding import PLURALS
from api.usecases.glass import break_glass, to_be_opened
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.case import Case
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson

LEAD = N_(
    "It is not shared with you. That you opened it is recorded with your name and your reason, and everybody"
    " who works on it is told, as are the auditors."
)
FORMS: dict[type[Aggregate], tuple[str, str]] = {
    Lesson: (N_("Open a restricted lesson"), LEAD),
    Case: (N_("Open a restricted case"), LEAD),
    ForesightProcess: (
        N_("Open a restricted process"),
        N_(
            "It is not shared with you, and who took part in it stays hidden. That you opened it is recorded with your"
            " name and your reason, and everybody who works on it is told, as are the auditors."
        ),
    ),
    Adaptation: (
        N_("Open a restricted adaptation"),
        N_(
            "It is not shared with you. The lesson that it is of is opened with it, unless that is shared with you."
            " That you opened them is recorded with your name and your reason, and everybody who works on them is told,"
            " as are the auditors."
        ),
    ),
}
"""Title and lead of the form."""


class _OpenRoute(FormRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        return _opened(request.url.path.removesuffix("/open"))


routes = APIRouter(include_in_schema=False, route_class=_OpenRoute)


def _add(cls: type[Aggregate]) -> None:
    def ask(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
        to_be_opened(system, viewer, cls, id)
        return show(request, _form(request, cls))

    def open_it(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, sent: Sent) -> Response:
        to_be_opened(system, viewer, cls, id)

        def do(values: dict[str, Any]) -> Response:
            break_glass(system, viewer, cls, id, values["reason"])
            return _opened(f"/{PLURALS[cls.kind]}/{id}")

        return carry_out(request, _form(request, cls), sent, do)

    path = f"/{PLURALS[cls.kind]}/{{id}}/open"
    routes.add_api_route(path, ask, methods=["GET"])
    routes.add_api_route(path, open_it, methods=["POST"])


for _cls in FORMS:
    _add(_cls)


def _form(request: Request, cls: type[Aggregate]) -> Form:
    title, lead = FORMS[cls]
    return Form(
        title,
        N_("Open it for an hour"),
        (WHY,),
        back="/",
        back_to=words(language(request))(N_("Search")),
        lead=lead,
        tone="danger",
    )


def _opened(address: str) -> Response:
    return RedirectResponse(f"{address}?done=thing.open", 303)
