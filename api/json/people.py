"""People: `/api/v1/people`. The register that ids point to, and the parts that people have."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from api.access.given import TheSystem, TheVersion, TheViewer
from api.json.route import ETAG, KEY, LOCATION, JsonRoute, KeyedRoute, StrictRoute
from api.json.routing import Because, Limit, Offset, Why, body
from api.problems import PROBLEMS
from api.usecases import persons
from api.usecases.forgetting import forget_person
from api.usecases.people import (
    AccountState,
    Registered,
    add_person,
    get_person,
    list_people,
    registered,
    registered_as,
)
from api.wiring import System
from domain.aggregate import Aggregate
from domain.dates import PartialDate
from domain.person import Part, Person, Role
from domain.person_record import PersonRecord
from domain.policy import may
from domain.text import TITLE_MAX
from domain.viewer import Viewer
from store.people import Person as Known

TheKey = Annotated[str | None, Header(max_length=200, description=KEY["description"], examples=[KEY["example"]])]
PersonId = Annotated[str, Path(description="Person id.")]
Id = Annotated[UUID, Path(description="Person id.")]


class NewPerson(PersonRecord):
    """A name is enough; the address is shown to programme staff alone."""

    model_config = body({"name": "Kari Nordmann"})


class AppointmentShape(BaseModel):
    """A role in `[since, until)`; `of` is the cluster, process or programme that it is held of."""

    model_config = ConfigDict(from_attributes=True)

    role: Role
    of: UUID | None
    since: str
    until: str | None


class PersonShape(BaseModel):
    """A person of the register. `version` counts what was decided about them, and is the ETag to send in If-Match."""

    id: str
    version: int
    url: str
    name: str
    email: str | None
    appointments: list[AppointmentShape] = Field(description="Past ones too, in the order they were given in.")
    account: AccountState | None = Field(description="Whether they can sign in; null where that is not told.")


class PeopleListing(BaseModel):
    """In the order of their names. `next` is the offset of the following page, null on the last."""

    items: list[PersonShape]
    next: int | None


class Appointing(Why):
    """The role, what it is held of, and from which day on."""

    model_config = body(
        {"role": "cluster-manager", "of": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11", "since": "2026-08-01"},
        {"role": "auditor", "since": "2026"},
    )

    role: Role
    of: UUID | None = Field(default=None, description="A cluster, process or programme; not of the whole.")
    since: PartialDate


class StandingDown(Why):
    """The role, what it is held of, and the first day on which it is not held any more."""

    model_config = body(
        {"role": "cluster-manager", "of": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11", "until": "2026-08-01"}
    )

    role: Role
    of: UUID | None = Field(default=None, description="A cluster, process or programme; not of the whole.")
    until: PartialDate


class InvitationShape(BaseModel):
    """A way in. Shown this once: give it to the person, and to nobody else."""

    token: str
    link: str
    until: datetime


class PersonRoute(JsonRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        assert isinstance(thing, Person)
        return _answered(request.app.state.system, request.state.viewer, thing)


class AccountRoute(KeyedRoute):
    """What was done to somebody's account is answered again with the person as they are now."""

    def given_again(self, request: Request, thing: Aggregate) -> Response:
        if self.status_code == 204:
            return Response(status_code=204)
        return _response(get_person(request.app.state.system, request.state.viewer, request.path_params["id"]))


