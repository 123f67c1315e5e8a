"""A process leaves drafts behind, with its figures in them, in the languages that it has."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.usecases.evidence_text import Telling
from api.usecases.evidence_words import CHECKS, PHASES
from api.usecases.leaving_evidence import About, draft_case_from, draft_lesson_from
from api.usecases.process_steps import STEPS
from api.usecases.processes import NewProcess, open_process, take
from domain.acting import acting
from domain.adaptation import Adaptation, AdaptationRecord, Outcome, Rater
from domain.case import Case
from domain.dates import Span
from domain.errors import NotAllowed, NotFound
from domain.foresight.checks import Check
from domain.foresight.forces import ForceRecord, Steep
from domain.foresight.gatherings import GatheringPlan
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import readiness
from domain.foresight.record import ProcessRecord
from domain.lesson_record import Phase, Polarity
from domain.release import Visibility
from domain.source import Source
from domain.text import PROSE_MAX, Prose, Title
from tests.usecases.conftest import World

STEP = {step.name: step for step in STEPS}
FIRST, SECOND = uuid4(), uuid4()
PEOPLE = [uuid4() for _ in range(4)]


def step(world: World, process: UUID, name: str, /, **asked: Any) -> None:
    with world.acts("mona") as mona:
        take(world.system, mona, process, None, STEP[name], STEP[name].asks.model_validate(asked))


@pytest.fixture
def process(world: World) -> UUID:
    """Two gatherings, of which the second lost one of four; an evaluation that two answered; one lesson adapted."""
    with world.acts("mona") as mona:
        opened = open_process(world.system, mona, NewProcess.model_validate({
            "title": {"en": "Heat 2040", "nb": "Varme 2040"}, "cluster": world["ours"], "begins": "2026-01",
            "visibility": "programme",
        })).id  # fmt: skip
    step(world, opened, "enter-phase", phase="recruitment", on="2026-01-05")
    for person in PEOPLE:
        step(world, opened, "invite", participant=person, organisation="Elkem", organisation_kind="company",
             on="2026-01-05")  # fmt: skip
        step(world, opened, "answer-invitation", participant=person, commitment="committed", on="2026-01-09")
    for gathering, day, came in ((FIRST, "2026-03-10", PEOPLE), (SECOND, "2026-05-12", PEOPLE[1:])):
        step(world, opened, "plan-gathering", gathering=gathering, starts=day, ends=day, purpose="Forces | axes")
        step(world, opened, "hold-gathering", gathering=gathering, attended=came)
    question = uuid4()
    asked = {"id": question, "area": "joint-goals", "text": {"en": "We agree.", "nb": "Vi er enige."}}
    step(world, opened, "agree-evaluation", questions=[asked], on="2026-04-01")
    for person, rating in zip(PEOPLE[:2], (3, 4), strict=True):
        step(world, opened, "answer-evaluation", participant=person,
             answers=[{"question": question, "rating": rating}])  # fmt: skip
    step(world, opened, "waive-check", check="follow-up", reason="The members decide.")
    return opened


@pytest.fixture
def adapted(world: World, process: UUID) -> UUID:
    lesson = world.lesson("mona", visibility="public")
    with world.acts("mona"):
        record = AdaptationRecord(changed=Prose(en="One day."), why=Prose(en="Few were late."))
        made = Adaptation.make(uuid4(), record, lesson=lesson.id, revision=1, cluster=world["ours"], process=process)
        made.rate(Rater.CLUSTER, Outcome.WORKED, "2026-06-01")
        world.system.save(made)
    return lesson.id


def case_of(world: World, by: str, process: UUID) -> Case:
    with world.acts(by) as viewer:
        return draft_case_from(world.system, viewer, process)


def test_a_case_tells_the_whole_in_both_languages(world: World, process: UUID, adapted: UUID) -> None:
    world.system.projector.catch_up()
    record = case_of(world, "siv", process).current
    assert (record.title, record.clusters, record.programmes, record.lessons) == (
        Title(en="Heat 2040", nb="Varme 2040"),
        (world["ours"],),
        (world["NCE"],),
        (adapted,),
    )
    assert record.happened == Span(start="2026-01", end="2026-05-12")
    assert record.summary == Prose(
        en="4 participants committed, 2 gatherings were held, and 0 scenarios were written.",
        nb="4 deltakere forpliktet seg, 2 samlinger ble holdt, og 0 scenarioer ble skrevet.",
    )
    assert record.body == Prose(
        en="""## Recruitment

