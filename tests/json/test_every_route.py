"""What every route refuses, walked from the app's own description: a route added without a line here fails."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.access.entrance import Entrance
from api.app import create_app
from api.usecases.process_steps import STEPS as STEPS_OF_PROCESSES
from api.wiring import System

Body = dict[str, Any]
STEPS: dict[str, tuple[str, Body, tuple[int, str] | None]] = {
    # In order, on the same things: what the step works on, what is sent, and how the same step is refused when it comes
    # once more; None: it changes nothing.
    "lessons/{id}/submit": ("lesson", {"reason": "ready"}, (409, "wrong-state")),
    "lessons/{id}/return": ("lesson", {"reason": "Say when."}, (409, "wrong-state")),
    "lessons/{id}/publish": ("submitted", {}, (409, "wrong-state")),
    "lessons/{id}/consent": ("published", {"case": "case", "fields": ["title"]}, None),
    "lessons/{id}/supersede": ("submitted", {"by": "published"}, (409, "wrong-state")),
    "lessons/{id}/withdraw": ("published", {"reason": "No longer true."}, (409, "wrong-state")),
    "cases/{id}/publish": ("case", {}, (409, "wrong-state")),
    "cases/{id}/withdraw": ("case", {"reason": "Replaced."}, (409, "wrong-state")),
    "clusters/{id}/rename": ("cluster", {"name": "NCE Eyde", "on": "2015"}, None),
    "clusters/{id}/admit": ("cluster", {"programme": "arena", "on": "2007"}, (409, "wrong-state")),
    "clusters/{id}/graduate": ("cluster", {"programme": "arena", "to": "nce", "on": "2015"}, (404, "not-found")),
    "clusters/{id}/end": ("cluster", {"programme": "nce", "on": "2025"}, (404, "not-found")),
    "clusters/{id}/appoint": ("cluster", {"person": "ola", "on": "2015"}, (409, "wrong-state")),
    "clusters/{id}/stand-down": ("cluster", {"person": "ola", "on": "2020"}, (404, "not-found")),
    "clusters/{id}/hand-over": ("cluster", {"to": "ola", "on": "2022"}, None),
    "clusters/{id}/join": ("cluster", {"name": "Elkem", "kind": "company"}, (409, "wrong-state")),
    "clusters/{id}/leave": ("cluster", {"name": "Elkem"}, (404, "not-found")),
    "programmes/{id}/close": ("arena", {"on": "2025"}, (409, "wrong-state")),
    "programmes/{id}/set-thresholds": ("nce", {"committed": 5}, None),
    "thesaurus/{id}/retire": ("concept", {"reason": "Nobody says so."}, (409, "wrong-state")),
    "thesaurus/{id}/restore": ("concept", {"reason": "They do."}, (409, "wrong-state")),
    "people/{id}/appoint": ("per", {"role": "auditor", "since": "2020"}, (409, "wrong-state")),
    "people/{id}/stand-down": ("per", {"role": "auditor", "until": "2021"}, (404, "not-found")),
}
MADE: dict[str, Body] = {
    "lessons": {"title": {"en": "x"}, "lesson": {"en": "y"}, "source": {"url": "https://example.org"}},
    "cases": {"title": {"en": "x"}},
    "clusters": {"name": "x"},
    "programmes": {"code": "x", "name": {"en": "x"}, "owner": "x"},
    "people": {"name": "x"},
    "thesaurus": {"id": "quux", "preferred": {"en": "quux", "nb": "kvuks"}},
}
CHANGED = {
    "lessons/{id}": "lesson",
    "cases/{id}": "case",
    "clusters/{id}": "cluster",
    "programmes/{id}": "arena",
    "thesaurus/{id}": "concept",
}
EVENTS = ("events", "events/counts", "events.csv", "events.jsonl")
AUDIT = {
    *(("GET", f"audit/{path}") for path in ("state", "checkpoint", "consistency", "proof/{event}")),
    ("POST", "audit/cosignatures"),
}
"""See test_audit."""
READ = {f"{kind}{tail}" for kind in CHANGED for tail in ("", "/history")} | {
    "people/{id}",
    "clusters/{id}/invitations",
    "lessons/{id}/similar",
    "cases/{id}/similar",
}
BESIDE = {
    *(("POST", f"people/{{id}}/{step}") for step in ("invite", "suspend", "restore", "forget")),
    *(("POST", f"{kind}/{{id}}/break-glass") for kind in ("lessons", "cases", "processes", "adaptations")),
    *(("POST", f"{kind}/{{id}}/redact") for kind in ("lessons", "cases", "processes", "adaptations")),
    *(("POST", f"{kind}/{{id}}/redact") for kind in ("clusters", "programmes")),
    *(("POST", f"clusters/{{id}}/invitations{tail}") for tail in ("", "/close")),
}
"""What is no change of a thing: without a version, and not to be repeated with a key."""
OF_PROCESSES = {
    *("processes", "processes/{id}", "processes/{id}/history", "processes/{id}/lessons", "processes/{id}/export"),
    *("adaptations", "adaptations/{id}", "adaptations/{id}/history"),
    *("lessons/{id}/adaptations", "lessons/{id}/provenance"),
}
OF_PROCESSES_CHANGED = {
    *(("POST", path) for path in ("processes", "processes/{id}/draft-case", "processes/{id}/draft-lesson")),
    *(("POST", f"processes/{{id}}/{step.name}") for step in STEPS_OF_PROCESSES),
    *(("POST", path) for path in ("adaptations", "adaptations/{id}/rate", "adaptations/{id}/withdraw")),
    ("PATCH", "adaptations/{id}"),
}
"""Walked in test_processes, test_process_evidence and test_adaptations."""
OWN = {
    *(("GET", path) for path in ("me", "me/data", "me/tokens")),
    *(("POST", path) for path in ("me/erasure", "me/tokens")),
    *(("DELETE", path) for path in ("me/sessions", "me/tokens/{id}")),
    *(("GET", "me/searches"), ("POST", "me/searches"), ("PATCH", "me/searches/{id}"), ("DELETE", "me/searches/{id}")),
}
"""Of whoever calls: see test_me and test_kept."""
UNFIT: list[tuple[bytes, tuple[int, str]]] = [
    (b"{", (400, "not-json")),
    (b'{"a": "\xff"}', (400, "http-400")),
    (b'{"nonsense": 1}', (422, "invalid")),
    (b'{"reason": NaN}', (422, "invalid")),
    (b"[1]", (422, "invalid")),
]


def operations() -> set[tuple[str, str]]:
    described: dict[str, Any] = create_app(None, entrance=Entrance(lambda: None)).openapi()["paths"]  # pyright: ignore[reportArgumentType]
    return {
        (method.upper(), path.removeprefix("/api/v1/"))
        for path, methods in described.items()
        for method in methods
        if path.startswith("/api/")
    }


def test_every_route_has_its_line() -> None:
    here = {("POST", s) for s in (*STEPS, *MADE)} | {("PATCH", s) for s in CHANGED} | {("GET", s) for s in READ}
    lists = {("GET", s) for s in (*MADE, "search", "suggest", *EVENTS, "missing", *OF_PROCESSES)}
    assert operations() == here | lists | AUDIT | BESIDE | OWN | OF_PROCESSES_CHANGED


Send = Callable[..., Any]


@pytest.fixture
def send(client: TestClient, draft: Any, published: Any) -> Send:
    """`send("POST", "lessons/{id}/submit", body)` on the thing the route works on, at its version unless told."""

    def made(kind: str, **body: Any) -> Body:
        answer = client.post(f"/api/v1/{kind}", json=MADE[kind] | body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    story = {"summary": {"en": "y"}, "body": {"en": "z"}}
    things = {
        "lesson": draft(),
        "submitted": draft(),
        "published": published(),
        "case": made("cases", **story),
        "per": made("people", name="Per"),
        "arena": made("programmes", code="Arena"),
        "nce": made("programmes", code="NCE"),
        "cluster": made("clusters", name="Arena Eyde"),
        "ola": made("people", name="Ola"),
        "concept": made("thesaurus"),
    }
    named = {"lessons": [things["published"]["id"]]}
    things["case"] = client.patch(
        f"/api/v1/cases/{things['case']['id']}", json=named, headers={"If-Match": '"1"'}
    ).json()
    path = f"/api/v1/lessons/{things['submitted']['id']}/submit"
    things["submitted"] = client.post(path, headers={"If-Match": '"1"'}).json()

    def send(method: str, route: str, body: Body | bytes, *, id: str = "", **headers: str) -> Any:
        on = things[STEPS[route][0] if route in STEPS else CHANGED[route]] if "{id}" in route else {}
        if not isinstance(body, bytes):
            filled = {k: things[v]["id"] if isinstance(v, str) and v in things else v for k, v in body.items()}
            body = json.dumps(filled).encode()
        named = {"Content-Type": "application/json"} | ({"If-Match": f'"{on["version"]}"'} if on else {})
        named |= {k.replace("_", "-"): v for k, v in headers.items()}
        path = route.replace("{id}", id or on.get("id", ""))
        answer = client.request(method, f"/api/v1/{path}", content=body, headers=named)
        if answer.status_code == 200:
            on["version"] = answer.json()["version"]
        return answer

    return send


def refusal(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("urn:laerdom:problem:")


CHANGES: list[tuple[str, str, Body]] = [("POST", s, body) for s, (_, body, _) in STEPS.items()] + [
    ("PATCH", s, {"reason": "x"}) for s in CHANGED
]


MISFIT: list[tuple[dict[str, str], tuple[int, str]]] = [
    ({"id": str(uuid4())}, (404, "not-found")),
    ({"id": "nonsense"}, (404, "not-found")),
    ({"If_Match": ""}, (422, "invalid")),
    ({"If_Match": "latest"}, (422, "invalid")),
    ({"If_Match": '"99"'}, (412, "stale")),
]


def test_a_change_wants_an_id_that_exists_and_the_latest_version(send: Send, system: System) -> None:
    before = system.store.position
    told = {(m, r): [refusal(send(m, r, body, **given)) for given, _ in MISFIT] for m, r, body in CHANGES}
    assert told == {(m, r): [wanted for _, wanted in MISFIT] for m, r, _ in CHANGES}
    assert system.store.position == before


def test_a_change_wants_a_version(client: TestClient) -> None:
    def unversioned(method: str, route: str, body: Body) -> tuple[int, str]:
        filled = {k: str(uuid4()) if k in ("by", "programme", "to", "case") else v for k, v in body.items()}
        return refusal(client.request(method, f"/api/v1/{route}".replace("{id}", str(uuid4())), json=filled))

    told = {(m, r): unversioned(m, r, body) for m, r, body in CHANGES}
    assert told == {(m, r): (428, "version-wanted") for m, r, _ in CHANGES}


@pytest.mark.parametrize("route", sorted(READ))
def test_what_is_not_there_is_404(client: TestClient, route: str) -> None:
    answers = [client.get(f"/api/v1/{route}".replace("{id}", id)) for id in (str(uuid4()), "nonsense", "%00", "%FF")]
    assert [refusal(a) for a in answers] == [(404, "not-found")] * 4
    assert len({a.content for a in answers}) == 1


def test_unfit_bodies(send: Send, system: System) -> None:
    routes = [(m, r) for m, r, _ in CHANGES] + [("POST", r) for r in MADE]
    before = system.store.position
    told = {(m, r): [refusal(send(m, r, body)) for body, _ in UNFIT] for m, r in routes}
    assert told == {(m, r): [wanted for _, wanted in UNFIT] for m, r in routes}
    assert system.store.position == before


def test_a_step_repeated_with_its_key_is_one_and_without_is_refused(send: Send, system: System) -> None:
    for number, (route, (_, body, wanted)) in enumerate(STEPS.items()):
        key = f"k-{number}"
        first = send("POST", route, body, Idempotency_Key=key)
        assert first.status_code == 200, (route, first.text)
        position = system.store.position
        again = send("POST", route, body, Idempotency_Key=key)
        assert (again.status_code, again.content, again.headers["etag"]) == (200, first.content, first.headers["etag"])
        assert refusal(send("POST", route, {"reason": "another"}, Idempotency_Key=key)) == (422, "key-reused")
        repeated = send("POST", route, body)
        assert (route, refusal(repeated) if wanted else repeated.content) == (route, wanted or first.content)
        assert system.store.position == position


TAKEN = {"clusters", "programmes", "thesaurus"}


@pytest.mark.parametrize("kind", sorted(MADE))
def test_what_is_made_twice_with_one_key_is_one(client: TestClient, system: System, kind: str) -> None:
    def make(body: Body, **headers: str) -> Any:
        return client.post(f"/api/v1/{kind}", json=body, headers=headers)

    key = {"Idempotency-Key": "k"}
    first, again = (make(MADE[kind], **key) for _ in range(2))
    assert first.status_code == 201, first.text
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert refusal(make({"name": "another"}, **key)) == (422, "key-reused")
    position = system.store.position
    without = make(MADE[kind])
    if kind in TAKEN:
        assert (refusal(without), system.store.position) == ((409, "name-taken"), position)
    else:
        assert (without.status_code, without.json()["id"] == first.json()["id"]) == (201, False)


def test_other_methods_are_405(client: TestClient) -> None:
    paths = {path for _, path in operations()}
    told = {p: refusal(client.put(f"/api/v1/{p}".replace("{id}", str(uuid4())))) for p in paths}
    assert told == dict.fromkeys(paths, (405, "http-405"))
