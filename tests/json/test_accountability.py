"""The auditor's desk, broken glass, consent and handing over, through JSON."""

from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.usecases.looking import viewer_of
from api.usecases.persons import appoint
from api.wiring import System
from domain.acting import acting
from domain.person import Part, Role
from domain.viewer import ANYBODY, Viewer
from projections.event_log import OF_PEOPLE

Cast: TypeAlias = Any


def ok(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    return answer.json()


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:laerdom:problem:")


@pytest.fixture
def alan(system: System, cast: Cast) -> Viewer:
    """An administrator, and nothing besides."""
    id = system.people.add("Alan Administrator").id
    with acting(cast.staff.person):
        appoint(system, cast.staff, UUID(id), Part(Role.ADMINISTRATOR), "2026-01-01", "He runs it.")
    return Viewer(id, administrator=True)


def now(system: System, viewer: Viewer) -> Viewer:
    with acting(viewer.person):
        return viewer_of(system, viewer.person)


def another(client: TestClient) -> str:
    """A cluster that may adapt lessons of the first."""
    return ok(client.post("/api/v1/clusters", json={"name": "Arena Fiskeri"}), 201)["id"]


def test_an_administrator_opens_one_lesson_and_everybody_concerned_is_told(
    client: TestClient, system: System, cast: Cast, alan: Viewer, draft: Any
) -> None:
    lesson, other = draft(), draft()
    url = f"/api/v1/lessons/{lesson['id']}"
    cast.now = alan
    assert refusal(client.get(url)) == (404, "not-found")
    opened = ok(client.post(f"{url}/break-glass", json={"reason": "A complaint was made."}))
    assert opened["thing"] == lesson["id"]
    cast.now = now(system, alan)
    assert ok(client.get(url))["title"] == lesson["title"]
    assert refusal(client.get(f"/api/v1/lessons/{other['id']}")) == (404, "not-found")
    assert refusal(client.patch(url, json={"topics": []}, headers={"If-Match": '"1"'})) == (403, "not-allowed")
    assert refusal(client.post(f"{url}/break-glass", json={"reason": "x"})) == (409, "wrong-state")
    cast.now = replace(cast.stranger, auditor=True)
    [line] = ok(client.get("/api/v1/events", params={"topic": "person.glass-broken"}))["items"]
    assert line == {
        "position": line["position"],
        "at": line["at"],
        "topic": "person.glass-broken",
        "kind": "person",
        "aggregate": alan.person,
        "version": 2,
        "title": None,
        "url": None,
        "actor": alan.person,
        "actor_name": "Alan Administrator",
        "person": alan.person,
        "person_name": "Alan Administrator",
        "thing": lesson["id"],
        "clusters": [],
        "programmes": [],
        "reason": "A complaint was made.",
        "detail": {"until": opened["until"]},
        "request_id": line["request_id"],
        "changes": [],
    }


def test_what_a_process_says_is_opened_without_who_said_it_and_an_adaptation_with_its_lesson(
    client: TestClient, system: System, cast: Cast, alan: Viewer, cluster: str, published: Any
) -> None:
    process = ok(client.post("/api/v1/processes", json={"title": {"en": "Heat"}, "cluster": cluster}), 201)
    leader = {"organisation": "Halden Energi", "person": cast.stranger.person}
    url = f"/api/v1/processes/{process['id']}"
    ok(client.post(f"{url}/name-project-leader", json=leader, headers={"If-Match": '"1"'}))
    lesson = published(visibility="managers")
    new = {"lesson": lesson["id"], "cluster": another(client), "why": {"en": "We are fewer."}}
    adaptation = f"/api/v1/adaptations/{ok(client.post('/api/v1/adaptations', json=new), 201)['id']}"
    for one in (url, adaptation):
        cast.now = alan
        assert refusal(client.get(one)) == (404, "not-found")
        assert ok(client.post(f"{one}/break-glass", json={"reason": "A complaint."}))["thing"] == one.split("/")[-1]
    cast.now = now(system, alan)
    assert ok(client.get(url))["project_leader"] == {"organisation": "Halden Energi", "person": None}
    for tail in ("", "/history", "/export", "/lessons"):
        answer = client.get(url + tail)
        assert (answer.status_code, cast.stranger.person in answer.text) == (200, False)
    assert ok(client.get(adaptation))["why"]["en"] == "We are fewer."
    assert ok(client.get(f"/api/v1/lessons/{lesson['id']}"))["title"] == lesson["title"]
    cast.now = replace(cast.stranger, auditor=True)
    lines = ok(client.get("/api/v1/events", params={"topic": "person.glass-broken"}))["items"]
    things = [lesson["id"], adaptation.split("/")[-1], process["id"]]
    assert [(line["thing"], line["reason"]) for line in lines] == [(id, "A complaint.") for id in things]


@pytest.mark.parametrize("kind", ["lessons", "cases", "processes", "adaptations"])
def test_to_everybody_else_there_is_nothing_to_open(
    client: TestClient, system: System, cast: Cast, cluster: str, published: Any, kind: str
) -> None:
    """The same bytes for what is there, what is hidden and what is not there, whoever asks."""
    made = published()
    if kind != "lessons":
        new: dict[str, dict[str, Any]] = {
            "cases": {"title": {"en": "x"}},
            "processes": {"title": {"en": "x"}, "cluster": cluster},
            "adaptations": {"lesson": made["id"], "cluster": another(client), "why": {"en": "x"}},
        }
        made = ok(client.post(f"/api/v1/{kind}", json=new[kind]), 201)
    stranger = cast.stranger
    answers: set[bytes] = set()
    statuses: set[tuple[int, str]] = set()
    before = system.store.position
    for viewer in (
        Viewer(ANYBODY),
        stranger,
        replace(stranger, auditor=True),
        replace(stranger, staffs=frozenset({uuid4()})),
        replace(stranger, manages=frozenset({uuid4()})),
        replace(stranger, administrator=True, reads_only=True),
    ):
        cast.now = viewer
        for id in (made["id"], str(uuid4()), "nonsense"):
            answer = client.post(f"/api/v1/{kind}/{id}/break-glass", json={"reason": "Out of curiosity."})
            statuses.add(refusal(answer))
            answers.add(answer.content)
    assert (statuses, len(answers)) == ({(404, "not-found")}, 1)
    assert {row.topic for row in system.store.read(before, 1_000)} == {"access.denied"}


@pytest.mark.parametrize("body", [{}, {"reason": " "}, {"reason": "x" * 2_001}, {"reason": "x", "more": 1}])
def test_opening_wants_a_reason(
    client: TestClient, system: System, cast: Cast, alan: Viewer, draft: Any, body: Any
) -> None:
    lesson = draft()
    cast.now = alan
    before = system.store.position
    assert refusal(client.post(f"/api/v1/lessons/{lesson['id']}/break-glass", json=body)) == (422, "invalid")
    assert system.store.position == before


def test_the_desk_is_read_page_by_page(client: TestClient, system: System, cast: Cast, alan: Viewer) -> None:
    for reason in ("First.", "Second."):
        ok(client.post(f"/api/v1/people/{cast.stranger.person}/suspend", json={"reason": reason}))
        ok(client.post(f"/api/v1/people/{cast.stranger.person}/restore", json={"reason": reason}))
    assert system.projector.wait_for(system.store.position)
    cast.now = replace(cast.stranger, auditor=True)
    first = ok(client.get("/api/v1/events", params={"limit": 3, "kind": OF_PEOPLE}))
    second = ok(client.get("/api/v1/events", params={"limit": 3, "before": first["next"], "kind": OF_PEOPLE}))
    told = [(line["topic"], line["reason"]) for line in first["items"] + second["items"]]
    assert told == [
        ("access.restored", "Second."),
        ("access.suspended", "Second."),
        ("access.restored", "First."),
        ("access.suspended", "First."),
        ("person.appointed", "He runs it."),
    ]
    assert second["next"] is None
    [appointed] = ok(client.get("/api/v1/events", params={"person": alan.person}))["items"]
    assert (appointed["actor_name"], appointed["person_name"]) == ("Kari Programstab", "Alan Administrator")
    nothing: dict[str, Any] = {"items": [], "next": None, "more": False}
    assert ok(client.get("/api/v1/events", params={"topic": "nothing.known"})) == nothing


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "before=-1", "before=x", f"before={2**63}", "topic=" + "x" * 101, "kind=x"),
        *("aggregate=x", "cluster=x", "programme=x", "from=2026-13-01", "to=x", "order=x", "after=-1"),
    ],
)
def test_unfit_questions_to_the_desk(client: TestClient, query: str) -> None:
    assert refusal(client.get(f"/api/v1/events?{query}")) == (422, "invalid")


