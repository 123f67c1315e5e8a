"""Loads the demo data, through the same use cases as a person's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from api.usecases.cases import draft_case, publish_case
from api.usecases.clusters import new_cluster
from api.usecases.demo_people import KEYS
from api.usecases.lessons import new_lesson
from api.usecases.programmes import establish_programme
from api.wiring import System
from demo.cases import demo_cases
from demo.clusters import DemoCluster, demo_clusters
from demo.fictional import demo_adaptations, demo_cluster, fictional_process
from demo.lessons import DemoLesson, demo_lessons
from demo.origin import ACTOR, ACTOR_NAME, REASON, demo_id
from demo.people import SINCE, demo_people
from demo.processes import real_processes
from demo.programmes import PROGRAMME_IDS, PROGRAMMES
from domain.acting import acting
from domain.aggregate import Aggregate
from domain.case import Case
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.person import Person, Role
from domain.programme import Programme
from domain.viewer import Viewer

TOTAL = 120
"""Things that there are to load."""


@dataclass(slots=True)
class Loaded:
    """How many of each were added; what was there already is not counted."""

    programmes: int = 0
    clusters: int = 0
    people: int = 0
    lessons: int = 0
    processes: int = 0
    adaptations: int = 0
    cases: int = 0


def demo_wanted(system: System) -> bool:
    """Whether nothing is here yet, or loading was begun here and not finished."""
    if system.store.position == 0:
        return True
    first, last = PROGRAMME_IDS[PROGRAMMES[0].code], demo_id("case", "strategic-tools")
    case = system.store.find(Case, last)
    return system.store.find(Programme, first) is not None and (case is None or not (case.releases or case.withdrawn))


def load_demo(system: System, viewer: Viewer, progress: Callable[[int], None] = lambda _: None) -> Loaded:
    """What is there already stays as it is, so it may be called again, also after it was killed half-way.

    `viewer` has to be programme staff; the history names the person "Lærdom demo". `progress` is told how many of
    `TOTAL` are there. Raises `Refused` where a name of the demo's is borne by something else."""
    system.people.add(ACTOR_NAME, id=ACTOR)
    loaded = Loaded()
    with acting(ACTOR, reason=REASON):
        _load_programmes(system, viewer, loaded)
        progress(done := len(PROGRAMMES))
        clusters = list(demo_clusters())
        _load_clusters(system, viewer, clusters, loaded)
        progress(done := done + len(clusters))
        _load_people(system, loaded)
        progress(done := done + len(KEYS))
        ids = {c.new.name: demo_id("cluster", c.new.name) for c in clusters}
        lessons = list(demo_lessons(ids))
        _load_lessons(system, viewer, lessons, loaded)
        progress(done := done + len(lessons))
        done += _load_processes(system, viewer, ids, loaded)
        for case in demo_cases(ids, lessons):
            progress(done)
            there = system.store.find(Case, case.id)
            if there is None:
                there = draft_case(system, viewer, case.new, id=case.id)
                loaded.cases += 1
            if there.draft is not None and not there.releases and not there.withdrawn:
                publish_case(system, viewer, case.id, there.version)
            done += 1
        progress(done)
    return loaded


def _load_programmes(system: System, viewer: Viewer, loaded: Loaded) -> None:
    for new in PROGRAMMES:
        id = PROGRAMME_IDS[new.code]
        if system.store.find(Programme, id) is None:
            establish_programme(system, viewer, new, id=id)
            loaded.programmes += 1


def _load_clusters(system: System, viewer: Viewer, clusters: list[DemoCluster], loaded: Loaded) -> None:
    made: list[Aggregate] = []
    for demo in clusters:
        id = demo_id("cluster", demo.new.name)
        if system.store.find(Cluster, id) is None:
            cluster, claim = new_cluster(system, viewer, demo.new, id=id)
            code, year = demo.stays[0]
            cluster.admit(PROGRAMME_IDS[code], year)
            for (before, _), (code, year) in pairwise(demo.stays):
                cluster.graduate(PROGRAMME_IDS[before], PROGRAMME_IDS[code], year)
            made += (cluster, claim)
            loaded.clusters += 1
    _save(system, made)


def _load_people(system: System, loaded: Loaded) -> None:
    made: list[Aggregate] = []
    for demo in demo_people():
        system.people.add(demo.name, demo.email, id=str(demo.id))
        if system.store.find(Person, demo.id) is None:
            person = Person(demo.id)
            person.appoint(demo.part, SINCE)
            made.append(person)
            if demo.part.role is Role.CLUSTER_MANAGER and demo.part.of:
                cluster = system.store.get(Cluster, demo.part.of)
                cluster.appoint_manager(str(demo.id), SINCE)
                made.append(cluster)
            loaded.people += 1
    _save(system, made)


def _load_lessons(system: System, viewer: Viewer, lessons: list[DemoLesson], loaded: Loaded) -> None:
    made: list[Aggregate] = []
    for demo in lessons:
        if system.store.find(Lesson, demo.id) is None:
            lesson = new_lesson(system, viewer, demo.new, id=demo.id)
            lesson.submit()
            lesson.publish()
            made.append(lesson)
            loaded.lessons += 1
    _save(system, made)


def _load_processes(system: System, viewer: Viewer, clusters: Mapping[str, UUID], loaded: Loaded) -> int:
    """With the cluster that does not exist, and what was adapted there. How many there are to load."""
    new, made = demo_cluster(), list[Aggregate]()
    if system.store.find(Cluster, id := demo_id("cluster", new.name)) is None:
        made += new_cluster(system, viewer, new, id=id)
        loaded.clusters += 1
    processes, adaptations = [*real_processes(clusters), fictional_process()], list(demo_adaptations())
    there = system.store.find_many(thing.id for thing in (*processes, *adaptations))
    made += (absent := [process for process in processes if process.id not in there])
    loaded.processes += len(absent)
    made += (unmade := [adaptation for adaptation in adaptations if adaptation.id not in there])
    loaded.adaptations += len(unmade)
    _save(system, made)
    return 1 + len(processes) + len(adaptations)


def _save(system: System, things: list[Aggregate]) -> None:
    """In one transaction: there is no half of them to find after a kill."""
    if things:
        system.save(things[0], *things[1:])
