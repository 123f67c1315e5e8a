"""What changes no thing at a version, sent twice with one Idempotency-Key: carried out once, answered the same."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.access.caller import Caller
from api.usecases import own
from api.wiring import System
from domain.acting import RequestKey, acting, utc_now
from domain.errors import WrongState
from domain.lesson import Lesson
from domain.person import Part, Person, Role
from domain.viewer import Viewer
from store.ledger.note import COSIGNATURE, new_signer
from store.opaque import AGAIN
from tests.access.browsing import Browser, add_account, give, signing_in_app, topics
from tests.json.conftest import Cast
from tests.keeping import seal

Body: TypeAlias = dict[str, Any]
KEY = {"Idempotency-Key": "k"}
WHY = {"reason": "She left the cluster."}
TOKEN = {"name": "nightly", "scope": "read", "days": 30}


def refusal(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("urn:laerdom:problem:")


def told(answer: Any) -> tuple[int, bytes, str | None]:
    return answer.status_code, answer.content, answer.headers.get("etag")


@pytest.fixture
def kari(system: System) -> str:
    return add_account(system, "Kari Nordvik", "kari", Part(Role.ADMINISTRATOR))


@pytest.fixture
def ola(system: System) -> str:
    return add_account(system, "Ola Nordmann", "ola", Part(Role.CLUSTER_MANAGER, UUID(int=1)))


@pytest.fixture
def suspended(client: TestClient, ola: str) -> str:
    assert client.post(f"/api/v1/people/{ola}/suspend", json=WHY).status_code == 200
    return ola


@pytest.fixture
def invited(client: TestClient, cluster: str) -> str:
    """A cluster that is invited to share something."""
    answer = client.post(f"/api/v1/clusters/{cluster}/invitations", json={"about": "trust"})
    assert answer.status_code == 201
    return cluster


@pytest.fixture
def sealed(system: System, draft: Any, tmp_path: Path) -> dict[str, str]:
    """What a witness sends."""
    draft()
    checkpoint = seal(system, tmp_path / "data")
    witness = new_signer("witness.example.org", COSIGNATURE)
    return {"key": str(witness.verifier), "line": witness.line(checkpoint.text, at_s=1_790_000_000)}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("people/{ola}/suspend", WHY),
        ("people/{suspended}/restore", WHY),
        ("people/{ola}/forget", WHY),
        ("people/{ola}/invite", {}),
        ("clusters/{cluster}/invitations", {"about": "trust", "note": "You did it well."}),
        ("clusters/{invited}/invitations/close", {"about": "trust"}),
        ("me/searches", {"name": "Recruiting", "asked": "q=trust"}),
        ("audit/cosignatures", "{sealed}"),
    ],
)
def test_it_is_done_once_and_answered_the_same(
    client: TestClient, system: System, request: pytest.FixtureRequest, path: str, body: Any
) -> None:
    if "{" in path:
        name = path.partition("{")[2].partition("}")[0]
        path = path.replace(f"{{{name}}}", request.getfixturevalue(name))
    body = request.getfixturevalue("sealed") if body == "{sealed}" else body

    def send(body: Any = body, **headers: str) -> Any:
        return client.post(f"/api/v1/{path}", json=body, headers=headers)

    first = send(**KEY)
    assert first.status_code < 300, first.text
    position = system.store.position
    assert told(send(**KEY)) == told(first)
    assert first.headers.get("Ledger-Receipt") == send(**KEY).headers.get("Ledger-Receipt")
    assert refusal(send({"reason": "another"}, **KEY)) == (422, "key-reused")
    assert refusal(client.post("/api/v1/clusters", json={"name": "Other"}, headers=KEY)) == (422, "key-reused")
    assert system.store.position == position


def test_a_kept_search_that_was_removed_does_not_come_back(client: TestClient) -> None:
    url, new = "/api/v1/me/searches", {"name": "Recruiting", "asked": "q=trust"}
    id = client.post(url, json=new, headers=KEY).json()["id"]
    assert client.delete(f"{url}/{id}").status_code == 204
    assert refusal(client.post(url, json=new, headers=KEY)) == (404, "not-found")
    assert client.get(url).json() == {"items": []}


def test_an_invitation_can_be_accepted_however_often_it_was_told(
    client: TestClient, system: System, ola: str, cast: Cast
) -> None:
    def invite(**headers: str) -> Any:
        return client.post(f"/api/v1/people/{ola}/invite", headers=headers)

    first, again = invite(**KEY), invite(**KEY)
    token = first.json()["token"]
    assert (again.json(), topics(system).count("access.invited")) == (first.json(), 1)
    assert system.sign_ins.accounts.invited(token, now=utc_now()) == ola
    other = invite(**{"Idempotency-Key": "k2"})
    assert other.json()["token"] not in ("", token)
    assert refusal(invite(**KEY)) == (409, "wrong-state")
    cast.now = cast.stranger
    assert refusal(invite(**{"Idempotency-Key": "k2"})) == (404, "not-found")


def test_words_are_removed_once(client: TestClient, published: Any) -> None:
    """Recruitment is a phase as well, whose name stays."""
    lesson = published()
    url, body = f"/api/v1/lessons/{lesson['id']}/redact", {"words": "recruit", "reason": "Asked."}
    first = client.post(url, json=body, headers=KEY)
    assert client.post(url, json={"words": "longest", "reason": "Asked."}).status_code == 200
    again = client.post(url, json=body, headers=KEY)
    assert (first.status_code, told(again)) == (200, told(first))
    [place] = first.json()["places"]
    assert (place["fields"], place["left"]) == (["record.title.en"], ["record.phase"])
    assert refusal(client.post(url, json=body | {"words": "early"}, headers=KEY)) == (422, "key-reused")


def test_breaking_the_glass_again_opens_nothing_longer(
    client: TestClient, system: System, draft: Any, cast: Cast
) -> None:
    administrator = replace(cast.stranger, administrator=True)
    give(system, administrator.person, Part(Role.ADMINISTRATOR))
    lesson = draft()["id"]
    cast.now = administrator
    url = f"/api/v1/lessons/{lesson}/break-glass"
    first, again = (client.post(url, json=WHY, headers=KEY) for _ in range(2))
    assert (first.status_code, told(again)) == (200, told(first))
    person = system.store.get(Person, UUID(administrator.person))
    assert (person.version, list(person.opened)) == (2, [UUID(lesson)])
    assert refusal(client.post(url, json={"reason": "more"}, headers=KEY)) == (422, "key-reused")
    assert system.store.get(Lesson, UUID(lesson)).version == 1


class Signed:
    """Somebody with an account, at their own browser."""

    def __init__(self, app: FastAPI) -> None:
        self.browser = Browser(app)
        assert self.browser.sign_in("kari").status_code == 303
        self.csrf = {"x-csrf-token": self.browser.get("/api/v1/me").json()["csrf"]}

    def post(self, path: str, body: Body | None = None, *, headers: dict[str, str] = KEY) -> Any:
        return self.browser.client.post(f"/api/v1/{path}", json=body, headers=self.csrf | headers)


@pytest.fixture
def signed(system: System, kari: str) -> Signed:
    return Signed(signing_in_app(system))


def test_to_be_erased_is_asked_for_once(system: System, signed: Signed, kari: str) -> None:
    first, again, without = (signed.post("me/erasure", headers=headers) for headers in (KEY, KEY, {}))
    assert {told(answer) for answer in (first, again, without)} == {(200, b'{"erasure_asked":true}', None)}
    assert system.store.get(Person, UUID(kari)).version == 2


def test_a_token_is_made_once_and_told_again_for_an_hour(system: System, signed: Signed, kari: str) -> None:
    first, again = (signed.post("me/tokens", TOKEN) for _ in range(2))
    assert (first.status_code, told(again)) == (201, told(first))
    [token] = system.sign_ins.tokens.of(kari)
    found = system.sign_ins.tokens.find(first.json()["secret"], now=utc_now())
    assert (found.id if found else None) == token.id
    assert topics(system).count("access.token-made") == 1
    assert refusal(signed.post("me/tokens", TOKEN | {"days": 365})) == (422, "key-reused")
    other = signed.post("me/tokens", TOKEN, headers={"Idempotency-Key": "k2"}).json()
    assert other["secret"] != first.json()["secret"]
    answer = system.store.answer(kari, "k")
    assert answer is not None
    key, caller = RequestKey("k", answer.fingerprint), Caller(Viewer(kari), "")
    for at, again in ((AGAIN, True), (AGAIN + timedelta(seconds=1), False)):
        with acting(kari, request_key=key, clock=lambda at=at: token.created_at + at):
            if again:
                assert own.token_again(system, caller)[1] == first.json()["secret"]
            else:
                with pytest.raises(WrongState, match="told already"):
                    own.token_again(system, caller)
    assert system.sign_ins.tokens.revoke(kari, token.id)
    assert refusal(signed.post("me/tokens", TOKEN)) == (409, "wrong-state")
    assert [t.id for t in system.sign_ins.tokens.of(kari)] == [other["id"]]


def test_one_persons_key_is_nobody_elses(client: TestClient, system: System, cast: Cast, cluster: str) -> None:
    url = f"/api/v1/clusters/{cluster}/invitations"
    assert client.post(url, json={"about": "trust"}, headers=KEY).status_code == 201
    cast.now = Viewer(cast.stranger.person, operator=True)
    assert client.post(url, json={"about": "time"}, headers=KEY).status_code == 201
