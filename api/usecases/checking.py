"""What lists and search hold is checked against the things themselves: both may be behind what was decided since.

Whoever may read less takes effect at once: what the events that they have not come to yet hide is left out before
anything is counted, and nothing leaves that the thing itself, as it is now, does not allow.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.wiring import System
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.audiences import audiences, released_to
from domain.case import Case
from domain.errors import NotFound
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import Action, allow, may
from domain.viewer import Viewer
from search.index import Scope
from store.event_store import EventStore, UnreadableEvent

MOST = 2_000
"""Events behind that are looked at, the oldest first."""
KINDS = ("lesson", "case", "process", "adaptation")
"""What is not for everybody to read."""
TURNS = frozenset(f"{kind}.{what}" for kind in KINDS for what in ("published", "shared", "superseded", "withdrawn"))
"""What changes who may find a lesson or a case, or as what."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """`whole`: there were no more events behind than were looked at."""

    things: frozenset[UUID] = frozenset()
    whole: bool = True


def readable(system: System, viewer: Viewer, ids: Iterable[UUID]) -> dict[UUID, Aggregate]:
    """Those of the ids that the viewer may read, as they are now; an adaptation only with the lesson that it is of.
    What is damaged is nobody's to read."""
    things = {id: thing for id, thing in _loaded(system.store, ids).items() if may(viewer, "read", thing)}
    adapted = {thing.lesson for thing in things.values() if isinstance(thing, Adaptation)}
    lessons = readable(system, viewer, adapted) if adapted else {}
    return {id: t for id, t in things.items() if not isinstance(t, Adaptation) or t.lesson in lessons}


def allow_now(system: System, viewer: Viewer, action: Action, thing: Aggregate) -> None:
    """As the policy does; and whoever may not read a lesson is told that there is no adaptation of it."""
    if isinstance(thing, Adaptation) and not readable(system, viewer, [thing.lesson]):
        raise NotFound("There is nothing here.")
    allow(viewer, action, thing)


def hidden_from_lists(system: System, viewer: Viewer) -> frozenset[UUID]:
    """What the viewer may not read any more, though the catalogue may say so still."""
    if viewer.operator:
        return frozenset()
    touched, _ = _touched(system, "catalogue")
    return frozenset(touched) - readable(system, viewer, touched).keys()


def hidden_from_search(system: System, viewer: Viewer, at: datetime) -> Hidden:
    """What a search of this instant does not find any more, though the index may hold it still: what the viewer may
    not read, what is over, and what became anonymous, whose kept text still tells whom it comes from."""
    if viewer.operator:
        return Hidden()
    touched, whole = _touched(system, "search")
    turned = [id for id, topics in touched.items() if topics & TURNS]
    things, scope = _loaded(system.store, turned), audiences(viewer)
    found = {id for id in turned if (thing := things.get(id)) is not None and _is_found(thing, scope, at)}
    return Hidden(frozenset(turned) - found, whole)


def _is_found(thing: Aggregate, scope: Scope, at: datetime) -> bool:
    if isinstance(thing, ForesightProcess):
        return bool(released_to(thing) & scope) and not thing.withdrawn
    if not isinstance(thing, Lesson | Case) or not thing.releases:
        return False
    until = thing.releases[-1].until
    nameless = isinstance(thing, Lesson) and thing.anonymous
    return bool(released_to(thing) & scope) and not nameless and (until is None or at < until)


def _touched(system: System, projection: str) -> tuple[dict[UUID, set[str]], bool]:
    """The lessons and cases that the projection has not come to yet, with the topics of what happened to them; and
    whether these are all. With nothing behind, which is nearly always, it costs one look at the newest position."""
    if system.store.position <= system.projector.progress.positions[projection]:
        return {}, True
    rows = system.store.read(system.positions()[projection], MOST + 1)
    touched: dict[UUID, set[str]] = {}
    for row in rows[:MOST]:
        if row.topic.partition(".")[0] in KINDS:
            touched.setdefault(UUID(str(row.originator_id)), set()).add(row.topic)
    return touched, len(rows) <= MOST


def _loaded(store: EventStore, ids: Iterable[UUID]) -> dict[UUID, Aggregate]:
    """All at one look; where one is damaged, one by one, and that one left out."""
    wanted = tuple(ids)
    try:
        return store.find_many(wanted)
    except UnreadableEvent:
        return {id: thing for id in wanted if (thing := _find(store, id)) is not None}


def _find(store: EventStore, id: UUID) -> Aggregate | None:
    try:
        return store.find_any(id)
    except UnreadableEvent:
        return None
