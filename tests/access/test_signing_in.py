"""Guessing gets nowhere, however many guess at once, and no failure says more than another. On both databases."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher
from pyotp.totp import TOTP
from starlette.testclient import TestClient

from api.access import passwords
from api.access.caller import VISIT, csrf_of
from api.usecases.signing_in import sign_in
from api.wiring import System, open_system
from domain.acting import acting
from domain.errors import TooManyAttempts, WrongCredentials
from domain.viewer import ANYBODY
from store.accounts import folded
from tests.access.browsing import PASSWORD, SITE, Browser, add_account, noted, password_hash, signing_in_app

MANY = 50
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
Opened = Callable[[], System]


@pytest.fixture(params=["embedded", "servers"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Each call opens the same place once more, as another worker has it."""
    servers = request.getfixturevalue("servers") if request.param == "servers" else None
    with ExitStack() as stack:
        yield lambda: stack.enter_context(open_system(tmp_path / "data", servers))


@pytest.fixture
def system(opened: Opened) -> System:
    return opened()


Guess = tuple[TestClient, str, str]
"""Through which worker, from which address, as whom."""


def guess(of: Guess, password: str = "not the password", **fields: str) -> Any:
    """In one request: the form was opened before."""
    worker, address, login = of
    headers = {"cookie": f"{VISIT}=v", "x-csrf-token": csrf_of("v"), "x-forwarded-for": address}
    return worker.post("/sign-in", data={"login": login, "password": password, **fields}, headers=headers)


def all_at_once(guesses: Sequence[Guess]) -> list[Any]:
    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(guess, guesses))


@pytest.fixture
def workers(opened: Opened) -> Iterator[Callable[[System], TestClient]]:
    """The application as it runs: sixteen threads answer, behind one proxy."""
    with ExitStack() as stack:

        def serving(system: System) -> TestClient:
            client = TestClient(
                signing_in_app(system, proxies=1),
                base_url=SITE,
                follow_redirects=False,
                raise_server_exceptions=False,
            )
            stack.enter_context(client)
            assert client.get("/sign-in").status_code == 200
            return client

        yield serving


Workers = Callable[[System], TestClient]


def failures(system: System) -> Counter[str]:
    return Counter(e.why for e in noted(system) if e.topic == "access.sign-in-failed")


def test_of_fifty_at_once_on_one_account_five_are_looked_at(system: System, workers: Workers) -> None:
    add_account(system, "Kari", "kari")
    worker = workers(system)
    answers = all_at_once([(worker, f"203.0.113.{n}", "Kari ") for n in range(MANY)])
    assert Counter(a.status_code for a in answers) == {401: 5, 429: MANY - 5}
    assert failures(system) == {"password": 5, "blocked": MANY - 5}
    waits = {int(a.headers["retry-after"]) for a in answers if a.status_code == 429}
    assert min(waits) > 800
    assert max(waits) <= 900
    assert guess((worker, "198.51.100.1", "kari"), PASSWORD).status_code == 429
    add_account(system, "Ola", "ola")
    assert guess((worker, "198.51.100.2", "ola"), PASSWORD).status_code == 303


def test_of_fifty_at_once_from_one_address_five_are_looked_at(system: System, workers: Workers) -> None:
    add_account(system, "Kari", "kari")
    worker = workers(system)
    answers = all_at_once([(worker, "203.0.113.7", f"somebody-{n}") for n in range(MANY)])
    assert Counter(a.status_code for a in answers) == {401: 5, 429: MANY - 5}
    assert guess((worker, "203.0.113.7", "kari"), PASSWORD).status_code == 429
    assert guess((worker, "203.0.113.8", "kari"), PASSWORD).status_code == 303