- Entered on 5 January 2026.
- Committed before the first gathering: 4 of 4 invited; wanted: 10.
- Kinds of organisations: 1; perspectives: 0.
- Joined late: 0; gatherings to catch up: 0.
- Invited: 4; committed now: 4; declined: 0; withdrew: 0.

## Evaluation

- Gathering on 10 March 2026: 4 came.
- Gathering on 12 May 2026: 3 came; 3 of 4 came back (75 %).
- At every gathering: 3 of 4 who came to the first.
- We agree. Mean 3.5 of 5, 2 answers.

## Gatherings

| When | Purpose | Product | Came | Came back | At all so far |
|---|---|---|---|---|---|
| 10 March 2026 | Forces \\| axes |  | 4 |  | 4 |
| 12 May 2026 | Forces \\| axes |  | 3 | 3 | 3 |

## What was borrowed from others

**Recruit early**

- Changed: One day.
- Outcome: it worked.""",
        nb="""## Rekruttering

- Gått inn i 5. januar 2026.
- Forpliktet før første samling: 4 av 4 inviterte; ønsket: 10.
- Slags organisasjoner: 1; perspektiver: 0.
- Kom til sent: 0; oppsamlinger: 0.
- Invitert: 4; forpliktet nå: 4; takket nei: 0; trakk seg: 0.

## Evaluering

- Samling 10. mars 2026: 4 kom.
- Samling 12. mai 2026: 3 kom; 3 av 4 kom igjen (75 %).
- På alle samlinger: 3 av 4 som kom på den første.
- Vi er enige. Gjennomsnitt 3,5 av 5, 2 svar.

## Samlinger

| Når | Formål | Produkt | Kom | Kom igjen | På alle så langt |
|---|---|---|---|---|---|
| 10. mars 2026 | Forces \\| axes |  | 4 |  | 4 |
| 12. mai 2026 | Forces \\| axes |  | 3 | 3 | 3 |

## Det som ble lånt av andre

**Recruit early**

