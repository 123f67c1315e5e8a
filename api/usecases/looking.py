"""Who is looking, and what they get to see of a thing."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from datetime import date
from uuid import UUID

from api.usecases.checking import allow_now
from api.usecases.reading import note_read
from api.wiring import System
from domain.acting import current_act
from domain.adaptation import Adaptation
from domain.aggregate import A, Aggregate
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.consent import told_of
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.person import Person, Role
from domain.policy import may
from domain.seen import seen
from domain.viewer import Viewer


def today() -> date:
    return current_act().clock().date()


def viewer_of(system: System, person: str, *, reads_only: bool = False) -> Viewer:
    """The person with the parts they have today, exactly as the events say: nothing is remembered from before."""
    found = _person(system, person)
    if found is None:
        return Viewer(person, reads_only=reads_only)
    parts, day, now = found.parts(today()), today(), current_act().clock()

    def of(role: Role) -> frozenset[UUID]:
        return frozenset(part.of for part in parts if part.role is role and part.of is not None)

    manages, contributes = of(Role.CLUSTER_MANAGER), of(Role.CLUSTER_CONTRIBUTOR)
    roles = {part.role for part in parts}
    return Viewer(
        person,
        manages=manages,
        contributes=contributes,
        leads=of(Role.PROCESS_LEADER),
        staffs=of(Role.PROGRAMME_STAFF),
        programmes=frozenset(_programmes(system, manages | contributes, day)),
        auditor=Role.AUDITOR in roles,
        administrator=Role.ADMINISTRATOR in roles,
        opened=frozenset(thing for thing, until in found.opened.items() if now < until)
        if Role.ADMINISTRATOR in roles
        else frozenset(),
        reads_only=reads_only,
    )


def turns_of(system: System, person: str) -> int:
    """How often the person's appointments were changed; what was signed in before a change has ended."""
    found = _person(system, person)
    return found.turns if found else 0


def load(system: System, viewer: Viewer, cls: type[A], id: UUID) -> A:
    """The thing as the viewer may know it. Raises `NotFound` for what is not there or not for this viewer. That
    somebody else reads what is restricted is recorded first: `StoreUnavailable` where it cannot be."""
    thing = system.store.get(cls, id)
    allow_now(system, viewer, "read", thing)
    note_read(system, viewer, thing)
    return known(system, viewer, thing)


def known(system: System, viewer: Viewer, thing: A, *now: A) -> A:
    """A copy without what the viewer may not know, nor the id of a lesson or process that they may not know of. Ask
    first whether they may read it. Of a thing as it was, `now` is what it is: see `seen`."""
    shown = seen(viewer, thing, *now)
    if isinstance(shown, Case):
        told = with_told_lessons(system, viewer, shown, next((one for one in now if isinstance(one, Case)), shown))
        shown.releases, shown.draft = told.releases, told.draft
        shown.process = shown.process and _told(system, viewer, ForesightProcess, shown.process)
    if isinstance(shown, Lesson) and shown.superseded_by:
        shown.superseded_by = _told(system, viewer, Lesson, shown.superseded_by)
    if isinstance(shown, Adaptation) and shown.process:
        shown.process = _told(system, viewer, ForesightProcess, shown.process)
    return shown


def with_told_lessons(system: System, viewer: Viewer, case: Case, now: Case) -> Case:
    """A copy of what the case is or was, that names the lessons alone that its viewer is told of `now`."""
    records = [r.record for r in case.releases] + ([case.draft] if case.draft else [])
    told = told_lessons(system, viewer, now, (id for record in records for id in record.lessons))

    def without(record: CaseRecord) -> CaseRecord:
        return record.model_copy(update={"lessons": tuple(id for id in record.lessons if id in told)})

    shown = copy(case)
    shown.releases = tuple(replace(r, record=without(r.record)) for r in case.releases)
    shown.draft = case.draft and without(case.draft)
    return shown


def told_lessons(system: System, viewer: Viewer, case: Case, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the ids that the case may name to its viewer: by themselves, or by their owners' consent."""
    lessons = system.store.find_many(dict.fromkeys(ids))
    return frozenset(
        id for id, lesson in lessons.items() if isinstance(lesson, Lesson) and told_of(viewer, lesson, case)
    )


def _told(system: System, viewer: Viewer, cls: type[Aggregate], id: UUID) -> UUID | None:
    """The id where the viewer may read what it is of."""
    found = system.store.find(cls, id)
    return id if found is not None and may(viewer, "read", found) else None


def _person(system: System, person: str) -> Person | None:
    try:
        return system.store.find(Person, UUID(person))
    except ValueError:
        return None


def _programmes(system: System, clusters: Iterable[UUID], day: date) -> Iterable[UUID]:
    for cluster in system.store.find_many(clusters).values():
        if isinstance(cluster, Cluster):
            yield from cluster.programmes_on(day)
