"""Adaptations through JSON, what came of a lesson, the way of a practice, and the lessons that fit a process."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.viewer import Viewer
from tests.json.conftest import Cast, Draft

WHY: dict[str, Any] = {"why": {"en": "We are smaller."}}


@pytest.fixture
def theirs(client: TestClient) -> str:
    return client.post("/api/v1/clusters", json={"name": "Arena Usus"}).json()["id"]


@pytest.fixture
def manager(system: System, theirs: str) -> Viewer:
    return Viewer(system.people.add("Odd Leder").id, manages=frozenset({UUID(theirs)}))


@pytest.fixture
def lesson(published: Draft) -> dict[str, Any]:
    return published(visibility="managers")


def adapt(client: TestClient, lesson: dict[str, Any], cluster: str, **more: Any) -> Any:
    headers = more.pop("headers", {})
    body = {"lesson": lesson["id"], "cluster": cluster, **WHY, **more}
    return client.post("/api/v1/adaptations", json=body, headers=headers)


def step(client: TestClient, thing: dict[str, Any], name: str, **body: Any) -> Any:
    return client.post(f"{thing['url']}/{name}", json=body, headers={"If-Match": f'"{thing["version"]}"'})


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:laerdom:problem:")


def test_the_whole_life(client: TestClient, cast: Cast, manager: Viewer, lesson: dict[str, Any], theirs: str) -> None:
    cast.now = manager
    answer = adapt(client, lesson, theirs, kept={"en": "The letter."}, phase="recruitment", since="2026-10")
    made = answer.json()
    assert (answer.status_code, answer.headers["etag"], answer.headers["location"]) == (201, '"1"', made["url"])
    assert made == client.get(made["url"]).json() == {
        "id": made["id"], "version": 1, "url": f"/api/v1/adaptations/{made['id']}",
        "created_at": made["created_at"], "modified_at": made["created_at"],
        "lesson": {"id": lesson["id"], "url": f"/lessons/{lesson['id']}", "title": lesson["title"]},
        "lesson_state": "published", "superseded_by": None, "revision": 1, "cluster": theirs, "programmes": [],
        "process": None, "made_on": made["created_at"][:10], "withdrawn": False,
        "kept": {"en": "The letter.", "nb": None}, "changed": None, "dropped": None,
        "why": {"en": "We are smaller.", "nb": None}, "phase": "recruitment", "since": "2026-10",
        "outcomes": {"cluster": None, "programme": None}, "ratings": [], "asked": {"cluster": None, "programme": None},
    }  # fmt: skip
    changed = client.patch(made["url"], json={"dropped": {"nb": "Middagen."}}, headers={"If-Match": '"1"'}).json()
    assert (changed["version"], changed["kept"], changed["dropped"]["nb"]) == (2, made["kept"], "Middagen.")
    rated = step(client, changed, "rate", outcome="partly", on="2026-01-02", note="Half.").json()
    assert rated["outcomes"] == {"cluster": "partly", "programme": None}
    assert rated["ratings"] == [{"by": "cluster", "outcome": "partly", "on": "2026-01-02", "note": "Half."}]
    effect = client.get(f"/api/v1/lessons/{lesson['id']}/adaptations").json()
    assert effect == {
        "items": [rated],
        "effect": {
            "times": 1, "clusters": 1, "programmes": 0,
            "by_cluster": {"worked": 0, "partly": 1, "did-not": 0},
            "by_programme": {"worked": 0, "partly": 0, "did-not": 0},
        },
    }  # fmt: skip
    assert client.get("/api/v1/adaptations").json() == {"items": [rated], "next": None}
    withdrawn = step(client, rated, "withdraw", reason="Never done.").json()
    assert (withdrawn["version"], withdrawn["withdrawn"]) == (4, True)
    assert client.get(f"/api/v1/lessons/{lesson['id']}/adaptations").json()["items"] == []
    topics = [entry["topic"] for entry in client.get(f"{made['url']}/history").json()["entries"]]
    assert topics == ["adaptation.made", "adaptation.changed", "adaptation.outcome-rated", "adaptation.withdrawn"]


def test_refusals(client: TestClient, cast: Cast, manager: Viewer, lesson: dict[str, Any], theirs: str) -> None:
    cast.now = manager
    made = adapt(client, lesson, theirs).json()
    assert code(adapt(client, lesson, lesson["cluster"])) == (422, "invalid")
    assert code(adapt(client, {"id": str(uuid4())}, theirs)) == (422, "invalid")
    assert code(adapt(client, lesson, theirs, process=str(uuid4()))) == (422, "invalid")
    assert code(adapt(client, lesson, theirs, why={})) == (422, "invalid")
    assert code(client.patch(made["url"], json={})) == (428, "version-wanted")
    assert code(client.patch(made["url"], json={}, headers={"If-Match": '"9"'})) == (412, "stale")
    assert code(step(client, made, "rate", outcome="splendid")) == (422, "invalid")
    assert code(step(client, made, "rate", outcome="worked", by="programme")) == (403, "not-allowed")
    assert code(step(client, made, "rate", outcome="worked", on="2999-01-01")) == (422, "invalid")
    assert code(step(client, made, "withdraw")) == (422, "invalid")
    cast.now = cast.staff  # the operator, who is both
    assert code(step(client, made, "rate", outcome="worked")) == (422, "invalid")
    assert code(adapt(client, lesson, lesson["cluster"])) == (422, "invalid")
    assert step(client, made, "rate", outcome="worked", by="programme").json()["outcomes"]["programme"] == "worked"


def test_repeated_it_is_made_once_and_told_to_nobody_who_may_not_read_the_lesson_any_more(
    client: TestClient, cast: Cast, manager: Viewer, lesson: dict[str, Any], theirs: str
) -> None:
    cast.now = manager
    key = {"headers": {"Idempotency-Key": "k"}}
    first, again = adapt(client, lesson, theirs, **key), adapt(client, lesson, theirs, **key)
    assert (again.status_code, again.content) == (201, first.content)
    cast.now = cast.staff
    narrowed = client.patch(
        f"/api/v1/lessons/{lesson['id']}",
        json={"visibility": "own-cluster"},
        headers={"If-Match": f'"{lesson["version"]}"'},
    )
    assert narrowed.status_code == 200
    cast.now = manager
    nothing = client.get(f"/api/v1/adaptations/{uuid4()}")
    assert (nothing.status_code, adapt(client, lesson, theirs, **key).content) == (404, nothing.content)
    assert client.get(first.json()["url"]).content == nothing.content
    assert client.get(f"{first.json()['url']}/history").content == nothing.content
    assert client.get("/api/v1/adaptations").json() == {"items": [], "next": None}


def test_the_way_of_a_practice(client: TestClient, lesson: dict[str, Any], published: Draft, theirs: str) -> None:
    process = client.post("/api/v1/processes", json={"title": {"en": "Heat"}, "cluster": theirs}).json()["id"]
    made = adapt(client, lesson, theirs, process=process).json()
    drawn = published(cluster=theirs, process=process, title={"en": "Write to the owners"})
    assert client.get(f"/api/v1/lessons/{drawn['id']}/provenance").json() == {
        "lessons": [
            {"id": drawn["id"], "url": f"/lessons/{drawn['id']}", "title": {"en": "Write to the owners"}, "step": 0},
            {"id": lesson["id"], "url": f"/lessons/{lesson['id']}", "title": lesson["title"], "step": -2},
        ],
        "adaptations": [
            {"id": made["id"], "url": f"/adaptations/{made['id']}", "cluster": theirs, "outcome": None, "step": -1}
        ],
        "edges": [
            {"source": made["id"], "target": drawn["id"]},
            {"source": lesson["id"], "target": made["id"]},
        ],
        "whole": True,
    }


def test_lessons_that_fit_a_process(
    client: TestClient, cast: Cast, manager: Viewer, lesson: dict[str, Any], theirs: str
) -> None:
    process = client.post("/api/v1/processes", json={"title": {"en": "Heat"}, "cluster": theirs}).json()
    step(client, process, "enter-phase", phase="recruitment", on="2026-11-01")
    cast.now = manager
    assert client.get(f"{process['url']}/lessons").json() == {
        "hits": [
            {
                "id": lesson["id"], "url": f"/lessons/{lesson['id']}", "title": lesson["title"],
                "phase": "recruitment", "polarity": "keep", "cluster": lesson["cluster"], "own": False,
                "reasons": [
                    {
                        "kind": "phase", "figures": {"phase": "recruitment"},
                        "words": {
                            "en": "fits recruitment, your current phase",
                            "nb": "passer til rekruttering, fasen dere er i",
                        },
                    }
                ],
                "disagrees_with": [],
            }
        ]
    }  # fmt: skip
    cast.now = replace(manager, manages=frozenset())
    assert client.get(f"{process['url']}/lessons").status_code == 404
