"""Where a practice comes from and where it went: lessons, the adaptations of them, and the lessons these led to.

An adaptation that a cluster made in one of its processes leads to the lessons that the cluster drew from that process.
All of it is made of what the viewer may know: an anonymous lesson names neither cluster nor process, and so hangs on
nothing that it was drawn from.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from api.usecases.adapted import Adapted, adapted_any, adapted_of
from api.usecases.checking import readable
from api.usecases.looking import known
from api.wiring import System
from domain.audiences import audiences
from domain.lesson import Lesson
from domain.viewer import Viewer

MOST = 60
"""Nodes; what lies nearest to the lesson comes first."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What `source` led to: ids of a lesson and an adaptation, or the other way."""

    source: UUID
    target: UUID


@dataclass
class Provenance:
    """`lessons` and `adaptations` by id, and `step` of each: 0 for the lesson asked about, above 0 what came of it,
    below 0 what it came from. `whole`: nothing was left out for want of room."""

    lessons: dict[UUID, Lesson] = field(default_factory=dict[UUID, Lesson])
    adaptations: dict[UUID, Adapted] = field(default_factory=dict[UUID, Adapted])
    steps: dict[UUID, int] = field(default_factory=dict[UUID, int])
    edges: list[Edge] = field(default_factory=list[Edge])
    whole: bool = True


def provenance_of(system: System, viewer: Viewer, lesson: Lesson) -> Provenance:
    """Up and down from a lesson that the viewer may read, as they may know it."""
    found = Provenance({lesson.id: lesson}, {}, {lesson.id: 0})
    for way in (1, -1):
        _follow(system, viewer, found, lesson, way)
    return found


def _follow(system: System, viewer: Viewer, found: Provenance, begin: Lesson, way: int) -> None:
    """Breadth first; each node once, though paths may meet."""
    edge: list[Lesson] = [begin]
    while edge:
        further: list[Lesson] = []
        for lesson in edge:
            step = found.steps[lesson.id] + way
            for one in _adapted(system, viewer, lesson, way):
                if not _takes(found, lesson.id, one.adaptation.id, step, way):
                    continue
                found.adaptations[one.adaptation.id] = one
                for other in _lessons(system, viewer, one, way):
                    if _takes(found, one.adaptation.id, other.id, step + way, way):
                        found.lessons[other.id] = other
                        further.append(other)
        edge = further


def _takes(found: Provenance, this: UUID, other: UUID, step: int, way: int) -> bool:
    """Notes the edge; whether the other end is new."""
    is_new = other not in found.steps
    if is_new and len(found.steps) >= MOST:
        found.whole = False
        return False
    edge = Edge(this, other) if way > 0 else Edge(other, this)
    if edge not in found.edges:
        found.edges.append(edge)
    found.steps.setdefault(other, step)
    return is_new


def _adapted(system: System, viewer: Viewer, lesson: Lesson, way: int) -> list[Adapted]:
    """Down: those of the lesson. Up: what its cluster adapted in the process that it was drawn from."""
    if way > 0:
        return adapted_of(system, viewer, lesson.id)
    cluster, process = lesson.current.cluster, lesson.current.process
    if cluster is None or process is None:
        return []
    there = (one for one in adapted_any(system, viewer, [process]) if one.adaptation.process == process)
    return [one for one in there if one.adaptation.cluster == cluster]


def _lessons(system: System, viewer: Viewer, one: Adapted, way: int) -> list[Lesson]:
    """Down: those that its cluster drew from the process in which it was adapted. Up: the one that was adapted."""
    return [one.lesson] if way < 0 else list(_drawn(system, viewer, one))


def _drawn(system: System, viewer: Viewer, one: Adapted) -> Iterator[Lesson]:
    cluster, process = one.adaptation.cluster, one.adaptation.process
    if process is None:
        return
    entries = system.catalogue.linked_to(cluster, "lesson", scope=audiences(viewer))
    for thing in readable(system, viewer, (entry.id for entry in entries)).values():
        if isinstance(thing, Lesson) and thing.releases and not thing.withdrawn:
            shown = known(system, viewer, thing)
            if (shown.current.cluster, shown.current.process) == (cluster, process):
                yield shown
