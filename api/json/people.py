"""People: `/api/v1/people`. The register that ids point to; it is no part of the history."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Response
from pydantic import BaseModel
from starlette.responses import JSONResponse

from api.access.given import TheSystem, TheViewer
from api.json.route import KEY, StrictRoute
from api.json.routing import body
from api.problems import PROBLEMS
from api.usecases.people import add_person, get_person
from domain.person import PersonRecord

routes = APIRouter(prefix="/api/v1/people", tags=["people"], route_class=StrictRoute, responses=PROBLEMS)


TheKey = Annotated[str | None, Header(max_length=200, description=KEY["description"], examples=[KEY["example"]])]
PersonId = Annotated[str, Path(description="Person id.")]


class NewPerson(PersonRecord):
    """A name is enough; the address is shown to programme staff alone."""

    model_config = body({"name": "Kari Nordmann"})


class PersonShape(BaseModel):
    """A person of the register."""

    id: str
    name: str
    email: str | None


@routes.post("", status_code=201, response_model=PersonShape)
def register_person(
    system: TheSystem,
    viewer: TheViewer,
    new: NewPerson,
    idempotency_key: TheKey = None,
) -> Response:
    """Someone to name as a contact or a manager."""
    person = add_person(system, viewer, new.name, new.email, key=idempotency_key)
    shape = PersonShape(id=person.id, name=person.name, email=person.email)
    return JSONResponse(shape.model_dump(), 201, headers={"Location": f"/api/v1/people/{person.id}"})


@routes.get("/{id}")
def show_person(system: TheSystem, viewer: TheViewer, id: PersonId) -> PersonShape:
    """Who an id stands for. For programme staff."""
    person = get_person(system, viewer, id)
    return PersonShape(id=person.id, name=person.name, email=person.email)
