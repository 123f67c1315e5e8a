"""The life of a lesson through JSON: what is answered, what is refused, and that a refusal changes nothing."""

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System


def problem(answer: Any) -> tuple[int, str, list[str]]:
    """Status, code and fields at fault of a problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"].removeprefix("urn:laerdom:problem:"), [e["field"] for e in body["errors"]]


def test_a_draft_is_answered_with_its_address_and_version(client: TestClient, cluster: str, cast: Any) -> None:
    answer = client.post(
        "/api/v1/lessons", json={"title": {"en": "Start early"}, "lesson": {"nb": "Begynn tidlig."}, "cluster": cluster}
    )
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/lessons/{body['id']}"
    assert answer.headers["etag"] == '"1"'
    wanted = {"state": "draft", "missing": ["phase", "polarity", "recommendation"], "owner": cast.staff.person}
    assert {k: body[k] for k in wanted} == wanted
    assert client.get(answer.headers["location"]).json() == body


def test_a_revision_is_read_while_a_newer_draft_is_in_work(client: TestClient, published: Any) -> None:
    lesson = published()
    changed = client.patch(
        f"/api/v1/lessons/{lesson['id']}",
        json={"title": {"en": "Recruit committed participants very early"}, "reason": "stronger"},
        headers={"If-Match": f'"{lesson["version"]}"'},
    ).json()
    assert (changed["state"], changed["draft_state"]) == ("published", "draft")
    assert changed["title"] == lesson["title"]
    assert changed["draft"]["title"] == {"en": "Recruit committed participants very early", "nb": None}
    found = client.get("/api/v1/search", params={"q": "very"}).json()
    assert found["total"] == 0


def test_a_published_revision_is_found_at_once_and_told_in_its_history(client: TestClient, published: Any) -> None:
    lesson = published()
    version = lesson["version"]
    for step, body in (
        ("", {"lesson": {"en": "Finding people who really commit takes longest."}, "reason": "clearer"}),
        ("/submit", None),
        ("/publish", None),
    ):
        call = client.patch if step == "" else client.post
        answer = call(f"/api/v1/lessons/{lesson['id']}{step}", json=body, headers={"If-Match": f'"{version}"'})
        version = answer.json()["version"]
    hits = client.get("/api/v1/search", params={"q": "really"}).json()["hits"]
    assert [h["id"] for h in hits] == [lesson["id"]]
    history = client.get(f"/api/v1/lessons/{lesson['id']}/history").json()["entries"]
    assert [e["topic"] for e in history] == [
        "lesson.drafted",
        "lesson.submitted",
        "lesson.published",
        "lesson.edited",
        "lesson.submitted",
        "lesson.published",
    ]
    edit = history[3]
    assert edit["reason"] == "clearer"
    words = next(c for c in edit["changes"] if c["field"] == "lesson.en")
    assert words["pieces"] == [["same", "Finding people who "], ["added", "really "], ["same", "commit takes longest."]]


def test_as_of_finds_what_was_published_then(client: TestClient, published: Any) -> None:
    lesson = published()
    before = lesson["revisions"][0]["released_at"]
    client.post(
        f"/api/v1/lessons/{lesson['id']}/withdraw",
        json={"reason": "No longer true."},
        headers={"If-Match": f'"{lesson["version"]}"'},
    )
    now = client.get("/api/v1/search", params={"q": "recruit"}).json()
    then = client.get("/api/v1/search", params={"q": "recruit", "as_of": before}).json()
    earlier = client.get("/api/v1/search", params={"q": "recruit", "as_of": "2011-05-30"}).json()
    assert (now["total"], then["total"], earlier["total"]) == (0, 1, 0)
    assert then["facets"]["phase"] == [{"value": "recruitment", "label": "recruitment", "count": 1}]


def test_returned_with_a_reason_and_superseded(client: TestClient, draft: Any, published: Any) -> None:
    lesson, successor = draft(), published(title={"en": "A better one"})
    path = f"/api/v1/lessons/{lesson['id']}"
    client.post(path + "/submit", headers={"If-Match": '"1"'})
    returned = client.post(path + "/return", json={"reason": "Say when."}, headers={"If-Match": '"2"'}).json()
    assert (returned["state"], returned["return_reason"]) == ("returned", "Say when.")
    client.post(path + "/submit", headers={"If-Match": '"3"'})
    client.post(path + "/publish", headers={"If-Match": '"4"'})
    done = client.post(path + "/supersede", json={"by": successor["id"]}, headers={"If-Match": '"5"'}).json()
    assert (done["state"], done["superseded_by"]) == ("superseded", successor["id"])


REFUSED: list[tuple[str, str, Any, str | None, tuple[int, str, list[str]]]] = [
    ("POST", "/submit", None, None, (428, "version-wanted", ["If-Match"])),
    ("POST", "/submit", None, '"7"', (412, "stale", [])),
    ("POST", "/submit", None, '"x"', (422, "invalid", ["If-Match"])),
    ("POST", "/publish", None, '"1"', (409, "wrong-state", [])),
    ("POST", "/return", {"reason": "no"}, '"1"', (409, "wrong-state", [])),
    ("POST", "/return", {}, '"1"', (422, "invalid", ["reason"])),
    ("POST", "/return", {"reason": "  "}, '"1"', (422, "invalid", ["reason"])),
    ("POST", "/withdraw", None, '"1"', (422, "invalid", ["body"])),
    ("POST", "/supersede", {"by": str(uuid4())}, '"1"', (422, "invalid", ["by"])),
    ("POST", "/supersede", {"by": "me"}, '"1"', (422, "invalid", ["by"])),
    ("PATCH", "", {"title": {"en": "x"}}, None, (428, "version-wanted", ["If-Match"])),
    ("PATCH", "", {"title": {"en": "x"}}, '"9"', (412, "stale", [])),
    ("PATCH", "", {"title": None}, '"1"', (422, "invalid", ["title"])),
    ("PATCH", "", {"phase": "lunch"}, '"1"', (422, "invalid", ["phase"])),
    ("PATCH", "", {"nonsense": 1}, '"1"', (422, "invalid", ["nonsense"])),
    ("PATCH", "", {"cluster": None}, '"1"', (422, "invalid", ["cluster"])),
    ("PATCH", "", {"cluster": str(uuid4())}, '"1"', (422, "invalid", ["cluster"])),
    ("PATCH", "", {"programmes": [str(uuid4())]}, '"1"', (422, "invalid", ["programmes"])),
    ("PATCH", "", {"anonymous": "yes"}, '"1"', (422, "invalid", ["anonymous"])),
    ("PATCH", "", {"review_by": "soon"}, '"1"', (422, "invalid", ["review_by"])),
    ("PATCH", "", {"review_by": "2026-02-30"}, '"1"', (422, "invalid", ["review_by"])),
    ("PATCH", "", {"happened": {"start": "2010", "end": "2009"}}, '"1"', (422, "invalid", ["happened"])),
    ("PATCH", "", {"source": {"url": "javascript:alert(1)"}}, '"1"', (422, "invalid", ["source.url"])),
    ("PATCH", "", {"topics": ["a;b"]}, '"1"', (422, "invalid", ["topics.0"])),
]


@pytest.mark.parametrize(("method", "step", "body", "if_match", "refusal"), REFUSED)
def test_refusals_change_nothing(
    client: TestClient,
    draft: Any,
    system: System,
    method: str,
    step: str,
    body: Any,
    if_match: str | None,
    refusal: tuple[int, str, list[str]],
) -> None:
    lesson = draft()
    position = system.store.position
    headers = {"If-Match": if_match} if if_match else {}
    answer = client.request(method, f"/api/v1/lessons/{lesson['id']}{step}", json=body, headers=headers)
    assert problem(answer) == refusal
    assert system.store.position == position


def test_publishing_says_what_is_missing(client: TestClient, cluster: str) -> None:
    body = {"title": {"en": "x"}, "lesson": {"en": "y"}, "cluster": cluster}
    lesson = client.post("/api/v1/lessons", json=body).json()
    answer = client.post(f"/api/v1/lessons/{lesson['id']}/submit", headers={"If-Match": '"1"'})
    assert problem(answer) == (422, "not-ready", ["phase", "polarity", "recommendation"])
    assert answer.json()["detail"] == "Before this can be published, fill in: phase, polarity, recommendation."


BAD_BODIES: list[tuple[str, bytes, tuple[int, str, list[str]]]] = [
    ("NaN", b'{"title": NaN}', (422, "invalid", ["title", "lesson"])),
    ("1e999", b'{"title": 1e999}', (422, "invalid", ["title", "lesson"])),
    ("lone surrogate", b'{"title": {"en": "\\ud800"}, "lesson": {"en": "x"}}', (422, "invalid", ["title.en"])),
    ("surrogate key", b'{"\\ud800": 1}', (422, "invalid", ["body"])),
    ("invalid UTF-8", b'{"title": "\xff"}', (400, "http-400", [])),
    ("unknown field", b'{"title": {"en": "x"}, "lesson": {"en": "x"}, "nonsense": 1}', (422, "invalid", ["nonsense"])),
    ("text", b"hello", (400, "not-json", ["body"])),
    ("empty", b"", (422, "invalid", ["body"])),
    ("a list", b"[]", (422, "invalid", ["body"])),
    ("null", b"null", (422, "invalid", ["body"])),
    ("plain title", b'{"title": "x", "lesson": {"en": "x"}}', (422, "invalid", ["title"])),
    ("no language", b'{"title": {}, "lesson": {"en": "x"}}', (422, "invalid", ["title"])),
    ("empty title", b'{"title": {"en": ""}, "lesson": {"en": "x"}}', (422, "invalid", ["title.en"])),
    ("NUL", b'{"title": {"en": "a\\u0000b"}, "lesson": {"en": "x"}}', (422, "invalid", ["title.en"])),
    ("two lines", b'{"title": {"en": "a\\nb"}, "lesson": {"en": "x"}}', (422, "invalid", ["title.en"])),
    ("long title", b'{"title": {"en": "' + b"x" * 201 + b'"}, "lesson": {"en": "x"}}', (422, "invalid", ["title.en"])),
    (
        "long text",
        b'{"title": {"en": "x"}, "lesson": {"en": "' + b"x" * 20_001 + b'"}}',
        (422, "invalid", ["lesson.en"]),
    ),
    ("a large integer", b'{"title": ' + b"9" * 5000 + b"}", (400, "http-400", [])),
    ("depth", b"[" * 90_000, (400, "http-400", [])),
    ("too large", b'{"title": "' + b"x" * 200_000 + b'"}', (413, "http-413", [])),
    ("a field twice", b'{"title": {"en": "x"}, "title": {"en": "y"}}', (400, "not-json", ["body"])),
    ("a nested field twice", b'{"title": {"en": "x", "en": "y"}}', (400, "not-json", ["body"])),
    ("depth, closed", b'{"title": ' + b"[" * 40_000 + b"]" * 40_000 + b"}", (400, "http-400", [])),
    ("text for an id", b'{"title": {"en": "x"}, "lesson": {"en": "x"}, "cluster": "x"}', (422, "invalid", ["cluster"])),
    (
        "text for a date",
        b'{"title": {"en": "x"}, "lesson": {"en": "x"}, "happened": {"start": "xxxxxxxx"}}',
        (422, "invalid", ["happened.start"]),
    ),
    ("ten megabytes", b'{"title": "' + b"x" * 10_000_000 + b'"}', (413, "http-413", [])),
    ("no origin", b'{"title": {"en": "x"}, "lesson": {"en": "x"}}', (422, "invalid", ["cluster"])),
]


@pytest.mark.parametrize(("body", "refusal"), [b[1:] for b in BAD_BODIES], ids=[b[0] for b in BAD_BODIES])
def test_bad_bodies(client: TestClient, system: System, body: bytes, refusal: tuple[int, str, list[str]]) -> None:
    answer = client.post("/api/v1/lessons", content=body, headers={"Content-Type": "application/json"})
    assert problem(answer) == refusal
    assert "xxxxxxxx" not in answer.text
    assert system.store.position == 0


@pytest.mark.parametrize("id", ["00000000-0000-4000-8000-000000000000", "none", "../../etc/passwd", "%00"])
@pytest.mark.parametrize("tail", ["", "/history"])
def test_hidden_missing_and_nonsense_answer_the_same_bytes(
    client: TestClient, draft: Any, cast: Any, id: str, tail: str
) -> None:
    hidden = draft()["id"]
    cast.now = cast.stranger
    answers = [client.get(f"/api/v1/lessons/{i}{tail}") for i in (hidden, str(uuid4()))]
    assert [problem(a) for a in answers] == [(404, "not-found", [])] * 2
    assert answers[0].content == answers[1].content
    if "/" not in id:
        assert client.get(f"/api/v1/lessons/{id}{tail}").content == answers[0].content


def test_a_stranger_sees_what_is_public_and_changes_nothing(client: TestClient, published: Any, cast: Any) -> None:
    public, kept = published(), published(visibility="managers")
    cast.now = cast.stranger
    found = client.get("/api/v1/search", params={"kind": "lesson"}).json()
    assert [h["id"] for h in found["hits"]] == [public["id"]]
    assert found["facets"]["lang"] == [
        {"value": "en", "label": "en", "count": 1},
        {"value": "nb", "label": "nb", "count": 1},
    ]
    assert client.get(f"/api/v1/lessons/{kept['id']}").status_code == 404
    refused = client.post(f"/api/v1/lessons/{public['id']}/withdraw", json={"reason": "x"}, headers={"If-Match": '"3"'})
    assert problem(refused) == (403, "not-allowed", [])
    assert problem(client.post("/api/v1/clusters", json={"name": "Mine"})) == (403, "not-allowed", [])


def test_an_owner_is_somebody_of_the_register(client: TestClient, draft: Any) -> None:
    """Of the one who acts it is known that they are there."""
    lesson = draft()
    ola = client.post("/api/v1/people", json={"name": "Ola"}).json()["id"]
    headers = {"If-Match": f'"{lesson["version"]}"'}
    refused = client.patch(lesson["url"], json={"owner": "nobody"}, headers=headers)
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        [{"field": "owner", "problem": "There is no such person. Add the person first."}],
    )
    assert client.patch(lesson["url"], json={"owner": ola}, headers=headers).json()["owner"] == ola
    new = {"title": {"en": "x"}, "lesson": {"en": "y"}, "cluster": lesson["cluster"], "owner": "nobody"}
    assert client.post("/api/v1/lessons", json=new).status_code == 422
