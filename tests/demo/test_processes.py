"""The processes of the demo data: the real ones as far as their sources go, and an invented one that fills them all."""

import re
from collections.abc import Iterator
from copy import copy, deepcopy
from typing import Any, cast

import pytest
from pydantic import BaseModel

from api.usecases.processes import adaptations_in
from api.wiring import System, open_system
from demo.fictional import PROCESS
from demo.load import load_demo
from demo.origin import demo_id
from domain.adaptation import Outcome, Rater
from domain.audiences import PUBLIC, released_to
from domain.cluster import Cluster
from domain.foresight.actions import ActionState
from domain.foresight.checks import Check
from domain.foresight.forces import Standing, Steep
from domain.foresight.gatherings import GatheringState
from domain.foresight.participation import Commitment
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import CheckState, readiness
from domain.lesson_record import Phase
from domain.registry import aggregate_class
from domain.text import LocalText
from domain.viewer import Viewer
from projections.history import history

REAL = [f"fc-{n}" for n in range(1, 7)]
OPERATOR = Viewer("kari", operator=True)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with open_system(tmp_path_factory.mktemp("demo") / "data") as system:
        load_demo(system, OPERATOR)
        system.projector.catch_up()
        yield system


@pytest.fixture
def real(loaded: System) -> list[ForesightProcess]:
    return [loaded.store.get(ForesightProcess, demo_id("process", key)) for key in REAL]


@pytest.fixture
def invented(loaded: System) -> ForesightProcess:
    return loaded.store.get(ForesightProcess, PROCESS)


def test_the_real_ones_have_what_their_sources_tell_and_nothing_beside(
    loaded: System, real: list[ForesightProcess]
) -> None:
    def told(process: ForesightProcess) -> tuple[Any, ...]:
        record = process.current
        cluster = loaded.store.get(Cluster, record.cluster).name if record.cluster else None
        days = [g.plan.starts for g in process.by_date(*GatheringState)]
        leader = process.project_leader.organisation if process.project_leader else None
        return cluster, record.begins, leader, days

    assert [told(process) for process in real] == [
        ("GCE NODE", None, None, []),
        ("NCE Smart Energy Markets", "2009", None, []),
        (None, None, None, ["2004-08-31", "2004-10-05", "2004-11-23", "2005-01-11"]),
        (None, "2008", "Greater Stavanger Economic Development", []),
        (None, "2003", None, []),
        (None, "2006", None, []),
    ]
    for process in real:
        assert [source.paraphrased for source in process.current.sources] == [True]
        assert (process.process_leader, process.participants, process.phases, process.forces) == (None, {}, (), {})
        assert not any(gathering.attended for gathering in process.gatherings.values())
        assert PUBLIC in released_to(process)


def test_the_invented_one_says_so(loaded: System, invented: ForesightProcess) -> None:
    assert invented.current.cluster is not None
    cluster = loaded.store.get(Cluster, invented.current.cluster)
    for described in (invented.current.description, cluster.current.description):
        assert described is not None
        assert "invented" in (described.en or "")
        assert "oppdiktet" in (described.nb or "")


def test_the_invented_one_fills_every_part(invented: ForesightProcess) -> None:
    assert {phase for _, phase in invented.phases} == set(Phase)
    assert sum(phase is Phase.DRIVING_FORCES for _, phase in invented.phases) == 2
    assert {one.commitment for one in invented.participants.values()} == {
        *(Commitment.COMMITTED, Commitment.DECLINED, Commitment.WITHDREW)
    }
    assert len({one.record.organisation_kind for one in invented.participants.values()}) >= 5
    assert [(turnout.attended, turnout.back, turnout.core) for turnout in invented.turnouts()] == [
        (10, None, 10),
        (9, 9, 9),
        (9, 7, 7),
        (8, 8, 6),
    ]
    assessed = list(invented.assessed())
    assert {one.force.record.steep for one in assessed} == set(Steep)
    assert {one.force.record.standing for one in assessed} == {None, *Standing}
    assert min(len(one.scores) for one in assessed) >= 4
    [(_, _, corners)] = invented.crosses()
    assert len(corners) == 4
    assert {frozenset(option.ratings) for option in invented.options.values()} == {frozenset(invented.scenarios)}
    assert all(post.readings for post in invented.signposts.values())
    assert {action.state for action in invented.actions.values()} == set(ActionState)
    assert min(sum(one.counts) for one in invented.distributions()) >= 9


def test_one_check_is_waived_and_one_is_not_met(loaded: System, invented: ForesightProcess) -> None:
    checked = list(readiness(invented, adaptations_in(loaded, OPERATOR, PROCESS)))
    assert [one.check for one in checked if one.waived] == [Check.FOLLOW_UP]
    assert [one.check for one in checked if one.state is not CheckState.MET and not one.waived] == [
        Check.EVALUATION_AGREED
    ]


def test_what_came_of_the_adaptations(loaded: System) -> None:
    adaptations = {one.lesson: one for one in adaptations_in(loaded, OPERATOR, PROCESS)}
    outcomes = {id: (one.outcome(Rater.CLUSTER), one.outcome(Rater.PROGRAMME)) for id, one in adaptations.items()}
    assert outcomes == {
        demo_id("lesson", "cl-012"): (Outcome.WORKED, Outcome.WORKED),
        demo_id("lesson", "cl-015"): (Outcome.PARTLY, Outcome.PARTLY),
        demo_id("lesson", "cl-018"): (Outcome.WORKED, None),
    }


def texts(value: Any) -> Iterator[LocalText]:
    if isinstance(value, LocalText):
        yield value
    elif isinstance(value, BaseModel):
        for inner in dict(value).values():
            yield from texts(inner)


def test_every_text_is_there_in_both_languages(loaded: System) -> None:
    ids = [
        *(demo_id("process", key) for key in REAL),
        PROCESS,
        *(one.id for one in adaptations_in(loaded, OPERATOR, PROCESS)),
    ]
    events = [event for id in ids for event in loaded.store.events(id)]
    assert {tuple(text.languages) for event in events for text in texts(event)} == {("en", "nb")}


def test_its_history_is_told_in_words(loaded: System) -> None:
    changes = [change for entry in history(loaded.store.events(PROCESS)) for change in entry.changes]
    assert len(changes) > 300
    assert [change for change in changes if re.search(r"UUID|frozenset|datetime|en='|<", change.after)] == []


def test_what_happens_to_a_copy_changes_nothing_of_the_thing(loaded: System) -> None:
    """On this the event store relies, which keeps things in memory and hands out shallow copies."""
    for id in {row.originator_id for row in loaded.store.read(0, 10_000)}:
        events = loaded.store.events(cast(Any, id))
        for before in range(1, len(events)):
            thing = aggregate_class(events[0].topic).replay(events[0].originator_id, events[:before])
            kept, going_on = deepcopy(vars(thing)), copy(thing)
            going_on.take(events[before])
            assert vars(thing) == kept, events[before].topic
