"""The rows of the event log: one an event, and one for each cluster and programme that what it happened to belonged to.

A thing belongs where its newest text says, the draft in work before the released one, as it was right after the event:
the rows of the past stay as they are when a cluster goes on to another programme.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from domain.access import Noted
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate, Event
from domain.case import Case
from domain.cluster import Cluster
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.person import OF, Person
from domain.programme import Programme
from domain.registry import aggregate_class
from store.database import Session, storable
from store.event_store import EventStore, UnreadableEvent

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS events (position BIGINT PRIMARY KEY, at TEXT NOT NULL, day TEXT NOT NULL,"
    " topic TEXT NOT NULL, kind TEXT NOT NULL, aggregate TEXT NOT NULL, version BIGINT NOT NULL, actor TEXT NOT NULL,"
    " person TEXT, thing TEXT, clusters TEXT NOT NULL, programmes TEXT NOT NULL, request_id TEXT NOT NULL, reason TEXT,"
    " detail TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS events_by_day ON events (day)",
    "CREATE INDEX IF NOT EXISTS events_by_topic ON events (topic, position)",
    "CREATE INDEX IF NOT EXISTS events_by_kind ON events (kind, position)",
    "CREATE INDEX IF NOT EXISTS events_of_aggregate ON events (aggregate, position)",
    "CREATE INDEX IF NOT EXISTS events_by_actor ON events (actor, position)",
    "CREATE INDEX IF NOT EXISTS events_of_person ON events (person, position)",
    "CREATE INDEX IF NOT EXISTS events_of_thing ON events (thing, topic, position)",
    "CREATE INDEX IF NOT EXISTS events_of_request ON events (request_id, position)",
    "CREATE TABLE IF NOT EXISTS event_places (place TEXT NOT NULL, position BIGINT NOT NULL,"
    " PRIMARY KEY (place, position))",
)
AT_ONCE = 500
"""Rows a statement: neither engine takes parameters without end."""
PLACED = ("lesson", "case", "process", "adaptation", "cluster", "programme")
"""Kinds of what belongs to clusters and programmes."""
CONCERNED = ("person", "owner")
"""Fields of an event that name the person whom it concerns."""
OTHERS = ("thing", "of", "lesson", "case", "by", "bearer")
"""Fields of an event that name another thing, which it is about as well."""
DETAILED = ("access", "person")
"""Kinds of which a line has everything that the event says; what others say is told as what it changed."""
Row = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Places:
    clusters: tuple[UUID, ...] = ()
    programmes: tuple[UUID, ...] = ()


def place_of(thing: Aggregate) -> Places:
    """The clusters and programmes that it belongs to now."""
    match thing:
        case Lesson():
            record = thing.draft or thing.current
            return Places((record.cluster,) if record.cluster else (), record.programmes)
        case Case():
            record = thing.draft or thing.current
            return Places(record.clusters, record.programmes)
        case ForesightProcess():
            record = thing.current
            return Places((record.cluster,) if record.cluster else (), record.programmes)
        case Adaptation():
            return Places((thing.cluster,), thing.programmes)
        case Cluster():
            return Places((thing.id,), tuple(m.programme for m in thing.open_memberships()))
        case Programme():
            return Places((), (thing.id,))
        case _:
            return Places()


def places_of(store: EventStore, events: Sequence[Event]) -> Mapping[UUID, Places]:
    """By id of the event. One whose thing cannot be read has none, and is in the log all the same."""
    lives: dict[UUID, list[Event]] = {}
    found: dict[UUID, Places] = {}
    for event in events:
        if _kind(event) in PLACED:
            lives.setdefault(event.originator_id, []).append(event)
        else:
            found[event.event_id] = _named(event)
    for life in lives.values():
        try:
            found.update(_along(store, sorted(life, key=lambda event: event.originator_version)))
        except (UnreadableEvent, ValueError):  # damaged, or an event before it is missing
            continue
    return found


def _along(store: EventStore, life: Sequence[Event]) -> Iterator[tuple[UUID, Places]]:
    """Of some events of one thing, which need not follow one another."""
    first, last, id = life[0], life[-1], life[0].originator_id
    before = first.originator_version - 1
    if before and first is last:
        now = store.find_any(id)
        if now is not None and now.version == last.originator_version:
            yield last.event_id, place_of(now)  # nearly always: what just happened, to a thing that is at hand
            return
    thing = store.find_any(id, version=before) if before else None
    thing = thing or aggregate_class(first.topic)(id)
    wanted = {event.event_id for event in life}
    whole = thing.version == before and len(life) == last.originator_version - before
    for event in life if whole else store.events_between(id, thing.version, last.originator_version):
        thing.take(event)
        if event.event_id in wanted:
            yield event.event_id, place_of(thing)


def _named(event: Event) -> Places:
    """What an event of another kind says itself: the cluster that invitations are of, and what a part is held of."""
    if isinstance(event, Person.Appointed | Person.StoodDown) and event.of is not None:
        of = OF[event.role]
        return Places((event.of,) if of == "cluster" else (), (event.of,) if of == "programme" else ())
    cluster = getattr(event, "cluster", None)
    return Places((cluster,)) if isinstance(cluster, UUID) else Places()


def row_of(position: int, event: Event, places: Places | None) -> Row:
    own: dict[str, Any] = {}
    if _kind(event) in DETAILED:
        own = event.model_dump(mode="json", exclude={*Event.model_fields, "person", "thing", "of"})
    at, places = event.recorded_at.isoformat(timespec="microseconds"), places or Places()
    return (
        position,
        at,
        at[:10],
        event.topic,
        _kind(event),
        str(event.originator_id),
        event.originator_version,
        _storable(event.actor),
        _storable(_concerned(event) or "") or None,
        next((str(id) for name in OTHERS if isinstance(id := getattr(event, name, None), UUID)), None),
        " ".join(map(str, places.clusters)),
        " ".join(map(str, places.programmes)),
        _storable(event.request_id),
        _storable(event.reason or "") or None,
        json.dumps(own),  # in ASCII: whatever was asked for can be kept
    )


def insert(db: Session, rows: Sequence[Row]) -> None:
    """Those that are there already stay."""
    _insert(db, "events", rows)
    _insert(db, "event_places", [(place, row[0]) for row in rows for place in dict.fromkeys(_listed(row))])


def anew(db: Session, event: Event) -> None:
    """What the line says of an event from which words were removed."""
    *_, reason, detail = row_of(0, event, None)
    db.execute(
        "UPDATE events SET reason=?, detail=? WHERE aggregate=? AND version=?",
        (reason, detail, str(event.originator_id), event.originator_version),
    )


def _listed(row: Row) -> Iterable[str]:
    return chain(*(str(row[column]).split() for column in (10, 11)))


def _insert(db: Session, table: str, rows: Sequence[Row]) -> None:
    for begin in range(0, len(rows), AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        values = ",".join([f"({','.join('?' * len(some[0]))})"] * len(some))
        statement = f"INSERT INTO {table} VALUES {values} ON CONFLICT DO NOTHING"
        db.execute(statement, [value for row in some for value in row])


def _kind(event: Event) -> str:
    return event.topic.partition(".")[0]


def _concerned(event: Event) -> str | None:
    if _kind(event) == Person.kind:
        return str(event.originator_id)
    if isinstance(event, Noted):
        return event.person
    return next((id for name in CONCERNED if isinstance(id := getattr(event, name, None), str)), None)


def _storable(text: str) -> str:
    """What not every engine keeps is replaced: no character in a reason keeps a line out of an auditor's sight."""
    return text if storable(text) else "".join(c if storable(c) else "\ufffd" for c in text)
