"""Opening one restricted lesson or case: asks an administrator for the reason, and says who will read it."""

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
from domain.aggregate import Aggregate
from domain.case import Case
from domain.lesson import Lesson

TITLES = {"lesson": N_("Open a restricted lesson"), "case": N_("Open a restricted case")}


class _OpenRoute(FormRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        return _opened(request.url.path.removesuffix("/open"))


routes = APIRouter(include_in_schema=False, route_class=_OpenRoute)


def _add(cls: type[Lesson | Case]) -> None:
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


for _cls in (Lesson, Case):
    _add(_cls)


def _form(request: Request, cls: type[Aggregate]) -> Form:
    return Form(
        TITLES[cls.kind],
        N_("Open it for an hour"),
        (WHY,),
        back="/",
        back_to=words(language(request))(N_("Search")),
        lead=N_(
            "It is not shared with you. That you opened it is recorded with your name and your reason, and everybody"
            " who works on it is told, as are the auditors."
        ),
        tone="danger",
    )


def _opened(address: str) -> Response:
    return RedirectResponse(f"{address}?done=thing.open", 303)
