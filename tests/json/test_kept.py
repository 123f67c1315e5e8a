"""One's kept searches through JSON."""

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.viewer import ANYBODY, Viewer
from tests.json.conftest import Cast

PATH = "/api/v1/me/searches"
NEW = {"name": "Recruiting", "asked": "phase=recruitment&q=trust&limit=3"}


def refusal(answer: Any) -> tuple[int, str, list[str]]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    return (
        answer.status_code,
        problem["type"].removeprefix("urn:laerdom:problem:"),
        [e["field"] for e in problem["errors"]],
    )


def test_kept_listed_renamed_and_removed(client: TestClient) -> None:
    made = client.post(PATH, json=NEW)
    told = made.json()
    assert (made.status_code, told) == (
        201,
        {
            "id": told["id"],
            "name": "Recruiting",
            "asked": "q=trust&phase=recruitment",
            "kept_at": told["kept_at"],
            "url": "/?q=trust&phase=recruitment",
            "atom": "/search.atom?q=trust&phase=recruitment",
            "json_feed": "/search.json?q=trust&phase=recruitment",
        },
    )
    assert [client.get(told[name]).status_code for name in ("url", "atom", "json_feed")] == [200] * 3
    assert client.post(PATH, json=NEW).json() == told
    assert client.get(PATH).json() == {"items": [told]}
    renamed = client.patch(f"{PATH}/{told['id']}", json={"name": "Rekruttering"})
    assert (renamed.status_code, renamed.json()) == (200, told | {"name": "Rekruttering"})
    removed = client.delete(f"{PATH}/{told['id']}")
    assert (removed.status_code, removed.content) == (204, b"")
    assert client.get(PATH).json() == {"items": []}


UNFIT: list[tuple[dict[str, Any], tuple[int, str, list[str]]]] = [
    ({}, (422, "invalid", ["name", "asked"])),
    ({**NEW, "name": ""}, (422, "invalid", ["name"])),
    ({**NEW, "name": "x" * 201}, (422, "invalid", ["name"])),
    ({**NEW, "asked": ""}, (422, "invalid", ["asked"])),
    ({**NEW, "asked": "secret=1"}, (422, "invalid", ["asked"])),
    ({**NEW, "asked": "year_from=x"}, (422, "invalid", ["year_from"])),
    ({**NEW, "asked": "q=" + "x" * 9_000}, (422, "invalid", ["asked"])),
    ({**NEW, "asked": "x" * 100_001}, (413, "http-413", [])),
    ({**NEW, "asked": 1}, (422, "invalid", ["asked"])),
    ({**NEW, "person": "x"}, (422, "invalid", ["person"])),
]


@pytest.mark.parametrize(("body", "wanted"), UNFIT)
def test_what_cannot_be_kept(client: TestClient, body: dict[str, Any], wanted: object) -> None:
    assert refusal(client.post(PATH, json=body)) == wanted
    assert client.get(PATH).json() == {"items": []}


def test_names_are_taken_once(client: TestClient) -> None:
    first, other = (client.post(PATH, json={**NEW, "name": name}).json() for name in ("One", "Other"))
    assert refusal(client.post(PATH, json={"name": "One", "asked": "q=time"})) == (409, "name-taken", ["name"])
    assert refusal(client.patch(f"{PATH}/{other['id']}", json={"name": "One"})) == (409, "name-taken", ["name"])
    assert client.get(PATH).json()["items"] in ([other, first], [first, other])


def test_what_is_anothers_is_answered_as_what_is_not_there(client: TestClient, cast: Cast) -> None:
    mine = client.post(PATH, json=NEW).json()
    cast.now = cast.stranger
    for method, body in (("PATCH", {"name": "x"}), ("DELETE", None)):
        answers = [client.request(method, f"{PATH}/{id}", json=body) for id in (mine["id"], uuid4(), "nonsense")]
        assert {(a.status_code, a.content) for a in answers} == {(404, answers[1].content)}
    assert client.get(PATH).json() == {"items": []}
    cast.now = cast.staff
    assert client.get(PATH).json() == {"items": [mine]}


def test_a_visitor_is_told_to_sign_in(client: TestClient, cast: Cast, system: System) -> None:
    cast.now = Viewer(ANYBODY)
    asked = (
        ("GET", PATH, None),
        ("POST", PATH, NEW),
        ("PATCH", f"{PATH}/{uuid4()}", {"name": "x"}),
        ("DELETE", f"{PATH}/{uuid4()}", None),
    )
    told = [refusal(client.request(method, path, json=body))[:2] for method, path, body in asked]
    assert told == [(401, "sign-in")] * 4
    assert system.kept_searches.of(ANYBODY) == ()
