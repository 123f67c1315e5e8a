"""The rows of the catalogue: one for each thing, and one for each other thing that it names."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from domain.aggregate import Aggregate
from domain.case import Case
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.programme import Programme
from store.database import Session

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS things (id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL,"
    " draft_state TEXT, title_en TEXT, title_nb TEXT, code TEXT, author TEXT, review_by TEXT,"
    " created_at TEXT NOT NULL, modified_at TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS things_by_kind ON things (kind, state, modified_at)",
    "CREATE TABLE IF NOT EXISTS links (thing TEXT NOT NULL, other TEXT NOT NULL, now INTEGER NOT NULL,"
    " PRIMARY KEY (other, thing))",
    "CREATE INDEX IF NOT EXISTS links_by_thing ON links (thing)",
)
MOVING = ("state", "draft_state", "title_en", "title_nb", "code", "author", "review_by", "modified_at")
"""Columns of a thing that its later events may change."""
AT_ONCE = 500
"""Rows a statement: neither engine takes parameters without end, and a statement for each row waits for each."""


def keep(db: Session, things: Sequence[Aggregate]) -> None:
    """Their rows as they are now, in place of those that were there."""
    update = ", ".join(f"{column}=excluded.{column}" for column in MOVING)
    _insert(db, "things", [_row(thing) for thing in things], f" ON CONFLICT (id) DO UPDATE SET {update}")
    ids = [str(thing.id) for thing in things]
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        db.execute(f"DELETE FROM links WHERE thing IN ({','.join('?' * len(some))})", some)
    _insert(db, "links", [link for thing in things for link in _links(thing)])


def _insert(db: Session, table: str, rows: Sequence[Sequence[object]], otherwise: str = "") -> None:
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        values = ",".join(f"({','.join('?' * len(row))})" for row in some)
        db.execute(f"INSERT INTO {table} VALUES {values}{otherwise}", [value for row in some for value in row])


def _row(thing: Aggregate) -> tuple[str | None, ...]:
    state, draft_state, code, author, review_by = "published", None, None, None, None
    match thing:
        case Lesson():
            title = thing.current.title.languages
            state, author, review_by = thing.state.value, thing.author, thing.review_by
            draft_state = thing.draft_state.value if thing.draft_state else None
        case Case():
            title = thing.current.title.languages
            state, author = thing.state.value, thing.author
            draft_state = "draft" if thing.draft and not thing.withdrawn else None
        case Cluster():
            title = {"en": thing.name, "nb": thing.name}
        case Programme():
            title, code = thing.current.name.languages, thing.code
        case _:
            raise TypeError(thing.kind)
    assert thing.created_at is not None
    assert thing.modified_at is not None
    return (
        str(thing.id),
        thing.kind,
        state,
        draft_state,
        title.get("en"),
        title.get("nb"),
        code,
        author,
        review_by,
        # All of one length, so that their order as texts is that of the instants.
        thing.created_at.isoformat(timespec="microseconds"),
        thing.modified_at.isoformat(timespec="microseconds"),
    )


def _links(thing: Aggregate) -> Iterable[tuple[str, str, int]]:
    """What it names, now or in any released revision."""
    now, ever = set[UUID](), set[UUID]()
    match thing:
        case Lesson():
            for record in (thing.current, thing.draft or thing.current):
                now.update(record.programmes, [record.cluster] if record.cluster else [])
            for release in thing.releases:
                ever.update(release.record.programmes, [release.record.cluster] if release.record.cluster else [])
        case Case():
            for record in (thing.current, thing.draft or thing.current):
                now.update(record.programmes, record.clusters, record.lessons)
            for release in thing.releases:
                ever.update(release.record.programmes, release.record.clusters)
        case Cluster():
            now.update(membership.programme for membership in thing.memberships)
        case _:
            pass
    return [(str(thing.id), str(other), int(other in now)) for other in now | ever]
