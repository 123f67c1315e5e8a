"""Foresight processes through JSON, from opening one to its readiness."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.usecases.looking import viewer_of
from api.usecases.process_steps import STEPS, Step
from api.wiring import System
from domain.acting import acting
from tests.json.conftest import Cast

FORCE: dict[str, Any] = {"title": {"en": "Free electricity"}, "steep": "economic"}
SIX = {"force": str(uuid4()), "impact": 6, "uncertainty": 1}
Taken = Callable[..., dict[str, Any]]


@pytest.fixture
def process(client: TestClient, cluster: str) -> dict[str, Any]:
    body = {"title": {"en": "Smart energy 2035"}, "horizon": 2035, "cluster": cluster, "begins": "2026-01"}
    answer = client.post("/api/v1/processes", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def take(client: TestClient, process: dict[str, Any]) -> Taken:
    """A step against the version that the last one gave; the process after it, or the problem."""
    version = process["version"]

    def take(step: str, **asked: Any) -> dict[str, Any]:
        nonlocal version
        answer = client.post(f"{process['url']}/{step}", json=asked, headers={"If-Match": f'"{version}"'})
        version = answer.json().get("version", version)
        return answer.json()

    return take


def states(process: dict[str, Any]) -> dict[str, str]:
    return {check["check"]: check["state"] for check in process["readiness"]}


def test_it_is_opened_in_the_programmes_of_its_cluster(client: TestClient, cluster: str) -> None:
    code = {"code": "NCE", "name": {"en": "NCE"}, "owner": "Innovation Norway"}
    programme = client.post("/api/v1/programmes", json=code).json()["id"]
    client.post(
        f"/api/v1/clusters/{cluster}/admit", json={"programme": programme, "on": "2009"}, headers={"If-Match": '"1"'}
    )
    answer = client.post("/api/v1/processes", json={"title": {"nb": "Framsyn"}, "cluster": cluster})
    assert (answer.status_code, answer.json()["programmes"]) == (201, [programme])
    assert client.get(answer.headers["location"]).json() == answer.json()


def test_checks_turn_as_the_process_goes_on(take: Taken) -> None:
    leader: dict[str, Any] = {"organisation": "Futures Ltd", "external": True, "neutral": True}
    before = take("name-process-leader", **leader)
    assert states(before)["neutral-facilitator"] == "not-yet"
    after = take("name-process-leader", **leader, checked="No owner among our members.")
    assert states(after)["neutral-facilitator"] == "met"
    assert states(take("name-process-leader", **leader | {"neutral": False}))["neutral-facilitator"] == "at-risk"


def test_a_whole_process(take: Taken) -> None:
    people = [str(uuid4()) for _ in range(4)]
    for id in people:
        take("invite", participant=id, organisation="Elkem", organisation_kind="company", on="2026-01-05")
        take("answer-invitation", participant=id, commitment="committed", on="2026-01-20")
    first, second = str(uuid4()), str(uuid4())
    take("plan-gathering", gathering=first, starts="2026-03-10", ends="2026-03-11", purpose="Forces", product="A list")
    take("plan-gathering", gathering=second, starts="2026-05-10", ends="2026-05-11")
    take("hold-gathering", gathering=first, attended=people)
    process = take("hold-gathering", gathering=second, attended=people[:3])
    assert [(g["came"], g["back"], g["return_rate"], g["core"]) for g in process["gatherings"]] == [
        (4, None, None, 4),
        (3, 3, 0.75, 3),
    ]
    force = str(uuid4())
    take("name-force", force=force, **FORCE)
    for impact, id in enumerate(people, start=2):
        process = take("assess", participant=id, scores=[{"force": force, "impact": impact, "uncertainty": 4}])
    (told,) = process["driving_forces"]
    assert (told["impact"], told["uncertainty"], len(told["scores"])) == (3.5, 4.0, 4)
    axes = [str(uuid4()), str(uuid4())]
    for id in axes:
        take("draw-axis", axis=id, title={"en": "Grid"}, low={"en": "One"}, high={"en": "Many"}, force=force)
    place = [{"axis": axes[0], "end": "low"}, {"axis": axes[1], "end": "high"}]
    scenario, option = str(uuid4()), str(uuid4())
    take("write-scenario", scenario=scenario, title={"en": "Islands"}, place=place)
    take("propose-option", option=option, title={"en": "A battery"})
    process = take("rate-option", option=option, scenario=scenario, rating=4)
    assert process["options"][0]["ratings"] == [{"scenario": scenario, "rating": 4, "why": None}]
    question = str(uuid4())
    asked = {"id": question, "area": "joint-goals", "text": {"en": "We agree."}}
    take("agree-evaluation", questions=[asked], on="2026-03-01")
    process = take("answer-evaluation", participant=people[0], answers=[{"question": question, "rating": 5}])
    assert process["evaluation"] == [
        asked | {"text": {"en": "We agree.", "nb": None}, "counts": [0, 0, 0, 0, 1], "mean": 5.0}
    ]
    process = take("plan-follow-up", owner="The board", on="2027-01-15", budget=300000)
    assert states(process)["follow-up"] == states(process)["evaluation-agreed"] == "met"
    take("clear-scores", participant=people[0], forces=[force])
    take("clear-rating", option=option, scenario=scenario)
    process = take("clear-answers", participant=people[0], questions=[question])
    (told,) = process["driving_forces"]
    assert (told["impact"], len(told["scores"]), process["options"][0]["ratings"]) == (4.0, 3, [])
    assert process["evaluation"][0]["counts"] == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("step", "asked", "status", "field"),
    [
        ("assess", {"participant": str(uuid4()), "scores": [SIX]}, 422, "scores.0.impact"),
        ("plan-gathering", {"starts": "2026-03-11", "ends": "2026-03-10"}, 422, "body"),
        ("hold-gathering", {"gathering": str(uuid4()), "attended": []}, 404, "gathering"),
        ("write-scenario", {"title": {"en": "x"}, "place": [{"axis": str(uuid4()), "end": "low"}]}, 422, "place"),
        ("waive-check", {"check": "catch-up"}, 422, "reason"),
        ("name-process-leader", {"external": True, "neutral": True}, 422, "body"),
    ],
)  # fmt: skip
def test_refusals(
    client: TestClient, process: dict[str, Any], step: str, asked: dict[str, Any], status: int, field: str
) -> None:
    answer = client.post(f"{process['url']}/{step}", json=asked, headers={"If-Match": '"1"'})
    told = answer.json()
    assert (answer.status_code, [error["field"] for error in told["errors"]]) == (status, [field]), told
    assert client.get(process["url"]).json()["version"] == 1


def test_a_version_is_wanted_but_for_what_is_done_together(client: TestClient, process: dict[str, Any]) -> None:
    url = process["url"]
    assert client.post(f"{url}/enter-phase", json={"phase": "scoping"}).status_code == 428
    assert client.post(f"{url}/name-force", json=FORCE).status_code == 200
    stale = client.post(f"{url}/name-force", json=FORCE, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


def test_the_lessons_that_a_check_comes_from(
    client: TestClient, process: dict[str, Any], published: Callable[..., dict[str, Any]]
) -> None:
    lesson = published(topics=["neutrality"])
    checks = {c["check"]: c for c in client.get(process["url"]).json()["readiness"]}
    assert checks["neutral-facilitator"]["lessons"] == [
        {"id": lesson["id"], "url": f"/lessons/{lesson['id']}", "title": lesson["title"]}
    ]
    assert checks["catch-up"]["lessons"] == []


def test_it_is_found_as_a_process(client: TestClient, process: dict[str, Any]) -> None:
    (hit,) = client.get("/api/v1/search?q=energy&kind=process").json()["hits"]
    assert (hit["id"], hit["kind"]) == (process["id"], "process")


def test_a_programme_sets_what_is_enough(
    client: TestClient, cluster: str, process: dict[str, Any], take: Taken
) -> None:
    code = {"code": "NCE", "name": {"en": "NCE"}, "owner": "Innovation Norway"}
    programme = client.post("/api/v1/programmes", json=code).json()
    record = {"title": process["title"], "cluster": cluster, "programmes": [programme["id"]], "begins": "2026-01"}
    take("describe", **record)
    planned = take("plan-gathering", starts="2026-02-02", ends="2026-02-03")
    assert states(planned)["planning-time"] == "at-risk"
    answer = client.post(
        f"{programme['url']}/set-thresholds", json={"planning_weeks": 4}, headers={"If-Match": '"1"'}
    ).json()
    assert (answer["thresholds"]["planning_weeks"], answer["thresholds"]["committed"]) == (4, 10)
    (check,) = [c for c in client.get(process["url"]).json()["readiness"] if c["check"] == "planning-time"]
    assert (check["state"], check["figures"]) == ("met", {"weeks": 4, "wanted": 4})


def test_whoever_leads_it_may_go_on_with_it_and_the_one_before_no_more(
    system: System, cast: Cast, client: TestClient, process: dict[str, Any], take: Taken
) -> None:
    people = [system.people.add(name) for name in ("Lea Leder", "Leo Leder")]
    for person in people:
        take("name-process-leader", person=person.id, external=True, neutral=True)
    told: list[int] = []
    for person in people:
        with acting(person.id):
            cast.now = viewer_of(system, person.id)
        told.append(client.post(f"{process['url']}/name-force", json=FORCE).status_code)
    assert told == [404, 200]
    leader = {"person": people[1].id, "external": True, "neutral": True}
    named = client.post(f"{process['url']}/name-process-leader", json=leader, headers={"If-Match": '"4"'})
    assert named.status_code == 403


def test_who_the_participants_are_is_for_those_who_run_it(
    system: System, cast: Cast, client: TestClient, process: dict[str, Any], take: Taken
) -> None:
    person = system.people.add("Per Person").id
    invited = take("invite", organisation="Elkem", organisation_kind="company", person=person)
    force = take("name-force", **FORCE)["driving_forces"][0]["id"]
    participant = invited["participants"][0]["id"]
    shown = take("assess", participant=participant, scores=[{"force": force, "impact": 5, "uncertainty": 5}])
    assert shown["driving_forces"][0]["scores"][0]["participant"] == participant
    take("share", visibility="public")
    cast.now = cast.stranger
    told = client.get(process["url"])
    history = client.get(f"{process['url']}/history")
    assert told.json()["participants"][0]["organisation"] == "Elkem"
    assert (person in told.text, participant in str(told.json()["driving_forces"])) == (False, False)
    assert (person in history.text, cast.staff.person in history.text) == (False, False)


def test_a_withdrawn_process_is_not_found_by_a_search_and_takes_no_step(
    client: TestClient, process: dict[str, Any], take: Taken
) -> None:
    take("withdraw", reason="Opened twice.")
    assert take("enter-phase", phase="scoping")["detail"] == "This process is withdrawn; it can no longer be changed."
    assert client.get("/api/v1/search?q=energy&kind=process").json()["total"] == 0
    then = client.get(f"/api/v1/search?q=energy&kind=process&as_of={process['created_at'].replace('+', '%2B')}")
    assert then.json()["total"] == 1


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_what_every_step_refuses(client: TestClient, process: dict[str, Any], step: Step[Any]) -> None:
    body = step.asks.model_json_schema()["examples"][0]
    path, now = f"{process['url']}/{step.name}", {"If-Match": '"1"'}
    elsewhere = f"/api/v1/processes/{uuid4()}/{step.name}"
    told = [
        client.post(elsewhere, json=body, headers=now),
        client.post(path, content=b"{", headers=now | {"Content-Type": "application/json"}),
        client.post(path, json={"nonsense": 1}, headers=now),
        client.post(path, json=body, headers={"If-Match": '"7"'}),
    ]
    assert [answer.status_code for answer in told] == [404, 400, 422, 412]
    if not step.together:
        assert client.post(path, json=body).status_code == 428
    assert client.get(process["url"]).json()["version"] == 1
