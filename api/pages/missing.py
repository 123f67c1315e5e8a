"""What members look for and no one has shared; and from there, inviting a cluster to share it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from starlette.responses import RedirectResponse

from api.access.given import TheSystem, TheViewer
from api.pages.choices import choices_for
from api.pages.fields import Field, Typed
from api.pages.form_route import FormRoute, Sent
from api.pages.labels import FIELDS
from api.pages.plain_form import Form, carry_out, show
from api.pages.rendering import page
from api.pages.translation import N_, language, words
from api.usecases.inviting import NewInvitation, close_invitation, invite_to_share
from api.usecases.missing import missed
from api.wiring import System
from domain.cluster import Cluster
from domain.errors import NotFound
from domain.policy import may
from domain.text import TITLE_MAX
from domain.viewer import Viewer
from store.missed import LEAST, PERIOD

ASKED = (
    Field("about", FIELDS["about"], required=True, longest=TITLE_MAX,
          help=N_("What others look for, in words that the cluster understands.")),
    Field("cluster", FIELDS["cluster"], "choice", N_("Who may have learned something about it?"), choices="clusters",
          required=True),
    Field("note", N_("What else they should know"), "text", longest=2_000,
          help=N_("Optional. Why you think of them, say. Name nobody who may have looked for it.")),
)  # fmt: skip
routes = APIRouter(include_in_schema=False, route_class=FormRoute)
Filled = Annotated[str, Query(max_length=TITLE_MAX)]


class _Chosen(BaseModel):
    cluster: UUID


@routes.get("/missing")
def show_missing(request: Request, system: TheSystem, viewer: TheViewer) -> Response:
    return page(request, "missing.html", missed=missed(system, viewer), least=LEAST, days=PERIOD.days)


@routes.get("/missing/invite")
def ask(request: Request, system: TheSystem, viewer: TheViewer, about: Filled = "", cluster: Filled = "") -> Response:
    return show(request, _form(request, system, viewer, {"about": [about], "cluster": [cluster]}))


@routes.post("/missing/invite")
def invite(request: Request, system: TheSystem, viewer: TheViewer, sent: Sent) -> Response:
    def do(values: dict[str, Any]) -> Response:
        cluster = _Chosen.model_validate({"cluster": values["cluster"]}).cluster
        new = NewInvitation.model_validate({"about": values["about"], "note": values["note"]})
        try:
            invite_to_share(system, viewer, cluster, new)
        except NotFound:
            raise NotFound(N_("Choose one from the list."), field="cluster") from None
        return RedirectResponse(f"/clusters/{cluster}?done=cluster.invite", 303)

    return carry_out(request, _form(request, system, viewer), sent, do)


@routes.post("/clusters/{id}/invitations/close")
def close(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, sent: Sent) -> Response:
    close_invitation(system, viewer, id, next(iter(sent.get("about", [])), ""))
    return RedirectResponse(f"/clusters/{id}?done=cluster.close-invitation", 303)


def _form(request: Request, system: System, viewer: Viewer, filled: Typed | None = None) -> Form:
    """Raises `NotFound` for those who invite nobody."""
    if not may(viewer, "invite", Cluster):
        raise NotFound("There is nothing here.")
    ui = language(request)
    return Form(
        N_("Invite a cluster to share"),
        N_("Invite"),
        ASKED,
        back="/missing",
        back_to=words(ui)(N_("What members look for")),
        lead=N_(
            "Those of the cluster see the invitation on its page and under Review, and can begin a lesson from it."
        ),
        once=False,
        choices=choices_for(system, viewer, ASKED, None, ui),
        filled=filled or Typed(),
    )
