"""Who may not see or do something is told so, and nothing more."""

from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

Things: TypeAlias = Any
Cast: TypeAlias = Any
NOTHING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def stranger(client: TestClient, cast: Cast, things: Things) -> TestClient:
    cast.now = cast.stranger
    return client


def test_strangers_find_no_drafts(stranger: TestClient, things: Things):
    for id in (things.draft, things.submitted, things.returned):
        for path in ("", "/edit", "/history", "/submit"):
            answer = stranger.get(f"/lessons/{id}{path}")
            assert (answer.status_code, "A thought" in answer.text) == (404, False), path
    assert stranger.get(f"/cases/{things.case_draft}").status_code == 404


def test_strangers_may_not_write(stranger: TestClient, things: Things):
    for path in (
        *("/lessons/new", "/cases/new", "/clusters/new", "/programmes/new"),
        *(f"/lessons/{things.published}/edit", f"/cases/{things.case}/edit", f"/clusters/{things.cluster}/rename"),
    ):
        assert stranger.get(path).status_code == 403, path
        sent = {"key": str(uuid4()), "version": "3", "title.en": "x", "lesson.en": "x", "name": "x", "owner": "x"}
        sent |= {"code": "x", "kind": "programme", "stance": "instructional", "visibility": "public"}
        assert stranger.post(path, data=sent).status_code == 403, path


def test_strangers_see_no_buttons(stranger: TestClient, things: Things):
    for path in (f"/lessons/{things.revised}", f"/cases/{things.case}", f"/clusters/{things.cluster}", "/review"):
        page = stranger.get(path).text
        assert 'method="post"' not in page
        assert "/edit" not in page


def test_a_draft_in_work_is_not_shown_to_readers(stranger: TestClient, things: Things):
    asked, plain = (stranger.get(f"/lessons/{things.revised}{query}").text for query in ("?draft=true", ""))
    assert asked.split("<main", 1)[1] == plain.split("<main", 1)[1]
    assert "newer draft" not in stranger.get(f"/lessons/{things.revised}").text
    history = stranger.get(f"/lessons/{things.revised}/history").text
    assert "published the lesson" in history
    assert "changed the draft" not in history
    assert 'class="diff"' not in history


@pytest.mark.parametrize("secret", ["NCE Smart Energy Markets", "smart energy", "Arena", "Kari", "example.org"])
def test_anonymous_means_anonymous(stranger: TestClient, things: Things, secret: str):
    for path in (f"/lessons/{things.anonymous}", f"/lessons/{things.anonymous}/history"):
        assert secret not in stranger.get(path).text.split("<main", 1)[1], path
    assert "Tell nobody who said it" not in stranger.get(f"/clusters/{things.cluster}").text


def test_those_who_work_on_it_see_the_origin(client: TestClient, cast: Cast, things: Things):
    cast.now = cast.manager
    assert "NCE Smart Energy Markets" in client.get(f"/lessons/{things.anonymous}").text
    assert client.get(f"/lessons/{things.draft}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/nowhere", "/lessons/not-an-id", f"/lessons/{NOTHING}", f"/clusters/{NOTHING}/history", "/cases/new/x"),
        *(f"/programmes/{NOTHING}/edit", "/lessons/new/history"),
    ],
)
def test_nothing_there(client: TestClient, things: Things, path: str):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<h1>There is nothing here</h1>" in answer.text


def test_another_kind_is_not_there(client: TestClient, things: Things):
    assert client.get(f"/cases/{things.published}").status_code == 404
    assert client.get(f"/lessons/{things.revised}?revision=9").status_code == 404


def test_changes_from_other_sites(client: TestClient, things: Things):
    sent = {"key": str(uuid4()), "version": "1"}
    answer = client.post(f"/lessons/{things.submitted}/publish", data=sent, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
