"""A foresight process in a real browser: a manager's journey, and no known fault of accessibility on its pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from api.usecases import adapting, clusters, lessons, processes
from api.usecases.adapting import NewAdaptation
from api.usecases.clusters import NewCluster
from api.usecases.lessons import NewLesson
from api.usecases.process_steps import STEPS
from api.usecases.processes import NewProcess
from api.wiring import System
from domain.acting import acting
from domain.adaptation import Outcome, Rater
from domain.viewer import Viewer
from tests.pages.conftest import serving
from tests.pages.test_axe import AXE, RULES
from tests.sampling import by_turns


@dataclass(frozen=True)
class Place:
    address: str
    cluster: UUID
    process: UUID
    lesson: UUID
    adaptation: UUID

    @property
    def pages(self) -> Iterator[str]:
        process, lesson, adaptation = (
            f"/processes/{self.process}", f"/lessons/{self.lesson}", f"/adaptations/{self.adaptation}"
        )  # fmt: skip
        yield from ("/processes", process, "/adaptations", adaptation, lesson, "/review")
        yield from (f"{process}/{tail}" for tail in ("people", "gatherings", "forces", "print", "history", *FORMS))
        yield from (f"{lesson}/{tail}" for tail in ("adapt", "provenance"))
        yield from (f"{adaptation}/{tail}" for tail in ("edit", "rate", "rate-for-programme", "withdraw", "history"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A cluster with a process that has a little of everything, and its operator at the door."""
    viewers: list[Viewer] = []
    with serving(tmp_path_factory.mktemp("processes") / "data", lambda _: viewers[0]) as (system, address):
        viewers.append(Viewer(system.people.add("Kari Programstab").id, operator=True))
        with acting(viewers[0].person):
            new = NewCluster.model_validate({"name": "Demo cluster"})
            cluster = clusters.register_cluster(system, viewers[0], new).id
            process = _filled(system, viewers[0], cluster)
            yield Place(address, cluster, process, *_adapted(system, viewers[0], cluster, process))


def _filled(system: System, viewer: Viewer, cluster: UUID) -> UUID:
    steps = {step.name: step for step in STEPS}
    new = {"title": {"en": "Smart energy 2035"}, "focal_question": {"en": "What will we live on?"}, "cluster": cluster,
           "begins": "2026-01", "horizon": 2035, "description": {"en": "A *long* story."}}  # fmt: skip
    process = processes.open_process(system, viewer, NewProcess.model_validate(new)).id

    def take(name: str, **asked: Any) -> None:
        version = system.store.events(process)[-1].originator_version
        processes.take(system, viewer, process, version, steps[name], steps[name].asks.model_validate(asked))

    people, gatherings, forces, axes = ([uuid4() for _ in range(n)] for n in (3, 2, 2, 2))
    scenario, option, signpost, question = (uuid4() for _ in range(4))
    take("enter-phase", phase="scenarios", on="2026-03-01")
    take("name-process-leader", organisation="Futures Ltd", external=True, neutral=True, checked="No owner.")
    for id in people:
        take("invite", participant=id, organisation="Elkem", organisation_kind="company", perspective="metal")
        take("answer-invitation", participant=id, commitment="committed")
    for id, month in zip(gatherings, ("03", "05"), strict=True):
        take("plan-gathering", gathering=id, starts=f"2026-{month}-10", ends=f"2026-{month}-11", purpose="Forces",
             product="A list")  # fmt: skip
    take("hold-gathering", gathering=gatherings[0], attended=people[:2])
    for id, steep in zip(forces, ("economic", "political"), strict=True):
        take("name-force", force=id, title={"en": f"A {steep} force"}, steep=steep, standing="critical")
    take("assess", participant=people[0], scores=[{"force": id, "impact": 5, "uncertainty": 4} for id in forces])
    for id, force in zip(axes, forces, strict=True):
        take("draw-axis", axis=id, title={"en": "The grid"}, low={"en": "One"}, high={"nb": "Mange"}, force=force)
    at = [{"axis": id, "end": "high"} for id in axes]
    take("write-scenario", scenario=scenario, title={"en": "Islands"}, place=at, story={"en": "Ships wait."})
    take("propose-option", option=option, title={"en": "A battery"})
    take("rate-option", option=option, scenario=scenario, rating=4, why="It pays.")
    take("set-signpost", signpost=signpost, indicator={"en": "Hours at zero"}, threshold="500", scenario=scenario)
    take("read-signpost", signpost=signpost, on="2026-12-31", value="612", reached=True)
    take("agree-action", title={"en": "Write the statutes"}, owner="The office", due="2027-03-01", option=option)
    take("plan-follow-up", owner="The board", on="2027-01-15", budget=300_000, note="Twice a year.")
    take("agree-evaluation", questions=[{"id": question, "area": "joint-goals", "text": {"en": "We agree."}}])
    take("answer-evaluation", participant=people[0], answers=[{"question": question, "rating": 4}])
    take("waive-check", check="catch-up", reason="Nobody joins late.")
    return process


