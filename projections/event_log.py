"""Everything that happened, one row an event: for auditors, and for those whom it concerns."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from domain.person import Person
from domain.redaction import Redaction
from projections.event_rows import anew, insert, places_of, row_of
from projections.events_asked import EVERYTHING, NEWEST, OLDEST, Asked, Line, Order, line_of
from projections.projection import Recorded
from projections.views import Views
from store.database import Session, storable
from store.event_store import EventStore

OF_PEOPLE = ("access", "person")
"""Kinds of what happened at the door and with people's parts."""


class EventLog:
    name = "event_log"

    def __init__(self, store: EventStore, views: Views) -> None:
        self._store = store
        self._views = views

    @property
    def position(self) -> int:
        return self._views.position(self.name)

    def apply(self, events: Sequence[Recorded], position: int) -> None:
        places = places_of(self._store, [recorded.event for recorded in events])
        rows = [row_of(e.position, e.event, places.get(e.event.event_id)) for e in events]
        with self._views.writing(self.name, position) as db:
            insert(db, rows)
            for recorded in events:
                if isinstance(recorded.event, Redaction.Made):
                    self._say_anew(db, recorded.event)

    def _say_anew(self, db: Session, redaction: Redaction.Made) -> None:
        """What is left of the event in its line."""
        for event in self._store.events_between(redaction.of, redaction.of_version - 1, redaction.of_version):
            anew(db, event)

    def listing(
        self,
        asked: Asked = EVERYTHING,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
        order: Order = NEWEST,
    ) -> tuple[Line, ...]:
        """What was asked for, without what lies at or beyond the positions `before` and `after`."""
        where, params = asked.where()
        for bound, sign in ((before, "<"), (after, ">")):
            if bound is not None:
                where.append(f"position{sign}?")
                params.append(bound)
        if not all(storable(p) for p in params if isinstance(p, str)):
            return ()
        return self._select(where, [*params, limit], f"ORDER BY position {order} LIMIT ?")

    def all(self, asked: Asked, *, until: int, at_once: int = 1_000) -> Iterator[tuple[Line, ...]]:
        """Oldest first, so many at once, up to the position `until`, which counts."""
        after = 0
        while lines := self.listing(asked, before=until + 1, after=after, limit=at_once, order=OLDEST):
            yield lines
            after = lines[-1].position

    def count(self, asked: Asked, *, until: int) -> int:
        """How many `all` gives."""
        [row] = self._grouped("COUNT(*) AS n", asked, ["position<=?"], [until]) or [{"n": 0}]
        return int(row["n"])

    def days(self, asked: Asked) -> dict[str, int]:
        """How many on each day (UTC) on which there was any, earliest first."""
        rows = self._grouped("day, COUNT(*) AS n", asked, [], [], "GROUP BY day ORDER BY day")
        return {str(row["day"]): int(row["n"]) for row in rows}

    def about(self, person: str, *, before: int | None = None, limit: int = 50) -> tuple[Line, ...]:
        """What the person did at the door, and what concerns them there or in their parts, newest first. `before` is
        the position of the last line seen."""
        return self.listing(Asked(person=person, kinds=OF_PEOPLE), before=before, limit=limit)

    def openings(self, thing: UUID) -> tuple[Line, ...]:
        """How often the glass was broken over this thing: newest first."""
        where, params = ["thing=?", "topic=?"], [str(thing), Person.GlassBroken.topic]
        return self._select(where, params, "ORDER BY position DESC")

    def appointed(self, of: UUID) -> tuple[Person, ...]:
        """Everybody who was ever given a part of this thing, as they are now: whether they still have it, they know."""
        with self._views.reading() as db:
            rows = db.execute(
                "SELECT DISTINCT person FROM events WHERE thing=? AND topic=? ORDER BY person",
                [str(of), Person.Appointed.topic],
            )
        found = self._store.find_many(UUID(row["person"]) for row in rows).values()
        return tuple(person for person in found if isinstance(person, Person))

    def _select(self, where: Sequence[str], params: Sequence[str | int], rest: str) -> tuple[Line, ...]:
        with self._views.reading() as db:
            rows = db.execute(f"SELECT * FROM events WHERE {' AND '.join(where) or '1=1'} {rest}", params)
        return tuple(map(line_of, rows))

    def _grouped(
        self, columns: str, asked: Asked, more: Sequence[str], last: Sequence[int], rest: str = ""
    ) -> list[dict[str, int | str]]:
        where, params = asked.where()
        if not all(storable(p) for p in params if isinstance(p, str)):
            return []
        condition = " AND ".join([*where, *more]) or "1=1"
        with self._views.reading() as db:
            return db.execute(f"SELECT {columns} FROM events WHERE {condition} {rest}", [*params, *last])
