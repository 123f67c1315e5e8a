"""Adaptations as a viewer may know them: of a lesson, by a cluster, in a process; what came of them, and what waits."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from api.usecases.adapting import ASKS
from api.usecases.checking import readable
from api.usecases.looking import known, today
from api.wiring import System
from domain.adaptation import Adaptation, Outcome, Rater
from domain.audiences import audiences
from domain.lesson import Lesson
from domain.policy import may
from domain.release import State
from domain.viewer import Viewer

AT_ONCE = 100
OVER = (State.WITHDRAWN, State.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Adapted:
    """An adaptation and its lesson, both as the viewer may know them."""

    adaptation: Adaptation
    lesson: Lesson

    @property
    def over(self) -> State | None:
        """What became of the lesson, which those who adapted it have to know; None while it holds."""
        return self.lesson.state if self.lesson.state in OVER else None


@dataclass(frozen=True, slots=True)
class Effect:
    """How often a lesson was adapted, by how many clusters and in how many programmes, and how many times each outcome
    was told last: by the clusters, and apart from that by programmes."""

    times: int
    clusters: int
    programmes: int
    by_cluster: Mapping[Outcome, int]
    by_programme: Mapping[Outcome, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """An outcome that is asked for `months` after it was adapted, and who is asked."""

    adapted: Adapted
    by: Rater
    months: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """For the viewer to see to: lessons that no longer hold, and outcomes that are asked for; latest adapted first."""

    over: Sequence[Adapted]
    due: Sequence[Asked]


def adapted_of(system: System, viewer: Viewer, lesson: UUID) -> list[Adapted]:
    """Of a lesson, latest made first; what was withdrawn is left out, here and below."""
    return adapted_any(system, viewer, [lesson])


def adapted_any(system: System, viewer: Viewer, ids: Iterable[UUID]) -> list[Adapted]:
    """Those that name any of these lessons, clusters, programmes or processes, as far as the viewer may know."""
    wanted = frozenset(ids)
    entries = system.catalogue.linked_to_any(wanted, "adaptation", scope=audiences(viewer)) if wanted else ()
    there = _known(system, viewer, (entry.id for entry in entries))
    return [one for one in there if not one.adaptation.withdrawn and wanted & _named(one.adaptation)]


def all_adapted(system: System, viewer: Viewer, offset: int, limit: int) -> tuple[list[Adapted], bool]:
    """A page of all, withdrawn ones too, most lately changed first, and whether there are more: counted of what the
    viewer may know."""
    found: list[Adapted] = []
    for entries in _pages(system, viewer):
        found += _known(system, viewer, entries)
        if len(found) > offset + limit:
            break
    return found[offset : offset + limit], len(found) > offset + limit


def with_lesson(system: System, viewer: Viewer, adaptation: Adaptation) -> Adapted:
    """Of one that the viewer may read, as it is given."""
    return Adapted(
        known(system, viewer, adaptation), known(system, viewer, system.store.get(Lesson, adaptation.lesson))
    )


def effect_of(adapted: Sequence[Adapted]) -> Effect:
    there = [one.adaptation for one in adapted]
    told = {by: Counter(o for a in there if (o := a.outcome(by))) for by in Rater}
    return Effect(
        times=len(there),
        clusters=len({a.cluster for a in there}),
        programmes=len({p for a in there for p in a.programmes}),
        by_cluster={o: told[Rater.CLUSTER][o] for o in Outcome},
        by_programme={o: told[Rater.PROGRAMME][o] for o in Outcome},
    )


def waiting(system: System, viewer: Viewer) -> Waiting:
    """Of the clusters of the viewer, and of the programmes that they are staff of. A cluster that is in no programme is
    asked alone."""
    there = adapted_any(system, viewer, viewer.clusters | viewer.staffs)
    own = [one for one in there if one.adaptation.cluster in viewer.clusters]
    asked = [asked for one in there for asked in _asked(viewer, one)]
    return Waiting([one for one in own if one.over], asked)


def _asked(viewer: Viewer, one: Adapted) -> Iterator[Asked]:
    for by, action in ASKS.items():
        if may(viewer, action, one.adaptation) and (months := one.adaptation.due(by, today())):
            yield Asked(one, by, months)


def _named(adaptation: Adaptation) -> frozenset[UUID]:
    """As its viewer may know: not the process that they may not."""
    named = (adaptation.lesson, adaptation.cluster, adaptation.process, *adaptation.programmes)
    return frozenset(id for id in named if id)


def _pages(system: System, viewer: Viewer) -> Iterator[list[UUID]]:
    offset = 0
    while entries := system.catalogue.listing("adaptation", scope=audiences(viewer), limit=AT_ONCE, offset=offset):
        yield [entry.id for entry in entries]
        offset += AT_ONCE


def _known(system: System, viewer: Viewer, ids: Iterable[UUID]) -> list[Adapted]:
    """In the order of the ids."""
    wanted = list(ids)
    things = readable(system, viewer, wanted)
    there = [thing for id in wanted if isinstance(thing := things.get(id), Adaptation)]
    lessons = readable(system, viewer, {one.lesson for one in there})
    shown = {id: known(system, viewer, lesson) for id, lesson in lessons.items() if isinstance(lesson, Lesson)}
    return [Adapted(known(system, viewer, one), shown[one.lesson]) for one in there if one.lesson in shown]
