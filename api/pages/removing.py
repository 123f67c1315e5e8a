"""Words that have to go: the administrator says which and why, sees where they are, and confirms."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.access.given import TheSystem, TheViewer
from api.pages.fields import Field
from api.pages.form_route import FormRoute, Sent
from api.pages.lesson_deeds import WHY
from api.pages.plain_form import Form, carry_out, show
from api.pages.translation import N_, language, words
from api.usecases.finding import PLURALS
from api.usecases.redacting import KINDS, Place, find_words, of_kind, redact
from api.wiring import System
from domain.policy import allow, may
from domain.text import TITLE_MAX
from domain.viewer import Viewer

TITLE = N_("Remove words for good")
WORDS = Field(
    "words",
    N_("Which words?"),
    help=N_("Exactly these, in any case, also as a part of longer ones. Another spelling is removed by itself."),
    required=True,
    longest=TITLE_MAX,
)
CONFIRMED = "confirmed"
routes = APIRouter(include_in_schema=False, route_class=FormRoute)


def _add(kind: str) -> None:
    def ask(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
        _admit(system, viewer, id, kind)
        return show(request, _asking(request, system, viewer, kind, id))

    def remove(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, sent: Sent) -> Response:
        _admit(system, viewer, id, kind)

        def do(values: dict[str, Any]) -> Response:
            if CONFIRMED not in sent:
                places = find_words(system, viewer, id, values["words"])
                form = _confirming(request, system, viewer, kind, id, values["words"], places)
                return show(request, form, {**sent, CONFIRMED: ["yes"]})
            redact(system, viewer, id, values["words"], values["reason"])
            return RedirectResponse(f"/{PLURALS[kind]}/{id}/redact?done=thing.redact", 303)

        return carry_out(request, _asking(request, system, viewer, kind, id), sent, do)

    path = f"/{PLURALS[kind]}/{{id}}/redact"
    routes.add_api_route(path, ask, methods=["GET"])
    routes.add_api_route(path, remove, methods=["POST"])


for _kind in KINDS:
    _add(_kind)


def _admit(system: System, viewer: Viewer, id: UUID, kind: str) -> None:
    allow(viewer, "redact", of_kind(system, id, kind))


def _asking(request: Request, system: System, viewer: Viewer, kind: str, id: UUID) -> Form:
    back, back_to = _back(request, system, viewer, kind, id)
    return Form(
        TITLE,
        N_("Show where they are"),
        (WORDS, WHY),
        back=back,
        back_to=back_to,
        lead=N_(
            "A name or something else that must not be kept is taken out of every version, draft and reason, and nobody"
            " can bring it back. It stays in the event log that it was done, why, and by whom."
        ),
        once=False,
        template="removing.html",
        more={"places": ()},
    )


def _confirming(
    request: Request, system: System, viewer: Viewer, kind: str, id: UUID, wanted: str, places: tuple[Place, ...]
) -> Form:
    back, back_to = _back(request, system, viewer, kind, id)
    hidden = tuple(Field(name, "", "hidden") for name in (WORDS.name, WHY.name, CONFIRMED))
    return Form(
        TITLE,
        N_("Remove them for good"),
        hidden,
        back=back,
        back_to=back_to,
        tone="danger",
        once=False,
        template="removing.html",
        more={"places": places, "wanted": wanted},
    )


def _back(request: Request, system: System, viewer: Viewer, kind: str, id: UUID) -> tuple[str, str]:
    """The history of the thing, where the viewer may read it."""
    say = words(language(request))
    if may(viewer, "read", of_kind(system, id, kind)):
        return f"/{PLURALS[kind]}/{id}/history", say(N_("History"))
    return "/", say(N_("Search"))
