"""The page "You": parts, sessions, tokens, the password, the second factor, and what is kept."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from pyotp.totp import TOTP

from api.usecases import own_data
from api.usecases.clusters import NewCluster, register_cluster
from api.wiring import System
from domain.acting import acting
from domain.person import Part, Person, Role
from domain.viewer import Viewer
from tests.access.browsing import (
    OTHER_PASSWORD,
    PASSWORD,
    Browser,
    add_account,
    caught_up,
    noted,
    signing_in_app,
    single_user_app,
    topics,
)

Cast: TypeAlias = Any
OPERATOR = Viewer("operator", operator=True)


@pytest.fixture
def kari(system: System) -> str:
    with acting(OPERATOR.person):
        cluster = register_cluster(system, OPERATOR, NewCluster.model_validate({"name": "Smart Energy <b>"}))
    person = add_account(system, "Kari Nordvik", "kari", Part(Role.AUDITOR), email="kari@example.org")
    with acting(OPERATOR.person):
        found = system.store.get(Person, UUID(person))
        found.appoint(Part(Role.CLUSTER_MANAGER, cluster.id), "2009-08")
        found.stand_down(Part(Role.CLUSTER_MANAGER, cluster.id), "2011")
        system.save(found)
    return person


@pytest.fixture
def browser(system: System, kari: str) -> Browser:
    browser = Browser(signing_in_app(system))
    assert browser.sign_in("kari").status_code == 303
    return browser


def totp(system: System, person: str) -> tuple[bool, str | None]:
    account = system.sign_ins.accounts.of(person)
    assert account
    return account.totp_on, account.totp_secret


def test_who_one_is_and_which_parts_one_holds_and_held(browser: Browser) -> None:
    page = browser.get("/me").text
    main = page.split("<main")[1]
    assert ("<h1>Kari Nordvik</h1>" in main, "kari@example.org" in main, "Login: kari" in main) == (True, True, True)
    assert re.findall(r"<h3>(.*?)</h3>\s*<p class=\"quiet\">(.*?)</p>", re.sub("</?a.*?>", "", main), re.S)[:2] == [
        ("Auditor", "1 January 2020 – now"),
        ("Cluster manager: Smart Energy &lt;b&gt;", "August 2009 – 2011"),
    ]


def test_sessions_are_told_apart_and_ended_one_by_one(system: System, browser: Browser) -> None:
    other = Browser(browser.app)
    other.sign_in("kari")
    page = browser.get("/me").text
    ids = re.findall(r'action="/me/sessions/(\w{16})/end"', page)
    assert (len(ids), page.count("this one"), page.count("with a password")) == (2, 1, 2)
    own = re.search(r'this one.*?action="/me/sessions/(\w{16})/end"', page, re.S)
    assert own
    [others] = [id for id in ids if id != own[1]]
    assert browser.post(f"/me/sessions/{others}/end").headers["location"] == "/me?done=me.session"
    assert (browser.is_signed_in(), other.is_signed_in()) == (True, False)
    answer = browser.post(f"/me/sessions/{own[1]}/end")
    assert (answer.headers["location"], "Max-Age=0" in answer.headers["set-cookie"]) == ("/", True)
    assert not browser.is_signed_in()
    assert [e.sessions for e in noted(system) if e.topic == "access.signed-out"] == [1, 1]


def test_nobody_ends_the_session_of_another(system: System, browser: Browser) -> None:
    add_account(system, "Ola", "ola")
    other = Browser(browser.app)
    other.sign_in("ola")
    [session] = system.sign_ins.sessions.of(other.get("/api/v1/me").json()["person"], now=datetime.now(UTC))
    for id in (session.id, "", "x", "%00", "%FF", "_" * 16, "%" * 16):
        assert browser.post(f"/me/sessions/{id}/end").status_code == 404, id
    assert other.is_signed_in()


def test_all_others_are_ended_and_this_one_goes_on(system: System, browser: Browser) -> None:
    others = [Browser(browser.app) for _ in range(2)]
    for other in others:
        other.sign_in("kari")
    assert browser.post("/me/sessions/others").headers["location"] == "/me?done=me.sessions"
    assert "Everywhere else you are signed out." in browser.get("/me?done=me.sessions").text
    assert [b.is_signed_in() for b in (browser, *others)] == [True, False, False]
    answer = browser.post("/me/sessions/all")
    assert (answer.headers["location"], browser.is_signed_in()) == ("/", False)
    assert [e.sessions for e in noted(system) if e.topic == "access.signed-out"] == [2, 1]


def test_a_token_is_shown_once(system: System, browser: Browser, kari: str) -> None:
    made = browser.post("/me/tokens", name="nightly <b>", scope="read", days="30")
    assert made.status_code == 201
    [secret] = re.findall(r'<code id="secret">(laerdom_[\w-]{43})</code>', made.text)
    page = browser.get("/me").text
    assert (secret in page, "nightly &lt;b&gt;" in page, "Reads only" in page) == (False, True, True)
    [token] = system.sign_ins.tokens.of(kari)
    assert (token.name, token.scope, token.expires_at - token.created_at) == ("nightly <b>", "read", timedelta(days=30))
    [event] = [e for e in noted(system) if e.topic == "access.token-made"]
    assert (event.person, str(event.token), event.scope, event.until) == (kari, token.id, "read", token.expires_at)
    bearer = {"authorization": f"Bearer {secret}"}
    assert Browser(browser.app).get("/api/v1/me", **bearer).json()["person"] == kari
    assert browser.post(f"/me/tokens/{token.id}/revoke").headers["location"] == "/me?done=me.revoked"
    assert Browser(browser.app).get("/api/v1/me", **bearer).status_code == 401
    assert topics(system)[-1] == "access.token-revoked"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "Name: Fill this in."),
        ({"name": "x" * 201}, "Name: Write at most 200 characters."),
        ({"name": "a\nb"}, "Name: Write it on one line."),
        ({"scope": "all"}, "What it may do: Choose one from the list."),
        ({"days": "0"}, "Days: Write a number from 1 upwards."),
        ({"days": "366"}, "Days: Write a number up to 365."),
        ({"days": "soon"}, "Days: Write a whole number."),
        ({"days": ""}, "Days: Write a whole number."),
    ],
)
def test_a_token_that_cannot_be(system: System, browser: Browser, kari: str, fields: dict[str, str], says: str) -> None:
    answer = browser.post("/me/tokens", **{"name": "x", "scope": "read", "days": "1", **fields})
    assert (answer.status_code, says in unescape(answer.text)) == (422, True), answer.text
    assert system.sign_ins.tokens.of(kari) == ()


def test_twenty_tokens_are_enough(system: System, browser: Browser) -> None:
    def make() -> Any:
        return browser.post("/me/tokens", name="x", scope="read", days="1")

    assert {make().status_code for _ in range(20)} == {201}
    answer = make()
    assert (answer.status_code, "You have 20 tokens." in answer.text) == (409, True)


def test_nobody_revokes_the_token_of_another(system: System, browser: Browser) -> None:
    ola, now = add_account(system, "Ola", "ola"), datetime.now(UTC)
    token, _ = system.sign_ins.tokens.create(ola, "x", "read", now=now, until=now + timedelta(days=1))
    for id in (token.id, str(uuid4()), "x"):
        assert browser.post(f"/me/tokens/{id}/revoke").status_code == 404, id
    assert system.sign_ins.tokens.of(ola) == (token,)


def test_the_password_is_changed_by_who_knows_it(system: System, browser: Browser, kari: str) -> None:
    other = Browser(browser.app)
    other.sign_in("kari")
    for old, new, says in (
        ("x", OTHER_PASSWORD, "This is not your password."),
        (PASSWORD, "short", "at least 12 characters"),
        (PASSWORD, "kari nordvik 2026", "Many people would guess this one"),
    ):
        answer = browser.post("/me/password", old_password=old, new_password=new)
        assert (answer.status_code, says in answer.text, new in answer.text) == (422, True, False)
    assert other.is_signed_in()
    answer = browser.post("/me/password", old_password=PASSWORD, new_password=OTHER_PASSWORD)
    assert answer.headers["location"] == "/me?done=me.password"
    assert (browser.is_signed_in(), other.is_signed_in()) == (True, False)
    assert topics(system)[-1] == "access.password-changed"
    assert [other.sign_in("kari", p).status_code for p in (PASSWORD, OTHER_PASSWORD)] == [401, 303]


@pytest.mark.parametrize("path", ["/me/password", "/me/second-factor", "/me/second-factor/remove"])
def test_in_a_browser_that_was_left_open_the_password_is_not_guessed(
    system: System, browser: Browser, kari: str, path: str
) -> None:
    if path.endswith("remove"):
        system.sign_ins.accounts.begin_totp(kari, "JBSWY3DPEHPK3PXP")
        system.sign_ins.accounts.confirm_totp(kari)
    fields = {"password": "x", "old_password": "x", "new_password": OTHER_PASSWORD}
    assert [browser.post(path, **fields).status_code for _ in range(7)] == [422] * 5 + [429] * 2
    right = browser.post(path, password=PASSWORD, old_password=PASSWORD, new_password=OTHER_PASSWORD)
    assert (right.status_code, int(right.headers["retry-after"]) > 800) == (429, True)
    assert [e.why for e in noted(system) if e.topic == "access.sign-in-failed"] == ["password"] * 5 + ["blocked"] * 3


def test_a_second_factor_is_set_up_and_taken_off_again(system: System, browser: Browser, kari: str) -> None:
    other = Browser(browser.app)
    other.sign_in("kari")
    refused = browser.post("/me/second-factor", password="x")
    assert (refused.status_code, totp(system, kari)) == (422, (False, None))
    page = browser.post("/me/second-factor", password=PASSWORD)
    on, secret = totp(system, kari)
    assert secret
    assert not on
    assert 'src="data:image/svg+xml;charset=utf-8,%3Csvg' in page.text
    assert " ".join(re.findall("....", secret)) in page.text
    wrong = browser.post("/me/second-factor/confirm", otp="000000")
    assert (wrong.status_code, secret[:4] in wrong.text, "data:image" in wrong.text) == (422, False, False)
    assert totp(system, kari) == (False, secret)
    assert browser.post("/me/second-factor/confirm", otp=TOTP(secret).now()).status_code == 303
    assert totp(system, kari) == (True, secret)
    assert (browser.is_signed_in(), other.is_signed_in()) == (True, False)
    assert secret[:8] not in browser.get("/me").text.replace(" ", "")
    again = browser.post("/me/second-factor", password=PASSWORD)
    assert (again.status_code, totp(system, kari)) == (409, (True, secret))
    assert browser.post("/me/second-factor/remove", password="x").status_code == 422
    assert browser.post("/me/second-factor/remove", password=PASSWORD).status_code == 303
    assert totp(system, kari) == (False, None)
    assert browser.post("/me/second-factor/remove", password=PASSWORD).status_code == 409
    assert browser.post("/me/second-factor/confirm", otp="000000").status_code == 409
    assert [e.on for e in noted(system) if e.topic == "access.second-factor-changed"] == [True, False]


def test_what_is_kept_is_shown_and_taken_along(system: System, browser: Browser, kari: str) -> None:
    ola = add_account(system, "Ola", "ola")
    Browser(browser.app).sign_in("ola")
    browser.get("/lessons/new")
    caught_up(system)
    page = unescape(browser.get("/me").text)
    for said in ("Kari Nordvik</strong> signed in", "was denied something", "GET /lessons/new", "gave a part"):
        assert said in page, said
    answer = browser.get("/me/data.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="laerdom-my-data.json"'
    data = json.loads(answer.text)
    assert (data["person"], data["email"], data["login"], len(data["parts"])) == (kari, "kari@example.org", "kari", 2)
    assert [e["topic"] for e in data["events"]] == [
        *("access.denied", "access.signed-in", "person.stood-down", "person.appointed", "person.appointed"),
    ]
    assert (ola in answer.text, "argon2" in answer.text, browser.session in answer.text) == (False, False, False)
    [exported] = [e for e in noted(system) if e.topic == "access.exported"]
    assert (exported.person, exported.actor, exported.what, exported.count) == (kari, kari, "own data", 5)


def test_all_events_are_taken_along_however_many(
    system: System, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_data, "AT_ONCE", 2)
    for n in range(6):
        browser.get(f"/nowhere/{n}")
    events = json.loads(browser.get("/me/data.json").text)["events"]
    assert [e["detail"].get("asked") for e in events][:6] == [f"GET /nowhere/{n}" for n in range(5, -1, -1)]


def test_one_asks_to_be_erased_once(system: System, browser: Browser, kari: str) -> None:
    assert "Ask to be erased" in browser.get("/me").text
    assert [browser.post("/me/erasure").headers["location"] for _ in range(2)] == ["/me?done=me.erasure"] * 2
    assert [e.topic for e in system.store.events(UUID(kari))].count("person.erasure-asked") == 1
    page = browser.get("/me").text
    assert ("You asked to be erased." in page, "Ask to be erased" in page) == (True, False)
    assert browser.is_signed_in()


def test_without_a_password_there_is_nothing_to_change(system: System) -> None:
    """Somebody who signs in elsewhere."""
    person = system.people.add("Sara").id
    system.sign_ins.accounts.open(person, subject="https://id.example.org sara")
    browser = Browser(signing_in_app(system))
    token = system.sign_ins.sessions.begin(person, method="sso", parts=0, now=datetime.now(UTC))
    browser.client.cookies.set("__Host-laerdom", token, domain="laerdom.test")
    page = browser.get("/me").text
    assert ("/me/password" in page, "/me/second-factor" in page, "/me/tokens" in page) == (False, False, True)
    for path in ("/me/password", "/me/second-factor", "/me/second-factor/confirm", "/me/second-factor/remove"):
        answer = browser.post(path, password="x", old_password="", new_password=OTHER_PASSWORD, otp="000000")
        assert (answer.status_code, "You have no password here." in answer.text) == (409, True), path


def test_the_operator_has_a_page_and_no_account(system: System, cast: Cast) -> None:
    browser = Browser(single_user_app(system, cast.staff), "127.0.0.1")
    page = browser.get("/me").text
    assert ("<h1>Kari Programstab</h1>" in page, "You are the operator" in page) == (True, True)
    assert ("/me/tokens" in page, "/me/sessions" in page, "/me/password" in page) == (False, False, False)
    answer = browser.post("/me/tokens", name="x", scope="read", days="1")
    assert (answer.status_code, "with an account of their own" in answer.text) == (409, True)
