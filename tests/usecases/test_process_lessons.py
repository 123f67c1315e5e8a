"""Lessons for the phase a process is in: which, in what order, with what reasons, and none that may not be read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from api.usecases import adapting, clusters, lessons
from api.usecases.adapting import NewAdaptation
from api.usecases.clusters import NewCluster
from api.usecases.lesson_ranking import Candidate, Reason, Situation, following, ranked
from api.usecases.looking import load
from api.usecases.process_lessons import FittingLesson, lessons_for
from api.usecases.process_steps import STEPS
from api.usecases.processes import NewProcess, open_process, take
from api.usecases.reason_words import in_words
from domain.adaptation import Outcome, Rater
from domain.foresight.checks import Check
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.lesson_record import Phase
from search.index import SearchUnavailable
from tests.usecases.conftest import World

STEP = {step.name: step for step in STEPS}


def step(world: World, process: UUID, name: str, **asked: Any) -> None:
    with world.acts("mona") as mona:
        take(world.system, mona, process, None, STEP[name], STEP[name].asks.model_validate(asked))


@pytest.fixture
def process(world: World) -> UUID:
    """In recruitment, of ours: energy, 40 members, of Østfold; no check is looked at but that of the gatherings."""
    with world.acts("operator") as operator:
        ours = world.cluster()
        described = {"sector": "Energy", "county": "Østfold", "members_reported": 40}
        clusters.describe_cluster(world.system, operator, ours.id, ours.version, described)
    with world.acts("mona") as mona:
        new = NewProcess.model_validate({"title": {"en": "Heat 2040"}, "cluster": world["ours"]})
        opened = open_process(world.system, mona, new).id
    step(world, opened, "enter-phase", phase="recruitment", on="2026-11-01")
    for check in Check:
        if check is not Check.GATHERINGS_IN_A_YEAR:
            step(world, opened, "waive-check", check=check.value, reason="Not here.")
    return opened


def fitting(world: World, process: UUID, name: str = "mona") -> list[FittingLesson]:
    with world.acts(name) as viewer:
        return lessons_for(world.system, viewer, load(world.system, viewer, ForesightProcess, process))


def share(world: World, cluster: str | None = "theirs", **fields: Any) -> UUID:
    """A public lesson of another cluster, later than those before."""
    world.now += timedelta(hours=1)
    given: dict[str, Any] = {"visibility": "public", "cluster": world[cluster] if cluster else None, **fields}
    if cluster is None:
        given |= {"source": {"url": "https://example.org"}}
    return world.lesson("operator", **given).id


def another(world: World, name: str, **fields: Any) -> None:
    with world.acts("operator") as operator:
        made = clusters.register_cluster(world.system, operator, NewCluster(name=f"The cluster called {name}"))
        if fields:
            clusters.describe_cluster(world.system, operator, made.id, made.version, fields)
    world.ids[name] = made.id


def reasons(one: FittingLesson) -> dict[str, Any]:
    return {reason.kind: dict(reason.figures) for reason in one.reasons}


def test_the_current_phase_comes_before_the_one_to_come_and_others_come_not_at_all(world: World, process: UUID) -> None:
    coming, current = share(world, phase="scanning"), share(world)
    share(world, phase="planning")
    found = fitting(world, process)
    assert [(one.lesson.id, reasons(one)) for one in found] == [
        (current, {"phase": {"phase": "recruitment"}}),
        (coming, {"phase-to-come": {"phase": "scanning"}}),
    ]


def test_after_follow_up_nothing_comes_and_before_all_the_first_does() -> None:
    assert [following(phase) for phase in (None, *Phase)] == [*Phase, None]


def test_a_check_that_is_not_met_finds_lessons_of_any_phase_and_one_that_is_waived_none(
    world: World, process: UUID
) -> None:
    found = share(world, phase="planning", topics=["cadence"])
    share(world, phase="planning", topics=["late-joiners"])
    assert [(one.lesson.id, reasons(one)) for one in fitting(world, process)] == [
        (found, {"check": {"check": "gatherings-in-a-year"}})
    ]
    step(world, process, "end-waiver", check="catch-up")
    assert len(fitting(world, process)) == 2


def test_what_is_alike_comes_first_and_says_in_what(world: World, process: UUID) -> None:
    another(world, "alike", sector="energy", county="Østfold", members_reported=80)
    another(world, "unlike", sector="fish", county="Troms", members_reported=81)
    alike, unlike = share(world, "alike"), share(world, "unlike")
    with world.acts("operator") as operator:
        theirs = world.cluster("alike")
        clusters.admit_cluster(world.system, operator, theirs.id, theirs.version, world["NCE"], "2010")
    same_programme = share(world, "alike", sector="fish")
    found = fitting(world, process)
    assert [one.lesson.id for one in found] == [same_programme, alike, unlike]
    assert reasons(found[1]) == {
        "phase": {"phase": "recruitment"},
        "sector": {"sector": "energy"},
        "county": {"county": "Østfold"},
        "size": {"members": 80},
    }
    assert (set(reasons(found[0])), set(reasons(found[2]))) == ({"phase", "programme", "county", "size"}, {"phase"})


def test_those_of_the_own_cluster_come_too_and_are_marked(world: World, process: UUID) -> None:
    own, other = share(world, "ours"), share(world)
    assert {(one.lesson.id, one.own, "own" in reasons(one)) for one in fitting(world, process)} == {
        (own, True, True),
        (other, False, False),
    }


def adapted(world: World, lesson: UUID, cluster: str, *outcomes: Outcome) -> None:
    with world.acts("operator") as operator:
        new = NewAdaptation.model_validate({"lesson": lesson, "cluster": world[cluster], "why": {"en": "Why not."}})
        made = adapting.make_adaptation(world.system, operator, new)
        for outcome, by in zip(outcomes, ("cluster", "programme"), strict=False):
            made = adapting.rate_adaptation(world.system, operator, made.id, made.version, outcome, by=Rater(by))


def test_what_others_found_moves_it_up_and_down_and_the_own_trial_is_no_reason(world: World, process: UUID) -> None:
    for name in ("peers", "others"):
        another(world, name)
    with world.acts("operator") as operator:
        peers = world.cluster("peers")
        clusters.admit_cluster(world.system, operator, peers.id, peers.version, world["NCE"], "2010")
    worked, failed, untried = share(world), share(world), share(world)
    adapted(world, worked, "peers", Outcome.WORKED, Outcome.PARTLY)
    adapted(world, worked, "others", Outcome.WORKED)
    for _ in range(2):
        adapted(world, failed, "peers", Outcome.DID_NOT)
    adapted(world, untried, "ours", Outcome.WORKED)
    found = fitting(world, process)
    assert [one.lesson.id for one in found] == [worked, untried, failed]
    told = reasons(found[0])
    assert told["adapted"] == {"clusters": 2, "of_your_programmes": 1}
    assert told["rated-by-cluster"] == {"worked": 2, "partly": 0, "did_not": 0}
    assert told["rated-by-programme"] == {"worked": 0, "partly": 1, "did_not": 0}
    assert set(reasons(found[1])) == {"phase"}


def test_evidence_counts(world: World, process: UUID) -> None:
    told = share(world, evidence=[{"kind": "figure", "text": "9 of 10."}])
    share(world)
    assert fitting(world, process)[0].lesson.id == told


def test_twelve_at_most_and_no_cluster_more_than_a_third_of_them(world: World, process: UUID) -> None:
    another(world, "few")
    few = {share(world, "few") for _ in range(2)}
    many = [share(world) for _ in range(6)]
    found = {one.lesson.id for one in fitting(world, process)}
    assert found == few | set(many[2:])  # the latest
    free = {share(world, None) for _ in range(8)}
    found = [one.lesson.id for one in fitting(world, process)]
    assert (len(found), free <= set(found)) == (12, True)


def test_those_that_disagree_stand_side_by_side_and_say_with_what(world: World, process: UUID) -> None:
    keep = share(world, topics=["letters"], polarity="keep", evidence=[{"kind": "quote", "text": "Yes."}])
    between = share(world, topics=["dinners"], polarity="change", evidence=[{"kind": "quote", "text": "Yes."}])
    change = share(world, topics=["letters", "post"], polarity="change")
    share(world, topics=["letters"], polarity="mixed")
    share(world, None, topics=["post", "stamps"], polarity="keep")  # one of two topics is not the same
    found = fitting(world, process)
    order = [one.lesson.id for one in found]
    assert order[:3] == [between, keep, change]
    assert {one.lesson.id: [other.id for other in one.disagrees_with] for one in found[:3]} == {
        between: [],
        keep: [change],
        change: [keep],
    }
    assert found[3].disagrees_with == ()


def test_nothing_is_found_that_the_viewer_may_not_read_now_or_that_no_longer_holds(world: World, process: UUID) -> None:
    world.lesson("odd", cluster=world["theirs"], visibility="own-cluster")
    withdrawn = share(world)
    kept = world.system.store.get(Lesson, withdrawn)
    with world.acts("operator") as operator:
        lessons.withdraw_lesson(world.system, operator, withdrawn, kept.version, "No.")
    shared = world.lesson("odd", cluster=world["theirs"], visibility="managers")
    assert [one.lesson.id for one in fitting(world, process)] == [shared.id]
    with world.acts("odd") as odd:
        lessons.change_lesson(world.system, odd, shared.id, shared.version, {"visibility": "own-cluster"})
    assert fitting(world, process) == []


def test_an_anonymous_lesson_is_like_nobody(world: World, process: UUID) -> None:
    another(world, "alike", sector="energy", county="Østfold", members_reported=40)
    share(world, "alike", anonymous=True, sector="energy")
    [found] = fitting(world, process)
    assert (set(reasons(found)), found.lesson.current.cluster) == ({"phase"}, None)


def test_away_is_not_the_same_as_nothing(world: World, process: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise SearchUnavailable("away")

    monkeypatch.setattr(world.system.index, "search", away)
    with pytest.raises(SearchUnavailable):
        fitting(world, process)


@pytest.mark.parametrize(
    ("kind", "figures", "en", "nb"),
    [
        ("phase", {"phase": "recruitment"}, "fits recruitment, your current phase",
         "passer til rekruttering, fasen dere er i"),
        ("check", {"check": "planning-time"}, "bears on a check that is not met: time set aside for planning",
         "gjelder noe som ikke er på plass: tid satt av til planlegging"),
        ("programme", {"programmes": ["NCE", "GCE"]}, "from a cluster of NCE, GCE, as yours is",
         "fra en klynge i NCE, GCE, som deres"),
        ("adapted", {"clusters": 2, "of_your_programmes": 2}, "2 clusters of your programme adapted it",
         "2 klynger i programmet deres tilpasset den"),
        ("adapted", {"clusters": 1, "of_your_programmes": 0}, "one cluster adapted it", "én klynge tilpasset den"),
        ("rated-by-cluster", {"worked": 2, "partly": 0, "did_not": 1},
         "it worked 2 times, it did not work once, say the clusters",
         "den virket 2 ganger, den virket ikke én gang, sier klyngene"),
    ],
)  # fmt: skip
def test_reasons_in_words(kind: str, figures: dict[str, Any], en: str, nb: str) -> None:
    assert in_words(Reason(kind, figures, 1)) == {"en": en, "nb": nb}


def test_every_reason_has_words(world: World, process: UUID) -> None:
    another(world, "alike", sector="energy", county="Østfold", members_reported=40)
    lesson = share(world, "alike", topics=["cadence"], evidence=[{"kind": "quote", "text": "Yes."}])
    share(world, "ours")
    adapted(world, lesson, "theirs", Outcome.WORKED, Outcome.DID_NOT)
    told = [in_words(reason) for one in fitting(world, process) for reason in one.reasons]
    assert len(told) == 11
    assert all(words["en"] != words["nb"] and "{" not in words["en"] + words["nb"] for words in told)


def test_many_outcomes_do_not_lift_a_lesson_of_the_next_phase_over_one_of_this(world: World, process: UUID) -> None:
    coming, current = share(world, phase="scanning"), share(world)
    for number in range(5):
        another(world, f"peer {number}")
        adapted(world, coming, f"peer {number}", Outcome.WORKED)
    assert [one.lesson.id for one in fitting(world, process)] == [current, coming]


def test_the_latest_comes_first_among_equals(world: World) -> None:
    ids = [share(world) for _ in range(3)]
    there = [Candidate(world.system.store.get(Lesson, id), None, ()) for id in ids]
    here = Situation(Phase.RECRUITMENT, Phase.SCANNING, None, {}, ())
    assert [one.candidate.lesson.id for one in ranked(there, here)] == ids[::-1]
    assert ranked(there, replace(here, phase=Phase.ACTION, coming=None)) == []
