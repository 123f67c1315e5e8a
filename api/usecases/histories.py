"""The history of a thing as its viewer may know it."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from api.wiring import System
from domain.aggregate import Aggregate
from domain.case import Case
from domain.lesson import Lesson
from domain.policy import allow, may
from domain.seen import NOBODY, acts_on, day_of, origin_told
from domain.viewer import Viewer
from projections.history import Entry, history

TOLD = ("published", "shared", "superseded", "withdrawn")
"""What readers may know of a lesson or case; drafts belong to those who work on them."""
ORIGIN = ("cluster", "programmes", "process", "sector", "source", "happened", "evidence", "owner")
"""Fields that narrow an anonymous lesson to whom it comes from."""


def history_of(system: System, viewer: Viewer, cls: type[Aggregate], id: UUID) -> list[Entry]:
    """Oldest first. Raises `NotFound`."""
    thing = system.store.get(cls, id)
    allow(viewer, "read", thing)
    entries: Sequence[Entry] = history(system.store.events(id))
    if isinstance(thing, Lesson | Case) and not may(viewer, "read-draft", thing):
        told = [replace(e, changes=()) for e in entries if e.topic.partition(".")[2] in TOLD]
        entries = told if acts_on(viewer, thing) else [replace(e, version=n) for n, e in enumerate(told, start=1)]
    return list(entries) if origin_told(viewer, thing) else [_nameless(e) for e in entries]


def _nameless(entry: Entry) -> Entry:
    """What happened, and on which day: one request may have touched several lessons of one cluster."""
    return replace(
        entry,
        actor=NOBODY,
        request_id="",
        reason=None,
        recorded_at=day_of(entry.recorded_at),
        changes=tuple(c for c in entry.changes if c.field.partition(".")[0] not in ORIGIN),
    )
