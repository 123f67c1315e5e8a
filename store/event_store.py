"""The event store: aggregates in, aggregates and events out."""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from itertools import groupby, islice, takewhile
from typing import Any, TypeAlias, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    Mapper,
    Notification,
    OperationalError,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.utils import Environment, EnvType

from domain.acting import current_act
from domain.aggregate import A, Aggregate, Event
from domain.errors import Conflict, Invalid, NotFound
from domain.redaction import Redaction, redaction_of
from domain.registry import aggregate_class
from store.answers import Answer
from store.mapper import EventMapper, UnreadableEvent
from store.recent import LONG, Kept, Recent
from store.redacting import Redacted, pattern_of, redacted
from store.unavailable import unavailable

AT_ONCE = 500
"""Aggregates that are loaded with one look."""

StoredRow: TypeAlias = Notification
"""`id` (the position), `originator_id`, `originator_version`, `topic` and the undecoded `state` of one event."""


class _Application(Application[UUID]):
    """One application, with one name for ever: tables and positions belong to it."""

    name = "laerdom"

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        # The library would mix in the whole process environment; settings come from one place here.
        if not env or "PERSISTENCE_MODULE" not in env:
            raise ValueError("PERSISTENCE_MODULE is not set: events would be kept in memory only.")
        return Environment(name, dict(env))

    def construct_mapper(self) -> Mapper[UUID]:
        return EventMapper()