def test_two_workers_count_together(opened: Opened, workers: Workers) -> None:
    first = opened()
    add_account(first, "Kari", "kari")
    both = [workers(first), workers(opened())]
    answers = all_at_once([(worker, f"203.0.113.{n}", "kari") for n in range(MANY // 2) for worker in both])
    assert Counter(a.status_code for a in answers) == {401: 5, 429: MANY - 5}


def test_a_network_of_ipv6_is_one_address(system: System, workers: Workers) -> None:
    worker = workers(system)
    answers = [guess((worker, f"2001:db8:1:2::{n}", f"somebody-{n}")) for n in range(1, 8)]
    assert [a.status_code for a in answers] == [401] * 5 + [429] * 2
    assert guess((worker, "2001:db8:1:3::1", "somebody-else")).status_code == 401


def test_whoever_gets_in_is_not_counted_and_what_failed_before_is(system: System, workers: Workers) -> None:
    add_account(system, "Kari", "kari")
    kari = (workers(system), "203.0.113.7", "kari")
    assert [guess(kari).status_code for _ in range(4)] == [401] * 4
    assert [guess(kari, PASSWORD).status_code for _ in range(3)] == [303] * 3
    assert [guess(kari, p).status_code for p in ("x", PASSWORD)] == [401, 429]


def test_after_fifteen_minutes_there_is_another_attempt(system: System) -> None:
    add_account(system, "Kari", "kari")
    begun = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def at(minutes: float, password: str) -> str:
        with acting(ANYBODY, clock=lambda: begun + timedelta(minutes=minutes)):
            return sign_in(system, "kari", password, "", "203.0.113.7")

    for minute in range(5):
        with pytest.raises(WrongCredentials):
            at(minute, "x")
    with pytest.raises(TooManyAttempts) as refused:
        at(14.5, PASSWORD)
    assert refused.value.wait_s == 30
    assert at(15, PASSWORD)


class Counted(PasswordHasher):
    compared = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        type(self).compared += 1
        return super().verify(hash, password)


def test_every_failure_says_the_same_and_costs_the_same(
    system: System, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for login in ("kari", "suspended", "coded"):
        add_account(system, login.capitalize(), login)
    accounts = system.sign_ins.accounts
    for login in ("suspended", "coded"):
        account = accounts.by_login(login)
        assert account
        if login == "suspended":
            accounts.disable(account.person)
        else:
            accounts.begin_totp(account.person, SECRET)
            accounts.confirm_totp(account.person)
    invited = system.people.add("Invited").id
    accounts.open(invited, login="invited")
    wrong = [
        *[("nobody", PASSWORD, ""), ("", "", ""), ("kari", "x", ""), ("kari", "", ""), ("kari", PASSWORD * 20, "")],
        *[("suspended", PASSWORD, ""), ("suspended", "x", ""), ("coded", PASSWORD, ""), ("coded", PASSWORD, "000000")],
        *[("coded", "x", TOTP(SECRET).now()), ("invited", PASSWORD, ""), ("ka\x00ri", PASSWORD, "")],
    ]
    monkeypatch.setattr(passwords, "HASHER", Counted(time_cost=2, memory_cost=19_456, parallelism=1))
    worker, bodies = workers(system), list[bytes]()
    for number, (login, password, code) in enumerate(wrong):
        before = Counted.compared
        answer = guess((worker, f"203.0.113.{number}", login), password, otp=code)
        assert (answer.status_code, Counted.compared - before) == (401, 1), (login, password)
        assert "set-cookie" not in answer.headers
        bodies.append(answer.content.replace(f'value="{login}" auto'.encode(), b'value="" auto'))
    assert len(set(bodies[:-1])) == 1
    assert "This did not work. Check the login and the password, and the code if you use one." in bodies[0].decode()
    assert failures(system) == {"password": 9, "suspended": 1, "code": 2}


def test_a_code_is_asked_for_and_taken_once(system: System) -> None:
    person = add_account(system, "Kari", "kari")
    system.sign_ins.accounts.begin_totp(person, SECRET)
    system.sign_ins.accounts.confirm_totp(person)
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def with_code(code: str) -> str:
        with acting(ANYBODY, clock=lambda: now):
            return sign_in(system, "kari", PASSWORD, code, "203.0.113.7")

    code = TOTP(SECRET).at(now)
    assert with_code(f"{code[:3]} {code[3:]}")
    with pytest.raises(WrongCredentials):
        with_code(code)
    with pytest.raises(WrongCredentials):
        with_code(TOTP(SECRET).at(now - timedelta(seconds=30)))
    assert with_code(TOTP(SECRET).at(now + timedelta(seconds=30)))


def test_of_twenty_at_once_with_one_code_one_gets_in(system: System) -> None:
    person = add_account(system, "Kari", "kari")
    system.sign_ins.accounts.begin_totp(person, SECRET)
    system.sign_ins.accounts.confirm_totp(person)
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def attempt(number: int) -> str:
        try:
            with acting(ANYBODY, clock=lambda: now):
                sign_in(system, "kari", PASSWORD, TOTP(SECRET).at(now), f"203.0.113.{number}")
        except (WrongCredentials, TooManyAttempts):
            return "out"
        return "in"

    with ThreadPoolExecutor(20) as pool:
        assert Counter(pool.map(attempt, range(20)))["in"] == 1


def test_a_hash_of_older_parameters_is_made_anew(system: System) -> None:
    person = add_account(system, "Kari", "kari")
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    system.sign_ins.accounts.set_password(person, old)
    assert Browser(signing_in_app(system)).sign_in("kari").status_code == 303
    account = system.sign_ins.accounts.of(person)
    assert account
    assert account.password_hash not in (None, old, password_hash())
    assert not passwords.outdated(account.password_hash or "")
    assert passwords.fits(account.password_hash, PASSWORD)


def test_every_sign_in_and_failure_is_recorded_with_whom_it_concerns(system: System) -> None:
    person = add_account(system, "Kari", "kari")
    browser = Browser(signing_in_app(system))
    for attempt in (
        partial(browser.sign_in, "nobody"),
        partial(browser.sign_in, "kari", "x"),
        partial(browser.sign_in, "kari"),
        partial(browser.post, "/sign-out"),
    ):
        attempt()
    told = [(e.topic, e.actor, e.person) for e in noted(system)]
    assert told == [
        ("access.sign-in-failed", ANYBODY, None),
        ("access.sign-in-failed", ANYBODY, person),
        ("access.signed-in", person, person),
        ("access.signed-out", person, person),
    ]


def test_who_is_suspended_while_they_sign_in_is_not_signed_in(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account is disabled, and all sessions ended, after the password was found right and before the session."""
    person = add_account(system, "Kari", "kari")
    begin = type(system.sign_ins.sessions).begin

    def suspended_meanwhile(*args: Any, **given: Any) -> str:
        system.sign_ins.accounts.disable(person)
        system.sign_ins.sessions.end_all(person)
        return begin(*args, **given)

    monkeypatch.setattr(type(system.sign_ins.sessions), "begin", suspended_meanwhile)
    assert Browser(signing_in_app(system)).sign_in("kari").status_code == 401
    assert system.sign_ins.sessions.of(person, now=datetime.now(UTC)) == ()


def test_one_spelling_of_a_login() -> None:
    assert {folded(login) for login in ("kari@example.org", " KARI@Example.org ", "ｋａｒｉ@example.org")} == {
        "kari@example.org"
    }
