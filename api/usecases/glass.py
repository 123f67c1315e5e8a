"""Breaking the glass: an administrator reads one thing that is not shared with them, for an hour, and everybody who
works on it is told."""

from datetime import datetime, timedelta
from uuid import UUID

from api.usecases.people import id_of
from api.wiring import System
from domain.acting import current_act
from domain.aggregate import A, Aggregate
from domain.errors import NotFound, WrongState
from domain.person import Person
from domain.policy import may
from domain.seen import acts_on
from domain.viewer import Viewer
from projections.events_asked import Line

OPEN_FOR = timedelta(minutes=60)


def break_glass(system: System, viewer: Viewer, cls: type[Aggregate], id: UUID, reason: str) -> datetime:
    """Until when the thing is open to the administrator. The reason is required, recorded and announced.

    Raises `NotFound` for what is not there, and for everybody who is no administrator; `WrongState` for what they may
    read anyway."""
    to_be_opened(system, viewer, cls, id)
    person = _administrator(system, viewer)
    until = current_act().clock() + OPEN_FOR
    person.break_glass(id, reason, until=until)
    system.save(person)
    return until


def to_be_opened(system: System, viewer: Viewer, cls: type[A], id: UUID) -> A:
    """The thing, not to be shown yet. Raises as `break_glass`."""
    if not may(viewer, "break-glass", cls):
        raise NotFound("There is nothing here.")
    thing = system.store.get(cls, id)
    if may(viewer, "read-draft", thing):
        raise WrongState("You may read this already. Nothing has to be opened.")
    return thing


def openings(system: System, viewer: Viewer, thing: Aggregate) -> tuple[Line, ...]:
    """Who broke the glass over the thing, when and why, newest first; for those who work on it, and nobody else."""
    works = may(viewer, "read-draft", thing) or acts_on(viewer, thing)
    return system.event_log.openings(thing.id) if works else ()


def _administrator(system: System, viewer: Viewer) -> Person:
    id = id_of(viewer.person)
    person = system.store.find(Person, id) if id else None
    if person is None:  # who sits at the machine reads everything, and has been refused before
        raise NotFound("There is nothing here.")
    return person