def test_nobody_else_reads_the_desk(client: TestClient, cast: Cast, alan: Viewer) -> None:
    told: list[tuple[int, str]] = []
    for viewer in (Viewer(ANYBODY), cast.stranger, alan, replace(cast.stranger, staffs=frozenset({uuid4()}))):
        cast.now = viewer
        told.append(refusal(client.get("/api/v1/events")))
    assert told == [(401, "sign-in"), *[(403, "not-allowed")] * 3]


def test_a_case_tells_what_was_consented_to_and_leads_nowhere(
    client: TestClient, cast: Cast, cluster: str, published: Any
) -> None:
    lesson, free = published(visibility="own-cluster", anonymous=True), published(visibility="public")
    body = {"title": {"en": "Halden"}, "summary": {"en": "x"}, "body": {"en": "y"}, "visibility": "public"}
    case = ok(client.post("/api/v1/cases", json=body | {"lessons": [lesson["id"], free["id"]]}), 201)
    url, steps = f"/api/v1/cases/{case['id']}", f"/api/v1/lessons/{lesson['id']}/consent"
    refused = client.post(f"{url}/publish", headers={"If-Match": '"1"'})
    assert refusal(refused) == (422, "not-ready")
    assert refused.json()["detail"] == (
        "These lessons are shared with fewer people than the case, or anonymously. Their owners have to consent first: "
        "«Recruit committed participants early»."
    )
    fields = {"case": case["id"], "fields": ["cluster", "title"]}
    agreed = client.post(steps, json=fields, headers={"If-Match": '"3"'})
    assert (ok(agreed)["version"], agreed.headers["etag"]) == (4, '"4"')
    ok(client.post(f"{url}/publish", headers={"If-Match": '"1"'}))
    told = {"lesson": lesson["id"], "fields": {"title": lesson["title"], "cluster": "NCE Smart Energy Markets"}}
    cast.now = Viewer(ANYBODY)
    answer = client.get(url)
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    assert ok(answer)["told"] == [told]
    assert ok(answer)["lessons"] == [lesson["id"], free["id"]]
    cast.now = replace(cast.stranger, contributes=frozenset({UUID(cluster)}))
    assert ok(client.get(url))["told"] == []
    cast.now = cast.staff
    ok(client.post(steps, json={"case": case["id"], "fields": []}, headers={"If-Match": '"4"'}))
    cast.now = Viewer(ANYBODY)
    assert (ok(client.get(url))["told"], ok(client.get(url))["lessons"]) == ([], [free["id"]])


