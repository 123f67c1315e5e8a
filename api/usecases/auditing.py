"""The auditor's desk: everything that happened, by whom, when, and what it changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from api.usecases.event_counts import Counts, Per, counted
from api.wiring import System
from domain.access import Access
from domain.policy import allow
from domain.viewer import Viewer
from projections.events_asked import NEWEST, OLDEST, Asked, Line, Order
from projections.history import Change, changes_of
from store.database import storable


@dataclass(frozen=True, slots=True)
class Told:
    """A line, and what that event changed."""

    line: Line
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """`names` of those whom the lines and the question mention, by id. `next` goes on from the last line: newest first
    it is a `before` and None on the last page, oldest first an `after`, now or later; `more` says whether now."""

    items: tuple[Told, ...]
    names: dict[str, str]
    next: int | None
    more: bool


def events(
    system: System,
    viewer: Viewer,
    asked: Asked,
    *,
    before: int | None = None,
    after: int | None = None,
    order: Order = NEWEST,
    limit: int = 50,
) -> Page:
    """Between the two positions, neither of which counts. Raises `NotAllowed`."""
    allow(viewer, "read", Access)
    found = system.event_log.listing(asked, before=before, after=after, order=order, limit=limit + 1)
    lines, more = found[:limit], len(found) > limit
    next = lines[-1].position if lines else after
    if order != OLDEST and not more:
        next = None
    wanted = {asked.person} if asked.person and storable(asked.person) else set[str]()
    return Page(tuple(with_changes(system, lines)), system.people.names(mentioned(lines) | wanted), next, more)


def count_events(system: System, viewer: Viewer, asked: Asked, per: Per | None = None) -> Counts:
    """Raises `NotAllowed`."""
    allow(viewer, "read", Access)
    return counted(system.event_log.days(asked), per)


def with_changes(system: System, lines: Sequence[Line]) -> Iterable[Told]:
    versions: dict[UUID, set[int]] = {}
    for line in lines:
        versions.setdefault(line.aggregate, set()).add(line.version)
    changes = changes_of(system.store, versions)
    return (Told(line, changes.get((line.aggregate, line.version), ())) for line in lines)


def mentioned(lines: Iterable[Line]) -> set[str]:
    """Ids of people, and names of parts of the system."""
    return {id for line in lines for id in (line.actor, line.person) if id}
