"""People: `/api/v1/people`. The register that ids point to; it is no part of the history."""

from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from api.access.given import TheSystem, TheViewer
from api.problems import PROBLEMS
from api.usecases.people import add_person, get_person
from domain.text import Line

routes = APIRouter(prefix="/api/v1/people", tags=["people"], responses=PROBLEMS)


class NewPerson(BaseModel):
    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"name": "Kari Nordmann"}]}}

    name: Line
    email: str | None = Field(default=None, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")


class PersonShape(BaseModel):
    id: str
    name: str
    email: str | None


@routes.post("", status_code=201, response_model=PersonShape)
def register_person(
    system: TheSystem,
    viewer: TheViewer,
    new: NewPerson,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Someone to name as a contact or a manager."""
    person = add_person(system, viewer, new.name, new.email, key=idempotency_key)
    shape = PersonShape(id=person.id, name=person.name, email=person.email)
    return JSONResponse(shape.model_dump(), 201, headers={"Location": f"/api/v1/people/{person.id}"})


@routes.get("/{id}")
def show_person(system: TheSystem, viewer: TheViewer, id: str) -> PersonShape:
    person = get_person(system, viewer, id)
    return PersonShape(id=person.id, name=person.name, email=person.email)
