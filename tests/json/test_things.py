"""Clusters, cases, programmes and people through JSON; repeated requests; the door."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.json.search import FoundShape
from api.wiring import System


def ok(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    return answer.json()


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:laerdom:problem:")


def test_a_cluster_moves_from_programme_to_programme_and_keeps_its_dates(client: TestClient) -> None:
    arena, nce = (
        ok(client.post("/api/v1/programmes", json={"code": c, "name": {"en": c}, "owner": "Innovation Norway"}), 201)[
            "id"
        ]
        for c in ("Arena", "NCE")
    )
    cluster = ok(client.post("/api/v1/clusters", json={"name": "Arena Eyde", "county": "Agder"}), 201)
    path = f"/api/v1/clusters/{cluster['id']}"
    steps: list[tuple[str, dict[str, Any]]] = [
        ("admit", {"programme": arena, "on": "2007"}),
        ("graduate", {"programme": arena, "to": nce, "on": "2015"}),
        ("rename", {"name": "NCE Eyde", "on": "2015"}),
        ("join", {"name": "Elkem", "kind": "company"}),
        ("end", {"programme": nce, "on": "2025", "reason": "The programme ended."}),
    ]
    for version, (step, body) in enumerate(steps, start=1):
        cluster = ok(client.post(f"{path}/{step}", json=body, headers={"If-Match": f'"{version}"'}))
    assert cluster["names"] == [
        {"value": "Arena Eyde", "since": None, "until": "2015"},
        {"value": "NCE Eyde", "since": "2015", "until": None},
    ]
    assert cluster["memberships"] == [
        {"programme": arena, "admitted": "2007", "ended": "2015", "graduated_to": nce},
        {"programme": nce, "admitted": "2015", "ended": "2025", "graduated_to": None},
    ]
    assert cluster["members"] == [{"name": "Elkem", "kind": "company"}]
    found = client.get("/api/v1/search", params={"q": "eyde", "kind": "cluster"}).json()
    assert [h["title"] for h in found["hits"]] == ["NCE Eyde"]


def test_a_name_is_borne_by_one_cluster_at_a_time(client: TestClient) -> None:
    first = ok(client.post("/api/v1/clusters", json={"name": "Legasea"}), 201)
    assert code(client.post("/api/v1/clusters", json={"name": "  LEGASEA "})) == (409, "name-taken")
    ok(client.post("/api/v1/clusters", json={"name": "Legasea", "country": "SE"}), 201)
    path = f"/api/v1/clusters/{first['id']}/rename"
    ok(client.post(path, json={"name": "Legasea Biomarine"}, headers={"If-Match": '"1"'}))
    ok(client.post("/api/v1/clusters", json={"name": "Legasea"}), 201)


def test_managers_are_people_of_the_register(client: TestClient, cluster: str) -> None:
    kari = ok(client.post("/api/v1/people", json={"name": "Kari Nordmann", "email": "kari@example.org"}), 201)
    assert ok(client.get(f"/api/v1/people/{kari['id']}")) == kari
    path = f"/api/v1/clusters/{cluster}"
    stranger = client.post(path + "/appoint", json={"person": "nobody", "on": "2020"}, headers={"If-Match": '"1"'})
    assert code(stranger) == (422, "invalid")
    appointed = ok(
        client.post(path + "/appoint", json={"person": kari["id"], "on": "2020"}, headers={"If-Match": '"1"'})
    )
    assert appointed["managers"] == [{"value": kari["id"], "since": "2020", "until": None}]
    backwards = client.post(
        path + "/stand-down", json={"person": kari["id"], "on": "2019"}, headers={"If-Match": '"2"'}
    )
    assert code(backwards) == (422, "invalid")
    left = ok(
        client.post(path + "/stand-down", json={"person": kari["id"], "on": "2024-03"}, headers={"If-Match": '"2"'})
    )
    assert left["managers"] == [{"value": kari["id"], "since": "2020", "until": "2024-03"}]


def test_a_case_is_published_found_revised_and_withdrawn(client: TestClient, published: Any, cluster: str) -> None:
    lesson = published()
    case = ok(
        client.post(
            "/api/v1/cases",
            json={
                "title": {"en": "Foresight in Halden"},
                "summary": {"en": "Four gatherings."},
                "body": {"en": "## How\n\nOne *pre-meeting*."},
                "lessons": [lesson["id"]],
                "clusters": [cluster],
                "visibility": "public",
            },
        ),
        201,
    )
    path = f"/api/v1/cases/{case['id']}"
    ok(client.post(path + "/publish", headers={"If-Match": '"1"'}))
    hits = client.get("/api/v1/search", params={"q": "gatherings", "kind": "case"}).json()["hits"]
    assert [(h["id"], h["snippet"]) for h in hits] == [
        (case["id"], "Four <mark>gatherings</mark>.\nHow\nOne pre-meeting.")
    ]
    ok(client.patch(path, json={"summary": {"en": "Five meetings."}}, headers={"If-Match": '"2"'}))
    ok(client.post(path + "/publish", headers={"If-Match": '"3"'}))
    assert client.get("/api/v1/search", params={"q": "five"}).json()["total"] == 1
    ok(client.post(path + "/withdraw", json={"reason": "Replaced."}, headers={"If-Match": '"4"'}))
    assert client.get("/api/v1/search", params={"q": "five"}).json()["total"] == 0


CASE_REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"visibility": "own-cluster"}, "visibility"),
    ({"clusters": [str(uuid4())]}, "clusters"),
    ({"lessons": [str(uuid4())]}, "lessons"),
    ({"contact": "nobody"}, "contact"),
    ({"body": {"en": "x" * 20_001}}, "body.en"),
]


@pytest.mark.parametrize(("fields", "field"), CASE_REFUSALS)
def test_case_refusals(client: TestClient, system: System, fields: dict[str, Any], field: str) -> None:
    answer = client.post("/api/v1/cases", json={"title": {"en": "x"}} | fields)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, [field])
    assert system.store.position == 0


def test_a_repeated_request_is_carried_out_once_and_answered_the_same(client: TestClient, system: System) -> None:
    body = {"title": {"en": "Once"}, "lesson": {"en": "x"}, "source": {"url": "https://example.org"}}
    headers = {"Idempotency-Key": "k-1"}
    first = client.post("/api/v1/lessons", json=body, headers=headers)
    position = system.store.position
    again = client.post("/api/v1/lessons", json=body, headers=headers)
    assert (again.status_code, again.content, again.headers["etag"], again.headers["location"]) == (
        201,
        first.content,
        first.headers["etag"],
        first.headers["location"],
    )
    other = client.post("/api/v1/lessons", json=body | {"lesson": {"en": "y"}}, headers=headers)
    assert code(other) == (422, "key-reused")
    assert code(client.post("/api/v1/lessons", json=body, headers={"Idempotency-Key": "a b"})) == (422, "invalid")
    assert system.store.position == position


def test_a_repeated_step_is_answered_as_it_was_then(client: TestClient, draft: Any) -> None:
    lesson = draft()
    path = f"/api/v1/lessons/{lesson['id']}"
    headers = {"If-Match": '"1"', "Idempotency-Key": "submit-1"}
    first = client.post(path + "/submit", headers=headers)
    client.post(path + "/publish", headers={"If-Match": '"2"'})
    again = client.post(path + "/submit", headers=headers)
    assert (again.status_code, again.content) == (200, first.content)


def test_fifty_at_once_with_one_key_are_one(client: TestClient, system: System) -> None:
    body = {"title": {"en": "Once"}, "lesson": {"en": "x"}, "source": {"url": "https://example.org"}}

    def send(_: int) -> tuple[int, bytes]:
        answer = client.post("/api/v1/lessons", json=body, headers={"Idempotency-Key": "k-50"})
        return answer.status_code, answer.content

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(send, range(50)))
    assert [status for status, _ in answers] == [201]
    assert system.store.position == 1


def test_fifty_edits_of_one_version_are_one_edit(client: TestClient, draft: Any) -> None:
    lesson = draft()

    def send(n: int) -> int:
        body = {"title": {"en": f"Title {n}"}}
        return client.patch(f"/api/v1/lessons/{lesson['id']}", json=body, headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = sorted(pool.map(send, range(50)))
    assert (statuses[0], statuses.count(200)) == (200, 1)
    assert set(statuses[1:]) <= {409, 412}


def test_a_person_added_twice_with_one_key_is_one(client: TestClient) -> None:
    headers = {"Idempotency-Key": "p"}
    first, again = (ok(client.post("/api/v1/people", json={"name": "Ola"}, headers=headers), 201) for _ in range(2))
    assert first == again
    assert code(client.post("/api/v1/people", json={"name": "Per"}, headers=headers)) == (422, "key-reused")


PERSON_REFUSALS: list[tuple[bytes, tuple[int, str]]] = [
    (b'{"name": "x", "email": "a\\u0000@b"}', (422, "invalid")),
    (b'{"name": "x", "email": "nowhere"}', (422, "invalid")),
    (b'{"name": "x", "email": "' + b"x" * 300 + b'@b"}', (422, "invalid")),
    (b'{"name": "a\\nb"}', (422, "invalid")),
    (b'{"name": "x", "name": "y"}', (400, "not-json")),
]


@pytest.mark.parametrize(("body", "refusal"), PERSON_REFUSALS)
def test_person_refusals(client: TestClient, body: bytes, refusal: tuple[int, str]) -> None:
    answer = client.post("/api/v1/people", content=body, headers={"Content-Type": "application/json"})
    assert code(answer) == refusal


SEARCH_REFUSALS = [
    ("limit=101", "limit"),
    ("limit=x", "limit"),
    ("sort=best", "sort"),
    ("as_of=yesterday", "as_of"),
    ("as_of=2011-02-30", "as_of"),
    ("as_of=9999-12-31T23:59:59-05:00", "as_of"),
    ("as_of=2011-05-30T12:00:00", "as_of"),
    ("cursor=zzz", "cursor"),
    ("year_from=soon", "year_from"),
    ("nonsense=1", "nonsense"),
    ("q=" + "x" * 10_001, "q"),
]


@pytest.mark.parametrize(("query", "field"), SEARCH_REFUSALS)
def test_search_refusals(client: TestClient, query: str, field: str) -> None:
    answer = client.get(f"/api/v1/search?{query}")
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, [field])


def test_pages_of_a_search_see_one_instant(client: TestClient, published: Any) -> None:
    ids = {published(title={"en": f"Trust {n}"})["id"] for n in range(5)}
    first = client.get("/api/v1/search", params={"q": "trust", "limit": 3}).json()
    published(title={"en": "Trust again"})
    second = client.get("/api/v1/search", params={"q": "trust", "limit": 3, "cursor": first["next"]}).json()
    assert {h["id"] for h in first["hits"] + second["hits"]} == ids
    assert second["next"] is None


def test_a_cluster_facet_tells_names(client: TestClient, published: Any, cluster: str) -> None:
    published()
    found = client.get("/api/v1/search", params={"kind": "lesson"}).json()
    assert found["facets"]["cluster"] == [{"value": cluster, "label": "NCE Smart Energy Markets", "count": 1}]
    assert found["hits"][0]["cluster"] == {"id": cluster, "name": "NCE Smart Energy Markets"}


def test_the_example_of_an_answer_has_what_answers_have(client: TestClient, published: Any) -> None:
    published()
    shape = client.get("/openapi.json").json()["components"]["schemas"]["FoundShape"]
    example, answer = shape["examples"][0], client.get("/api/v1/search").json()
    FoundShape.model_validate(example)
    assert (set(example), set(example["facets"])) == (set(answer), set(answer["facets"]))
    assert set(example["hits"][0]) == set(answer["hits"][0])


def test_every_answer_passes_the_door(client: TestClient) -> None:
    for path in ("/health/live", "/api/v1/lessons/x", "/nowhere", "/openapi.json"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-request-id"]


CROSS_SITE: list[tuple[dict[str, str], tuple[int, str]]] = [
    ({"Origin": "https://evil.example"}, (403, "cross-site")),
    ({"Origin": "null"}, (403, "cross-site")),
    ({"Sec-Fetch-Site": "cross-site"}, (403, "cross-site")),
    ({"Sec-Fetch-Site": "same-site"}, (403, "cross-site")),
    ({"Host": "evil.example"}, (421, "wrong-host")),
]


@pytest.mark.parametrize(("headers", "refusal"), CROSS_SITE)
def test_changes_from_elsewhere_are_refused(
    client: TestClient, system: System, headers: dict[str, str], refusal: tuple[int, str]
) -> None:
    answer = client.post("/api/v1/clusters", json={"name": "x"}, headers=headers)
    assert code(answer) == refusal
    assert system.store.position == 0


def test_openapi_names_every_route_with_its_answers_and_problems(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    operations = [(p, m, o) for p, path in document["paths"].items() for m, o in path.items() if p.startswith("/api/")]
    assert len(operations) >= 35
    assert [(p, m) for p, m, o in operations if "4XX" not in o["responses"]] == []
    undescribed = [
        (p, m)
        for p, m, o in operations
        if not any(
            s == "204" or (s.startswith("2") and all("schema" in c for c in a["content"].values()))
            for s, a in o["responses"].items()
            if s == "204" or "content" in a
        )
    ]
    assert undescribed == []


BESIDE = (
    *("/invite", "/suspend", "/restore", "/forget", "/redact", "/break-glass", "/invitations", "/invitations/close"),
    "/audit/cosignatures",
)
"""Changes of no thing at a version: they answer none."""


def test_openapi_leaves_nothing_empty(client: TestClient) -> None:
    """Every operation says what it does, every answer what it is; bodies have examples, headers and paths a word."""
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    empty: list[tuple[str, str, str]] = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lacking = ["description"] * (not operation.get("description"))
            for status, answer in operation["responses"].items():
                lacking += [status] * (not answer.get("description"))
            for parameter in operation.get("parameters", ()):
                if parameter["in"] != "query":
                    lacking += [parameter["name"]] * (not parameter.get("description"))
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            if body:
                of = next(s for s in (body, *body.get("anyOf", ())) if "$ref" in s or "examples" in s)
                named = schemas.get(of.get("$ref", "").rpartition("/")[2], {})
                lacking += ["example"] * (not (of.get("examples") or named.get("examples")))
            empty += [(method, path, what) for what in lacking]
    assert empty == []
    posts = [o for p, m in document["paths"].items() if p.startswith("/api/") for o in [m.get("post")] if o]
    keyed = [[p["name"].lower() for p in o["parameters"]].count("idempotency-key") for o in posts]
    assert keyed == [1] * len(posts)
    of_things = {
        p: m for p, m in document["paths"].items() if not p.startswith("/api/v1/me") and not p.endswith(BESIDE)
    }
    changes = [o for m in of_things.values() for k, o in m.items() if k in ("post", "patch")]
    answers = {o["operationId"]: next(a for s, a in o["responses"].items() if s < "3") for o in changes}
    assert [o for o, a in answers.items() if "ETag" not in a.get("headers", {})] == []
