"""Words that have to go, and people who are forgotten, through JSON."""

from typing import Any, TypeAlias

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.viewer import Viewer

Cast: TypeAlias = Any
Draft: TypeAlias = Any
WORDS = "Kari Nordmann"


@pytest.fixture
def lesson(published: Draft) -> dict[str, Any]:
    return published(title={"en": "Kari Nordmann began early"}, lesson={"nb": "Spør Kari Nordmann."})


def redact(client: TestClient, lesson: dict[str, Any], **body: Any) -> Any:
    return client.post(f"/api/v1/lessons/{lesson['id']}/redact", json={"words": WORDS, "reason": "Asked."} | body)


PLACES = [{"version": 1, "fields": ["record.title.en", "record.lesson.nb"], "left": []}]


def test_a_preview_tells_where_and_removes_nothing(client: TestClient, system: System, lesson: dict[str, Any]) -> None:
    before = system.store.position
    answer = redact(client, lesson, preview=True, reason="")
    assert (answer.status_code, answer.json()) == (200, {"thing": lesson["id"], "removed": False, "places": PLACES})
    assert system.store.position == before


def test_the_words_are_nowhere_any_more(client: TestClient, lesson: dict[str, Any]) -> None:
    answer = redact(client, lesson)
    assert (answer.status_code, answer.json()) == (200, {"thing": lesson["id"], "removed": True, "places": PLACES})
    now = client.get(f"/api/v1/lessons/{lesson['id']}").json()
    assert (now["version"], now["title"]["en"], now["lesson"]["nb"]) == (
        lesson["version"], "[removed] began early", "Spør [fjernet]."
    )  # fmt: skip
    for path in (f"lessons/{lesson['id']}/history", "search?q=nordmann", "events", "events.jsonl", "events.csv"):
        assert "Nordmann" not in client.get(f"/api/v1/{path}").text
    [event] = client.get("/api/v1/events?kind=redaction").json()["items"]
    assert (event["topic"], event["thing"], event["reason"]) == ("redaction.made", lesson["id"], "Asked.")
    again = redact(client, lesson)
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "words")


def test_unfit_words_and_reasons(client: TestClient, system: System, lesson: dict[str, Any]) -> None:
    before = system.store.position
    for body in ({"words": ""}, {"words": "x" * 201}, {"reason": ""}, {"reason": "kari nordmann asked"}, {"more": 1}):
        assert redact(client, lesson, **body).status_code == 422
    case = client.post(f"/api/v1/cases/{lesson['id']}/redact", json={"words": WORDS, "reason": "x"})
    assert case.status_code == 404
    assert system.store.position == before


def test_somebody_who_is_forgotten_is_null_everywhere(client: TestClient, cast: Cast, system: System) -> None:
    ola = client.post("/api/v1/people", json={"name": "Ola Nordmann", "email": "ola@example.org"}).json()["id"]
    appointing = {"role": "auditor", "since": "2020"}
    client.post(f"/api/v1/people/{ola}/appoint", json=appointing, headers={"If-Match": '"0"'})
    answer = client.post(f"/api/v1/people/{ola}/forget", json={"reason": "Asked."})
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(f"/api/v1/people/{ola}").status_code == 404
    assert client.post(f"/api/v1/people/{ola}/forget", json={"reason": "Asked."}).status_code == 404
    [forgot, _] = client.get(f"/api/v1/events?person={ola}").json()["items"]
    assert forgot["topic"] == "person.forgotten"
    assert "Nordmann" not in client.get("/api/v1/events").text + client.get("/api/v1/people").text
    cast.now = Viewer(ola)
    assert client.get("/api/v1/people").status_code in (403, 404)
