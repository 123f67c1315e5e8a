"""Words that have to go, and people who are forgotten, on pages."""

import re
from dataclasses import replace
from html import unescape
from typing import Any, TypeAlias

from starlette.testclient import TestClient

from api.wiring import System
from domain.lesson import Lesson

Things: TypeAlias = Any
Cast: TypeAlias = Any
WORDS = "keep the process alive"


def text(answer: Any) -> str:
    return unescape(answer.text)


def test_an_administrator_sees_where_the_words_are_and_confirms(
    client: TestClient, system: System, cast: Cast, things: Things
) -> None:
    cast.now = replace(cast.stranger, administrator=True)
    url = f"/lessons/{things.published}/redact"
    assert f'href="{url}"' in text(client.get(f"/lessons/{things.published}/history"))
    before, sent = system.store.position, {"words": WORDS, "reason": "Asked.", "version": "0"}
    page = text(client.post(url, data=sent))
    assert "This is where the words are" in page
    assert re.findall(r"<h2>(version \d+)</h2>", page) == ["version 1"]
    assert "<span>Title (English)</span>" in page
    assert system.store.position == before
    hidden = dict(re.findall(r'<input type="hidden" id="f-[^"]*" name="([^"]*)" value="([^"]*)">', page))
    assert hidden == {"words": WORDS, "reason": "Asked.", "confirmed": "yes"}
    done = client.post(url, data=hidden)
    assert (done.status_code, done.headers["location"]) == (303, f"{url}?done=thing.redact")
    assert "The words are removed" in text(client.get(done.headers["location"]))
    lesson = system.store.get(Lesson, things.published)
    assert lesson.current.title.en == "Meet often enough to [removed]"
    again = client.post(url, data=hidden)
    assert (again.status_code, "These words are in no text of it." in text(again)) == (422, True)


def test_what_is_wrong_is_said_beside_what_was_typed(client: TestClient, cast: Cast, things: Things) -> None:
    cast.now = replace(cast.stranger, administrator=True)
    url = f"/lessons/{things.published}/redact"
    for fields, fault in (
        ({"words": "", "reason": "x"}, "Fill this in."),
        ({"words": "nowhere at all", "reason": "x"}, "These words are in no text of it."),
        ({"words": WORDS, "reason": f"{WORDS} asked", "confirmed": "yes"}, "Leave these words out of it."),
    ):
        answer = client.post(url, data=fields)
        assert (answer.status_code, fault in text(answer)) == (422, True), fault


def test_others_are_not_offered_it(client: TestClient, cast: Cast, things: Things) -> None:
    for viewer in (cast.stranger, cast.manager):
        cast.now = viewer
        assert "/redact" not in text(client.get(f"/lessons/{things.published}/history"))
        assert client.get(f"/lessons/{things.published}/redact").status_code == 403


def test_somebody_is_forgotten(client: TestClient, system: System, cast: Cast, things: Things) -> None:
    id = system.people.add("Quendolin Abernathy").id
    cast.now = replace(cast.stranger, administrator=True)
    assert f"/people/{id}/forget" in text(client.get(f"/people/{id}"))
    form = text(client.get(f"/people/{id}/forget"))
    assert "erased for good" in form
    done = client.post(f"/people/{id}/forget", data={"reason": "Asked.", "version": "0", "key": "k"})
    assert (done.status_code, done.headers["location"]) == (303, "/people?done=person.forget")
    page = text(client.get("/people?done=person.forget"))
    assert "They are forgotten" in page
    assert "Abernathy" not in page
    assert client.get(f"/people/{id}").status_code == 404
    again = client.post(f"/people/{id}/forget", data={"reason": "Asked.", "version": "0", "key": "k"})
    assert again.status_code in (303, 404)
    cast.now = replace(cast.stranger, auditor=True)
    assert "Somebody who was forgotten" in text(client.get(f"/events?person={id}"))
