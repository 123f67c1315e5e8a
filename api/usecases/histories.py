"""The history of a thing as its viewer may know it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from api.usecases.checking import allow_now
from api.usecases.looking import known, told_lessons
from api.usecases.reading import note_read
from api.wiring import System
from domain.aggregate import Aggregate
from domain.case import Case
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import may
from domain.seen import NOBODY, acts_on, day_of, origin_told
from domain.viewer import Viewer
from projections.history import Change, Entry, change_of, history, outline

TOLD = ("published", "shared", "superseded", "withdrawn")
"""What readers may know of a lesson or case; drafts belong to those who work on them."""
ORIGIN = ("cluster", "programmes", "process", "sector", "source", "happened", "evidence", "owner")
"""Fields that narrow an anonymous lesson to whom it comes from."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`next` goes on from the last of the entries, by its version; None on the last page."""

    entries: list[Entry]
    next: int | None


def history_of(system: System, viewer: Viewer, cls: type[Aggregate], id: UUID) -> list[Entry]:
    """Oldest first. Raises `NotFound`."""
    thing = _read(system, viewer, cls, id)
    return _told(system, viewer, thing, history(system.store.events(id)))


def history_page(
    system: System,
    viewer: Viewer,
    cls: type[Aggregate],
    id: UUID,
    *,
    before: int | None = None,
    after: int = 0,
    limit: int = 50,
    newest: bool = True,
) -> HistoryPage:
    """Those between the two versions: `newest` first, or oldest. Only what these changed is worked out. Raises
    `NotFound`."""
    thing, events = _read(system, viewer, cls, id), system.store.events(id)
    told = _told(system, viewer, thing, outline(events))
    some = [e for e in told if e.version > after and (before is None or e.version < before)]
    shown = (some[::-1] if newest else some)[:limit]
    if not isinstance(thing, Lesson | Case) or may(viewer, "read-draft", thing):  # to others no change is told
        changed = _told(system, viewer, thing, history(events, only={e.version for e in shown}))
        shown = changed[::-1] if newest else changed
    return HistoryPage(shown, shown[-1].version if len(some) > len(shown) else None)


def _read(system: System, viewer: Viewer, cls: type[Aggregate], id: UUID) -> Aggregate:
    thing = system.store.get(cls, id)
    allow_now(system, viewer, "read", thing)
    note_read(system, viewer, thing)
    return thing


def _told(system: System, viewer: Viewer, thing: Aggregate, entries: Sequence[Entry]) -> list[Entry]:
    """Entries of the thing as its viewer may know them."""
    entries = _without_untold(system, viewer, thing, entries)
    if isinstance(thing, Lesson | Case) and not may(viewer, "read-draft", thing):
        told = [replace(e, changes=()) for e in _once_released(entries) if e.topic.partition(".")[2] in TOLD]
        entries = told if acts_on(viewer, thing) else [replace(e, version=n) for n, e in enumerate(told, start=1)]
    if isinstance(thing, ForesightProcess) and not may(viewer, "see-people", thing):
        entries = [_unpeopled(e) for e in entries]
    return list(entries) if origin_told(viewer, thing) else [_nameless(e) for e in entries]


def _once_released(entries: Sequence[Entry]) -> Sequence[Entry]:
    """From the first release on: how it was to be shared before is part of the draft."""
    first = next((n for n, e in enumerate(entries) if e.topic.endswith(".published")), len(entries))
    return entries[first:]


def _without_untold(system: System, viewer: Viewer, thing: Aggregate, entries: Sequence[Entry]) -> list[Entry]:
    """Without the ids of lessons that the viewer may not know of. What was consented to tells of cases in work: it is
    for those who may consent, and for auditors."""
    if isinstance(thing, Case):
        changes = [c for e in entries for c in e.changes if c.field == "lessons"]
        ids = {UUID(id) for c in changes for text in (c.before, c.after) for id in _ids(text)}
        told = {str(id) for id in told_lessons(system, viewer, thing, ids)}
        return [replace(e, changes=tuple(_with_told(e.changes, told))) for e in entries]
    hidden = set[str]()
    if isinstance(thing, Lesson):
        hidden |= set() if known(system, viewer, thing).superseded_by else {"superseded_by"}
    if isinstance(thing, Lesson | ForesightProcess):
        hidden |= set() if may(viewer, "consent", thing) or viewer.auditor else {"consents"}
    return [replace(e, changes=tuple(c for c in e.changes if c.field not in hidden)) for e in entries]


def _with_told(changes: Sequence[Change], told: Collection[str]) -> Iterator[Change]:
    for change in changes:
        if change.field != "lessons":
            yield change
            continue
        before, after = ("; ".join(id for id in _ids(text) if id in told) for text in (change.before, change.after))
        if before != after:
            yield change_of(change.field, before, after)


def _ids(text: str) -> list[str]:
    return text.split("; ") if text else []


def _unpeopled(entry: Entry) -> Entry:
    """Without who did it, and who of the participants said what."""
    changes = (c for c in entry.changes if not c.field.endswith(".person") and c.field not in ("scores", "answers"))
    return replace(entry, actor=NOBODY, request_id="", changes=tuple(changes))


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
