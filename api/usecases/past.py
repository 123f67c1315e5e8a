"""One thing as it was at a moment: what it said then, who could read it then, and what has changed since.

Whoever asks has to be allowed to read it now, and as it was then, with the parts they have now; what either of the two
hides from them is left out. What they may not know of and what was not there are told apart by nobody. Decision 13.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Generic
from uuid import UUID

from api.usecases.checking import allow_now
from api.usecases.looking import known
from api.usecases.moments import Moment, Position, Version, as_moment
from api.usecases.reading import note_read
from api.wiring import System
from domain.access import Access
from domain.adaptation import Adaptation
from domain.aggregate import A, Aggregate
from domain.audiences import PUBLIC, released_to
from domain.case import Case
from domain.errors import Invalid, NotFound
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import allow, may
from domain.release import Visibility
from domain.seen import acts_on, origin_told
from domain.viewer import Viewer
from projections.history import Change
from projections.since import since


@dataclass(frozen=True, slots=True)
class Past(Generic[A]):
    """`thing` as its viewer may know it; `at` is the instant asked for or, of a version or position, when it came to be
    so. `readers` is who could read it then besides those who worked on it; None: nobody, it was a draft. `asked` is
    `as_of` as it was given."""

    asked: str
    thing: A
    at: datetime
    readers: Visibility | None
    changes: tuple[Change, ...]


def load_as_of(system: System, viewer: Viewer, cls: type[A], id: UUID, as_of: str) -> Past[A]:
    """As the viewer may know it. That somebody else reads what is restricted, or was, is recorded first.

    Raises `NotFound`, with one text for all that there was not; `Invalid` for a moment that is none; `NotAllowed` for
    a position, whose numbers count what is hidden too, to whoever may not read the log."""
    moment = _asked(system, viewer, as_of)
    now = system.store.find(cls, id)
    if now is None or not _readable(system, viewer, now):
        raise _nothing()
    then = _as_it_was(system, viewer, now, moment)
    if then is None or not _readable(system, viewer, then, moment):
        raise _nothing()
    shown, today = known(system, viewer, then, now), known(system, viewer, now)
    if isinstance(shown, Lesson | Case) and not shown.releases and shown.draft is None:
        raise _nothing()
    for face in (now, then):  # restricted now or then: it is recorded once
        note_read(system, viewer, face)
    at = moment if isinstance(moment, datetime) else shown.modified_at
    assert at is not None, "it has had an event"
    return Past(
        as_of, shown, _told(viewer, now, at), _readers(shown), since(shown, today, without=_untold(viewer, now))
    )


def _nothing() -> NotFound:
    return NotFound("There was nothing here for you to read at that time.")


def _asked(system: System, viewer: Viewer, as_of: str) -> Moment:
    moment = as_moment(as_of)
    if isinstance(moment, Position):
        allow(viewer, "read", Access)
        if moment.number > system.store.position:
            raise Invalid("The log has not come so far.", field="as_of")
    return moment


def _readable(system: System, viewer: Viewer, thing: Aggregate, moment: Moment | None = None) -> bool:
    """Now or, with the moment that it is from, then; an adaptation only with the lesson that it is of."""
    try:
        allow_now(system, viewer, "read", thing)
    except NotFound:
        return False
    if not isinstance(thing, Adaptation) or moment is None:
        return True
    lesson = system.store.get(Lesson, thing.lesson)
    at = moment if isinstance(moment, datetime) else thing.modified_at
    then = _as_it_was(system, viewer, lesson, at) if at else None
    return then is not None and may(viewer, "read", then)


def _as_it_was(system: System, viewer: Viewer, now: A, moment: Moment) -> A | None:
    match moment:
        case Version(number=number) if _counts_turns(viewer, now):
            return _at_turn(system, now, number)
        case Version(number=number):
            return system.store.find(type(now), now.id, version=number)
        case Position(number=number):
            return system.store.find_as_of(type(now), now.id, number)
        case instant:
            return system.store.find_as_of(type(now), now.id, _told(viewer, now, instant))


def _told(viewer: Viewer, now: Aggregate, at: datetime) -> datetime:
    """The end of its day where the day alone may be known: else its times could be found out by trying."""
    return at if origin_told(viewer, now) else datetime.combine(at.date(), time.max, UTC)


def _counts_turns(viewer: Viewer, now: Aggregate) -> bool:
    """Whether the history counts for them what readers may know of, and no draft: as `histories` does."""
    return isinstance(now, Lesson | Case) and not may(viewer, "read-draft", now) and not acts_on(viewer, now)


def _at_turn(system: System, now: A, number: int) -> A | None:
    then = type(now)(now.id)
    for event in system.store.events(now.id):
        then.take(event)
        if isinstance(then, Lesson | Case) and then.turns == number > 0:
            return then
    return None


def _readers(then: Aggregate) -> Visibility | None:
    match then:
        case Lesson() | Case():
            return then.visibility if then.releases else None
        case ForesightProcess():
            return then.visibility
        case _:
            return Visibility.PUBLIC if PUBLIC in released_to(then) else Visibility.MANAGERS


def _untold(viewer: Viewer, now: Aggregate) -> frozenset[str]:
    """What was consented to tells of cases in work: as in `histories`."""
    consents = isinstance(now, Lesson | ForesightProcess) and not (may(viewer, "consent", now) or viewer.auditor)
    return frozenset({"consents"} if consents else ())
