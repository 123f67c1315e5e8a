"""The route of a thing through JSON: its answer with the ETag, repeated requests, and how OpenAPI describes both."""

import json
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.routing import APIRoute

from api.json.adaptation_shapes import adaptation_shape
from api.json.process_shapes import process_shape
from api.json.shapes import Thing, shape
from api.once import Handler, OnceRoute
from api.problems import PROBLEMS
from api.usecases.adapted import with_lesson
from api.usecases.looking import known
from api.usecases.process_lessons import lessons_behind
from api.usecases.processes import readiness_of
from api.wiring import System
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.foresight.process import ForesightProcess
from domain.viewer import Viewer

Id = Annotated[UUID, Path(description="The thing's id, as a list, a search or `Location` gave it.")]

KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Of your own making, new for each request; repeated, it is carried out once and answered the same.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "6f1c9a52-draft-1",
}
ETAG = {"description": "The version answered, for If-Match.", "schema": {"type": "string"}, "example": '"3"'}
LOCATION = {"description": "The address of what is new.", "schema": {"type": "string"}}


class StrictRequest(Request):
    async def json(self) -> Any:
        """Raises `JSONDecodeError` for a field that comes twice: which of the two was meant, nobody can tell."""
        return json.loads(await self.body(), object_pairs_hook=_each_once)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise json.JSONDecodeError("A field comes twice.", "", 0)
    return found


class StrictRoute(APIRoute):
    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly


class JsonRoute(StrictRoute, OnceRoute):
    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        status, model = given.get("status_code") or 200, given.get("response_model")
        if "POST" in (given.get("methods") or ()):
            given["openapi_extra"] = {"parameters": [KEY]}
        if isinstance(model, type) and issubclass(model, Thing):
            headers = {"ETag": ETAG} | ({"Location": LOCATION} if status == 201 else {})
            told = {"description": "The thing, at the version it has now.", "headers": headers}
            given["responses"] = {**(given.get("responses") or {}), status: told}
        super().__init__(path, endpoint, **given)

    def given_again(self, request: Request, thing: Aggregate) -> Response:
        return answered(request.app.state.system, request.state.viewer, thing, self.status_code or 200)


def router(plural: str) -> APIRouter:
    return APIRouter(prefix=f"/api/v1/{plural}", tags=[plural], route_class=JsonRoute, responses=PROBLEMS)


def answered(system: System, viewer: Viewer, thing: Aggregate, status: int = 200) -> Response:
    """The thing as the viewer may know it, with its ETag; a new one (201) with its Location as well."""
    match thing:
        case ForesightProcess():
            body = _process(system, viewer, known(system, viewer, thing))
        case Adaptation():
            body = adaptation_shape(with_lesson(system, viewer, thing))
        case _:
            body = shape(known(system, viewer, thing))
    headers = {"ETag": f'"{body.version}"'} | ({"Location": body.url} if status == 201 else {})
    return Response(body.model_dump_json(), status, headers=headers, media_type="application/json")


def _process(system: System, viewer: Viewer, process: ForesightProcess) -> Thing:
    """With its readiness, which is more than the process by itself."""
    return process_shape(process, readiness_of(system, process), lessons_behind(system, viewer))
