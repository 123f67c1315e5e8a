"""The route of a thing through JSON: its answer with the ETag, repeated requests, and how OpenAPI describes both."""

import json
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.access.door import SAFE
from api.json.adaptation_shapes import adaptation_shape
from api.json.process_shapes import process_shape
from api.json.receipts import RECEIPT, receipt_of
from api.json.shapes import AsOf, Thing, shape
from api.once import Handler, OnceRoute
from api.problems import PROBLEMS
from api.usecases.adapted import with_lesson
from api.usecases.looking import known, load
from api.usecases.past import Past, load_as_of
from api.usecases.process_lessons import lessons_behind
from api.usecases.processes import readiness_of
from api.wiring import System
from domain.acting import current_act
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.foresight.process import ForesightProcess
from domain.viewer import Viewer

AsOfThen = Annotated[
    str | None,
    Query(
        description="As it was at the end of a day (UTC), at an instant, or at a version such as v3, as the history"
        " counts it; for auditors also at a position of the log, such as p1234. 404 where there was nothing to read"
        " then, 422 for what is no such moment, or yet to come.",
        examples=["2026-11-24", "2026-11-24T12:00:00Z", "v3"],
        json_schema_extra={"pattern": r"^([0-9]{4}-[0-9]{2}-[0-9]{2}.*|[vp][0-9]{1,18})$"},
    ),
]
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
            response = await handle(StrictRequest(request.scope, request.receive))
            if request.method not in SAFE and (kept := current_act().kept):
                response.headers.update(await run_in_threadpool(receipt_of, request.app.state.system, kept[-1]))
            return response

        return strictly


class KeyedRoute(StrictRoute, OnceRoute):
    """What is no thing at a version says itself how it is answered again."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        if "POST" in (given.get("methods") or ()):
            given["openapi_extra"] = {"parameters": [KEY]}
        super().__init__(path, endpoint, **given)


class JsonRoute(KeyedRoute):
    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        status, model = given.get("status_code") or 200, given.get("response_model")
        if isinstance(model, type) and issubclass(model, Thing):
            headers = {"ETag": ETAG} | ({"Location": LOCATION} if status == 201 else {})
            headers |= {"Ledger-Receipt": RECEIPT} if "GET" not in (given.get("methods") or ("GET",)) else {}
            told = {"description": "The thing, at the version it has now.", "headers": headers}
            given["responses"] = {**(given.get("responses") or {}), status: told}
        super().__init__(path, endpoint, **given)

    def given_again(self, request: Request, thing: Aggregate) -> Response:
        return answered(request.app.state.system, request.state.viewer, thing, self.status_code or 200)


def router(plural: str) -> APIRouter:
    return APIRouter(prefix=f"/api/v1/{plural}", tags=[plural], route_class=JsonRoute, responses=PROBLEMS)


def looked_at(system: System, viewer: Viewer, cls: type[Aggregate], id: UUID, as_of: str | None) -> Response:
    """The thing as it is now or, with `as_of`, as it was: without an ETag, so that nobody changes it from there."""
    if as_of is None:
        return answered(system, viewer, load(system, viewer, cls, id))
    past = load_as_of(system, viewer, cls, id, as_of)
    body = _past_shape(system, viewer, past).model_copy(update={"as_of": AsOf.model_validate(past)})
    return Response(body.model_dump_json(), media_type="application/json")


def _past_shape(system: System, viewer: Viewer, past: Past[Aggregate]) -> Thing:
    """A process without its readiness, which is made of more than the process; an adaptation with its lesson of now."""
    match past.thing:
        case ForesightProcess() as process:
            return process_shape(process, None, {})
        case Adaptation() as adaptation:
            return adaptation_shape(with_lesson(system, viewer, adaptation), past.at.date())
        case thing:
            return shape(thing)


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
    return process_shape(process, readiness_of(system, viewer, process), lessons_behind(system, viewer))
