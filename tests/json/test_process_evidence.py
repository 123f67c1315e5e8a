"""What a process leaves behind, through JSON: drafts made of it, and the whole of it as a file."""

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.viewer import ANYBODY, Viewer
from tests.json.conftest import Cast


@pytest.fixture
def process(client: TestClient, cluster: str) -> dict[str, Any]:
    body = {"title": {"en": "Smart energy 2035"}, "cluster": cluster, "begins": "2026-01", "visibility": "public"}
    opened = client.post("/api/v1/processes", json=body).json()
    return client.post(
        f"{opened['url']}/invite",
        json={"organisation": "Elkem", "organisation_kind": "company", "on": "2026-01-05", "reason": "Knows the grid."},
        headers={"If-Match": '"1"'},
    ).json()


def test_a_draft_case_is_made_once_for_each_key(client: TestClient, process: dict[str, Any]) -> None:
    answers = [client.post(f"{process['url']}/draft-case", headers={"Idempotency-Key": key}) for key in ("a", "a", "b")]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    first, again, other = (answer.json() for answer in answers)
    assert first == again
    assert first["id"] != other["id"]
    assert (first["state"], first["title"], first["clusters"]) == ("draft", process["title"], [process["cluster"]])
    assert client.get(answers[0].headers["location"]).json()["id"] == first["id"]


@pytest.mark.parametrize(
    ("about", "title", "phase"),
    [
        ({"check": "follow-up"}, "Follow-up with owner, date and budget: Smart energy 2035", "follow-up"),
        ({"phase": "follow-up"}, "Follow-up: Smart energy 2035", "follow-up"),
        ({}, "Smart energy 2035", None),
    ],
)
def test_a_draft_lesson(
    client: TestClient, process: dict[str, Any], about: dict[str, str], title: str, phase: str | None
) -> None:
    answer = client.post(f"{process['url']}/draft-lesson", json=about)
    lesson = answer.json()
    assert (answer.status_code, lesson["state"], lesson["title"]["en"], lesson["phase"]) == (201, "draft", title, phase)
    assert (lesson["process"], lesson["cluster"]) == (process["id"], process["cluster"])


@pytest.mark.parametrize("about", [{"check": "luck"}, {"phase": "luck"}, {"luck": "catch-up"}])
def test_a_lesson_about_what_is_not_there(client: TestClient, process: dict[str, Any], about: dict[str, str]) -> None:
    answer = client.post(f"{process['url']}/draft-lesson", json=about)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, list(about))


def test_drafts_are_not_for_everybody(client: TestClient, process: dict[str, Any], cast: Cast) -> None:
    cast.now = cast.stranger
    for deed in ("draft-case", "draft-lesson"):
        assert client.post(f"{process['url']}/{deed}", json={}).status_code == 403
        assert client.post(f"/api/v1/processes/{uuid4()}/{deed}", json={}).status_code == 404


def test_the_whole_of_it_as_a_file(client: TestClient, process: dict[str, Any], system: System, cast: Cast) -> None:
    answer = client.get(f"{process['url']}/export")
    name = f'attachment; filename="laerdom-process-{process["id"]}.json"'
    assert (answer.status_code, answer.headers["content-disposition"]) == (200, name)
    told = answer.json()
    assert set(told) == {"process", "adaptations", "history"}
    assert told["process"] == client.get(process["url"]).json()
    assert told["history"] == client.get(f"{process['url']}/history").json()["entries"]
    assert [entry["reason"] for entry in told["history"]] == [None, "Knows the grid."]
    [line] = [line for line in system.event_log.about(cast.staff.person, limit=10) if line.topic == "access.exported"]
    assert (line.actor, line.detail) == (cast.staff.person, {"what": f"process {process['id']}", "count": 1})


def test_a_file_tells_no_more_than_its_reader_may_know(client: TestClient, process: dict[str, Any], cast: Cast) -> None:
    cast.now = cast.stranger
    told = client.get(f"{process['url']}/export").json()
    assert {entry["actor"] for entry in told["history"]} == {""}
    assert told["process"] == client.get(process["url"]).json()


def test_whoever_is_not_signed_in_leaves_no_trace(
    client: TestClient, process: dict[str, Any], system: System, cast: Cast
) -> None:
    cast.now = Viewer(ANYBODY)
    position = system.store.position
    assert client.get(f"{process['url']}/export").status_code == 200
    assert system.store.position == position
