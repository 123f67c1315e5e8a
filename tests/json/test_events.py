"""The event log through JSON: pages, following it, counts, and the files."""

import csv
import json
from dataclasses import replace
from io import StringIO
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.interchange.events_file import csv_of
from api.json.events import Kind
from api.pages.labels import HAPPENED, LABELS
from api.usecases.event_export import COLUMNS
from api.wiring import System
from domain.access import Access
from domain.acting import acting
from domain.registry import AGGREGATES, TOPICS

Cast: TypeAlias = Any


@pytest.fixture
def lesson(client: TestClient, system: System, cast: Cast, published: Any) -> dict[str, Any]:
    """Published, and looked for by somebody to whom it is not there; an auditor is at the door from then on."""
    made = published()
    cast.now = cast.stranger
    assert client.get(f"/api/v1/lessons/{uuid4()}").status_code == 404
    assert system.projector.wait_for(system.store.position)
    cast.now = replace(cast.stranger, auditor=True)
    return made


def ok(client: TestClient, path: str, **params: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_item_says_who_what_when_and_what_it_changed(
    client: TestClient, cast: Cast, lesson: dict[str, Any], cluster: str
) -> None:
    [item] = ok(client, "events", topic="lesson.published")["items"]
    assert item == {
        "position": item["position"],
        "at": item["at"],
        "topic": "lesson.published",
        "kind": "lesson",
        "aggregate": lesson["id"],
        "version": 3,
        "title": lesson["title"],
        "url": lesson["url"],
        "actor": cast.staff.person,
        "actor_name": "Kari Programstab",
        "person": None,
        "person_name": None,
        "thing": None,
        "clusters": [cluster],
        "programmes": [],
        "request_id": item["request_id"],
        "reason": None,
        "detail": {},
        "changes": [
            {
                "field": "state",
                "before": "submitted",
                "after": "published",
                "pieces": [["removed", "submitted"], ["added", "published"]],
            }
        ],
    }


def test_it_is_narrowed(client: TestClient, cast: Cast, lesson: dict[str, Any], cluster: str) -> None:
    def topics(**params: Any) -> list[str]:
        return [item["topic"] for item in ok(client, "events", order="oldest", **params)["items"]]

    of_lesson = ["lesson.drafted", "lesson.submitted", "lesson.published"]
    assert topics(aggregate=lesson["id"]) == topics(kind="lesson") == of_lesson
    assert topics(cluster=cluster) == ["cluster.registered", *of_lesson]
    assert topics(person=cast.stranger.person) == ["access.denied"]
    assert topics(kind=["access", "cluster"]) == ["cluster.registered", "access.denied"]
    assert topics(programme=str(uuid4())) == []
    assert topics(request=ok(client, "events", topic="lesson.drafted")["items"][0]["request_id"]) == ["lesson.drafted"]
    assert topics(kind="lesson", to="2020-01-01") == topics(**{"from": "9999-12-31"}) == []


def test_pages_go_on_in_both_orders_and_the_log_is_followed(client: TestClient, lesson: dict[str, Any]) -> None:
    every = ok(client, "events", order="oldest")["items"]
    first = ok(client, "events", limit=2)
    second = ok(client, "events", limit=100, before=first["next"])
    assert first["items"] + second["items"] == every[::-1]
    assert (first["more"], second["more"], second["next"]) == (True, False, None)
    begun = ok(client, "events", after=0, limit=4)
    rest = ok(client, "events", after=begun["next"])
    assert begun["items"] + rest["items"] == every
    assert (begun["more"], rest["more"], rest["next"]) == (True, False, every[-1]["position"])
    assert ok(client, "events", after=rest["next"]) == {"items": [], "next": rest["next"], "more": False}


def test_counts(client: TestClient, lesson: dict[str, Any]) -> None:
    days = {item["at"][:10] for item in ok(client, "events")["items"]}
    for per in ("day", "week", "month", "year"):
        found = ok(client, "events/counts", per=per, kind="lesson")
        assert (found["per"], found["total"], sum(item["count"] for item in found["items"])) == (per, 3, 3)
    assert {item["first"] for item in ok(client, "events/counts", per="day")["items"]} >= days
    assert ok(client, "events/counts", topic="nothing.known") == {"per": "day", "total": 0, "items": []}


def test_files_hold_all_of_it_and_are_recorded(client: TestClient, system: System, lesson: dict[str, Any]) -> None:
    every = ok(client, "events", order="oldest")["items"]
    answer = client.get("/api/v1/events.jsonl?changes=true")
    rows = [json.loads(line) for line in answer.text.splitlines()]
    told: list[dict[str, Any]] = [
        {**item, "changes": [{k: c[k] for k in ("field", "before", "after")} for c in item["changes"]]}
        for item in every
    ]
    for item in told:
        item["at"] = item["at"].replace("Z", "+00:00")
    assert rows == [{name: value for name, value in item.items() if name not in ("title", "url")} for item in told]
    assert answer.headers["x-total-count"] == str(len(every))
    [exported] = [e for row in system.store.read(every[-1]["position"], 10)
                  if isinstance(e := system.store.decode(row), Access.Exported)]  # fmt: skip
    assert (exported.what, exported.count) == ("events", len(every))
    answer = client.get(f"/api/v1/events.csv?aggregate={lesson['id']}")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["topic"], row["aggregate"]) for row in table] == [
        (topic, lesson["id"]) for topic in ("lesson.drafted", "lesson.submitted", "lesson.published")
    ]
    assert (list(table[0]), answer.headers["x-total-count"]) == (list(COLUMNS), "3")
    [what] = [item["detail"]["what"] for item in ok(client, "events", topic="access.exported", limit=1)["items"]]
    assert what == f"events aggregate={lesson['id']}"


