"""People through JSON: the register, parts with their versions, invitations, and who is told what."""

from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.viewer import ANYBODY, Viewer

Cast: TypeAlias = Any


def ok(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    return answer.json()


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:laerdom:problem:")


@pytest.fixture
def ola(client: TestClient) -> dict[str, Any]:
    return ok(client.post("/api/v1/people", json={"name": "Ola Nordmann", "email": "ola@example.org"}), 201)


@pytest.fixture
def others(cast: Cast, cluster: str, client: TestClient) -> dict[str, Viewer]:
    """Everybody with a part, and without."""
    ours, nce = UUID(cluster), UUID(int=5)
    return {
        "visitor": Viewer(ANYBODY),
        "nobody": cast.stranger,
        "manager": replace(cast.stranger, manages=frozenset({ours})),
        "staff": replace(cast.stranger, staffs=frozenset({nce})),
        "auditor": replace(cast.stranger, auditor=True),
        "administrator": replace(cast.stranger, administrator=True),
    }


def appoint(client: TestClient, id: str, *, version: int = 0, **body: Any) -> Any:
    body = {"since": "2026-01-01"} | body
    return client.post(f"/api/v1/people/{id}/appoint", json=body, headers={"If-Match": f'"{version}"'})


def test_somebody_is_added_given_a_part_and_relieved(client: TestClient, ola: dict[str, Any], cluster: str) -> None:
    url = f"/api/v1/people/{ola['id']}"
    assert ola == {
        "id": ola["id"],
        "version": 0,
        "url": url,
        "name": "Ola Nordmann",
        "email": "ola@example.org",
        "appointments": [],
        "account": "none",
    }
    answer = appoint(client, ola["id"], role="cluster-manager", of=cluster, reason="He knows it best.")
    held = {"role": "cluster-manager", "of": cluster, "since": "2026-01-01", "until": None}
    assert ok(answer) == ola | {"version": 1, "appointments": [held]}
    assert answer.headers["etag"] == '"1"'
    got = client.get(url)
    assert (ok(got), got.headers["etag"]) == (answer.json(), '"1"')
    managers = ok(client.get(f"/api/v1/clusters/{cluster}"))["managers"]
    assert managers == [{"value": ola["id"], "since": "2026-01-01", "until": None}]
    body = {"role": "cluster-manager", "of": cluster, "until": "2026-06"}
    left = ok(client.post(f"{url}/stand-down", json=body, headers={"If-Match": '"1"'}))
    assert left == ola | {"version": 2, "appointments": [held | {"until": "2026-06"}]}


def test_the_register_is_listed_by_name_and_searched(client: TestClient, ola: dict[str, Any], cast: Cast) -> None:
    for name in ("Åse Ås", "åsmund Aas"):
        ok(client.post("/api/v1/people", json={"name": name}), 201)
    names = [[p["name"] for p in ok(client.get("/api/v1/people", params=q))["items"]] for q in (
        {}, {"name": "ås"}, {"name": "AAS Å"}, {"name": "zzz"}, {"limit": 2}, {"limit": 2, "offset": 2},
    )]  # fmt: skip
    assert names == [
        ["Kari Programstab", "Ola Nordmann", "Sven Stranger", "Åse Ås", "åsmund Aas"],
        ["Åse Ås", "åsmund Aas"],
        ["åsmund Aas"],
        [],
        ["Kari Programstab", "Ola Nordmann"],
        ["Sven Stranger", "Åse Ås"],
    ]
    nexts = [ok(client.get("/api/v1/people", params={"limit": 2, "offset": o}))["next"] for o in (0, 2, 4)]
    assert nexts == [2, 4, None]


def test_the_latest_version_is_wanted_and_a_key_is_answered_once(client: TestClient, ola: dict[str, Any]) -> None:
    assert refusal(appoint(client, ola["id"], version=1, role="auditor")) == (412, "stale")
    url, body = f"/api/v1/people/{ola['id']}/appoint", {"role": "auditor", "since": "2026"}
    assert refusal(client.post(url, json=body)) == (428, "version-wanted")
    headers = {"If-Match": '"0"', "Idempotency-Key": "once"}
    first = client.post(url, json=body, headers=headers)
    ok(appoint(client, ola["id"], version=1, role="administrator"))
    again = client.post(url, json=body, headers=headers)
    assert (again.status_code, again.content, again.headers["etag"]) == (200, first.content, '"1"')


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"role": "king"}, (422, "invalid")),
        ({"role": "cluster-manager"}, (422, "invalid")),
        ({"role": "cluster-manager", "of": str(uuid4())}, (422, "invalid")),
        ({"role": "auditor", "of": str(uuid4())}, (422, "invalid")),
        ({"role": "auditor", "since": "soon"}, (422, "invalid")),
        ({"role": "auditor", "since": "2026", "nonsense": 1}, (422, "invalid")),
    ],
)
def test_unfit_parts(client: TestClient, system: System, ola: Any, body: Any, wanted: tuple[int, str]) -> None:
    before = system.store.position
    assert refusal(appoint(client, ola["id"], **body)) == wanted
    assert system.store.position == before


