"""Handing a cluster over to its next manager: one action, kept whole or not at all."""

from collections.abc import Sequence
from uuid import UUID

from api.usecases.changing import change
from api.usecases.people import of_register, with_parts
from api.usecases.persons import manages, not_oneself
from api.wiring import System
from domain.aggregate import Aggregate
from domain.cluster import Cluster
from domain.errors import Invalid
from domain.lesson import Lesson
from domain.person import Part, Person, Role
from domain.release import State
from domain.viewer import Viewer

ENDED = (State.WITHDRAWN, State.SUPERSEDED)


def hand_over_cluster(
    system: System,
    viewer: Viewer,
    id: UUID,
    version: int,
    to: str,
    on: str,
    reason: str | None = None,
    leaving: Sequence[str] | None = None,
) -> Cluster:
    """Those who are leaving stand down, all managers where nobody is named; the one it goes to is appointed from the
    same day on; and whatever lesson of the cluster they own is that one's from now on.

    Raises `Invalid`, `NotAllowed`, `NotFound`, `Stale`."""

    def together(cluster: Cluster) -> tuple[Aggregate, ...]:
        not_oneself(viewer, to)
        part = Part(Role.CLUSTER_MANAGER, id)
        taking = of_register(system, to, "to")
        leavers = _leavers(cluster, to, leaving)
        people: list[Person] = []
        for leaver in leavers:
            cluster.manager_left(leaver, on)
            for one in with_parts(system, leaver):
                if one.holds(part):
                    one.stand_down(part, on)
                people.append(one)
        if not manages(cluster, to):
            cluster.appoint_manager(to, on)
        for one in taking:
            if not one.holds(part):
                one.appoint(part, on)
        return (*people, *taking, *_lessons(system, id, leavers, to))

    return change(
        system, viewer, Cluster, id, version, "appoint-manager", lambda _: None, reason=reason, beside=together
    )


def _leavers(cluster: Cluster, to: str, leaving: Sequence[str] | None) -> list[str]:
    if leaving is None:
        return [m.value for m in cluster.managers if m.until is None and m.value != to]
    if to in leaving or not all(manages(cluster, person) for person in leaving):
        raise Invalid("Name those who manage the cluster now and leave it.", field="leaving")
    return list(dict.fromkeys(leaving))


def _lessons(system: System, cluster: UUID, leavers: Sequence[str], to: str) -> list[Lesson]:
    """The living lessons that belong to the cluster and were a leaver's, handed over. Lists say which may be meant."""
    handed: list[Lesson] = []
    for lesson in system.store.find_many(system.catalogue.naming(cluster)).values():
        if isinstance(lesson, Lesson) and _is_left(lesson, cluster, leavers):
            lesson.hand_over(to)
            handed.append(lesson)
    return handed


def _is_left(lesson: Lesson, cluster: UUID, leavers: Sequence[str]) -> bool:
    return lesson.home.cluster == cluster and lesson.owner in leavers and lesson.state not in ENDED
