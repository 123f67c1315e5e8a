"""The pages of signing in: cookies, whose forms are taken, where they lead, and sessions that are over at once."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from api.access.caller import SESSION, VISIT, csrf_of
from api.usecases.persons import appoint, stand_down, suspend
from api.wiring import System
from domain.acting import acting
from domain.person import Part, Role
from domain.viewer import Viewer
from store.database import SqliteFile
from store.people import People
from tests.access.browsing import (
    OTHER_PASSWORD,
    PASSWORD,
    SITE,
    Browser,
    add_account,
    noted,
    signing_in_app,
    single_user_app,
    token_of,
    value_of,
)
from tests.pages.test_onward import ELSEWHERE

Cast: TypeAlias = Any
TOKEN = r"[A-Za-z0-9_-]{43}"
OPERATOR = Viewer("operator", operator=True)
AUDITOR = Part(Role.AUDITOR)


@pytest.fixture
def kari(system: System) -> str:
    return add_account(system, "Kari Nordvik", "kari", AUDITOR, email="kari@example.org")


@pytest.fixture
def browser(system: System) -> Browser:
    return Browser(signing_in_app(system))


def test_the_cookies_are_exact(browser: Browser, kari: str) -> None:
    def cookies(answer: Any) -> list[str]:
        return answer.headers.get_list("set-cookie")

    attributes = "; Path=/; Secure; HttpOnly; SameSite=Lax"
    [visit] = cookies(browser.get("/sign-in"))
    assert re.fullmatch(f"__Host-laerdom-visit={TOKEN}{attributes}", visit)
    assert cookies(browser.get("/about")) == []
    [session] = cookies(browser.sign_in("kari"))
    assert re.fullmatch(f"__Host-laerdom={TOKEN}{attributes}", session)
    assert cookies(browser.get("/me")) == []
    assert cookies(browser.post("/sign-out")) == [f"__Host-laerdom={attributes}; Max-Age=0"]


def test_a_session_begins_with_another_id_and_ends_the_one_before(browser: Browser, kari: str) -> None:
    """Whatever was in the browser before, nobody who put it there has what is there after."""
    planted = "A" * 43
    browser.client.cookies.set(SESSION, planted, domain="laerdom.test")
    assert browser.get("/me").status_code == 303
    browser.client.cookies.delete(SESSION)
    assert browser.sign_in("kari").status_code == 303
    first = browser.session
    assert browser.sign_in("kari").status_code == 303
    assert len({planted, first, browser.session}) == 3
    old = Browser(browser.app)
    old.client.cookies.set(SESSION, first or "")
    assert not old.is_signed_in()
    assert browser.is_signed_in()


def test_two_browsers_have_a_session_each(browser: Browser, kari: str) -> None:
    other = Browser(browser.app)
    assert (browser.sign_in("kari").status_code, other.sign_in("kari").status_code) == (303, 303)
    browser.post("/sign-out")
    assert (browser.is_signed_in(), other.is_signed_in()) == (False, True)


def test_signing_out_ends_the_session_and_not_the_cookie_alone(browser: Browser, kari: str) -> None:
    browser.sign_in("kari")
    kept = browser.session
    assert browser.post("/sign-out").headers["location"] == "/"
    browser.client.cookies.set(SESSION, kept or "")
    assert not browser.is_signed_in()


def ended_by(what: str, system: System, browser: Browser, person: str) -> None:
    now, id = datetime.now(UTC), UUID(person)
    with acting(OPERATOR.person):
        match what:
            case "a part given":
                appoint(system, OPERATOR, id, Part(Role.ADMINISTRATOR), "2020-01-01")
            case "a part taken":
                stand_down(system, OPERATOR, id, AUDITOR, now.date().isoformat())
            case "suspension":
                suspend(system, OPERATOR, id, "left")
            case "signing out everywhere":
                other = Browser(browser.app)
                other.sign_in("kari")
                other.post("/me/sessions/all")
            case "another password":
                other = Browser(browser.app)
                other.sign_in("kari")
                other.post("/me/password", old_password=PASSWORD, new_password=OTHER_PASSWORD)
            case _:
                other = Browser(browser.app)
                other.sign_in("kari")
                [first, _] = [s.id for s in system.sign_ins.sessions.of(person, now=now)][::-1]
                other.post(f"/me/sessions/{first}/end")


@pytest.mark.parametrize(
    "what",
    [
        *("a part given", "a part taken", "suspension", "signing out everywhere", "another password"),
        "ending it from elsewhere",
    ],
)
def test_the_very_next_request_is_a_visitors(system: System, browser: Browser, kari: str, what: str) -> None:
    browser.sign_in("kari")
    assert browser.is_signed_in()
    ended_by(what, system, browser, kari)
    assert browser.get("/api/v1/me").status_code == 401
    assert not browser.is_signed_in()


FORMS = (
    *(
        "/sign-in",
        "/sign-out",
        "/invitation",
        "/sign-in/demo",
        "/me/erasure",
        "/me/sessions/others",
        "/me/sessions/all",
    ),
    *(
        "/me/sessions/abc/end",
        "/me/tokens",
        "/me/tokens/00000000-0000-4000-8000-000000000000/revoke",
        "/me/password",
        "/me/second-factor",
    ),
    *("/me/second-factor/confirm", "/me/second-factor/remove"),
)


@pytest.mark.parametrize("path", FORMS)
def test_no_form_is_taken_without_the_token_of_its_own_browser(
    system: System, browser: Browser, kari: str, path: str
) -> None:
    visitor, other = token_of(browser.get("/sign-in").text), Browser(browser.app)
    other.sign_in("kari")
    others = token_of(other.get("/me").text)
    browser.sign_in("kari")
    own = token_of(browser.get("/me").text)
    before = system.store.position
    fields = {
        "login": "kari",
        "password": PASSWORD,
        "old_password": PASSWORD,
        "name": "x",
        "scope": "read",
        "days": "1",
    }
    for token in ("", "x", visitor, others, csrf_of(""), csrf_of(browser.visit or "")):
        answer = browser.client.post(path, data={"csrf": token, **fields})
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), token
        assert PASSWORD not in answer.text
    assert browser.client.post(path, data=fields).status_code == 403
    assert browser.client.post(path, content=b"", headers={"content-type": "text/plain"}).status_code == 403
    denied = [e.topic for e in noted(system)][-8:]
    assert (denied, system.store.position) == (["access.denied"] * 8, before + 8)
    assert browser.is_signed_in()
    assert browser.client.post(path, data={"csrf": own, **fields}).status_code != 403


def test_somebody_elses_sign_in_cannot_be_pressed_on_a_visitor(browser: Browser, kari: str) -> None:
    """Login CSRF: from another site, or with the token of the one who presses."""
    mallory = Browser(browser.app)
    token, sent = token_of(mallory.get("/sign-in").text), {"login": "kari", "password": PASSWORD}
    browser.get("/sign-in")
    for headers in ({}, {"origin": SITE}, {"sec-fetch-site": "same-origin"}):
        assert browser.client.post("/sign-in", data={"csrf": token, **sent}, headers=headers).status_code == 403
    own = token_of(browser.get("/sign-in").text)
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert browser.client.post("/sign-in", data={"csrf": own, **sent}, headers=headers).status_code == 403
    assert browser.session is None


def test_what_was_typed_before_signing_in_is_sent_again_from_the_page_that_refused_it(
    system: System, browser: Browser, kari: str
) -> None:
    old = token_of(browser.get("/sign-in").text)
    browser.sign_in("kari")
    text = 'Line one\nline "two" <b>& æøå'
    sent = {"csrf": old, "title.en": text, "topics": "", "key": "k-1", "version": "0"}
    page = browser.client.post("/cases/new?x=1", data=sent)
    assert page.status_code == 403
    assert "Nothing is lost: look it over and send it again." in page.text
    assert 'action="/cases/new?x=1"' in page.text
    again = {name: value_of(page.text, name) for name in sent}
    assert again == {**sent, "csrf": token_of(browser.get("/me").text)}
    assert "Title (English)" in page.text
    assert "Sign in in a new tab" not in page.text
    assert browser.client.post("/cases/new?x=1", data=again).status_code == 403
    assert "You may not do this." in browser.client.post("/cases/new?x=1", data=again).text


def test_a_visitor_with_an_old_form_is_led_to_sign_in_beside_it(browser: Browser, kari: str) -> None:
    browser.sign_in("kari")
    old = token_of(browser.get("/me").text)
    browser.post("/sign-out")
    page = browser.client.post("/me/erasure", data={"csrf": old, "note": "x"})
    assert page.status_code == 403
    assert '<a href="/sign-in" target="_blank" rel="noopener">Sign in in a new tab</a>' in page.text
    assert value_of(page.text, "note") == "x"


def test_a_page_for_people_leads_there_and_back(browser: Browser, kari: str) -> None:
    answer = browser.get("/me?x=%C3%A6&y=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/me%3Fx%3D%25C3%25A6%26y%3D1")
    next = value_of(browser.get(answer.headers["location"]).text, "next")
    assert browser.sign_in("kari", next=next).headers["location"] == "/me?x=%C3%A6&y=1"


def test_a_change_by_a_visitor_is_refused_and_says_why(browser: Browser) -> None:
    answer = browser.post("/me/erasure")
    assert (answer.status_code, "Sign in to see what is yours." in answer.text) == (401, True)
    assert browser.client.get("/api/v1/me").json()["type"] == "urn:laerdom:problem:sign-in"


def test_no_sign_in_leads_elsewhere(browser: Browser, kari: str) -> None:
    browser.client.cookies.set(VISIT, "v")

    def told(next: str) -> tuple[str, str]:
        sent = next.encode("utf-8", "surrogatepass")
        asked = browser.client.get("/sign-in", params={"next": sent})
        failed = browser.client.post("/sign-in", data={"csrf": csrf_of("v"), "next": sent})
        return value_of(asked.text, "next"), value_of(failed.text, "next")

    assert {next: told(next) for next in ELSEWHERE} == dict.fromkeys(ELSEWHERE, ("/", "/"))
    for next in ELSEWHERE[::12]:
        sent = {"login": "kari", "password": PASSWORD, "next": next.encode("utf-8", "surrogatepass")}
        answer = Browser(browser.app, "198.51.100.1").client.post(
            "/sign-in", data={"csrf": csrf_of("v"), **sent}, headers={"cookie": f"{VISIT}=v"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), next


def test_in_single_user_mode_nobody_has_to_sign_in(system: System, cast: Cast) -> None:
    page = Browser(single_user_app(system, cast.staff, demo=False), "127.0.0.1").get("/sign-in").text
    assert "You are Kari Programstab, the operator" in page
    assert "Nobody has to sign in here." in page
    assert 'action="/sign-in' not in page


def test_pages_say_who_is_there_and_lead_to_what_they_may_use(system: System, browser: Browser, kari: str) -> None:
    def links(page: str) -> list[str]:
        return re.findall(r'<a href="([^"]*)"', page.split("<nav")[1].split("Bokmål")[0])

    read = ["/", "/cases", "/processes", "/clusters", "/programmes"]
    assert links(browser.get("/about").text)[:6] == [*read, "/sign-in?next=/about"]
    browser.sign_in("kari")
    page = browser.get("/about").text
    assert "/me" in links(page)
    assert not {"/review", "/lessons/new"} & set(links(page))
    assert '<a href="/me">Kari Nordvik</a>' in page
    assert 'action="/sign-out"' in page


def test_while_names_are_out_of_reach_pages_are_shown_without(system: System, kari: str, tmp_path: Path) -> None:
    away = People(SqliteFile(tmp_path / "gone" / "people.sqlite", durable=True))
    browser = Browser(signing_in_app(replace(system, people=away)))
    assert browser.sign_in("kari").status_code == 303
    page = browser.get("/about")
    assert (page.status_code, '<a href="/me">You</a>' in page.text) == (200, True)
    assert (browser.get("/me").status_code, browser.get("/api/v1/me").status_code) == (503, 503)
