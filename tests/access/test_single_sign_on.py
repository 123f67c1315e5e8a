"""Signing in at a real provider: who gets in, with which parts, and by which way."""

from typing import Any, TypeAlias
from uuid import UUID

import pytest

from api.usecases.clusters import NewCluster, register_cluster
from api.usecases.programmes import NewProgramme, establish_programme
from api.wiring import System
from domain.acting import acting
from domain.cluster import Cluster
from domain.person import Part, Person, Role
from domain.viewer import Viewer
from tests.access.browsing import SITE, Browser, add_account, give, noted, signing_in_app
from tests.access.provider import START, Meddler, go, query_of, refused

STAFF = Viewer("operator", operator=True)
Begin: TypeAlias = Any


@pytest.fixture
def places(system: System) -> tuple[UUID, UUID]:
    """A programme, NCE, and a cluster."""
    with acting("tester"):
        new = NewProgramme.model_validate({"code": "NCE", "name": {"en": "NCE"}, "owner": "x"})
        programme = establish_programme(system, STAFF, new)
        cluster = register_cluster(system, STAFF, NewCluster.model_validate({"name": "Smart Energy"}))
    return programme.id, cluster.id


def parts(system: System, person: str) -> set[tuple[Part, bool]]:
    found = system.store.get(Person, UUID(person))
    return {(a.part, a.until is None) for a in found.appointments}


def test_somebody_new_comes_in_with_the_parts_that_are_mapped(system: System, idp: Meddler, begin: Begin) -> None:
    idp.user("new-1", name="Nina Ny", email="nina@example.org", email_verified=True, groups=["auditors", "others"])
    browser = begin()
    answer = go(browser, idp, "new-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/about")
    me = browser.get("/api/v1/me").json()
    assert (me["name"], me["method"], [p["role"] for p in me["parts"]]) == ("Nina Ny", "sso", ["auditor"])
    known, account = system.people.get(me["person"]), system.sign_ins.accounts.of(me["person"])
    assert known
    assert known.email == "nina@example.org"
    assert account
    assert (account.subject, account.login, account.password_hash) == (f"{idp.address} new-1", None, None)
    [appointed] = system.store.events(UUID(me["person"]))
    assert (appointed.topic, appointed.actor, appointed.reason) == (
        *("person.appointed", "oidc", "as the identity provider says"),
    )
    assert [(e.topic, e.person) for e in noted(system)] == [("access.signed-in", me["person"])]


def test_the_same_somebody_is_the_same_person_next_time(system: System, idp: Meddler, begin: Begin) -> None:
    idp.user("same-1", name="Sara Samme", groups="auditors")
    first, second = begin(), begin()
    go(first, idp, "same-1")
    idp.user("same-1", name="Sara Annen", email="other@example.org", email_verified=True, groups="auditors")
    go(second, idp, "same-1")
    assert first.get("/api/v1/me").json()["person"] == second.get("/api/v1/me").json()["person"]


