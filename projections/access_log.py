"""Who came in, what they were refused, which parts they were given and what was opened: one row an event, for auditors
and for those whom it concerns."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.access import Access, Noted
from domain.aggregate import Event
from domain.person import Person
from projections.projection import Recorded
from projections.views import Views
from store.database import storable
from store.event_store import EventStore

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS access (position BIGINT PRIMARY KEY, at TEXT NOT NULL, topic TEXT NOT NULL,"
    " actor TEXT NOT NULL, person TEXT, thing TEXT, reason TEXT, request_id TEXT NOT NULL, detail TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS access_of_person ON access (person, position)",
    "CREATE INDEX IF NOT EXISTS access_by_actor ON access (actor, position)",
    "CREATE INDEX IF NOT EXISTS access_by_topic ON access (topic, position)",
    "CREATE INDEX IF NOT EXISTS access_of_thing ON access (thing, topic, position)",
)
COLUMNS = 9


@dataclass(frozen=True, slots=True)
class Line:
    """`person` is whom it concerns, who may be another than `actor`. `thing` is what was opened, or what a part is held
    of. `detail` is what else the event says, as JSON has it."""

    position: int
    at: datetime
    topic: str
    actor: str
    person: str | None
    thing: UUID | None
    reason: str | None
    detail: dict[str, Any]
    request_id: str


class AccessLog:
    name = "access_log"

    def __init__(self, store: EventStore, views: Views) -> None:
        self._store = store
        self._views = views

    @property
    def position(self) -> int:
        return self._views.position(self.name)

    def apply(self, events: Sequence[Recorded], position: int) -> None:
        rows = [_row(e.position, e.event) for e in events if isinstance(e.event, Noted) or _of_person(e.event)]
        with self._views.writing(self.name, position) as db:
            if rows:
                values = ",".join([f"({','.join('?' * COLUMNS)})"] * len(rows))
                statement = f"INSERT INTO access VALUES {values} ON CONFLICT (position) DO NOTHING"
                db.execute(statement, [value for row in rows for value in row])

    def about(self, person: str, *, before: int | None = None, limit: int = 50) -> tuple[Line, ...]:
        """What the person did and what concerns them, newest first. `before` is the position of the last line seen."""
        return self.listing(person=person, before=before, limit=limit)

    def listing(
        self, *, topic: str | None = None, person: str | None = None, before: int | None = None, limit: int = 50
    ) -> tuple[Line, ...]:
        """Newest first; with a `person`, as `about`."""
        if not (storable(topic or "") and storable(person or "")):
            return ()
        where, params = list[str](), list[str | int]()
        if topic is not None:
            where.append("topic=?")
            params.append(topic)
        if person is not None:
            where.append("(person=? OR actor=?)")
            params += [person, person]
        if before is not None:
            where.append("position<?")
            params.append(before)
        return self._select(where, [*params, limit], "LIMIT ?")

    def openings(self, thing: UUID) -> tuple[Line, ...]:
        """How often the glass was broken over this thing: newest first."""
        return self._select(["thing=?", "topic=?"], [str(thing), Person.GlassBroken.topic])

    def appointed(self, of: UUID) -> tuple[Person, ...]:
        """Everybody who was ever given a part of this thing, as they are now: whether they still have it, they know."""
        with self._views.reading() as db:
            rows = db.execute(
                "SELECT DISTINCT person FROM access WHERE thing=? AND topic=? ORDER BY person",
                [str(of), Person.Appointed.topic],
            )
        found = self._store.find_many(UUID(row["person"]) for row in rows).values()
        return tuple(person for person in found if isinstance(person, Person))

    def _select(self, where: Sequence[str], params: Sequence[str | int], rest: str = "") -> tuple[Line, ...]:
        condition = " AND ".join(where) or "1=1"
        with self._views.reading() as db:
            rows = db.execute(f"SELECT * FROM access WHERE {condition} ORDER BY position DESC {rest}", params)
        return tuple(
            Line(
                r["position"],
                datetime.fromisoformat(r["at"]),
                r["topic"],
                r["actor"],
                r["person"],
                UUID(r["thing"]) if r["thing"] else None,
                r["reason"],
                json.loads(r["detail"]),
                r["request_id"],
            )
            for r in rows
        )


TOPICS = frozenset({*Access.events(), *Person.events()})
"""What there can be lines of."""


def _of_person(event: Event) -> bool:
    return event.topic in Person.events()


def _row(position: int, event: Event) -> tuple[str | int | None, ...]:
    own = event.model_dump(mode="json", exclude=set(Event.model_fields))
    person = own.pop("person", None) if isinstance(event, Noted) else str(event.originator_id)
    thing = own.pop("thing", None) or own.pop("of", None)
    return (
        position,
        event.recorded_at.isoformat(timespec="microseconds"),
        event.topic,
        _storable(event.actor),
        person,
        thing,
        _storable(event.reason or "") or None,
        _storable(event.request_id),
        json.dumps(own),  # in ASCII: whatever was asked for can be kept
    )


def _storable(text: str) -> str:
    """What not every engine keeps is replaced: no character in a reason keeps a line out of an auditor's sight."""
    return text if storable(text) else "".join(c if storable(c) else "\ufffd" for c in text)
