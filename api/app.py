"""The web application over a system: JSON, pages and the door in front of both."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from api import pages, problems
from api.access.deadlines import BodyDeadline
from api.access.door import Door
from api.access.entrance import Entrance
from api.json import (
    access,
    adaptations,
    audit,
    cases,
    clusters,
    events,
    health,
    kept,
    lessons,
    me,
    missing,
    people,
    process_evidence,
    processes,
    programmes,
    removing,
    search,
    thesaurus,
)
from api.json.examples import show_examples
from api.pages.errors import error_page
from api.problems import Problem
from api.wiring import System

THREADS = 16
"""Routes that run at once; the event store has a connection for each."""

DESCRIPTION = """Clusters share what they learned.

* Changes want the version they were made against: send the ETag you were given in `If-Match` (428 without, 412 stale).
* A POST may carry an `Idempotency-Key`: repeated, it is carried out once and answered the same.
* Errors are problem documents (RFC 9457) and say what to do; what was sent is not echoed.
"""


def create_app(
    system: System,
    *,
    entrance: Entrance,
    max_body_bytes: int = 2_000_000,
) -> FastAPI:

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield

    app = _Application(
        title="Lærdom",
        version="0.1.0",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        max_body_size=max_body_bytes,
        redirect_slashes=False,  # it would lead to http:// behind a proxy that ends TLS
    )
    app.state.system = system
    app.router.routes.extend(_routes())
    problems.install(app, page=error_page)
    _describe(app)
    app.behind = lambda inner: Door(inner, system=system, entrance=entrance)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Those of every application: each is made ready when it is first asked for, which takes longer than to answer."""
    every = APIRouter()
    things = (lessons, cases, processes, process_evidence, adaptations, clusters, programmes)
    for face in (search, *things, people, me, kept, missing, thesaurus, access, removing, events, audit, health):
        every.include_router(face.routes)
    pages.mount(every)
    return tuple(every.routes)


class _Application(FastAPI):
    """The door stands outside everything else, so that the answers of the framework itself pass it too."""

    behind: Callable[[ASGIApp], ASGIApp]

    def build_middleware_stack(self) -> ASGIApp:
        return self.behind(BodyDeadline(super().build_middleware_stack()))


def _describe(app: FastAPI) -> None:
    """Put the problem document among the schemas that the responses point to, and show examples."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        document = describe()
        show_examples(document)
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(schema.pop("$defs", {}))
        schemas["Problem"] = schema
        return document

    app.openapi = openapi
