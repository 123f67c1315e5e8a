"""Every operation and page, walked from the app itself, for every part, visibility, own and other: who gets what.

A route without a line in `LINES` fails. A line says which action on what the route is; the policy, whose table is
written out in tests/domain/policy.golden, says whether it is allowed; the app has to agree. Of things, one of four is
tried on each route by each part, another one on the next route; with WHOLE=1, all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.access.entrance import Entrance
from api.app import create_app
from domain.aggregate import Aggregate
from domain.concept import Concept
from domain.policy import Action, may
from domain.viewer import ANYBODY, Viewer
from tests.access.lines import LINES, Everybody, Line, On, Own
from tests.access.world import KINDS, World, a_world
from tests.sampling import some


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("matrix") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[TestClient]:
    """One for all routes: who is at the door is asked at each request."""
    with world.browser() as client:
        yield client


def flat(routes: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every route with its whole path: routers stand in routers."""
    for route in routes:
        inner: Any = getattr(route, "original_router", None)
        if inner is None:
            yield before + route.path, route
        else:
            yield from flat(inner.routes, before + route.include_context.prefix)


def routes() -> list[str]:
    """`METHOD path` of everything the app answers to, described in OpenAPI or not."""
    app: FastAPI = create_app(cast(Any, None), entrance=Entrance(lambda: Viewer(ANYBODY)))
    found = flat(cast(list[Any], app.routes))
    return sorted(f"{method} {path}" for path, route in found for method in route.methods if method != "HEAD")


def test_every_route_has_its_line() -> None:
    assert routes() == sorted(LINES)


@dataclass(frozen=True)
class Try:
    """One request and what the policy says of it."""

    line: Line
    viewer: Viewer
    method: str
    path: str
    thing: Aggregate | type[Aggregate] | None
    action: Action | None

    @property
    def allowed(self) -> bool:
        if isinstance(self.line, Own):
            return self.viewer.signed_in
        if isinstance(self.line, On) and self.line.makes and not may(self.viewer, "make", KINDS[self.line.makes]):
            return False
        return self.thing is None or self.action is None or may(self.viewer, self.action, self.thing)

    @property
    def refusal(self) -> set[int]:
        """How it is refused: hidden as missing, a visitor sent to sign in, others told no."""
        hidden = isinstance(self.line, On) and self.line.hidden
        hidden |= isinstance(self.thing, Aggregate) and not may(self.viewer, "read", self.thing)
        if hidden:
            return {404}
        if self.viewer.signed_in:
            return {403}
        return {303} if self.method == "GET" and not self.path.startswith("/api/") else {401}


def tries(world: World, route: str, line: Line) -> Iterator[tuple[str, str, Try]]:
    method, path = route.split(" ")
    for part, viewer in world.viewers.items():
        if isinstance(line, Everybody | Own):
            yield part, "", Try(line, viewer, method, re.sub(r"\{.*\}", str(UUID(int=0)), path), None, None)
        elif "{id}" not in path:
            yield part, "", Try(line, viewer, method, path, KINDS[line.kind], line.action)
        else:
            for name in some(world.things, of=4, by=f"{part} {route} ".__add__):
                if isinstance(thing := world.things[name], KINDS[line.kind]):
                    yield part, name, Try(line, viewer, method, path.replace("{id}", _id(thing)), thing, line.action)


def _id(thing: Aggregate) -> str:
    return thing.slug if isinstance(thing, Concept) else str(thing.id)


def sent(client: TestClient, world: World, one: Try) -> Any:
    world.let_in(one.viewer, breaking_glass=isinstance(one.line, On) and one.line.hidden)
    body, sends = one.line.body(world), one.method in ("POST", "PATCH")
    if one.path.startswith("/api/"):
        headers = {"If-Match": '"9999"'} if sends else {}
        return client.request(one.method, one.path, json=body if sends else None, headers=headers)
    return client.request(one.method, one.path, data={**body, "version": "9999"} if sends else None)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("route", sorted(LINES))
def test_the_app_agrees_with_the_policy(client: TestClient, world: World, route: str) -> None:
    line = LINES[route]
    wrong: list[tuple[str, str, int, object]] = []
    for part, name, one in tries(world, route, line):
        status = sent(client, world, one).status_code
        refused = status in (401, 403, 404) or (status == 303 and not one.viewer.signed_in and not one.allowed)
        if isinstance(line, Own):
            agrees = refused is not one.allowed and status in one.refusal if not one.allowed else status < 500
        elif isinstance(line, Everybody):
            agrees = status < 500
        else:
            agrees = status < 500 and refused is not one.allowed and (not refused or status in one.refusal)
        if not agrees:
            wrong.append((part, name, status, "allowed" if one.allowed else one.refusal))
    assert wrong == []
