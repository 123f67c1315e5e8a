"""A provider, or somebody on the way to it, whose answers are not to be believed: nobody is signed in by them."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Semaphore, Thread
from typing import Any, TypeAlias

import pytest
from joserfc.jwk import RSAKey
from structlog.testing import capture_logs

from api.access.oidc import AT_ONCE
from api.wiring import System
from tests.access.browsing import Browser, noted
from tests.access.provider import START, Meddler, go, provider, refused, resigned, with_claims

Begin: TypeAlias = Any
UNTRUSTED = "cannot be trusted"


def reasons(logged: list[Any]) -> list[str]:
    return [line["why"] for line in logged if line["log_level"] == "warning"]


def test_a_token_for_another_sign_in_is_not_believed(idp: Meddler, begin: Begin) -> None:
    idp.user("nonce-1", groups=["auditors"])
    browser = begin()
    with capture_logs() as logged:
        refused(go(browser, idp, "nonce-1", nonce="another"), browser, UNTRUSTED)
    assert reasons(logged) == ["InvalidClaimError: nonce"]


def test_a_token_for_another_client_is_not_believed(idp: Meddler, begin: Begin) -> None:
    idp.user("aud-1", groups=["auditors"])
    browser, idp.stand_in = begin(), "another"
    with capture_logs() as logged:
        refused(go(browser, idp, "aud-1", client_id="another"), browser, UNTRUSTED)
    assert reasons(logged) == ["InvalidClaimError: aud"]


def test_a_token_of_another_issuer_is_not_believed(idp: Meddler, begin: Begin) -> None:
    """Signed by the same keys."""
    idp.user("iss-1", groups=["auditors"])

    def as_another(path: str, answer: dict[str, Any]) -> dict[str, Any]:
        there = path.endswith("openid-configuration")
        return answer | {"token_endpoint": f"{idp.provider}/oauth2/token"} if there else answer

    idp.change = as_another
    browser = begin()
    with capture_logs() as logged:
        refused(go(browser, idp, "iss-1"), browser, UNTRUSTED)
    assert reasons(logged) == ["InvalidClaimError: iss"]


def test_an_expired_token_is_not_believed(begin: Begin, tmp_path: Path) -> None:
    with provider(tmp_path, "--token-max-age", "-90") as late:
        late.user("late-1", groups=["auditors"])
        browser = begin(issuer=late.address)
        with capture_logs() as logged:
            refused(go(browser, late, "late-1"), browser, UNTRUSTED)
        assert reasons(logged) == ["ExpiredTokenError: exp"]


TAMPERED: dict[str, tuple[Callable[[str], str], str]] = {
    "other claims": (lambda t: with_claims(t, sub="somebody-else", groups=["auditors"]), "BadSignatureError"),
    "another expiry": (lambda t: with_claims(t, exp=4_000_000_000), "BadSignatureError"),
    "no algorithm": (lambda t: resigned(t, alg="none", typ="JWT"), "UnsupportedAlgorithmError"),
    "None in capitals": (lambda t: resigned(t, alg="NONE", typ="JWT"), "UnsupportedAlgorithmError"),
    "a shared secret": (lambda t: resigned(t, alg="HS256", typ="JWT"), "UnsupportedAlgorithmError"),
    "no signature": (lambda t: t.rpartition(".")[0] + ".", "BadSignatureError"),
    "a key that is not there": (lambda t: resigned(t, alg="RS256", kid="unknown"), "InvalidKeyIdError"),
    "a key elsewhere": (lambda t: resigned(t, alg="RS256", jku="http://127.0.0.1:9/jwks"), "BadSignatureError"),
    "not a token": (lambda t: "x.y.z", "DecodeError"),
    "nothing": (lambda t: "", "DecodeError"),
    "very long": (lambda t: t + "A" * 400_000, "ExceededSizeError"),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_tampered_token_is_not_believed(system: System, idp: Meddler, begin: Begin, how: str) -> None:
    idp.user("tampered", groups=["auditors"])
    tamper, why = TAMPERED[how]

    def tampered(path: str, answer: dict[str, Any]) -> dict[str, Any]:
        return answer | {"id_token": tamper(answer["id_token"])} if path == "/oauth2/token" else answer

    idp.change, browser = tampered, begin()
    with capture_logs() as logged:
        refused(go(browser, idp, "tampered"), browser, UNTRUSTED)
    assert reasons(logged) == [why]
    assert [(e.topic, e.why) for e in noted(system)] == [("access.sign-in-failed", "sso")]
    assert system.people.everybody("") == ()


MALFORMED: dict[str, tuple[Any, str]] = {
    "not JSON": (b"<html>", "status 200"),
    "a list": (b"[]", "status 200"),
    "too much": (b'{"issuer": "' + b"x" * 600_000 + b'"}', "too much or too slow"),
    "deep": (b"[" * 100_000, "status 200"),
    "another issuer": ({"issuer": "https://evil.example"}, "another issuer"),
    "an address without TLS": ({"token_endpoint": "http://evil.example/token"}, "no token_endpoint"),
    "a file": ({"jwks_uri": "file:///etc/passwd"}, "no jwks_uri"),
    "no address": ({"authorization_endpoint": None}, "no authorization_endpoint"),
    "not an address": ({"token_endpoint": "http://127.0.0.1:x/"}, "no token_endpoint"),
}


@pytest.mark.parametrize("how", MALFORMED)
def test_a_description_that_cannot_be_used(idp: Meddler, begin: Begin, how: str) -> None:
    given, why = MALFORMED[how]
    idp.change = lambda _, answer: given if isinstance(given, bytes) else {**answer, **given}
    browser = begin()
    with capture_logs() as logged:
        refused(browser.get(START), browser, UNTRUSTED)
    assert reasons(logged) == [why]
    assert idp.asked == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize("keys", [b"x", {}, {"keys": []}, {"keys": [{"kty": "oct", "k": "A" * 44}]}, {"keys": 1}])
def test_keys_that_are_none(idp: Meddler, begin: Begin, keys: Any) -> None:
    idp.user("keys-1", groups=["auditors"])
    idp.change = lambda path, a: keys if path == "/jwks" else a
    browser = begin()
    refused(go(browser, idp, "keys-1"), browser, UNTRUSTED)


def test_no_answer_leads_on_to_another_place(idp: Meddler, begin: Begin, tmp_path: Path) -> None:
    with provider(tmp_path) as elsewhere:
        idp.redirects_to = elsewhere.address
        browser = begin()
        refused(browser.get(START), browser, UNTRUSTED)
        assert elsewhere.asked == []


def test_new_keys_are_asked_for_but_not_at_every_token(idp: Meddler, begin: Begin) -> None:
    """The provider changed its keys while we remember the old ones."""
    idp.user("rotated", groups=["auditors"])
    seconds = [0.0]
    old = {"keys": [RSAKey.generate_key(2048, {"kid": "old"}).as_dict(private=False)]}
    told = iter([old])
    idp.change = lambda path, answer: next(told, answer) if path == "/jwks" else answer
    browser = begin(clock=lambda: seconds[0])
    with capture_logs() as logged:
        refused(go(browser, idp, "rotated"), browser, UNTRUSTED)
    assert (reasons(logged), idp.asked.count("/jwks")) == (["BadSignatureError"], 1)
    seconds[0] = 60
    assert go(browser, idp, "rotated").status_code == 303
    assert idp.asked.count("/jwks") == 2


def test_a_provider_that_hangs_holds_up_four_and_no_more(idp: Meddler, begin: Begin) -> None:
    answering, sent_away, told = Event(), Semaphore(0), list[int]()

    def slowly(_: str, answer: dict[str, Any]) -> dict[str, Any]:
        assert answering.wait(60)
        return answer

    def leave() -> None:
        told.append(Browser(app).get(START).status_code)
        sent_away.release()

    idp.change, app = slowly, begin(clock=lambda: 0.0).app
    threads = [Thread(target=leave) for _ in range(AT_ONCE + 6)]
    for thread in threads:
        thread.start()
    assert all(sent_away.acquire(timeout=60) for _ in range(6))
    assert told == [429] * 6
    answering.set()
    for thread in threads:
        thread.join(60)
    assert told == [429] * 6 + [303] * AT_ONCE
