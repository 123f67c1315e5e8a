"""The lessons that stand behind the checks of a foresight process, and those that fit the phase it is in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from api.usecases.adapted import Adapted, adapted_any
from api.usecases.check_topics import BEHIND
from api.usecases.checking import hidden_from_search, readable
from api.usecases.lesson_ranking import Candidate, Ranked, Reason, Situation, disagree, following, ranked, spread
from api.usecases.looking import known
from api.usecases.processes import readiness_of
from api.wiring import System
from domain.acting import current_act
from domain.audiences import audiences
from domain.cluster import Cluster
from domain.foresight.checks import Check
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import Checked, CheckState
from domain.lesson import Lesson
from domain.programme import Programme
from domain.release import State
from domain.seen import seen
from domain.viewer import Viewer
from search.index import MAX_LIMIT, Query, SearchUnavailable

MOST_BEHIND = 3
MOST_DISAGREEING = 3


@dataclass(frozen=True, slots=True)
class NamedLesson:
    """`title` by language."""

    id: UUID
    url: str
    title: dict[str, str]


@dataclass(frozen=True, slots=True)
class FittingLesson:
    """A published lesson as the viewer may know it. `own`: of the cluster of the process. `disagrees_with`: at most
    three on the same topic that advise the opposite, whether they are among the others or not."""

    lesson: Lesson
    own: bool
    reasons: tuple[Reason, ...]
    disagrees_with: tuple[NamedLesson, ...]


def lessons_behind(system: System, viewer: Viewer) -> dict[Check, list[NamedLesson]]:
    """For each check at most three published lessons that the viewer may read: those with most of its topics first,
    then the latest. None while search is away: the checks stand without."""
    at = current_act().clock()
    topics = tuple(dict.fromkeys(topic for of_check in BEHIND.values() for topic in of_check))
    query = Query(at, filters={"kind": ("lesson",), "topic": topics}, sort="newest", limit=MAX_LIMIT)
    try:
        hits = system.index.search(query, audiences(viewer)).hits
    except SearchUnavailable:
        return {}
    ids = {UUID(hit.document.thing): hit.document.facets.get("topic", ()) for hit in hits}
    things = readable(system, viewer, ids.keys() - hidden_from_search(system, viewer, at).things)
    named = {
        id: NamedLesson(id, f"/lessons/{id}", seen(viewer, thing).current.title.languages)
        for id, thing in things.items()
        if isinstance(thing, Lesson)
    }
    there = {id: of for id, of in ids.items() if id in named}
    return {check: [named[id] for id in _nearest(of, there)[:MOST_BEHIND]] for check, of in BEHIND.items()}


def lessons_for(
    system: System, viewer: Viewer, process: ForesightProcess, checks: Sequence[Checked] | None = None
) -> list[FittingLesson]:
    """At most twelve that fit the process as it is given, the best first, those that disagree one after the other: see
    `lesson_ranking` for what fits. `checks` is its readiness, where it is known already. Raises `SearchUnavailable`."""
    here = _situation(system, process, readiness_of(system, viewer, process) if checks is None else checks)
    found = ranked(_candidates(system, viewer, here), here)
    return _side_by_side(spread(found), found, here)


def _named(lesson: Lesson) -> NamedLesson:
    return NamedLesson(lesson.id, f"/lessons/{lesson.id}", lesson.current.title.languages)


def _nearest(topics: tuple[str, ...], of: Mapping[UUID, tuple[str, ...]]) -> list[UUID]:
    shared = {id: len(set(topics) & set(own)) for id, own in of.items()}
    return sorted((id for id, count in shared.items() if count), key=lambda id: -shared[id])


def _situation(system: System, process: ForesightProcess, checks: Sequence[Checked]) -> Situation:
    record = process.current
    places = system.store.find_many([*record.programmes, *([record.cluster] if record.cluster else [])]).values()
    return Situation(
        phase=process.phase,
        coming=following(process.phase),
        cluster=next((place for place in places if isinstance(place, Cluster)), None),
        programmes={place.id: place.code for place in places if isinstance(place, Programme)},
        unmet=[one.check for one in checks if one.state is not CheckState.MET and one.waived is None],
    )


def _candidates(system: System, viewer: Viewer, here: Situation) -> Iterator[Candidate]:
    """The latest of the phases, and the latest under the topics of checks that are not met."""
    lessons = _published(system, viewer, here)
    clusters = system.store.find_many({lesson.current.cluster for lesson in lessons if lesson.current.cluster})
    tried: dict[UUID, list[Adapted]] = {}
    for one in adapted_any(system, viewer, (lesson.id for lesson in lessons)):
        if here.cluster is None or one.adaptation.cluster != here.cluster.id:
            tried.setdefault(one.lesson.id, []).append(one)
    for lesson in lessons:
        place = clusters.get(lesson.current.cluster) if lesson.current.cluster else None
        yield Candidate(lesson, place if isinstance(place, Cluster) else None, tried.get(lesson.id, []))


def _published(system: System, viewer: Viewer, here: Situation) -> list[Lesson]:
    at = current_act().clock()
    phases = tuple(phase.value for phase in (here.phase, here.coming) if phase)
    topics = tuple(dict.fromkeys(topic for check in here.unmet for topic in BEHIND[check]))
    ids = dict[UUID, None]()
    for facet, values in (("phase", phases), ("topic", topics)):
        if values:
            query = Query(at, filters={"kind": ("lesson",), facet: values}, sort="newest", limit=MAX_LIMIT)
            hits = system.index.search(query, audiences(viewer)).hits
            ids |= dict.fromkeys(UUID(hit.document.thing) for hit in hits)
    things = readable(system, viewer, ids.keys() - hidden_from_search(system, viewer, at).things)
    return [known(system, viewer, t) for t in things.values() if isinstance(t, Lesson) and t.state is State.PUBLISHED]


def _side_by_side(taken: Sequence[Ranked], found: Sequence[Ranked], here: Situation) -> list[FittingLesson]:
    """Each followed by those of the taken ones that disagree with it."""
    placed: dict[UUID, FittingLesson] = {}
    against = [*taken, *(one for one in found if one not in taken)]
    for one in taken:
        lesson = one.candidate.lesson
        for other in (one, *(o for o in taken if disagree(lesson, o.candidate.lesson))):
            if other.candidate.lesson.id not in placed:
                placed[other.candidate.lesson.id] = _fitting(other, against, here)
    return list(placed.values())


def _fitting(one: Ranked, found: Iterable[Ranked], here: Situation) -> FittingLesson:
    lesson = one.candidate.lesson
    against = [o.candidate.lesson for o in found if disagree(lesson, o.candidate.lesson)][:MOST_DISAGREEING]
    return FittingLesson(
        lesson,
        own=here.cluster is not None and lesson.current.cluster == here.cluster.id,
        reasons=one.reasons,
        disagrees_with=tuple(_named(other) for other in against),
    )
