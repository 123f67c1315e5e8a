"""Attempts to sign in, counted together by all workers, so that passwords cannot be tried one after another."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from store.database import Database, Session, instant, micros
from store.opaque import digest

MOST = 5
WINDOW = timedelta(minutes=15)
"""At most five that failed in any fifteen minutes, for one key: an account, or an address."""

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS attempts (id TEXT NOT NULL, key TEXT NOT NULL, begun_at BIGINT NOT NULL,"
    " PRIMARY KEY (id, key))",
    "CREATE INDEX IF NOT EXISTS attempts_on ON attempts (key, begun_at)",
)


class Attempts:
    """An attempt counts as failed from its beginning until it is forgiven: many at once cannot slip through."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, keys: Sequence[str], *, now: datetime) -> str | datetime:
        """The id of an attempt on all of the keys; or, when one of them has had too many, the instant at which the next
        is admitted. A refused one is not counted."""
        digests = [digest(key) for key in dict.fromkeys(keys)]
        id = str(uuid4())
        with self._database.writing() as db:
            admitted = [at for key in digests if (at := _admitted(db, key, now)) is not None]
            if admitted:
                return max(admitted)
            for key in digests:
                db.execute("INSERT INTO attempts (id, key, begun_at) VALUES (?,?,?)", (id, key, micros(now)))
        return id

    def forgive(self, id: str) -> None:
        """For one that succeeded. Those that failed before it still count."""
        with self._database.writing() as db:
            db.execute("DELETE FROM attempts WHERE id=?", (id,))

    def tidy(self, now: datetime) -> int:
        """Removes what no longer counts; how many rows."""
        with self._database.writing() as db:
            return len(db.execute("DELETE FROM attempts WHERE begun_at<=? RETURNING id", (micros(now - WINDOW),)))


def _admitted(db: Session, key: str, now: datetime) -> datetime | None:
    """When the next attempt on the key is, or None if that is now."""
    rows = db.execute(
        f"SELECT begun_at FROM attempts WHERE key=? AND begun_at>? ORDER BY begun_at DESC LIMIT 1 OFFSET {MOST - 1}",
        (key, micros(now - WINDOW)),
    )
    return instant(rows[0]["begun_at"]) + WINDOW if rows else None
