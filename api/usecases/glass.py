"""Breaking the glass: an administrator reads one thing that is not shared with them, for an hour, and everybody who
works on it is told."""

from datetime import datetime, timedelta
from uuid import UUID

from api.usecases.people import id_of
from api.wiring import System
from domain.acting import current_act
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.case import Case
from domain.errors import NotFound, WrongState
from domain.lesson import Lesson
from domain.person import Person
from domain.policy import Action, may
from domain.viewer import Viewer
from projections.events_asked import Line

OPEN_FOR = timedelta(minutes=60)


def break_glass(system: System, viewer: Viewer, cls: type[Aggregate], id: UUID, reason: str) -> datetime:
    """Until when the thing is open to the administrator, an adaptation with its lesson. The reason is required,
    recorded and announced, for each of them.

    Raises `NotFound` for what is not there, and for everybody who is no administrator; `WrongState` for what they may
    read anyway."""
    shut = to_be_opened(system, viewer, cls, id)
    person = _administrator(system, viewer)
    until = current_act().clock() + OPEN_FOR
    for thing in shut:
        person.break_glass(thing.id, reason, until=until)
    system.save(person)
    return until


def to_be_opened(system: System, viewer: Viewer, cls: type[Aggregate], id: UUID) -> list[Aggregate]:
    """The thing; and the lesson of an adaptation, which is not read without it, where they may not read that. Not to be
    shown yet. Raises as `break_glass`."""
    if not may(viewer, "break-glass", cls):
        raise NotFound("There is nothing here.")
    thing = system.store.get(cls, id)
    lessons = [system.store.get(Lesson, thing.lesson)] if isinstance(thing, Adaptation) else []
    shut = [lesson for lesson in lessons if not may(viewer, "read", lesson)]
    whole: Action = "read-draft" if isinstance(thing, Lesson | Case) else "read"
    if not shut and may(viewer, whole, thing):
        raise WrongState("You may read this already. Nothing has to be opened.")
    return [thing, *shut]


def openings(system: System, viewer: Viewer, thing: Aggregate) -> tuple[Line, ...]:
    """Who broke the glass over the thing, when and why, newest first; for those who work on it, and nobody else."""
    return system.event_log.openings(thing.id) if may(viewer, "see-openings", thing) else ()


def _administrator(system: System, viewer: Viewer) -> Person:
    id = id_of(viewer.person)
    person = system.store.find(Person, id) if id else None
    if person is None:  # who sits at the machine reads everything, and has been refused before
        raise NotFound("There is nothing here.")
    return person
