"""Invitations: a link that sets login and password once; and the demo's people, who need none."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias
from uuid import uuid4

import pytest

from api.access.caller import VISIT, csrf_of
from api.usecases.demo_people import KEYS, demo_person
from api.wiring import System
from domain.acting import acting
from domain.person import Part, Person, Role
from tests.access.browsing import (
    OTHER_PASSWORD,
    Browser,
    add_account,
    noted,
    signing_in_app,
    single_user_app,
    value_of,
)
from tests.pages.test_onward import ELSEWHERE

Cast: TypeAlias = Any


@pytest.fixture
def kari(system: System) -> str:
    return add_account(system, "Kari Nordvik", "kari")


@pytest.fixture
def browser(system: System) -> Browser:
    return Browser(signing_in_app(system))


def invited(system: System, person: str, *, ago: timedelta = timedelta()) -> str:
    now = datetime.now(UTC) - ago
    return system.sign_ins.accounts.invite(person, now=now, until=now + timedelta(days=7))


def test_an_invitation_sets_login_and_password_and_signs_in(system: System, browser: Browser) -> None:
    person = system.people.add("Ola Nordvik", "ola@example.org").id
    token = invited(system, person)
    page = browser.get(f"/invitation?token={token}")
    assert (page.status_code, page.headers["referrer-policy"]) == (200, "strict-origin")
    assert 'value="ola@example.org"' in page.text
    fields = {"token": value_of(page.text, "token"), "login": "ola"}
    for password, says in (
        ("short", "at least 12 characters"),
        ("Ola Nordvik 2026", "Many people would guess this one"),
    ):
        refused = browser.post("/invitation", **fields, password=password)
        assert (refused.status_code, says in refused.text, password in refused.text) == (422, True, False)
        assert refused.headers["referrer-policy"] == "strict-origin"
    answer = browser.post("/invitation", **fields, password=OTHER_PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert browser.get("/api/v1/me").json()["method"] == "invitation"
    assert [(e.topic, e.actor, e.person) for e in noted(system)] == [
        ("access.password-changed", person, person),
        ("access.signed-in", person, person),
    ]
    assert Browser(browser.app).sign_in("OLA", OTHER_PASSWORD).status_code == 303


def test_an_invitation_that_is_over_says_one_thing(system: System, browser: Browser, kari: str) -> None:
    person = system.people.add("Ola Nordvik").id
    used, late = invited(system, person), ""
    assert browser.post("/invitation", token=used, login="ola", password=OTHER_PASSWORD).status_code == 303
    late = invited(system, system.people.add("Late").id, ago=timedelta(days=7))
    suspended = system.people.add("Suspended").id
    system.sign_ins.accounts.open(suspended)
    closed = invited(system, suspended)
    system.sign_ins.accounts.disable(suspended)
    stranger = Browser(browser.app)
    pages = [stranger.get(f"/invitation?token={token}") for token in (used, late, closed, "x", "", "%00", "%FF")]
    assert {p.status_code for p in pages} == {404}
    assert all("This invitation is over: it was used, or it is too old." in p.text for p in pages)
    for token in (used, late, closed, "x"):
        answer = stranger.post("/invitation", token=token, login="new", password=OTHER_PASSWORD)
        assert (answer.status_code, stranger.session) == (404, None)


def test_a_login_that_is_taken_leaves_the_invitation_open(system: System, browser: Browser, kari: str) -> None:
    token = invited(system, system.people.add("Ola Nordvik").id)
    answer = browser.post("/invitation", token=token, login=" KARI", password=OTHER_PASSWORD)
    assert (answer.status_code, "This login is taken." in answer.text, browser.session) == (409, True, None)
    assert browser.post("/invitation", token=token, login="ola", password=OTHER_PASSWORD).status_code == 303


def test_an_invitation_to_who_has_a_password_ends_what_was_signed_in(
    system: System, browser: Browser, kari: str
) -> None:
    browser.sign_in("kari")
    system.sign_ins.accounts.begin_totp(kari, "JBSWY3DPEHPK3PXP")
    system.sign_ins.accounts.confirm_totp(kari)
    other = Browser(browser.app)
    answer = other.post("/invitation", token=invited(system, kari), login="kari", password=OTHER_PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/me&done=me.invited")
    assert other.session is None
    assert "Sign in with it and with your code." in other.get(answer.headers["location"]).text
    assert not browser.is_signed_in()


@pytest.fixture
def trying(system: System, cast: Cast) -> Browser:
    """At the machine, in a place with the people of the demo."""
    with acting("demo"):
        for key in KEYS:
            system.people.add(f"Demo {key}", id=str(demo_person(key)))
            person = Person(demo_person(key))
            person.appoint(Part(Role.AUDITOR), "2024")
            system.store.save(person)
    return Browser(single_user_app(system, cast.staff), "127.0.0.1")


def test_one_click_makes_one_somebody_else_and_signing_out_the_operator_again(trying: Browser, cast: Cast) -> None:
    page = trying.get("/sign-in").text
    assert [f"Demo {key}" in page for key in KEYS] == [True] * 5
    assert "Auditor" in page
    person = str(demo_person("auditor"))
    answer = trying.post("/sign-in/demo", person=person, next="/clusters?after=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/clusters?after=x")
    me = trying.get("/api/v1/me").json()
    assert (me["person"], me["method"], me["operator"]) == (person, "demo", False)
    assert trying.post("/sign-out").status_code == 303
    me = trying.get("/api/v1/me").json()
    assert (me["person"], me["method"], me["operator"], me["csrf"]) == (cast.staff.person, None, True, None)


def test_nobody_else_is_offered(trying: Browser, system: System, cast: Cast) -> None:
    for person in ("", "x", str(uuid4()), cast.stranger.person, cast.staff.person, "%00", "\x00"):
        answer = trying.post("/sign-in/demo", person=person)
        assert (answer.status_code, trying.session) == (404, None), person


@pytest.mark.parametrize("address", ["203.0.113.7", "testclient", "10.0.0.1", "2001:db8::1", "169.254.0.1"])
def test_it_is_offered_at_the_machine_alone(trying: Browser, system: System, address: str) -> None:
    browser = Browser(trying.app, address)
    assert "/sign-in/demo" not in browser.get("/sign-in").text
    browser.client.cookies.set(VISIT, "v")
    answer = browser.post("/sign-in/demo", csrf=csrf_of("v"), person=str(demo_person("auditor")))
    assert (answer.status_code, browser.session) == (404, None)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_every_loopback_address_is_the_machine(trying: Browser, address: str) -> None:
    browser = Browser(trying.app, address)
    assert browser.post("/sign-in/demo", person=str(demo_person("auditor"))).status_code == 303


def test_without_the_demo_there_is_no_such_page(trying: Browser, system: System, cast: Cast) -> None:
    token = value_of(trying.get("/sign-in").text, "csrf")
    for app in (single_user_app(system, cast.staff, demo=False), signing_in_app(system)):
        browser = Browser(app, "127.0.0.1")
        browser.client.cookies.update(trying.client.cookies)
        answer = browser.post("/sign-in/demo", csrf=token, person=str(demo_person("auditor")))
        assert (answer.status_code, browser.session) == (404, None)


def test_a_suspended_one_is_not_signed_in(trying: Browser, system: System) -> None:
    person = str(demo_person("auditor"))
    system.sign_ins.accounts.open(person)
    system.sign_ins.accounts.disable(person)
    answer = trying.post("/sign-in/demo", person=person)
    assert (answer.status_code, trying.session) == (401, None)


def test_one_click_leads_nowhere_else(trying: Browser) -> None:
    person, places = str(demo_person("auditor")), [place for place in ELSEWHERE if place.isascii()]
    led = {place: trying.post("/sign-in/demo", person=person, next=place).headers["location"] for place in places}
    assert (led, len(places) > 30) == (dict.fromkeys(places, "/"), True)


def test_every_page_of_signing_in_is_kept_nowhere(system: System, browser: Browser, kari: str) -> None:
    token = invited(system, system.people.add("Ola").id)
    asked = [partial(browser.get, p) for p in ("/sign-in", f"/invitation?token={token}", "/invitation?token=x")]
    asked += [partial(browser.sign_in, "kari", "x"), partial(browser.sign_in, "kari"), partial(browser.get, "/me")]
    assert [ask().headers["cache-control"] for ask in asked] == ["no-store"] * 6