def test_what_is_sent_and_what_the_provider_is_asked(idp: Meddler, begin: Begin) -> None:
    idp.user("asks-1", groups=["auditors"])
    browser = begin()
    leaving = browser.get(START)
    sent = query_of(leaving.headers["location"])
    assert leaving.headers["location"].startswith(f"{idp.address}/oauth2/authorize?")
    assert {n: v for n, v in sent.items() if n not in ("state", "nonce", "code_challenge")} == {
        "response_type": "code",
        "client_id": "laerdom",
        "redirect_uri": f"{SITE}/sign-in/sso/back",
        "scope": "openid email profile",
        "code_challenge_method": "S256",
    }
    assert min(len(sent[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert browser.client.get(idp.consent(leaving.headers["location"], "asks-1")).status_code == 303
    assert idp.asked == [
        *("/.well-known/openid-configuration", "/oauth2/authorize", "/oauth2/token", "/jwks"),
    ]


def test_the_cookie_of_the_way_is_exact_and_goes(idp: Meddler, begin: Begin) -> None:
    idp.user("cookie-1", groups=["auditors"])
    browser = begin()
    leaving = browser.get(START)
    state = query_of(leaving.headers["location"])["state"]
    attributes = "Path=/; Secure; HttpOnly; SameSite=Lax"
    assert leaving.headers.get_list("set-cookie") == [f"__Host-laerdom-sso={state}; {attributes}; Max-Age=600"]
    back = browser.get(idp.consent(leaving.headers["location"], "cookie-1"))
    assert back.headers.get_list("set-cookie") == [
        f"__Host-laerdom={browser.session}; {attributes}",
        f"__Host-laerdom-sso=; {attributes}; Max-Age=0",
    ]


def test_without_a_part_nobody_new_comes_in(system: System, idp: Meddler, begin: Begin) -> None:
    idp.user("no-part", name="Per Part", groups=["others"])
    browser = begin()
    refused(go(browser, idp, "no-part"), browser, "nobody has given you a part here", 401)
    assert system.sign_ins.accounts.by_subject(f"{idp.address} no-part") is None
    assert [(e.topic, e.why) for e in noted(system)] == [("access.sign-in-failed", "sso")]


def test_parts_are_given_and_ended_as_the_claims_say_and_others_stay(
    system: System, idp: Meddler, begin: Begin, places: tuple[UUID, UUID]
) -> None:
    programme, cluster = places
    mapping = (
        '{"a": "auditor", "n": "programme-staff nce", "x": "programme-staff nowhere",'
        f' "c": "cluster-manager {cluster}"}}'
    )
    idp.user("moves-1", groups=["a", "c", "x"])
    browser = begin(mapping)
    assert go(browser, idp, "moves-1").status_code == 303
    person = browser.get("/api/v1/me").json()["person"]
    auditor, staff = Part(Role.AUDITOR), Part(Role.PROGRAMME_STAFF, programme)
    manager, by_hand = Part(Role.CLUSTER_MANAGER, cluster), Part(Role.ADMINISTRATOR)
    assert parts(system, person) == {(auditor, True), (manager, True)}
    assert [m.value for m in system.store.get(Cluster, cluster).managers if m.until is None] == [person]
    give(system, person, by_hand)
    idp.user("moves-1", groups=["n"])
    assert go(begin(mapping), idp, "moves-1").status_code == 303
    assert parts(system, person) == {(auditor, False), (manager, False), (by_hand, True), (staff, True)}
    assert [m.value for m in system.store.get(Cluster, cluster).managers if m.until is None] == []
    before = system.store.get(Person, UUID(person)).version
    assert go(begin(mapping), idp, "moves-1").status_code == 303
    assert system.store.get(Person, UUID(person)).version == before
    assert not browser.is_signed_in()


def test_a_claim_may_lie_deeper(system: System, idp: Meddler, begin: Begin) -> None:
    idp.user("deep-1", realm_access={"roles": ["auditors"]})
    browser = begin(claim="realm_access.roles", name="")
    assert "Sign in with your organisation" in browser.get("/sign-in").text
    assert go(browser, idp, "deep-1").status_code == 303


def test_an_account_of_the_verified_address_is_linked_once(system: System, idp: Meddler, begin: Begin) -> None:
    person = add_account(system, "Kari", "kari@example.org")
    idp.user("link-1", email="Kari@example.org", email_verified=True)
    browser = begin()
    assert go(browser, idp, "link-1").status_code == 303
    assert browser.get("/api/v1/me").json()["person"] == person
    idp.user("link-2", email="kari@example.org", email_verified=True, groups=["auditors"])
    other = begin()
    assert go(other, idp, "link-2").status_code == 303
    assert other.get("/api/v1/me").json()["person"] != person


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_links_nothing(
    system: System, idp: Meddler, begin: Begin, verified: object
) -> None:
    add_account(system, "Kari", "kari@example.org")
    idp.user("unverified", email="kari@example.org", email_verified=verified)
    browser = begin()
    refused(go(browser, idp, "unverified"), browser, "nobody has given you a part here", 401)


def test_whoever_is_suspended_stays_out(system: System, idp: Meddler, begin: Begin) -> None:
    person = add_account(system, "Kari", "kari@example.org")
    system.sign_ins.accounts.open(person, subject=f"{idp.address} out-1")
    system.sign_ins.accounts.disable(person)
    idp.user("out-1", groups=["auditors"])
    browser = begin()
    refused(go(browser, idp, "out-1"), browser, "You may not sign in now.", 401)
    assert system.store.find(Person, UUID(person)) is None


def test_a_state_serves_once(idp: Meddler, begin: Begin) -> None:
    idp.user("twice-1", groups=["auditors"])
    browser = begin()
    address = browser.get(START).headers["location"]
    state = query_of(address)["state"]
    assert browser.get(idp.consent(address, "twice-1")).status_code == 303
    again = begin()
    again.client.cookies.set("__Host-laerdom-sso", state)
    refused(again.get(idp.consent(address, "twice-1")), again, "begun too long ago, or elsewhere", 401)


def test_a_state_serves_the_browser_that_left(idp: Meddler, begin: Begin) -> None:
    """Somebody's own sign-in, sent to another as a link, does not sign that other in."""
    idp.user("mallory", groups=["auditors"])
    mallory = begin()
    back = idp.consent(mallory.get(START).headers["location"], "mallory")
    victim = Browser(mallory.app)
    refused(victim.get(back), victim, "begun too long ago, or elsewhere", 401)
    assert mallory.get(back).status_code == 303


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?code=y", "?error=access_denied", "?state=%00%FF&code=x"])
def test_nobody_comes_back_who_did_not_leave(system: System, idp: Meddler, begin: Begin, query: str) -> None:
    browser = begin()
    refused(browser.get(f"/sign-in/sso/back{query}"), browser, "begun too long ago, or elsewhere", 401)
    assert idp.asked == []


def test_whoever_the_provider_turns_away_is_told(idp: Meddler, begin: Begin) -> None:
    browser = begin()
    state = query_of(browser.get(START).headers["location"])["state"]
    answer = browser.get(f"/sign-in/sso/back?state={state}&error=access_denied")
    refused(answer, browser, "The identity provider did not let you in.", 401)


def test_while_the_provider_is_away_a_password_does(system: System, begin: Begin) -> None:
    add_account(system, "Kari", "kari")
    browser = begin(issuer="http://127.0.0.1:9")
    refused(browser.get(START), browser, "The identity provider does not answer now.")
    assert browser.sign_in("kari").status_code == 303


def test_without_a_provider_there_is_no_such_page(system: System) -> None:
    browser = Browser(signing_in_app(system))
    assert [browser.get(p).status_code for p in (START, "/sign-in/sso/back?state=x&code=y")] == [404, 404]
    assert "/sign-in/sso" not in browser.get("/sign-in").text