- Endret: One day.
- Resultat: det virket.""",
    )


def test_a_case_is_for_programme_staff_who_may_read_the_process(world: World, process: UUID) -> None:
    for name, refused in (("mona", NotAllowed), ("odd", NotFound), ("ari", NotFound)):
        with pytest.raises(refused):
            case_of(world, name, process)
    assert isinstance(case_of(world, "siv", process), Case)


@pytest.mark.parametrize(
    ("about", "title", "lesson", "phase", "polarity"),
    [
        (
            Check.COMMITTED_FIRST,
            "Participants committed before the first gathering: Heat 2040",
            "Committed before the first gathering: 4 of 4 invited; wanted: 10.",
            Phase.RECRUITMENT,
            Polarity.CHANGE,
        ),
        (
            Check.FOLLOW_UP,
            "Follow-up with owner, date and budget: Heat 2040",
            "Follow-up has an owner: no; a date: no; a budget: no. Put aside: The members decide.",
            Phase.FOLLOW_UP,
            Polarity.CHANGE,
        ),
        (
            Check.CATCH_UP,
            "A catch-up gathering for those who join late: Heat 2040",
            "Joined late: 0; gatherings to catch up: 0.",
            Phase.RECRUITMENT,
            None,
        ),
        (Phase.ACTION, "Action: Heat 2040", None, Phase.ACTION, None),
        (None, "Heat 2040", None, None, None),
    ],
)
def test_a_lesson_about_one_thing(
    world: World,
    process: UUID,
    about: About,
    title: str,
    lesson: str | None,
    phase: Phase | None,
    polarity: Polarity | None,
) -> None:
    with world.acts("kari") as kari:
        draft = draft_lesson_from(world.system, kari, process, about)
    record = draft.current
    assert (record.title.en, record.phase, record.process, record.cluster) == (title, phase, process, world["ours"])
    assert set(record.lesson.languages) == {"en", "nb"}
    assert record.lesson.en == (
        lesson or "4 participants committed, 2 gatherings were held, and 0 scenarios were written."
    )
    assert [piece.text for piece in record.evidence] == [
        "Gathering on 10 March 2026: 4 came.",
        "Gathering on 12 May 2026: 3 came; 3 of 4 came back (75 %).",
        "At every gathering: 3 of 4 who came to the first.",
        "We agree. Mean 3.5 of 5, 2 answers.",
    ]
    if polarity:
        assert record.polarity is polarity
    assert "recommendation" in draft.missing
    assert (draft.visibility, draft.owner) == (Visibility.OWN_CLUSTER, str(world["kari"]))


def test_a_lesson_is_drafted_by_those_who_run_the_process(world: World, process: UUID) -> None:
    for name, refused in (("siv", NotAllowed), ("odd", NotFound), ("sven", NotFound)):
        with world.acts(name) as viewer, pytest.raises(refused):
            draft_lesson_from(world.system, viewer, process)
    for name in ("mona", "kari"):
        with world.acts(name) as viewer:
            assert draft_lesson_from(world.system, viewer, process).owner == str(world[name])


def test_a_process_leader_drafts_one_too(world: World, process: UUID) -> None:
    with world.acts("mona") as mona:
        asked = {"person": str(world["sven"]), "external": True, "neutral": True}
        step = STEP["name-process-leader"]
        take(world.system, mona, process, None, step, step.asks.model_validate(asked))
    with world.acts("sven") as sven:
        assert draft_lesson_from(world.system, sven, process, Phase.ACTION).current.process == process


def test_one_that_is_known_from_a_source_alone_names_it(world: World) -> None:
    with world.acts("operator") as operator:
        source = {"url": "https://example.org/talk", "paraphrased": True}
        new = NewProcess.model_validate({"title": {"nb": "Framsyn"}, "sources": [source], "visibility": "public"})
        opened = open_process(world.system, operator, new)
    case = case_of(world, "siv", opened.id).current
    assert (case.source, case.happened, case.body) == (Source.model_validate(source), None, None)
    assert case.summary == Prose(nb="0 deltakere forpliktet seg, 0 samlinger ble holdt, og 0 scenarioer ble skrevet.")
    with world.acts("operator") as operator:
        lesson = draft_lesson_from(world.system, operator, opened.id).current
    assert (lesson.source, lesson.what_happened) == (Source.model_validate(source), None)


def test_every_check_and_phase_has_words() -> None:
    assert set(CHECKS) == set(Check)
    assert set(PHASES) == set(Phase)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 100), st.text("ab| \n#*", max_size=60), st.sampled_from(["en", "nb"]))
def test_whatever_there_is_of_it_makes_a_text_that_fits(gatherings: int, purpose: str, lang: str) -> None:
    with acting("kari"):
        source = Source(url="https://example.org")
        record = ProcessRecord(title=Title(en="Heat"), description=Prose(en="x" * 9_000), sources=(source,))
        process = ForesightProcess.open(uuid4(), record)
        for n in range(gatherings):
            day = f"20{n:02}-03-10"
            plan = GatheringPlan(starts=day, ends=day, purpose=purpose.strip() * 30 or None)
            process.plan_gathering(gathering := uuid4(), plan)
            process.hold_gathering(gathering, frozenset())
        process.name_force(uuid4(), ForceRecord(title=Title(en="A force"), steep=Steep.SOCIAL))
        for phase in Phase:
            process.enter_phase(phase, "2026-01-05")
        told = Telling(process, {c.check: c for c in readiness(process)}, (), {}, lang)
        assert 9_000 < len(told.body()) <= PROSE_MAX
        for row in told.body().partition("|---|")[2].splitlines()[1:]:
            assert row.replace("\\|", "").count("|") == 7
