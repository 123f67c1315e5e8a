"""The demo data: all there, once, found in both languages, and complete after a kill."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.usecases.finding import SearchParams, find
from api.wiring import System, open_system
from demo.load import TOTAL, Loaded, demo_wanted, load_demo
from demo.origin import ACTOR, demo_id
from domain.acting import acting
from domain.case import Case
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.lesson_record import Phase
from domain.viewer import Viewer
from tests.starting import start_with_what_there_is

STAFF = Viewer("kari", operator=True)
ANYBODY = Viewer("anybody")

KILLED = """
import os, sys
from pathlib import Path
from api.wiring import open_system
from demo.load import load_demo
from domain.viewer import Viewer

def stop(done):
    if done >= int(sys.argv[2]):
        os._exit(9)

with open_system(Path(sys.argv[1])) as system:
    load_demo(system, Viewer("kari", operator=True), stop)
"""


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    with open_system(tmp_path / "data") as system:
        system.start()
        yield system


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[System]:
    with open_system(tmp_path / "data") as system:
        load_demo(system, STAFF)
        start_with_what_there_is(system)
        yield system


def search(system: System, **params: object) -> list[str]:
    with acting(ANYBODY.person):
        return [hit.id for hit in find(system, ANYBODY, SearchParams.model_validate(params)).hits]


def test_everything_is_loaded_and_told_as_it_goes(system: System) -> None:
    told: list[int] = []
    assert demo_wanted(system)
    assert load_demo(system, STAFF, told.append) == Loaded(
        programmes=5, clusters=52, people=5, lessons=41, processes=7, adaptations=3, cases=7
    )
    assert told == sorted(told)
    assert told[-1] == TOTAL == 5 + 52 + 5 + 41 + 7 + 3 + 7
    assert not demo_wanted(system)


def test_loaded_twice_is_loaded_once(loaded: System) -> None:
    position = loaded.store.position
    assert load_demo(loaded, STAFF) == Loaded()
    assert loaded.store.position == position


@pytest.mark.parametrize("stop_at", [5, 56, 61, 102, 113, 117])
def test_killed_half_way_it_goes_on_where_it_was(tmp_path: Path, loaded: System, stop_at: int) -> None:
    folder = tmp_path / "killed"
    assert subprocess.run([sys.executable, "-c", KILLED, str(folder), str(stop_at)], check=False).returncode == 9
    with open_system(folder) as system:
        assert demo_wanted(system)
        load_demo(system, STAFF)
        assert not demo_wanted(system)
        assert system.store.position == loaded.store.position


def test_the_same_lesson_is_found_first_in_either_language(loaded: System) -> None:
    third = str(demo_id("lesson", "cl-003"))
    for words in ("recruit committed participants", "rekruttere forpliktede deltakere"):
        assert search(loaded, q=words)[0] == third


def test_several_programmes_can_be_chosen_from(loaded: System) -> None:
    with acting(ANYBODY.person):
        found = find(loaded, ANYBODY, SearchParams.model_validate({"kind": ["lesson"]}))
    counts = {value.value: value.count for value in found.facets["programme"]}
    assert counts["NCE"] >= 11
    assert counts["Arena"] >= 1
    assert {"NIC", "GCE"} <= set(counts)
    assert found.total == 41


def test_a_cluster_has_its_way_through_the_programmes(loaded: System) -> None:
    node = loaded.store.get(Cluster, demo_id("cluster", "GCE NODE"))
    nce, gce = (demo_id("programme", code) for code in ("NCE", "GCE"))
    assert [(m.programme, m.admitted, m.ended, m.graduated_to) for m in node.memberships] == [
        (nce, "2009", "2014", gce),
        (gce, "2014", None, None),
    ]
    assert node.current.former_names == ("NODE", "NCE NODE")
    assert (node.current.municipality, node.current.county) == ("Kristiansand", "Agder")
    assert (node.current.members_reported, node.current.members_year) == (48, 2009)
    undated = loaded.store.get(Cluster, demo_id("cluster", "NCE Instrumentation"))
    assert [(m.programme, m.admitted) for m in undated.memberships] == [(nce, None)]


def test_a_lesson_says_that_it_is_paraphrased_and_keeps_the_word_of_its_data(loaded: System) -> None:
    lessons = [loaded.store.get(Lesson, demo_id("lesson", f"cl-{n:03}")) for n in range(1, 42)]
    assert {lesson.current.source.paraphrased for lesson in lessons if lesson.current.source} == {True}
    assert {lesson.state.value for lesson in lessons} == {"published"}
    last = lessons[-1].current
    assert (last.phase, last.topics) == (Phase.FOLLOW_UP, ("search", "summaries", "sharing"))
    assert {event.actor for event in loaded.store.events(lessons[0].id)} == {ACTOR}
    assert {event.reason for event in loaded.store.events(lessons[0].id)} == {"demo data"}


def test_the_norwegian_experience_is_a_case_of_eleven_lessons(loaded: System) -> None:
    case = loaded.store.get(Case, demo_id("case", "strategic-tools"))
    record = case.current
    assert record.lessons == tuple(demo_id("lesson", f"cl-{n:03}") for n in range(1, 12))
    assert record.source is not None
    assert record.source.paraphrased
    assert (record.geographical_focus, case.visibility.value, case.state.value) == (
        "International",
        "public",
        "published",
    )
    assert record.body is not None
    assert set(record.body.languages) == {"en", "nb"}
    smart = loaded.store.get(Case, demo_id("case", "fc-2")).current
    assert smart.clusters == (demo_id("cluster", "NCE Smart Energy Markets"),)
    assert len(smart.lessons) == 6
