"""No secret is in a log line of any level, in an answer that is not for its owner, in an event, or in how things are
written for programmers."""

import io
import logging
import re
import socket
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast
from uuid import UUID

import httpx2
import pytest
import structlog
import uvicorn
from pyotp.totp import TOTP

from api.access import passwords
from api.access.caller import Caller
from api.access.entrance import Entrance
from api.access.oidc import Leaving, Provider
from api.access.oidc_settings import Oidc
from api.access.totp import Setup
from api.app import create_app
from api.cli.logs import set_up_logs
from api.settings import Settings
from api.usecases.persons import invite
from api.wiring import System
from domain.acting import acting
from domain.viewer import ANYBODY, Viewer
from store.handshakes import Handshake
from tests.access.browsing import Browser, add_account, password_hash, signing_in_app
from tests.access.conftest import CLIENT_SECRET
from tests.access.provider import START, Meddler, go, query_of

Begin: TypeAlias = Any
CANARY = "canary words on a quiet roof"
OTHER_CANARY = "canary gulls under the pier"
WRONG_CANARY = "canary that was never right"
OPERATOR = Viewer("operator", operator=True)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged by us and by the libraries, as the command sets it up, at the level that tells most."""
    root, out = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    set_up_logs("debug")
    [handler] = root.handlers
    cast("logging.StreamHandler[Any]", handler).setStream(out)
    for browser in ("httpx2", "httpcore2"):
        logging.getLogger(browser).setLevel(logging.WARNING)
    yield out
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def test_through_everything_that_has_a_secret(system: System, idp: Meddler, begin: Begin, logged: io.StringIO) -> None:
    system.start()
    person = system.people.add("Ola Nordvik", "ola@example.org").id
    secrets, answers = [CANARY, OTHER_CANARY, WRONG_CANARY, CLIENT_SECRET], list[str]()
    browser = begin()

    def seen(answer: Any, *, shows: str = "") -> Any:
        """An answer is for its owner where it `shows` what it is about, and that alone."""
        answers.append(answer.text.replace(shows, "") if shows else answer.text)
        return answer

    with acting(OPERATOR.person):
        invitation = invite(system, OPERATOR, UUID(person))
    secrets.append(invitation.token)
    seen(browser.get(f"/invitation?token={invitation.token}"), shows=invitation.token)
    sent = {"token": invitation.token, "login": "ola"}
    seen(browser.post("/invitation", **sent, password="ola nordvik 2026"), shows=invitation.token)
    seen(browser.post("/invitation", **sent, password=CANARY))
    seen(browser.post("/invitation", **sent, password=CANARY))
    secrets.append(browser.session or "")
    setup = seen(browser.post("/me/second-factor", password=CANARY))
    account = system.sign_ins.accounts.of(person)
    assert account
    assert account.totp_secret
    assert account.password_hash
    secrets += [account.totp_secret, account.password_hash]
    spelled = " ".join(re.findall("....", account.totp_secret))
    assert spelled in setup.text
    answers[-1] = setup.text.replace(spelled, "").replace(account.totp_secret, "")
    seen(browser.post("/me/second-factor/confirm", otp="000000"))
    seen(browser.post("/me/second-factor/confirm", otp=TOTP(account.totp_secret).now()))
    made = browser.post("/me/tokens", name="x", scope="write", days="1")
    [token] = re.findall(r"laerdom_[\w-]{43}", made.text)
    seen(made, shows=token)
    secrets.append(token)
    for bearer in (token, token[:-1] + "x"):
        seen(browser.get("/api/v1/me", authorization=f"Bearer {bearer}"))
        seen(Browser(browser.app).client.post("/me/tokens", headers={"authorization": f"Bearer {bearer}"}))
    seen(browser.post("/me/password", old_password=WRONG_CANARY, new_password=OTHER_CANARY))
    seen(browser.post("/me/password", old_password=CANARY, new_password=OTHER_CANARY))
    seen(browser.get("/me"))
    seen(browser.get("/me/data.json"))
    seen(browser.client.post("/sign-in", data={"login": "ola", "password": CANARY, "csrf": "x"}))
    other = Browser(browser.app)
    for password, code in ((WRONG_CANARY, "0"), (OTHER_CANARY, "0"), (OTHER_CANARY, "")):
        seen(other.sign_in("ola", password, otp=code))
    idp.user("canary", groups=["auditors"])
    state = query_of(other.get(START).headers["location"])["state"]
    seen(other.get(f"/sign-in/sso/back?state={state}&code=canary-code-1"))
    seen(go(other, idp, "canary"))
    secrets += [other.session or "", state, "canary-code-1"]
    seen(browser.client.get("/api/v1/search", headers={"cookie": f"__Host-laerdom={'A' * 10_000}"}))
    assert min(map(len, secrets)) > 10
    written = {
        "logs": logged.getvalue(),
        "events": "".join(str(row.state) for row in system.store.read(0, 10_000)),
        "answers": "".join(answers),
    }
    assert "canary" not in written["events"] + written["logs"]
    found = {where: [s for s in secrets if s in text] for where, text in written.items()}
    assert found == {"logs": [], "events": [], "answers": []}
    assert len(written["logs"]) > 1_000
    reprs = "".join(
        map(
            repr,
            (
                *(system, system.sign_ins, system.sign_ins.accounts.of(person), browser.app.state.provider),
                *(invitation, system.sign_ins.sessions.of(person, now=datetime.now(UTC))),
                *(system.sign_ins.tokens.of(person), browser.app.state.provider.oidc),
            ),
        )
    )
    assert [s for s in secrets if s in reprs] == []


@pytest.mark.parametrize("for_people", [True, False])
def test_nor_is_it_told_with_what_goes_wrong_unforeseen(
    system: System, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO, for_people: bool
) -> None:
    """A traceback names places, not the values that were there: on a terminal neither."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: for_people)
    set_up_logs("debug")
    [handler] = logging.getLogger().handlers
    cast("logging.StreamHandler[Any]", handler).setStream(logged)
    password_hash()  # made while passwords can be
    monkeypatch.setattr(passwords, "_prepared", _fails)
    add_account(system, "Ola Nordvik", "ola")
    browser = Browser(signing_in_app(system))
    answer = browser.sign_in("ola", CANARY)
    assert (answer.status_code, CANARY in answer.text) == (500, False)
    assert ("test_secrets.py" in logged.getvalue(), CANARY in logged.getvalue()) == (True, False)