def test_a_manager_gives_parts_in_the_cluster_and_is_told_no_more_than_that(
    client: TestClient, cast: Cast, ola: dict[str, Any], cluster: str, others: dict[str, Viewer]
) -> None:
    """They do not read the register: neither the address, nor other parts, nor which version is the latest."""
    ok(appoint(client, ola["id"], role="auditor"))
    cast.now = others["manager"]
    answer = ok(appoint(client, ola["id"], version=77, role="cluster-contributor", of=cluster))
    held = {"role": "cluster-contributor", "of": cluster, "since": "2026-01-01", "until": None}
    assert answer == ola | {"version": 2, "email": None, "appointments": [held]}
    assert refusal(client.get(f"/api/v1/people/{ola['id']}")) == (404, "not-found")
    assert refusal(client.get("/api/v1/people")) == (403, "not-allowed")
    assert refusal(client.post(f"/api/v1/people/{ola['id']}/invite")) == (404, "not-found")


WHO = ("visitor", "nobody", "manager", "staff", "auditor", "administrator")
STEPS: dict[str, dict[str, Any]] = {
    "appoint": {"role": "auditor", "since": "2026"},
    "stand-down": {"role": "auditor", "until": "2026"},
    "invite": {},
    "suspend": {"reason": "x"},
    "restore": {"reason": "x"},
}


def test_what_is_refused_is_refused_the_same_whether_or_not_there_is_somebody(
    client: TestClient, cast: Cast, system: System, ola: dict[str, Any], others: dict[str, Viewer]
) -> None:
    told: dict[str, set[tuple[int, str]]] = {}
    bodies: dict[str, set[bytes]] = {}
    before = system.store.position
    for name in WHO[:-1]:
        cast.now = others[name]
        urls = [(step, f"/api/v1/people/{id}/{step}") for step in STEPS for id in (ola["id"], str(uuid4()))]
        answers = [client.post(url, json=STEPS[step], headers={"If-Match": '"0"'}) for step, url in urls]
        told[name], bodies[name] = {refusal(a) for a in answers}, {a.content for a in answers}
    hidden, denied = {(404, "not-found")}, {(403, "not-allowed")}
    assert told == {**dict.fromkeys(("visitor", "nobody", "manager"), hidden), "staff": denied, "auditor": denied}
    assert [len(bodies[name]) for name in ("visitor", "nobody", "manager")] == [1, 1, 1]
    events = [row.topic for row in system.store.read(before, 1_000)]
    assert set(events) == {"access.denied"}


def test_an_invitation_is_a_link_that_is_shown_once(client: TestClient, system: System, ola: dict[str, Any]) -> None:
    first, second = (ok(client.post(f"/api/v1/people/{ola['id']}/invite")) for _ in range(2))
    assert second["link"] == f"http://testserver/invitation?token={second['token']}"
    assert ok(client.get(f"/api/v1/people/{ola['id']}"))["account"] == "none"
    assert [client.get(one["link"].removeprefix("http://testserver")).status_code for one in (first, second)] == [
        404,
        200,
    ]


def test_suspended_and_restored(client: TestClient, ola: dict[str, Any]) -> None:
    url = f"/api/v1/people/{ola['id']}"
    assert refusal(client.post(f"{url}/restore", json={"reason": "x"})) == (409, "wrong-state")
    answer = client.post(f"{url}/suspend", json={"reason": "Gone."})
    assert (ok(answer), answer.headers["etag"]) == (ola | {"account": "suspended"}, '"0"')
    assert refusal(client.post(f"{url}/suspend", json={"reason": "x"})) == (409, "wrong-state")
    assert refusal(client.post(f"{url}/invite")) == (409, "wrong-state")
    assert ok(client.post(f"{url}/restore", json={"reason": "Back."})) == ola | {"account": "open"}


@pytest.mark.parametrize("step", ["suspend", "restore"])
@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"reason": " "}', b'{"reason": "x", "more": 1}', b"[]", b'{"reason": 1}']
)
def test_suspending_wants_a_reason(client: TestClient, system: System, ola: Any, step: str, body: bytes) -> None:
    before = system.store.position
    headers = {"Content-Type": "application/json"}
    answer = client.post(f"/api/v1/people/{ola['id']}/{step}", content=body, headers=headers)
    assert refusal(answer) == (422, "invalid")
    assert system.store.position == before


def test_everybody_reads_their_own_line(client: TestClient, cast: Cast) -> None:
    cast.now = cast.stranger
    assert ok(client.get(f"/api/v1/people/{cast.stranger.person}"))["name"] == "Sven Stranger"
    assert refusal(client.get(f"/api/v1/people/{cast.staff.person}")) == (404, "not-found")
