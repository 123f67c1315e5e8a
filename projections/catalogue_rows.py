"""The rows of the catalogue: one for each thing, one for each other thing that it names, and one for each audience."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.audiences import drafted_to, released_to
from domain.case import Case
from domain.cluster import Cluster
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.programme import Programme
from domain.seen import day_of
from store.database import Session

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS things (id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL,"
    " draft_state TEXT, title_en TEXT, title_nb TEXT, code TEXT, review_by TEXT, told_at TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS things_in_order ON things (kind, told_at DESC, id)",
    "CREATE INDEX IF NOT EXISTS things_in_work ON things (draft_state)",
    "CREATE TABLE IF NOT EXISTS links (thing TEXT NOT NULL, other TEXT NOT NULL, now INTEGER NOT NULL,"
    " PRIMARY KEY (other, thing))",
    "CREATE INDEX IF NOT EXISTS links_by_thing ON links (thing)",
    "CREATE TABLE IF NOT EXISTS readers (thing TEXT NOT NULL, audience TEXT NOT NULL, draft INTEGER NOT NULL,"
    " PRIMARY KEY (thing, audience, draft))",
)
MOVING = ("state", "draft_state", "title_en", "title_nb", "code", "review_by", "told_at")
"""Columns of a thing that its later events may change."""
AT_ONCE = 500
"""Rows a statement: neither engine takes parameters without end, and a statement for each row waits for each."""
Listed: TypeAlias = Lesson | Case | ForesightProcess | Adaptation | Cluster | Programme
"""What lists are made of. What people did at the door, and their appointments, are in none."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a list says of a thing; `title` by language. `draft_state` is that of the draft in work, which a published
    thing may have too. Made of a thing as its viewer may know it, it tells no more than that."""

    state: str
    draft_state: str | None
    title: dict[str, str]


def line_of(thing: Listed) -> Line:
    match thing:
        case Lesson():
            draft_state = thing.draft_state.value if thing.draft_state else None
            return Line(thing.state.value, draft_state, thing.current.title.languages)
        case Case():
            draft_state = "draft" if thing.draft and not thing.withdrawn else None
            return Line(thing.state.value, draft_state, thing.current.title.languages)
        case ForesightProcess():
            return Line("withdrawn" if thing.withdrawn else "published", None, thing.current.title.languages)
        case Adaptation():
            return Line("withdrawn" if thing.withdrawn else "published", None, {})
        case Cluster():
            return Line("published", None, {"en": thing.name, "nb": thing.name})
        case Programme():
            return Line("published", None, thing.current.name.languages)


def mentioned(thing: Listed) -> frozenset[UUID]:
    """What it names now: in the text that is read, and in the draft in work, where there is one."""
    match thing:
        case Lesson():
            records = (thing.current, thing.draft or thing.current)
            return frozenset(id for r in records for id in (*r.programmes, *([r.cluster] if r.cluster else [])))
        case Case():
            records = (thing.current, thing.draft or thing.current)
            named = [id for r in records for id in (*r.programmes, *r.clusters, *r.lessons)]
            return frozenset([*named, *([thing.process] if thing.process else [])])
        case ForesightProcess():
            cluster = thing.current.cluster
            return frozenset([*thing.current.programmes, *([cluster] if cluster else [])])
        case Adaptation():
            named = (thing.lesson, thing.cluster, *thing.programmes, *([thing.process] if thing.process else []))
            return frozenset(named)
        case Cluster():
            return frozenset(membership.programme for membership in thing.memberships)
        case Programme():
            return frozenset()


def keep(db: Session, things: Sequence[Aggregate]) -> None:
    """Their rows as they are now, in place of those that were there."""
    listed = [thing for thing in things if isinstance(thing, Listed)]
    update = ", ".join(f"{column}=excluded.{column}" for column in MOVING)
    _insert(db, "things", [_row(thing) for thing in listed], f" ON CONFLICT (id) DO UPDATE SET {update}")
    ids = [str(thing.id) for thing in listed]
    for table in ("links", "readers"):
        for first in range(0, len(ids), AT_ONCE):
            some = ids[first : first + AT_ONCE]
            db.execute(f"DELETE FROM {table} WHERE thing IN ({','.join('?' * len(some))})", some)
    _insert(db, "links", [link for thing in listed for link in _links(thing)])
    _insert(db, "readers", [reader for thing in listed for reader in _readers(thing)])


def _insert(db: Session, table: str, rows: Sequence[Sequence[object]], otherwise: str = "") -> None:
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        values = ",".join(f"({','.join('?' * len(row))})" for row in some)
        db.execute(f"INSERT INTO {table} VALUES {values}{otherwise}", [value for row in some for value in row])


def _row(thing: Listed) -> tuple[str | None, ...]:
    line = line_of(thing)
    return (
        str(thing.id),
        thing.kind,
        line.state,
        line.draft_state,
        line.title.get("en"),
        line.title.get("nb"),
        thing.code if isinstance(thing, Programme) else None,
        thing.review_by if isinstance(thing, Lesson) else None,
        # All of one length, so that their order as texts is that of the instants.
        _told_at(thing).isoformat(timespec="microseconds"),
    )


def _told_at(thing: Listed) -> datetime:
    """When it was changed as far as its readers may know: a draft in work moves nothing that is read, and an anonymous
    lesson is as old as its day, so that it does not stand beside what its cluster recorded with it."""
    at = thing.turned_at if isinstance(thing, Lesson | Case) and thing.releases else thing.modified_at
    assert at is not None
    return day_of(at) if isinstance(thing, Lesson) and thing.anonymous else at


def _links(thing: Listed) -> Iterator[tuple[str, str, int]]:
    """What it names, now or in any released revision."""
    now, ever = mentioned(thing), set[UUID]()
    if isinstance(thing, Lesson):
        for release in thing.releases:
            ever.update(release.record.programmes, [release.record.cluster] if release.record.cluster else [])
    elif isinstance(thing, Case):
        for release in thing.releases:
            ever.update(release.record.programmes, release.record.clusters)
    return ((str(thing.id), str(other), int(other in now)) for other in now | ever)


def _readers(thing: Listed) -> Iterator[tuple[str, str, int]]:
    """Who may read what is published of it (0), and who the draft in work (1)."""
    drafted: Iterable[str] = drafted_to(thing) if isinstance(thing, Lesson | Case) else ()
    released: Iterable[str] = released_to(thing) if not isinstance(thing, Lesson | Case) or thing.releases else ()
    return ((str(thing.id), audience, draft) for draft, of in enumerate((released, drafted)) for audience in of)
