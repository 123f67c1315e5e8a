"""No text of a foresight process or an adaptation runs as a script, in pictures neither: every payload through every
field, in a real browser."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page

from api.usecases.process_steps import STEPS
from domain.acting import acting
from domain.adaptation import Adaptation, AdaptationRecord, Outcome, Rater
from domain.aggregate import Aggregate
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.release import Visibility
from domain.text import Prose
from tests.pages.conftest import serving
from tests.pages.test_scripting import (
    LOOK_BESIDE_PICTURES,
    OPERATOR,
    PAYLOADS,
    address,
    line,
    payloads,
    watched,
    what_runs,
)
from tests.sampling import by_turns

STEP = {step.name: step for step in STEPS}


def a_process(n: int) -> ForesightProcess:
    """With a part of each kind, every text of it a payload."""
    p = payloads(n)
    some, gathering, option, signpost, scenario, question = (uuid4() for _ in range(6))
    forces, axes = (uuid4(), uuid4()), (uuid4(), uuid4())
    record = ProcessRecord.model_validate({
        "title": {"en": line(p()), "nb": line(p())}, "focal_question": {"en": line(p())}, "description": {"en": p()},
        "sources": [{"url": address(p()), "title": line(p()), "note": p()}]})  # fmt: skip
    process = ForesightProcess.open(uuid4(), record, Visibility.PUBLIC)

    def take(name: str, **asked: Any) -> None:
        STEP[name].decide(process, STEP[name].asks.model_validate(asked))

    take("name-process-leader", organisation=line(p()), external=True, neutral=True, checked=p())
    take("name-project-leader", organisation=line(p()))
    take("invite", participant=some, organisation=line(p()), organisation_kind="company", perspective=line(p()))
    take("answer-invitation", participant=some, commitment="committed")
    take("plan-gathering", gathering=gathering, starts="2026-03-10", ends="2026-03-11", purpose=p(), product=p())
    take("hold-gathering", gathering=gathering, attended=[some])
    for force in forces:
        take("name-force", force=force, title={"en": line(p())}, steep="economic", standing="critical",
             description={"en": p()})  # fmt: skip
    take("assess", participant=some, scores=[{"force": force, "impact": 5, "uncertainty": 4} for force in forces])
    for axis, force in zip(axes, forces, strict=True):
        ends = {"low": {"en": line(p())}, "high": {"en": line(p())}}
        take("draw-axis", axis=axis, title={"en": line(p())}, force=force, **ends)
    take("write-scenario", scenario=scenario, title={"en": line(p())}, story={"en": p()},
         place=[{"axis": axis, "end": "high"} for axis in axes])  # fmt: skip
    take("propose-option", option=option, title={"en": line(p())}, description={"en": p()})
    take("rate-option", option=option, scenario=scenario, rating=4, why=p())
    take("set-signpost", signpost=signpost, indicator={"en": line(p())}, threshold=line(p()), scenario=scenario)
    take("read-signpost", signpost=signpost, on="2026-12-31", value=line(p()), reached=True)
    take("agree-action", title={"en": line(p())}, owner=line(p()), due="2027-03-01", option=option)
    take("plan-follow-up", owner=line(p()), on="2027-01-15", budget=0, note=p())
    take("agree-evaluation", questions=[{"id": question, "area": "joint-goals", "text": {"en": line(p())}}])
    take("answer-evaluation", participant=some, answers=[{"question": question, "rating": 4}])
    take("waive-check", check="catch-up", reason=p())
    return process


def a_lesson(n: int) -> Lesson:
    p = payloads(n)
    record = LessonRecord.model_validate({
        "title": {"en": line(p())}, "lesson": {"en": p()}, "recommendation": {"en": p()}, "phase": "planning",
        "polarity": "keep", "source": {"url": address(p())}})  # fmt: skip
    lesson = Lesson.draft_new(uuid4(), record, owner=OPERATOR.person, visibility=Visibility.PUBLIC)
    lesson.submit()
    lesson.publish()
    return lesson


def an_adaptation(n: int, lesson: UUID, process: UUID) -> Adaptation:
    p = payloads(n)
    record = AdaptationRecord(kept=Prose(en=p()), changed=Prose(en=p()), dropped=Prose(en=p()), why=Prose(en=p()))
    made = Adaptation.make(uuid4(), record, lesson=lesson, revision=1, cluster=uuid4(), process=process)
    made.rate(Rater.CLUSTER, Outcome.WORKED, "2026-01-01", p())
    return made


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """A site whose every text is a payload, and the addresses of its pages."""
    with serving(tmp_path_factory.mktemp("attacked") / "data", lambda _: OPERATOR) as (system, site):
        made, paths = list[Aggregate](), ["/processes", "/adaptations"]
        with acting(OPERATOR.person, reason=PAYLOADS[0]):
            for n in by_turns(range(len(PAYLOADS)), 0, of=4):
                process, lesson = a_process(n), a_lesson(n)
                adaptation = an_adaptation(n, lesson.id, process.id)
                made += [process, lesson, adaptation]
                paths += [f"/processes/{process.id}", f"/processes/{process.id}/print"]
                paths += [f"/adaptations/{adaptation.id}", f"/lessons/{lesson.id}/provenance"]
                if n % 20 == 0:
                    tails = ("history", "people", "forces", "describe", "assess", "rate-option", "write-scenario")
                    paths += [f"/processes/{process.id}/{tail}" for tail in tails]
                    paths += [f"/adaptations/{adaptation.id}/{tail}" for tail in ("history", "edit")]
            system.save(made[0], *made[1:])
        yield site, paths


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with watched(browser) as page:
        yield page


@pytest.mark.timeout(900)
def test_nothing_that_was_written_of_a_process_runs(page: Page, attacked: tuple[str, list[str]]) -> None:
    assert what_runs(page, *attacked, LOOK_BESIDE_PICTURES) == []


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><script>x(1)</script></svg>",
        "<svg><animate attributeName=href values=javascript:x(1)></svg>",
        "<svg><a xlink:href='javascript:x(1)'><text>a</text></a></svg>",
        "<svg onload=x(1)></svg>",
    ],
)
def test_what_watches_pictures_would_see_it(page: Page, svg: str) -> None:
    page.goto("data:text/html,<main></main>")
    page.set_content(f"<main>{svg}</main>")
    assert page.evaluate(LOOK_BESIDE_PICTURES) != []
