"""`as_of` on one thing: as it was, in the same shape, with what tells of the past beside it and nothing to edit by."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

Draft = Callable[..., dict[str, Any]]
KINDS = ("lessons", "cases", "processes", "adaptations", "clusters", "programmes")


@pytest.fixture
def revised(client: TestClient, published: Draft) -> dict[str, Any]:
    """A lesson with two revisions, at version 6."""
    lesson = published()
    for step, body in (("", {"title": {"en": "Recruit earlier"}}), ("/submit", None), ("/publish", None)):
        send = client.post if step else client.patch
        answer = send(f"{lesson['url']}{step}", json=body, headers={"If-Match": f'"{lesson["version"]}"'})
        assert answer.status_code == 200, answer.text
        lesson = answer.json()
    return lesson


def test_it_says_what_it_said_who_could_read_it_and_what_changed(client: TestClient, revised: dict[str, Any]) -> None:
    then = client.get(f"{revised['url']}?as_of=v3")
    body = then.json()
    assert (then.status_code, "etag" in then.headers, body["version"], body["url"]) == (200, False, 3, revised["url"])
    assert body["title"] == {
        "en": "Recruit committed participants early",
        "nb": "Rekrutter forpliktede deltakere tidlig",
    }
    assert [r["revision"] for r in body["revisions"]] == [1]
    said = body["as_of"]
    assert (said["asked"], said["readers"], said["at"]) == ("v3", "public", body["modified_at"])
    assert [(c["field"], c["before"], c["after"]) for c in said["changes"]] == [
        ("title.en", "Recruit committed participants early", "Recruit earlier"),
        ("title.nb", "Rekrutter forpliktede deltakere tidlig", ""),
    ]
    assert client.get(f"{revised['url']}?as_of=v1").json()["as_of"]["readers"] is None


def test_of_now_nothing_of_it_is_there(client: TestClient, revised: dict[str, Any]) -> None:
    now = client.get(revised["url"])
    assert ("as_of" in now.json(), now.headers["etag"]) == (False, '"6"')
    today = client.get(revised["url"], params={"as_of": datetime.now(UTC).isoformat()}).json()
    assert {**today, "as_of": None} == {**now.json(), "as_of": None}
    assert today["as_of"]["changes"] == []


def test_on_every_kind(client: TestClient, published: Draft, cluster: str) -> None:
    other = client.post("/api/v1/clusters", json={"name": "Arena Usus"}).json()["id"]
    lesson = published()
    made = {
        "lessons": lesson["url"],
        "clusters": f"/api/v1/clusters/{cluster}",
        **{
            kind: client.post(f"/api/v1/{kind}", json=body).json()["url"]
            for kind, body in {
                "cases": {"title": {"en": "x"}, "lessons": [lesson["id"]]},
                "processes": {"title": {"en": "x"}, "cluster": cluster},
                "adaptations": {"lesson": lesson["id"], "cluster": other, "why": {"en": "x"}},
                "programmes": {"code": "NCE", "name": {"en": "x"}, "owner": "x"},
            }.items()
        },
    }
    assert set(made) == set(KINDS)
    for kind, url in made.items():
        now, then = client.get(url).json(), client.get(f"{url}?as_of=v1").json()
        assert set(then) - {"as_of"} == set(now) - ({"told"} if kind == "cases" else set()), kind
        assert (then["as_of"]["asked"], then["version"]) == ("v1", 1)
    assert client.get(f"{made['processes']}?as_of=v1").json()["readiness"] is None


def test_what_was_not_there_is_as_what_never_was(
    client: TestClient, cast: Any, revised: dict[str, Any], draft: Draft
) -> None:
    hidden = draft()
    cast.now = cast.stranger
    for as_of in ("2011-05-30", "v7", "1999-12-31T00:00:00+01:00"):
        answers = [client.get(f"/api/v1/lessons/{id}", params={"as_of": as_of}) for id in (revised["id"], uuid4())]
        answers += [client.get(f"/api/v1/lessons/{hidden['id']}", params={"as_of": at}) for at in (as_of, "v1")]
        assert {(a.status_code, a.content) for a in answers} == {(404, answers[0].content)}
        assert answers[0].json()["detail"] == "There was nothing here for you to read at that time."


BAD = ["", "yesterday", "NaN", "-1", "0000-00-00", "0000-01-01", "2026-02-30", "2011-05-30T12:00:00", "9999-12-31", "3"]


@pytest.mark.parametrize("as_of", [*BAD, str(2**70), f"v{2**70}", "v" * 10_000, "2200-01-01", "🙂", "\0"])
def test_no_moment_is_refused_by_name(client: TestClient, revised: dict[str, Any], as_of: str) -> None:
    for id in (revised["id"], uuid4()):
        answer = client.get(f"/api/v1/lessons/{id}", params={"as_of": as_of})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:laerdom:problem:invalid")
        [error] = answer.json()["errors"]
        assert error["field"] == "as_of"
        assert "such as 2011-05-30" in error["problem"] or "choose a time that has passed" in error["problem"]


def test_an_instant_to_come_is_refused(client: TestClient, revised: dict[str, Any]) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert client.get(revised["url"], params={"as_of": soon}).status_code == 422


def test_a_position_only_as_far_as_the_log_is(
    client: TestClient, cast: Any, system: Any, revised: dict[str, Any]
) -> None:
    end = system.store.position
    assert client.get(f"{revised['url']}?as_of=p{end}").json()["version"] == 6
    beyond = client.get(f"{revised['url']}?as_of=p{end + 1}")
    assert (beyond.status_code, beyond.json()["detail"]) == (422, "The log has not come so far.")
    cast.now = cast.stranger
    assert {client.get(f"{revised['url']}?as_of=p{n}").status_code for n in (0, end, end + 1)} == {403}


def test_it_is_described_on_every_one(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for kind in KINDS:
        of_one = paths[f"/api/v1/{kind}/{{id}}"]["get"]
        [parameter] = [p for p in of_one["parameters"] if p["name"] == "as_of"]
        assert (parameter["in"], parameter["required"]) == ("query", False)
        assert "404" in parameter["description"]
        assert "4XX" in of_one["responses"]
