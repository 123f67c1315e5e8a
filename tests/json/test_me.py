"""Oneself through JSON; and what a token of a program may and may not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.wiring import System
from domain.person import Part, Role
from tests.access.browsing import SITE, Browser, add_account, noted, signing_in_app, token_of, topics
from tests.access.test_matrix import flat

NEW = {"name": "nightly", "scope": "read", "days": 30}
SAFE = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def kari(system: System) -> str:
    return add_account(system, "Kari Nordvik", "kari", Part(Role.ADMINISTRATOR), email="kari@example.org")


@pytest.fixture
def app(system: System) -> FastAPI:
    return signing_in_app(system)


@pytest.fixture
def browser(app: FastAPI, kari: str) -> Browser:
    browser = Browser(app)
    assert browser.sign_in("kari").status_code == 303
    return browser


@pytest.fixture
def program(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=SITE, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def token(system: System, person: str, scope: str = "write", *, days: float = 1) -> dict[str, str]:
    """The header of a program with a new token."""
    now = datetime.now(UTC)
    until = now + timedelta(days=days)
    _, secret = system.sign_ins.tokens.create(person, "x", scope, now=now, until=until)
    return {"authorization": f"Bearer {secret}"}


def refusal(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("urn:laerdom:problem:")


def test_who_calls(system: System, browser: Browser, program: TestClient, kari: str) -> None:
    me = browser.get("/api/v1/me").json()
    part = {"role": "administrator", "of": None, "name": None, "since": "2020-01-01", "until": None, "now": True}
    told = {"person": kari, "name": "Kari Nordvik", "login": "kari", "parts": [part], "operator": False}
    assert me == {**told, "method": "password", "csrf": token_of(browser.get("/me").text)}
    assert program.get("/api/v1/me", headers=token(system, kari)).json() == {**told, "method": "token", "csrf": None}


def test_a_visitor_is_nobody(program: TestClient) -> None:
    asked = [("GET", ""), ("GET", "/data"), ("POST", "/erasure"), ("GET", "/tokens"), ("DELETE", "/sessions")]
    asked += [("DELETE", f"/tokens/{uuid4()}")]
    told = {refusal(program.request(method, f"/api/v1/me{path}")) for method, path in asked}
    assert told == {(401, "sign-in")}
    assert refusal(program.post("/api/v1/me/tokens", json=NEW)) == (401, "sign-in")


def test_a_change_by_cookie_wants_the_token(system: System, browser: Browser, kari: str) -> None:
    client, csrf = browser.client, browser.get("/api/v1/me").json()["csrf"]
    other = Browser(browser.app)
    other.sign_in("kari")
    others = other.get("/api/v1/me").json()["csrf"]
    before = system.store.position
    for given in ({}, {"x-csrf-token": ""}, {"x-csrf-token": "x"}, {"x-csrf-token": others}):
        for method, path in (
            ("POST", "me/tokens"),
            ("POST", "me/erasure"),
            ("DELETE", "me/sessions"),
            ("POST", "people"),
        ):
            answer = client.request(method, f"/api/v1/{path}", headers=given, json=NEW)
            assert refusal(answer) == (403, "forged"), (given, path)
    assert (system.store.position, system.sign_ins.tokens.of(kari)) == (before, ())
    assert client.post("/api/v1/me/tokens", headers={"x-csrf-token": csrf}, json=NEW).status_code == 201


def test_tokens_are_made_listed_and_revoked(system: System, browser: Browser, program: TestClient, kari: str) -> None:
    csrf = {"x-csrf-token": browser.get("/api/v1/me").json()["csrf"]}
    made = browser.client.post("/api/v1/me/tokens", headers=csrf, json=NEW)
    assert made.status_code == 201
    body = made.json()
    assert {n: body[n] for n in ("name", "scope", "used_at")} == {"name": "nightly", "scope": "read", "used_at": None}
    listed = browser.get("/api/v1/me/tokens").json()
    assert listed == {"items": [{n: v for n, v in body.items() if n != "secret"}]}
    bearer = {"authorization": f"Bearer {body['secret']}"}
    assert program.get("/api/v1/me", headers=bearer).status_code == 200
    assert browser.get("/api/v1/me/tokens").json()["items"][0]["used_at"] is not None
    gone = browser.client.delete(f"/api/v1/me/tokens/{body['id']}", headers=csrf)
    assert (gone.status_code, gone.content) == (204, b"")
    assert refusal(program.get("/api/v1/me", headers=bearer)) == (401, "bad-token")
    assert refusal(browser.client.delete(f"/api/v1/me/tokens/{body['id']}", headers=csrf)) == (404, "not-found")
    assert [e.token for e in noted(system) if e.topic.startswith("access.token")] == [UUID(body["id"])] * 2


@pytest.mark.parametrize(
    "body",
    [
        *({}, {**NEW, "days": 0}, {**NEW, "days": 366}, {**NEW, "days": 1e999}, {**NEW, "days": "x"}, []),
        *({**NEW, "scope": "admin"}, {**NEW, "name": "x" * 201}, {**NEW, "name": "\x00"}, {**NEW, "person": "x"}),
        {**NEW, "name": ""},
    ],
)
def test_a_token_that_cannot_be(system: System, browser: Browser, kari: str, body: Any) -> None:
    csrf = {"x-csrf-token": browser.get("/api/v1/me").json()["csrf"], "content-type": "application/json"}
    content = repr(body).replace("'", '"').replace("\\x00", "\\u0000").replace("inf", "1e999")
    answer = browser.client.post("/api/v1/me/tokens", headers=csrf, content=content)
    assert (refusal(answer), system.sign_ins.tokens.of(kari)) == ((422, "invalid"), ())


MALFORMED = (
    *("", "x", "laerdom_", "laerdom_" + "A" * 43, "laerdom_" + "A" * 5_000, "Bearer x", "null", "'; --", "%00"),
    *("..", "a b"),
)


@pytest.mark.parametrize("secret", MALFORMED)
def test_a_malformed_token_is_401_everywhere(program: TestClient, kari: str, secret: str) -> None:
    headers = {"authorization": f"Bearer {secret}"}
    answers = [program.get(path, headers=headers) for path in ("/api/v1/me", "/api/v1/search", "/", "/nowhere")]
    assert {refusal(a) for a in answers} == {(401, "bad-token")}
    assert {a.headers["www-authenticate"] for a in answers} == {"Bearer"}
    assert all(secret not in a.text for a in answers if len(secret) > 3)


def test_a_token_that_expired_or_whose_person_is_out_is_401(system: System, program: TestClient, kari: str) -> None:
    late, good = token(system, kari, days=-1), token(system, kari)
    assert refusal(program.get("/api/v1/me", headers=late)) == (401, "bad-token")
    assert program.get("/api/v1/me", headers=good).status_code == 200
    system.sign_ins.accounts.disable(kari)
    assert refusal(program.get("/api/v1/me", headers=good)) == (401, "bad-token")


def test_a_token_does_not_fall_back_to_the_cookie(system: System, browser: Browser) -> None:
    assert refusal(browser.get("/api/v1/me", authorization="Bearer x")) == (401, "bad-token")
    assert browser.get("/api/v1/me", authorization="Basic x").status_code == 200


def test_a_program_makes_no_token_and_touches_no_secret_and_no_session(
    system: System, browser: Browser, program: TestClient, kari: str
) -> None:
    bearer = token(system, kari, "write")
    [kept] = system.sign_ins.tokens.of(kari)
    before, account = topics(system), system.sign_ins.accounts.of(kari)
    asked = [("DELETE", "/api/v1/me/sessions"), ("DELETE", f"/api/v1/me/tokens/{kept.id}")]
    told = [refusal(program.request(method, path, headers=bearer)) for method, path in asked]
    told.append(refusal(program.post("/api/v1/me/tokens", headers=bearer, json=NEW)))
    assert told == [(403, "not-allowed")] * 3
    csrf = token_of(program.get("/me", headers=bearer).text)
    [session] = system.sign_ins.sessions.of(kari, now=datetime.now(UTC))
    for path in (
        *("tokens", f"tokens/{kept.id}/revoke", "password", "second-factor", "second-factor/confirm"),
        *("second-factor/remove", "sessions/others", "sessions/all", f"sessions/{session.id}/end"),
    ):
        sent = {"csrf": csrf, "name": "x", "scope": "read", "days": "1", "password": "x"}
        answer = program.post(f"/me/{path}", headers=bearer, data=sent)
        assert (answer.status_code, "A program may not do this." in answer.text) == (403, True), path
    assert [t for t in topics(system)[len(before) :] if t != "access.denied"] == []
    assert (system.sign_ins.tokens.of(kari)[0].id, system.sign_ins.accounts.of(kari)) == (kept.id, account)
    assert browser.is_signed_in()


def test_what_reads_only_changes_nothing_anywhere(system: System, app: FastAPI, program: TestClient, kari: str) -> None:
    """Every route that is no read, walked from the application."""
    bearer = token(system, kari, "read")
    csrf = token_of(program.get("/me", headers=bearer).text)
    routes = [(m, path) for path, r in flat(list(app.routes)) for m in sorted(r.methods - SAFE)]
    before = system.store.position
    told: dict[tuple[str, str], int] = {}
    for method, path in routes:
        filled = path.replace("{id}", str(uuid4())).replace("{case}", str(uuid4()))
        headers = {**bearer, "if-match": '"1"', "x-csrf-token": csrf}
        sent = {**NEW, "title": {"en": "x"}, "reason": "x"}
        told[method, path] = program.request(method, filled, headers=headers, json=sent).status_code
    assert len(told) > 60
    assert {r: status for r, status in told.items() if not 400 <= status < 500} == OPEN
    changed = [e.topic for e in map(system.store.decode, system.store.read(before, 10_000))]
    assert [topic for topic in changed if topic not in ("access.denied", "access.sign-in-failed")] == []
    assert system.people.everybody("") == (system.people.get(kari),)


OPEN = {("POST", "/sign-out"): 303}
"""It signs out nobody: a program has no session."""


def test_ones_own_data(system: System, browser: Browser, program: TestClient, kari: str) -> None:
    data = program.get("/api/v1/me/data", headers=token(system, kari, "read")).json()
    assert [(e["topic"], e["person"], e["detail"]) for e in data["events"]] == [
        ("access.signed-in", kari, {"method": "password"}),
        ("person.appointed", kari, {"role": "administrator", "since": "2020-01-01"}),
    ]
    assert (data["has_password"], data["second_factor"]) == (True, False)
    assert (len(data["sessions"]), len(data["tokens"])) == (1, 1)
    assert topics(system)[-1] == "access.exported"


def test_signing_out_everywhere(system: System, browser: Browser) -> None:
    other = Browser(browser.app)
    other.sign_in("kari")
    csrf = {"x-csrf-token": browser.get("/api/v1/me").json()["csrf"]}
    answer = browser.client.delete("/api/v1/me/sessions", headers=csrf)
    assert (answer.status_code, answer.json()) == (200, {"sessions": 2})
    assert (browser.is_signed_in(), other.is_signed_in()) == (False, False)


def test_asking_to_be_erased(system: System, program: TestClient, kari: str) -> None:
    bearer = token(system, kari)
    answers = [program.post("/api/v1/me/erasure", headers=bearer) for _ in range(2)]
    assert [a.json() for a in answers] == [{"erasure_asked": True}] * 2
    assert [e.topic for e in system.store.events(UUID(kari))] == ["person.appointed", "person.erasure-asked"]
