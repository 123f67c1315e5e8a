"""What is hidden and what is not there are answered with the same bytes, whatever is done to it, by whomever."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.pages.processes import FORMS
from api.usecases.process_steps import STEPS
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.case import Case
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.person import Person
from domain.policy import may
from domain.viewer import Viewer
from tests.access.lines import LINES, On
from tests.access.world import World, a_world
from tests.sampling import WHOLE, some

MISSING = UUID("00000000-0000-4000-8000-000000000000")
KINDS: dict[str, type[Aggregate]] = {
    "lessons": Lesson,
    "cases": Case,
    "people": Person,
    "processes": ForesightProcess,
    "adaptations": Adaptation,
}
ALIKE = {step.name for step in STEPS} | {form.name for form in FORMS}
"""Steps of a process and their forms go one way: two of them stand for all."""
ROUTES = sorted(
    route
    for route, line in LINES.items()
    if isinstance(line, On) and "{id}" in route and line.kind in KINDS
    if line.kind != "processes" or route.rpartition("/")[2] not in ALIKE - {"describe", "assess"}
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("missing") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[TestClient]:
    """One for all: who is at the door is asked at each request."""
    with world.browser() as client:
        yield client


def of_kind(world: World, kind: str) -> list[Aggregate]:
    if kind == "people":
        return [Person(UUID(viewer.person)) for name, viewer in world.viewers.items() if name in ("nobody", "author")]
    return [thing for thing in world.things.values() if isinstance(thing, KINDS[kind])]


def told(client: TestClient, world: World, route: str, id: UUID | str) -> tuple[int, dict[str, str], str]:
    """All of the answer; but for the id of the request, and the id that was asked for where a page repeats it."""
    method, path = route.split(" ")
    body, path = LINES[route].body(world), path.replace("{id}", str(id))
    if path.startswith("/api/"):
        sent: dict[str, Any] = {"headers": {"If-Match": '"1"'}} | ({} if method == "GET" else {"json": body})
    else:
        sent = {} if method == "GET" else {"data": body | {"version": "1"}}
    answer = client.request(method, path, **sent)
    headers = {name: value.replace(str(id), "…") for name, value in answer.headers.items() if name != "x-request-id"}
    return answer.status_code, headers, answer.text.replace(str(id), "…")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("route", ROUTES)
def test_hidden_is_answered_as_missing(client: TestClient, world: World, route: str) -> None:
    line, wrong, asked = LINES[route], list[tuple[str, UUID]](), 0
    assert isinstance(line, On)
    for name, viewer in world.viewers.items():
        # Who may break the glass of a thing knows that it is there.
        hidden = [
            thing
            for thing in of_kind(world, line.kind)
            if not may(viewer, "read", thing) and not may(viewer, line.action, thing)
        ]
        asked += len(hidden)
        hidden = hidden if WHOLE else hidden[asked % len(hidden) :][:1] if hidden else []
        if not hidden:
            continue
        world.let_in(viewer)
        missing = told(client, world, route, MISSING)
        for thing in hidden:
            if missing[0] != 404 or told(client, world, route, thing.id) != missing:
                wrong.append((name, thing.id))
    assert (wrong, asked > 3) == ([], True)


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.startswith("POST /api/v1/people")])
def test_so_is_what_is_of_another_kind(client: TestClient, world: World, route: str) -> None:
    line = LINES[route]
    assert isinstance(line, On)
    other = world.id("case public" if line.kind == "lessons" else "lesson public")
    for _, viewer in some(world.viewers.items(), of=3, by=lambda one: one[0] + route) or world.viewers.items():
        world.let_in(viewer)
        assert told(client, world, route, other) == told(client, world, route, MISSING)


LESSON: dict[str, Any] = {"title": {"en": "x"}, "lesson": {"en": "y"}, "source": {"url": "https://example.org"}}
NAMED: tuple[tuple[str, str, str, Callable[[str], dict[str, Any]]], ...] = (
    ("POST", "lessons", "lesson draft", lambda id: {**LESSON, "cluster": id}),
    ("POST", "lessons", "lesson draft", lambda id: {**LESSON, "programmes": [id]}),
    ("POST", "lessons", "case draft", lambda id: {**LESSON, "cluster": id}),
    ("POST", "cases", "lesson own-cluster", lambda id: {"title": {"en": "x"}, "lessons": [id]}),
    ("POST", "cases", "lesson draft", lambda id: {"title": {"en": "x"}, "lessons": [id]}),
    ("POST", "cases", "case draft", lambda id: {"title": {"en": "x"}, "clusters": [id]}),
    ("POST", "lessons/{lesson public}/supersede", "lesson draft", lambda id: {"by": id}),
    ("POST", "lessons/{lesson public}/consent", "case draft", lambda id: {"case": id, "fields": ["title"]}),
    ("PATCH", "cases/{case public}", "lesson draft", lambda id: {"lessons": [id]}),
    ("PATCH", "lessons/{lesson public}", "lesson draft", lambda id: {"cluster": id}),
)


@pytest.mark.parametrize(("method", "path", "hidden", "body"), NAMED)
def test_so_is_what_a_body_names(
    client: TestClient, world: World, method: str, path: str, hidden: str, body: Any
) -> None:
    for name in ("lesson public", "case public"):
        path = path.replace(f"{{{name}}}", str(world.id(name)))
    thing, asked = world.system.store.find_any(world.id(hidden)), 0
    assert thing is not None
    for viewer in world.viewers.values():
        if may(viewer, "read", thing):
            continue
        world.let_in(viewer)
        asked += 1
        answers = [
            client.request(method, f"/api/v1/{path}", json=body(str(id)), headers={"If-Match": '"3"'})
            for id in (thing.id, MISSING)
        ]
        assert answers[0].status_code >= 400
        assert [(a.status_code, a.content) for a in answers] == [(answers[1].status_code, answers[1].content)] * 2
    assert asked > 3


@pytest.mark.parametrize(
    "route", ["POST /me/sessions/{id}/end", "POST /me/tokens/{id}/revoke", "DELETE /api/v1/me/tokens/{id}"]
)
def test_so_is_what_is_somebody_elses_own(client: TestClient, world: World, route: str) -> None:
    now, person = datetime.now(UTC), world.viewers["manager"].person
    sessions, tokens = world.system.sign_ins.sessions, world.system.sign_ins.tokens
    sessions.begin(person, method="password", parts=0, now=now)
    token, _ = tokens.create(person, "Sheets", "read", now=now, until=now + timedelta(days=1))
    theirs = token.id if "tokens" in route else sessions.of(person, now=now)[0].id
    before = sessions.of(person, now=now), tokens.of(person)
    world.let_in(world.viewers["author"])
    missing = "0" * len(theirs) if "sessions" in route else str(MISSING)
    answers = [told(client, world, route, id) for id in (theirs, missing)]
    assert answers[0] == answers[1]
    assert (sessions.of(person, now=now), tokens.of(person)) == before


def test_somebody_who_may_read_it_is_answered_otherwise(client: TestClient, world: World) -> None:
    """The control."""
    world.let_in(Viewer("operator", operator=True))
    for name in ("lesson draft", "lesson own-cluster", "case draft"):
        route = f"GET /{'cases' if name.startswith('case') else 'lessons'}/{{id}}"
        assert told(client, world, route, world.id(name))[0] == 200