def _fails(password: str) -> bytes:
    raise ArithmeticError(len(password))


def test_what_holds_a_secret_does_not_write_it() -> None:
    oidc = Oidc("https://id.example.org", "laerdom", CANARY, "", "groups", {})
    settings = Settings(
        oidc_issuer="https://id.example.org",
        oidc_client_id="laerdom",
        oidc_client_secret=CANARY,
        sign_in=True,
        public_url="https://laerdom.example.org",
    )
    holding = (
        *(oidc, settings, Provider(oidc), Caller(Viewer("kari"), CANARY), Setup(CANARY, CANARY, CANARY)),
        *(Leaving("https://id.example.org", CANARY, CANARY), Handshake(CANARY, CANARY, "/")),
    )
    assert [thing for thing in holding if CANARY in f"{thing!r}{thing}"] == []


def test_what_an_address_carries_is_not_in_the_log_of_the_server(system: System, logged: io.StringIO) -> None:
    app = create_app(system, entrance=Entrance(lambda: Viewer(ANYBODY)))
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="debug"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        site = f"http://127.0.0.1:{door.getsockname()[1]}"
        with httpx2.Client(base_url=site, trust_env=False) as client:
            for path in ("/invitation?token=canary", "/sign-in/sso/back?state=canary&code=canary", "/api/v1/me?canary"):
                client.get(path, headers={"authorization": "Bearer canary", "cookie": "__Host-laerdom=canary"})
                client.get(path, headers={"cookie": "__Host-laerdom=canary", "referer": f"{site}/?canary"})
            page = client.get("/invitation?token=canary").text
            client.post("/sign-in?canary", data={"login": "canary", "password": "canary", "csrf": "canary"})
        server.should_exit = True
        thread.join(30)
    lines = logged.getvalue().splitlines()
    assert [line for line in lines if "canary" in line] == []
    assert sum("/invitation" in line for line in lines) == 3
    assert "This invitation is over" in page