def test_consent_says_how_widely_the_case_may_be_shared(client: TestClient, published: Any) -> None:
    lesson = published(visibility="own-cluster")
    body = {"title": {"en": "Halden"}, "summary": {"en": "x"}, "body": {"en": "y"}, "visibility": "public"}
    case = ok(client.post("/api/v1/cases", json=body | {"lessons": [lesson["id"]]}), 201)
    steps, answers = f"/api/v1/lessons/{lesson['id']}/consent", list[int]()
    for n, visibility in enumerate(("managers", "public"), start=3):
        sent = {"case": case["id"], "fields": ["title"], "visibility": visibility, "programmes": []}
        ok(client.post(steps, json=sent, headers={"If-Match": f'"{n}"'}))
        answers.append(client.post(f"/api/v1/cases/{case['id']}/publish", headers={"If-Match": '"1"'}).status_code)
    assert answers == [422, 200]
    entries = ok(client.get(f"/api/v1/lessons/{lesson['id']}/history"))["entries"]
    told = [change["after"] for entry in entries for change in entry["changes"] if change["field"] == "consents"]
    assert told == [f"{case['id']} managers: title", f"{case['id']} public: title"]


UNFIT_CONSENT: list[tuple[dict[str, Any], list[str]]] = [
    ({"fields": ["title"]}, ["case"]),
    ({"case": "x", "fields": ["title"]}, ["case"]),
    ({"case": str(uuid4()), "fields": ["title"]}, ["case"]),
    ({"case": str(uuid4()), "fields": ["owner"]}, ["fields.0"]),
    ({"case": str(uuid4()), "fields": ["title"] * 6}, ["fields"]),
    ({"case": str(uuid4())}, ["fields"]),
    ({"case": str(uuid4()), "fields": ["title"], "visibility": "nobody"}, ["visibility"]),
    ({"case": str(uuid4()), "fields": ["title"], "programmes": ["x"]}, ["programmes.0"]),
]


@pytest.mark.parametrize(("body", "fields"), UNFIT_CONSENT)
def test_unfit_consent(client: TestClient, system: System, published: Any, body: Any, fields: list[str]) -> None:
    lesson = published()
    before = system.store.position
    answer = client.post(f"/api/v1/lessons/{lesson['id']}/consent", json=body, headers={"If-Match": '"3"'})
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, fields)
    assert system.store.position == before


def test_a_cluster_is_handed_over_with_its_lessons(client: TestClient, cast: Cast, cluster: str, draft: Any) -> None:
    mona, nils = (ok(client.post("/api/v1/people", json={"name": n}), 201)["id"] for n in ("Mona", "Nils"))
    lesson = draft(owner=mona)
    url = f"/api/v1/clusters/{cluster}"
    ok(client.post(f"{url}/appoint", json={"person": mona, "on": "2020"}, headers={"If-Match": '"1"'}))
    body = {"to": nils, "on": "2026-12-01", "reason": "Mona moves on."}
    unfit = [{**body, "leaving": ["nobody"]}, {**body, "to": "nobody"}, {**body, "on": "2019"}, {"to": nils}]
    answers = [client.post(f"{url}/hand-over", json=u, headers={"If-Match": '"2"'}) for u in unfit]
    fields = [[error["field"] for error in answer.json()["errors"]] for answer in answers]
    assert fields == [["leaving"], ["to"], ["on"], ["on"]]
    answer = client.post(f"{url}/hand-over", json=body, headers={"If-Match": '"2"'})
    assert ok(answer)["managers"] == [
        {"value": mona, "since": "2020", "until": "2026-12-01"},
        {"value": nils, "since": "2026-12-01", "until": None},
    ]
    assert ok(client.get(f"/api/v1/lessons/{lesson['id']}"))["owner"] == nils
    assert refusal(client.post(f"{url}/hand-over", json=body, headers={"If-Match": '"2"'})) == (412, "stale")