def test_every_kind_can_be_asked_for_and_has_its_name() -> None:
    assert set(Kind) == set(LABELS["of_event"]) == set(AGGREGATES)
    assert set(HAPPENED) >= set(TOPICS)


def test_no_cell_is_a_formula() -> None:
    row = {"reason": "=1+1", "actor": "@x", "changes": [{"field": "a", "before": "", "after": "=2"}], "clusters": []}
    out = b"".join(csv_of(("reason", "actor", "changes", "clusters"), [[row]])).decode("utf-8-sig")
    assert list(csv.reader(StringIO(out)))[1] == ["'=1+1", "'@x", "a: – → =2", ""]


@pytest.mark.parametrize("path", ["events", "events/counts", "events.csv", "events.jsonl"])
def test_it_is_for_auditors(client: TestClient, system: System, cast: Cast, lesson: dict[str, Any], path: str) -> None:
    stranger = cast.stranger
    for viewer in (stranger, replace(stranger, administrator=True), replace(stranger, staffs=frozenset({uuid4()}))):
        cast.now = viewer
        assert client.get(f"/api/v1/{path}").status_code == 403
    assert "access.exported" not in {row.topic for row in system.store.read(0, 1_000)}


def test_the_history_of_a_thing_goes_on_page_by_page(client: TestClient, lesson: dict[str, Any]) -> None:
    whole = ok(client, f"lessons/{lesson['id']}/history")
    assert whole["next"] is None
    first = ok(client, f"lessons/{lesson['id']}/history", limit=2)
    second = ok(client, f"lessons/{lesson['id']}/history", after=first["next"])
    assert (first["entries"] + second["entries"], first["next"], second["next"]) == (whole["entries"], 2, None)


@pytest.mark.parametrize("path", ["", "/history", "?as_of=v1"])
def test_reading_a_draft_is_in_the_log(client: TestClient, system: System, cast: Cast, draft: Any, path: str) -> None:
    made = draft()
    cast.now = auditor = replace(cast.stranger, auditor=True)
    for _ in range(2):
        assert client.get(f"/api/v1/lessons/{made['id']}{path}").status_code == 200
    assert system.projector.wait_for(system.store.position)
    [read] = ok(client, "events", topic="access.read")["items"]
    assert (read["actor"], read["thing"], read["person"]) == (auditor.person, made["id"], auditor.person)
    with acting("x"):
        assert system.store.find(Access, UUID(read["aggregate"])) is not None
