"""What is missing, `/api/v1/missing`; and the invitations to share it, `/api/v1/clusters/{id}/invitations`."""

from datetime import date, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access.given import TheSystem, TheViewer
from api.json.route import Id, KeyedRoute
from api.json.routing import body
from api.problems import PROBLEMS
from api.usecases.inviting import NewInvitation, close_invitation, invite_to_share, open_invitations
from api.usecases.missing import missed
from domain.aggregate import Aggregate
from domain.invitations import Invitations
from domain.text import Line


class MissedShape(BaseModel):
    """What at least five people looked for in vain within one period of 30 days; the figures are those of the period
    with the most."""

    model_config = ConfigDict(from_attributes=True)

    asked: str = Field(description="The words, folded and without signs.")
    people: int = Field(description="Who found nothing, or opened nothing of what they found.")
    nothing: int = Field(description="Of these, who found nothing.")
    first: date = Field(description="The first day of the first period in which it was so.")
    last: date = Field(description="The first day of the last one.")


class MissingListing(BaseModel):
    """Most people first."""

    items: list[MissedShape]


class InvitationShape(BaseModel):
    """An open invitation to share a lesson about something."""

    model_config = ConfigDict(from_attributes=True)

    about: str
    note: str | None
    by: str = Field(description="Person id.")
    at: datetime


class InvitationListing(BaseModel):
    """Oldest first."""

    items: list[InvitationShape]


class Closing(BaseModel):
    """The invitation, by what it is about."""

    model_config = body({"about": "recruiting busy people"})

    about: Line


class InvitationRoute(KeyedRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        assert isinstance(thing, Invitations)
        if self.status_code == 204:
            return Response(status_code=204)
        return JSONResponse(InvitationShape.model_validate(thing.open[-1]).model_dump(mode="json"), 201)


routes = APIRouter(prefix="/api/v1", tags=["missing"], route_class=InvitationRoute, responses=PROBLEMS)


@routes.get("/missing")
def list_missing(system: TheSystem, viewer: TheViewer) -> MissingListing:
    """What members look for and no one has shared. For programme staff; nothing tells who looked."""
    return MissingListing(items=[MissedShape.model_validate(one) for one in missed(system, viewer)])


@routes.get("/clusters/{id}/invitations")
def list_invitations(system: TheSystem, viewer: TheViewer, id: Id) -> InvitationListing:
    """What the cluster is invited to share. For those of the cluster, programme staff and auditors."""
    found = open_invitations(system, viewer, id)
    return InvitationListing(items=[InvitationShape.model_validate(one) for one in found])


@routes.post("/clusters/{id}/invitations", status_code=201)
def invite(system: TheSystem, viewer: TheViewer, id: Id, new: NewInvitation) -> InvitationShape:
    """Programme staff invite the cluster to share; one invitation is open about the same at a time."""
    return InvitationShape.model_validate(invite_to_share(system, viewer, id, new))


@routes.post("/clusters/{id}/invitations/close", status_code=204)
def close(system: TheSystem, viewer: TheViewer, id: Id, which: Closing) -> Response:
    """It was answered, or will not be."""
    close_invitation(system, viewer, id, which.about)
    return Response(status_code=204)
