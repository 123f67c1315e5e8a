"""Tokens with which programs act for a person: named, limited, and shown once."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from store.database import Database, Row, instant, micros, storable
from store.opaque import digest, new_token
from store.unavailable import StoreUnavailable

PREFIX = "laerdom_"
"""So that one that was left in a file or a log is recognised for what it is."""
NOTED = timedelta(minutes=1)

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS api_tokens (id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, person TEXT NOT NULL,"
    " name TEXT NOT NULL, scope TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,"
    " used_at BIGINT)",
    "CREATE INDEX IF NOT EXISTS api_tokens_of ON api_tokens (person)",
)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """`scope` is "read" or "write". `used_at` is up to a minute behind."""

    id: str
    person: str
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class Tokens:
    """A token that was revoked is found by no worker from then on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, person: str, name: str, scope: str, *, now: datetime, until: datetime, secret: str | None = None
    ) -> tuple[ApiToken, str]:
        """The token and its secret, which nobody can ask for again. It works up to `until`, not at it.

        `secret`: out of what the secret is made, a new one if left out; of one there is one token, however often it is
        made."""
        secret = PREFIX + (secret or new_token())
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO api_tokens (id, digest, person, name, scope, created_at, expires_at)"
                " VALUES (?,?,?,?,?,?,?) ON CONFLICT (digest) DO NOTHING",
                (str(uuid4()), digest(secret), person, name, scope, micros(now), micros(until)),
            )
            [row] = db.execute("SELECT * FROM api_tokens WHERE digest=?", (digest(secret),))
        return _token(row), secret

    def made_with(self, secret: str) -> ApiToken | None:
        """None where it was revoked, or never made."""
        with self._database.reading() as db:
            rows = db.execute("SELECT * FROM api_tokens WHERE digest=?", (digest(PREFIX + secret),))
        return _token(rows[0]) if rows else None

    def find(self, secret: str, *, now: datetime) -> ApiToken | None:
        """None for one that is unknown, revoked or expired."""
        with self._database.reading() as db:
            rows = db.execute("SELECT * FROM api_tokens WHERE digest=?", (digest(secret),))
        if not rows or now >= (found := _token(rows[0])).expires_at:
            return None
        if found.used_at is None or now - found.used_at >= NOTED:
            with suppress(StoreUnavailable):  # on a full disk reading goes on
                return self._note(found.id, now)
        return found

    def of(self, person: str) -> tuple[ApiToken, ...]:
        """Newest first, also those that have expired."""
        with self._database.reading() as db:
            rows = db.execute("SELECT * FROM api_tokens WHERE person=? ORDER BY created_at DESC, id", (person,))
        return tuple(_token(row) for row in rows)

    def revoke(self, person: str, id: str) -> bool:
        """Whether the person had a token of that id."""
        if not storable(id):
            return False
        with self._database.writing() as db:
            return bool(db.execute("DELETE FROM api_tokens WHERE person=? AND id=? RETURNING id", (person, id)))

    def revoke_all(self, person: str) -> int:
        """How many there were."""
        with self._database.writing() as db:
            return len(db.execute("DELETE FROM api_tokens WHERE person=? RETURNING id", (person,)))

    def _note(self, id: str, now: datetime) -> ApiToken | None:
        """Asks again afterwards: it may have been revoked meanwhile, and another worker may have noted it first."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE api_tokens SET used_at=? WHERE id=? AND (used_at IS NULL OR used_at<=?)",
                (micros(now), id, micros(now - NOTED)),
            )
            rows = db.execute("SELECT * FROM api_tokens WHERE id=?", (id,))
        return _token(rows[0]) if rows else None


def _token(row: Row) -> ApiToken:
    return ApiToken(
        row["id"],
        row["person"],
        row["name"],
        row["scope"],
        instant(row["created_at"]),
        instant(row["expires_at"]),
        None if row["used_at"] is None else instant(row["used_at"]),
    )
