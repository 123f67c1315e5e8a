"""Who is signed in, where, and since when."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.database import Database, Row, instant, micros, storable
from store.opaque import digest, new_token
from store.unavailable import StoreUnavailable

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
NOTED = timedelta(minutes=1)
"""How often at most it is written down that a session is in use: not every page is worth a wait for the disk."""
ID_DIGITS = 16

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS sessions (digest TEXT PRIMARY KEY, person TEXT NOT NULL, method TEXT NOT NULL,"
    " parts BIGINT NOT NULL, begun_at BIGINT NOT NULL, seen_at BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS sessions_of ON sessions (person)",
)


@dataclass(frozen=True, slots=True)
class Session:
    """`id` may be shown: it tells sessions of one person apart and opens none. `method` is "password", "sso", "demo" or
    "invitation"; `parts` is a number the sign-in wanted kept. `seen_at` is up to a minute behind."""

    id: str
    person: str
    method: str
    parts: int
    begun_at: datetime
    seen_at: datetime

    def over(self, now: datetime) -> bool:
        return now - self.seen_at > IDLE or now - self.begun_at > LONGEST


class Sessions:
    """A session that was ended is found by no worker from then on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, person: str, *, method: str, parts: int, now: datetime) -> str:
        """A new token, whoever was signed in before."""
        token = new_token()
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO sessions (digest, person, method, parts, begun_at, seen_at) VALUES (?,?,?,?,?,?)",
                (digest(token), person, method, parts, micros(now), micros(now)),
            )
        return token

    def find(self, token: str, *, now: datetime) -> Session | None:
        """None for one that is unknown, ended, unused for over 30 minutes or older than 12 hours."""
        with self._database.reading() as db:
            rows = db.execute("SELECT * FROM sessions WHERE digest=?", (digest(token),))
        if not rows or (found := _session(rows[0])).over(now):
            return None
        if now - found.seen_at >= NOTED:
            with suppress(StoreUnavailable):  # on a full disk reading goes on
                return self._note(token, now)
        return found

    def end(self, token: str) -> None:
        with self._database.writing() as db:
            db.execute("DELETE FROM sessions WHERE digest=?", (digest(token),))

    def end_one(self, person: str, id: str) -> bool:
        """Whether the person had a session of that public id."""
        if not storable(id):
            return False
        with self._database.writing() as db:
            return bool(
                db.execute(
                    f"DELETE FROM sessions WHERE person=? AND substr(digest, 1, {ID_DIGITS})=? RETURNING digest",
                    (person, id),
                )
            )

    def end_all(self, person: str, *, but: str | None = None) -> int:
        """How many were ended; the one of the token `but` goes on."""
        spared = digest(but) if but is not None else ""
        with self._database.writing() as db:
            return len(
                db.execute("DELETE FROM sessions WHERE person=? AND digest<>? RETURNING digest", (person, spared))
            )

    def of(self, person: str, *, now: datetime) -> tuple[Session, ...]:
        """Those that go on, newest first."""
        with self._database.reading() as db:
            rows = db.execute("SELECT * FROM sessions WHERE person=? ORDER BY begun_at DESC, digest", (person,))
        return tuple(session for row in rows if not (session := _session(row)).over(now))

    def tidy(self, now: datetime) -> int:
        """Removes those that are over; how many."""
        with self._database.writing() as db:
            return len(
                db.execute(
                    "DELETE FROM sessions WHERE seen_at<? OR begun_at<? RETURNING digest",
                    (micros(now - IDLE), micros(now - LONGEST)),
                )
            )

    def _note(self, token: str, now: datetime) -> Session | None:
        """Asks again afterwards: it may have been ended meanwhile, and another worker may have noted it first."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE sessions SET seen_at=? WHERE digest=? AND seen_at<=?",
                (micros(now), digest(token), micros(now - NOTED)),
            )
            rows = db.execute("SELECT * FROM sessions WHERE digest=?", (digest(token),))
        return _session(rows[0]) if rows else None


def _session(row: Row) -> Session:
    return Session(
        row["digest"][:ID_DIGITS],
        row["person"],
        row["method"],
        row["parts"],
        instant(row["begun_at"]),
        instant(row["seen_at"]),
    )
