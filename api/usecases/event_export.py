"""The event log as a file, in as much memory for a million events as for a thousand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.usecases.auditing import Told, mentioned, with_changes
from api.usecases.noting import note
from api.wiring import System
from domain.access import Access
from domain.acting import current_act
from domain.policy import allow
from domain.viewer import Viewer
from projections.events_asked import Asked, Line

COLUMNS = (
    *("position", "at", "topic", "kind", "aggregate", "version", "actor", "actor_name", "person", "person_name"),
    *("thing", "clusters", "programmes", "request_id", "reason", "detail"),
)
"""Of every file; the last is `changes`, where they were wanted."""


@dataclass(frozen=True, slots=True)
class Export:
    """`count` events, oldest first; `pages` gives them, about a thousand at once, and can be read once."""

    count: int
    pages: Iterator[list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Selected:
    """As `Export`, with the lines themselves, and the names of those whom they mention."""

    count: int
    pages: Iterator[tuple[list[Told], dict[str, str]]]


def select_events(system: System, viewer: Viewer, asked: Asked, *, changes: bool) -> Selected:
    """All that was asked for and has happened up to now, unless the lists are behind for long. Recorded as an export
    before anything of it is handed out. Raises `NotAllowed`, `StoreUnavailable`."""
    allow(viewer, "read", Access)
    newest = system.store.position
    if system.event_log.position < newest:
        system.projector.progress.wait_for(newest)
    until = system.event_log.position
    count = system.event_log.count(asked, until=until)
    note(system, Access.Exported, person=current_act().actor, what=_what(asked), count=count)
    return Selected(count, _pages(system, asked, until, changes))


def export_events(system: System, viewer: Viewer, asked: Asked, *, changes: bool) -> Export:
    """As `select_events`, by the names of `COLUMNS`."""
    found = select_events(system, viewer, asked, changes=changes)
    return Export(found.count, ([_row(told, names, changes) for told in page] for page, names in found.pages))


def _pages(system: System, asked: Asked, until: int, changes: bool) -> Iterator[tuple[list[Told], dict[str, str]]]:
    for lines in system.event_log.all(asked, until=until):
        told = with_changes(system, lines) if changes else (Told(line, ()) for line in lines)
        yield list(told), system.people.names(mentioned(lines))


def _row(told: Told, names: dict[str, str], changes: bool) -> dict[str, Any]:
    line: Line = told.line
    row: dict[str, Any] = {
        "position": line.position,
        "at": line.at.isoformat(),
        "topic": line.topic,
        "kind": line.kind,
        "aggregate": str(line.aggregate),
        "version": line.version,
        "actor": line.actor,
        "actor_name": names.get(line.actor),
        "person": line.person,
        "person_name": names.get(line.person or ""),
        "thing": str(line.thing) if line.thing else None,
        "clusters": [str(id) for id in line.clusters],
        "programmes": [str(id) for id in line.programmes],
        "request_id": line.request_id,
        "reason": line.reason,
        "detail": line.detail,
    }
    if changes:
        row["changes"] = [{"field": c.field, "before": c.before, "after": c.after} for c in told.changes]
    return row


def _what(asked: Asked) -> str:
    """`events`, and what narrowed them."""
    return " ".join(["events", *(f"{name}={value}" for name, value in asked.given())])