class EventStore:
    """Keeps aggregates as events. Whoever opens it closes it; all methods may be called from any thread."""

    def __init__(self, env: EnvType) -> None:
        self._application = _Application(env)
        self._recorder = cast(Any, self._application.recorder)
        self._mapper = self._application.mapper
        self._recent = Recent()
        self.on_saved: list[Callable[[int], None]] = []
        """Called with the position of the newest event after each save."""

    def save(self, subject: Aggregate, *others: Aggregate) -> int:
        """Keep the pending events of all, in one transaction, durable on return; the position of the newest event.

        The answer to the request in `acting`, if that has a key, is `subject` at its new version and is kept with them.
        Raises `Conflict` when another change came first, `StoreUnavailable`, `StoreFull`.
        """
        recordings = self._save((subject, *others), _answer(subject.id, subject.version))
        position = recordings[-1].notification.id if recordings else self.position
        own_last = sorted(recordings, key=lambda one: one.domain_event.originator_id == subject.id)
        current_act().kept.extend(one.notification.id for one in own_last)
        for tell in self.on_saved:
            tell(position)
        return position

    def keep_answer(self, subject: UUID, version: int = 0) -> None:
        """What the request in `acting` led to, if it has a key, where that is no event. Raises as `save`."""
        self._save((), _answer(subject, version))

    def get(self, cls: type[A], id: UUID, *, version: int | None = None) -> A:
        """The aggregate now, or as it was at `version`. Raises `NotFound`, also for a version that it never had and
        where `id` is another kind's."""
        aggregate = self.find(cls, id, version=version)
        if aggregate is None:
            raise NotFound("There is nothing here.")
        return aggregate

    def find(self, cls: type[A], id: UUID, *, version: int | None = None) -> A | None:
        aggregate = self.find_any(id, version=version)
        return aggregate if isinstance(aggregate, cls) else None

    def find_any(self, id: UUID, *, version: int | None = None) -> Aggregate | None:
        if version is None:
            return self._now(id)
        aggregate = _project(None, map(self._event, self._rows(id, until=version)))
        return aggregate if aggregate is not None and aggregate.version == version else None

    def read_ahead(self, id: UUID) -> Aggregate | None:
        """The aggregate, which is kept here, if it is long, until room is needed for what is used; None where there is
        no room for it, or nothing. Raises `UnreadableEvent`."""
        if self._recent.get(id) is not None:
            return self._now(id)
        rows = self._rows(id)
        return self._projected(rows, ahead=True) if self._recent.has_room(_bytes(rows)) else None

    def _now(self, id: UUID) -> Aggregate | None:
        """From what is kept of it, if that is still what the record says, and what has happened since."""
        kept = self._recent.get(id)
        if kept is not None:
            last, *since = self._rows(id, after=kept.aggregate.version - 1) or (None,)
            redacted = self._rows(redaction_of(id), after=kept.redactions)
            if last is not None and last.state == kept.last and not redacted:
                return self._projected(since, kept)
        return self._projected(self._rows(id))

    def _rows(self, id: UUID, *, after: int | None = None, until: int | None = None) -> Sequence[StoredEvent]:
        with _reached():
            return self._recorder.select_events(id, gt=after, lte=until)

    def _projected(
        self, rows: Sequence[StoredEvent], kept: Kept | None = None, *, ahead: bool = False
    ) -> Aggregate | None:
        redactions = kept.redactions if kept else self._redactions(rows)
        if redactions and not kept:
            rows = self._rows(cast(UUID, rows[0].originator_id))  # those given may be from before the last of them
        aggregate = _project(_copied(kept.aggregate) if kept else None, map(self._event, rows))
        if aggregate is not None and rows:
            bytes_ = _bytes(rows) + (kept.bytes_ if kept else 0)
            self._recent.put(Kept(_copied(aggregate), rows[-1].state, bytes_, redactions), ahead=ahead)
        return aggregate

    def _redactions(self, rows: Sequence[StoredEvent]) -> int:
        """How often something was removed from an aggregate of so many rows that it may be kept."""
        found = self._rows(redaction_of(cast(UUID, rows[0].originator_id))) if len(rows) >= LONG else ()
        return found[-1].originator_version if found else 0

    def find_many(self, ids: Iterable[UUID]) -> dict[UUID, Aggregate]:
        """Those that exist, as they are now, at the price of one look, and one for each that is kept here. Raises
        `UnreadableEvent` for any of them."""
        found: dict[UUID, Aggregate] = {}
        wanted = iter(dict.fromkeys(ids))
        while some := list(islice(wanted, AT_ONCE)):
            unknown = {id: None for id in some if self._recent.get(id) is None}
            for id in some:
                if id not in unknown and (aggregate := self._now(id)) is not None:
                    found[id] = aggregate
            with _reached():
                rows: list[StoredEvent] = self._recorder.select_events_of_many(list(unknown)) if unknown else []
            for id, of_one in groupby(rows, key=lambda row: cast(UUID, row.originator_id)):
                aggregate = self._projected(list(of_one))
                assert aggregate is not None, "a group has at least one row"
                found[id] = aggregate
        return found

    def _save(self, aggregates: Sequence[Aggregate], answer: Answer | None) -> Sequence[Any]:
        try:
            return self._application.save(*cast(Any, aggregates), answer=answer)
        except IntegrityError:
            raise Conflict("Someone else changed this at the same moment. Load it again and repeat.") from None
        except (OperationalError, InterfaceError, PersistenceError) as error:
            raise unavailable(error) from error

    def events(self, id: UUID, *, until: datetime | None = None) -> tuple[Event, ...]:
        """All events of one aggregate, oldest first; empty when there is none. `until` includes its instant."""
        with _reached():
            stored = self._application.events.get(id)
            events = [cast(Event, e) for e in stored]
        return tuple(e for e in events if until is None or e.recorded_at <= until)

    def answer(self, actor: str, key: str) -> Answer | None:
        """What `actor` was answered to the request with this key."""
        with _reached():
            return self._recorder.select_answer(actor, key)

    def read(self, after: int, limit: int, stop: int | None = None) -> Sequence[StoredRow]:
        """Stored rows of all aggregates in the order they were kept; not decoded, so that one bad row stops none."""
        with _reached():
            return self._recorder.select_notifications(after, limit, stop, inclusive_of_start=False)

    def position_of(self, id: UUID, version: int) -> int | None:
        """Of the event that brought the aggregate to this version."""
        with _reached():
            return self._recorder.select_position(id, version)

    def decode(self, row: StoredRow) -> Event:
        """Raises `UnreadableEvent`."""
        return cast(Event, self._mapper.to_domain_event(row))

    @property
    def position(self) -> int:
        """The position of the newest event; 0 when there is none."""
        with _reached():
            return self._recorder.max_notification_id() or 0

    def redacted(self, id: UUID, words: str) -> tuple[Redacted, ...]:
        """What would be stored of a thing without the words, of each event that has them in a text. Raises `Invalid`
        for words that cannot be looked for, and where the thing could not be read without them."""
        pattern, rows = pattern_of(words), self._rows(id)
        found = [made for row in rows if (made := redacted(row, pattern, self._is_readable))]
        instead = {made.row.originator_version: made.row for made in found}
        try:
            _project(None, (self._event(instead.get(row.originator_version, row)) for row in rows))
        except (LookupError, ValueError):
            raise Invalid("Without these words it cannot be read. Remove them in parts.", field="words") from None
        return tuple(found)

    def redact(self, redaction: Redaction, rows: Sequence[StoredEvent]) -> int:
        """Keep what the redaction says was done, and do it, in one transaction, durable on return; the position of its
        newest event. Raises as `save`."""
        made = [self._mapper.to_stored_event(event) for event in redaction.collect_events()]
        try:
            positions: list[int] = self._recorder.redact(made, rows)
        except IntegrityError:
            raise Conflict("Someone else changed this at the same moment. Load it again and repeat.") from None
        except (OperationalError, InterfaceError, PersistenceError) as error:
            raise unavailable(error) from error
        current_act().kept.extend(positions)
        for tell in self.on_saved:
            tell(positions[-1])
        return positions[-1]

    def stored(self, id: UUID, version: int) -> StoredEvent | None:
        """As it is kept, undecoded."""
        return next(iter(self._rows(id, after=version - 1, until=version)), None)

    def _is_readable(self, row: StoredEvent) -> bool:
        try:
            self._event(row)
        except UnreadableEvent:
            return False
        return True

    def close(self) -> None:
        self._application.close()

    def _event(self, row: StoredEvent) -> Event:
        return cast(Event, self._mapper.to_domain_event(row))

    def find_as_of(self, cls: type[A], id: UUID, moment: datetime | int) -> A | None:
        """As it was at an instant, or when the log had come to a position; both count. None before its first event.

        Nothing counts that follows the first later event, whatever a clock that was put back says of it."""
        if isinstance(moment, datetime):
            until = takewhile(lambda event: event.recorded_at <= moment, map(self._event, self._rows(id)))
            aggregate = _project(None, until)
            return aggregate if isinstance(aggregate, cls) else None
        with _reached():
            version: int = self._recorder.select_version(id, moment)
        return self.find(cls, id, version=version)

    def events_between(self, id: UUID, after: int, until: int) -> tuple[Event, ...]:
        """Of one aggregate, from the version after `after` to `until`, which counts. Raises `UnreadableEvent`."""
        return tuple(map(self._event, self._rows(id, after=after, until=until)))


@contextmanager
def _reached() -> Generator[None]:
    """Raises `StoreUnavailable` where the engine cannot be reached or does not answer."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise unavailable(error) from error


def _answer(subject: UUID, version: int) -> Answer | None:
    act = current_act()
    if act.request_key is None:
        return None
    return Answer(act.actor, act.request_key.key, act.request_key.fingerprint, subject, version)


def _bytes(rows: Iterable[StoredEvent]) -> int:
    return sum(len(row.state) for row in rows)


def _copied(aggregate: Aggregate) -> Aggregate:
    """Shallow is enough: events put new state in the place of old, and change nothing of it."""
    made = copy(aggregate)
    made.collect_events()  # a list of pending events of its own
    return made


def _project(aggregate: Aggregate | None, events: Iterable[Event]) -> Aggregate | None:
    for event in events:
        if aggregate is None:
            aggregate = aggregate_class(event.topic)(event.originator_id)
        try:
            aggregate.take(event)
        except ValueError as error:
            raise UnreadableEvent(f"An event is missing: {error}. Aggregate {event.originator_id}.") from None
    return aggregate


__all__ = ["EventStore", "StoredRow", "UnreadableEvent"]