class InvitationRoute(KeyedRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        id = UUID(request.path_params["id"])
        told = persons.invitation_again(request.app.state.system, request.state.viewer, id)
        return JSONResponse(_invitation(request, told).model_dump(mode="json"))


TOLD: dict[int | str, dict[str, Any]] = {
    200: {"description": "The person, with the parts they have now.", "headers": {"ETag": ETAG}},
    201: {"description": "The person.", "headers": {"ETag": ETAG, "Location": LOCATION}},
}
routes = APIRouter(prefix="/api/v1/people", tags=["people"], route_class=StrictRoute, responses=PROBLEMS)
changing = APIRouter(route_class=PersonRoute)
accounts = APIRouter(route_class=AccountRoute)
inviting = APIRouter(route_class=InvitationRoute)


@routes.get("")
def show_people(
    system: TheSystem,
    viewer: TheViewer,
    name: Annotated[str, Query(max_length=TITLE_MAX, description="Words that their names have.")] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> PeopleListing:
    """The register, with who has which part."""
    found, total = list_people(system, viewer, named=name, limit=limit, offset=offset)
    return PeopleListing(items=[_shape(one) for one in found], next=offset + limit if offset + limit < total else None)


@routes.post("", status_code=201, response_model=PersonShape, responses={201: TOLD[201]})
def register_person(
    system: TheSystem,
    viewer: TheViewer,
    new: NewPerson,
    idempotency_key: TheKey = None,
) -> Response:
    """Someone to name as a contact, or to give a part to."""
    known = add_person(system, viewer, new.name, new.email, key=idempotency_key)
    return _response(registered(system, viewer, [known])[0], 201)


@routes.get("/{id}", response_model=PersonShape, responses={200: TOLD[200]})
def show_person(system: TheSystem, viewer: TheViewer, id: PersonId) -> Response:
    """Who an id stands for, and the parts they have. For programme staff, and for the person."""
    return _response(get_person(system, viewer, id))


@changing.post("/{id}/appoint", response_model=PersonShape, responses={200: TOLD[200]})
def appoint(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, to: Appointing) -> Response:
    """Give them a part. A manager is listed with the cluster by the same step."""
    known, part = _known(viewer, version), Part(to.role, to.of)
    done = persons.appoint(system, viewer, id, part, to.since, to.reason, version=known)
    return _answered(system, viewer, done)


@changing.post("/{id}/stand-down", response_model=PersonShape, responses={200: TOLD[200]})
def stand_down(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, of: StandingDown) -> Response:
    """Take a part from them. What they are signed in to ends at their next step."""
    known, part = _known(viewer, version), Part(of.role, of.of)
    done = persons.stand_down(system, viewer, id, part, of.until, of.reason, version=known)
    return _answered(system, viewer, done)


@inviting.post("/{id}/invite")
def invite(request: Request, system: TheSystem, viewer: TheViewer, id: Id) -> InvitationShape:
    """A link that opens an account to them, for a week. It takes the place of one that was made before."""
    return _invitation(request, persons.invite(system, viewer, id))


@accounts.post("/{id}/suspend", response_model=PersonShape, responses={200: TOLD[200]})
def suspend(system: TheSystem, viewer: TheViewer, id: Id, why: Because) -> Response:
    """Out at once, everywhere, and not in again until restored. The parts stay."""
    persons.suspend(system, viewer, id, why.reason)
    return _response(get_person(system, viewer, str(id)))


@accounts.post("/{id}/restore", response_model=PersonShape, responses={200: TOLD[200]})
def restore(system: TheSystem, viewer: TheViewer, id: Id, why: Because) -> Response:
    """They may sign in again."""
    persons.restore(system, viewer, id, why.reason)
    return _response(get_person(system, viewer, str(id)))


@accounts.post("/{id}/forget", status_code=204)
def forget(system: TheSystem, viewer: TheViewer, id: Id, why: Because) -> None:
    """Erase their name, address and ways in for good, and end their parts. What they did stays, done by an id."""
    forget_person(system, viewer, id, why.reason)


for _more in (changing, accounts, inviting):
    routes.include_router(_more)


def _invitation(request: Request, invitation: persons.Invitation) -> InvitationShape:
    site = request.state.entrance.origin or str(request.base_url).rstrip("/")
    return InvitationShape(token=invitation.token, link=site + invitation.path, until=invitation.until)


def _known(viewer: Viewer, version: int) -> int | None:
    """Who gives parts and does not read the register cannot know which version is the latest."""
    return version if may(viewer, "read", Person) else None


def _answered(system: System, viewer: Viewer, person: Person) -> Response:
    known = system.people.get(str(person.id)) or Known(str(person.id), "")
    return _response(registered_as(system, viewer, known, person))


def _response(one: Registered, status: int = 200) -> Response:
    body = _shape(one)
    headers = {"ETag": f'"{body.version}"'} | ({"Location": body.url} if status == 201 else {})
    return JSONResponse(body.model_dump(mode="json"), status, headers=headers)


def _shape(one: Registered) -> PersonShape:
    return PersonShape(
        id=one.known.id,
        version=one.person.version,
        url=f"/api/v1/people/{one.known.id}",
        name=one.known.name,
        email=one.known.email,
        appointments=[
            AppointmentShape(role=a.part.role, of=a.part.of, since=a.since, until=a.until)
            for a in one.person.appointments
        ],
        account=one.account,
    )