def _adapted(system: System, viewer: Viewer, cluster: UUID, process: UUID) -> tuple[UUID, UUID]:
    """A lesson, and what the process made of it."""
    said = {"title": {"en": "Ask early"}, "lesson": {"en": "It takes longest."}, "recommendation": {"en": "Ask."},
            "phase": "recruitment", "polarity": "keep", "source": {"url": "https://example.org"},
            "visibility": "public"}  # fmt: skip
    lesson = lessons.draft_lesson(system, viewer, NewLesson.model_validate(said)).id
    lessons.submit_lesson(system, viewer, lesson, 1)
    lessons.publish_lesson(system, viewer, lesson, 2)
    ours = {"changed": {"en": "Owners."}, "why": {"en": "Few."}}
    new = {"lesson": lesson, "cluster": cluster, "process": process, **ours}
    made = adapting.make_adaptation(system, viewer, NewAdaptation.model_validate(new)).id
    adapting.rate_adaptation(system, viewer, made, 1, Outcome.WORKED, by=Rater.CLUSTER, note="Most came.")
    system.projector.progress.wait_for(system.store.position)
    return lesson, made


FORMS = (
    *("invite", "answer-invitation", "hold-gathering", "name-forces", "assess", "sort-forces", "build-cross"),
    *("write-scenario", "rate-option", "agree-evaluation", "answer-evaluation", "name-process-leader"),
    *("draft-lesson", "draft-case"),
)


LOOKS = (("light", 360, "en-GB"), ("dark", 1280, "nb-NO"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("scheme", "width", "lang"), LOOKS)
def test_no_known_faults(browser: Browser, place: Place, scheme: Any, width: int, lang: str) -> None:
    """Each page in one of the looks; with WHOLE=1, in both."""
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, locale=lang, reduced_motion="reduce"
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    faults: list[str] = []
    for path in by_turns([*place.pages], LOOKS.index((scheme, width, lang)), of=2):
        page.goto(place.address + path)
        if (choice := page.locator(".choose a")).count():
            page.goto(urljoin(page.url, choice.first.get_attribute("href")))
        page.evaluate(Path(AXE).read_text())
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        result = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
        faults += [
            f"{path}: {v['id']} {v['nodes'][0]['html'][:200]} {v['nodes'][0]['any'][:1]}" for v in result["violations"]
        ]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        faults += [f"{path}: {wider} px too wide"] if wider > 0 else []
    context.close()
    assert (faults, said) == ([], [])


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_from_opening_to_four_scenarios(browser: Browser, place: Place, script: bool) -> None:
    context = browser.new_context(java_script_enabled=script, viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{place.address}/clusters/{place.cluster}")
    page.get_by_role("link", name="Open a process").click()
    page.get_by_label("In English").first.fill("Fish 2040")
    page.get_by_role("button", name="Open the process").click()
    check = page.locator("#check-neutral-facilitator")
    expect(check).to_contain_text("Not yet")
    check.get_by_role("link", name="Name the process leader").click()
    page.get_by_label("Organisation", exact=True).fill("Futures Ltd")
    page.get_by_label("External: from").check()
    page.get_by_label("Neutral: with").check()
    page.get_by_label("How that was found out").fill("No owner.")
    _send(page, "Name the process leader")
    expect(check).to_contain_text("Met")
    _invite(page)
    _assess(page)
    page.get_by_role("link", name="Build four scenarios").click()
    for axis in ("first", "second"):
        page.locator(f"#f-{axis}-force").select_option(index=1 if axis == "first" else 2)
        page.locator(f"#f-{axis}-low").fill("Low")
        page.locator(f"#f-{axis}-high").fill("High")
    for n, corner in enumerate(("low-low", "low-high", "high-low", "high-high")):
        page.locator(f"#f-scenarios-{corner}").fill(f"Future {n}")
    _send(page, "Build four scenarios from two driving forces")
    expect(page.locator(".cross td")).to_have_text(["", "Future 0", "Future 1", "Future 2", "Future 3"])
    context.close()


def _send(page: Page, button: str) -> None:
    page.locator("form.form").get_by_role("button", name=button).click()
    expect(page.locator(".said")).to_be_visible()


def _invite(page: Page) -> None:
    page.locator(".part-deeds").get_by_role("link", name="Invite participants").click()
    for n in range(2):
        page.locator(f"#f-participants-{n}-organisation-kind").select_option("company")
        page.locator(f"#f-participants-{n}-organisation").fill(f"Firm {n}")
    _send(page, "Invite participants")


def _assess(page: Page) -> None:
    page.get_by_role("link", name="Add driving forces").click()
    page.get_by_label("Economic").fill("Cheap feed\nDear quotas")
    _send(page, "Add driving forces")
    page.locator(".part-deeds").get_by_role("link", name="Assess them").click()
    page.get_by_role("link", name="Firm 1").click()
    for n in range(2):
        page.get_by_label("Impact").nth(n).fill("5")
        page.get_by_label("Uncertainty").nth(n).fill("4")
    _send(page, "Assess the driving forces")
    expect(page.locator("[aria-labelledby=forces] tbody td").nth(1)).to_contain_text("5.0")
