"""What was searched for in vain, counted without the people who searched.

While a period of 30 days runs, a row for each search says of its seeker no more than a keyed hash of who they are and
what they asked, so that two searches of one person cannot be told from those of two. With the period ends the key: of
what five or more looked for in vain a count stays, and everything else goes.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import digest
from typing import TypeAlias

from store.aside import Aside
from store.database import EPOCH, Database, Row, Session

LEAST = 5
"""What fewer different seekers looked for in vain is told to nobody."""
PERIOD = timedelta(days=30)
PERIODS = 3
"""The running one and the two before it: what is told is at most 90 days old."""
MOST = 100_000
"""Rows of one period that a process adds; whoever sends random words does not fill the disk."""
TOLD = 200

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS missed_periods (period BIGINT PRIMARY KEY, key TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS missed_searches (asked TEXT NOT NULL, seeker TEXT NOT NULL, found BIGINT NOT NULL,"
    " opened BIGINT NOT NULL, PRIMARY KEY (asked, seeker))",
    "CREATE TABLE IF NOT EXISTS missed_counts (asked TEXT NOT NULL, period BIGINT NOT NULL, people BIGINT NOT NULL,"
    " missed BIGINT NOT NULL, found_nothing BIGINT NOT NULL, PRIMARY KEY (asked, period))",
)
COUNTS = (
    "SELECT asked, count(*) AS people, count(CASE WHEN opened=0 THEN 1 END) AS missed,"
    " count(CASE WHEN opened=0 AND found=0 THEN 1 END) AS found_nothing FROM missed_searches GROUP BY asked"
    f" HAVING count(*)>={LEAST}"
)


@dataclass(frozen=True, slots=True)
class Searched:
    """`asked` is the normalised words; `seeker` whatever tells one from another, and is never stored; `found` whether
    there was a hit."""

    asked: str
    seeker: str = field(repr=False)
    found: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """The seeker opened something that they had found with these words."""

    asked: str
    seeker: str = field(repr=False)
    at: datetime


Note: TypeAlias = Searched | Opened


@dataclass(frozen=True, slots=True)
class Missed:
    """So many `people` looked for it in one period and opened nothing, of whom so many found `nothing`; those of the
    period with the most. It was so from the period that begins with `first` to that which begins with `last`."""

    asked: str
    people: int
    nothing: int
    first: date
    last: date


class MissedSearches:
    """Raises `StoreUnavailable` from `write` and `missed`; `note` never raises and never waits."""

    def __init__(self, database: Database, *, most: int = MOST) -> None:
        self._database = database
        self._most = most
        self._room: tuple[int, int] = (-1, 0)  # of which period, and how many rows more
        self._aside = Aside(self.write)
        self.settle = self._aside.settle
        self.close = self._aside.close

    def note(self, note: Note) -> None:
        """Written in a moment, unless the database is away or too many wait: then it is not counted."""
        self._aside.add(note)

    def write(self, notes: Sequence[Note]) -> None:
        """In one transaction. A seeker who asks the same again counts once, with what they found the last time."""
        with self._database.writing() as db:
            for note in notes:
                period, key = _running(db, note.at)
                row = (note.asked, _hashed(key, note.asked, note.seeker))
                if isinstance(note, Opened):
                    db.execute("UPDATE missed_searches SET opened=1 WHERE asked=? AND seeker=?", row)
                elif self._has_room(db, period):
                    db.execute(
                        "INSERT INTO missed_searches (asked, seeker, found, opened) VALUES (?,?,?,0)"
                        " ON CONFLICT (asked, seeker) DO UPDATE SET found=excluded.found",
                        (*row, int(note.found)),
                    )

    def missed(self, now: datetime) -> tuple[Missed, ...]:
        """What `LEAST` or more looked for in vain in one period, those who did not being fewer; most people first. Not
        what has been found since: in the running period, by most of those who looked."""
        with self._database.writing() as db:
            period, _ = _running(db, now)
            of_running = db.execute(COUNTS)
            counts = db.execute("SELECT * FROM missed_counts ORDER BY period")
        found_since = {row["asked"] for row in of_running if not _in_vain(row)}
        rows: dict[str, list[Row]] = {}
        for row in of_running:
            row["period"] = period
        for row in (*counts, *of_running):
            if row["asked"] not in found_since:
                rows.setdefault(row["asked"], []).append(row)
        told = [_told(of_one) for of_one in rows.values()]
        return tuple(sorted(told, key=lambda m: (-m.people, m.asked))[:TOLD])

    def drop(self, words: Collection[str]) -> None:
        """What was asked for with all of these in it, in whatever order and as parts of longer words too."""
        self.settle()
        with self._database.writing() as db:
            for table in ("missed_searches", "missed_counts"):
                for row in db.execute(f"SELECT DISTINCT asked FROM {table}"):
                    if all(word in row["asked"] for word in words):
                        db.execute(f"DELETE FROM {table} WHERE asked=?", (row["asked"],))

    def clear(self) -> None:
        self.settle()
        with self._database.writing() as db:
            for table in ("missed_searches", "missed_counts"):
                db.execute(f"DELETE FROM {table}")

    def forget(self, person: str) -> None:
        """What the person asked for in the running period; what was before is of nobody any more."""
        self.settle()
        with self._database.writing() as db:
            for period in db.execute("SELECT key FROM missed_periods"):
                for row in db.execute("SELECT asked, seeker FROM missed_searches"):
                    if row["seeker"] == _hashed(period["key"], row["asked"], person):
                        db.execute(
                            "DELETE FROM missed_searches WHERE asked=? AND seeker=?", (row["asked"], row["seeker"])
                        )

    def _has_room(self, db: Session, period: int) -> bool:
        of, room = self._room
        if of != period:
            room = self._most - db.execute("SELECT count(*) AS n FROM missed_searches")[0]["n"]
        self._room = (period, max(0, room - 1))
        return room > 0


def _running(db: Session, at: datetime) -> tuple[int, str]:
    """The period that runs, and its key. The one before is folded by whoever comes first in the new one; a process
    whose clock is behind writes into the new one as well."""
    now, held = (at - EPOCH) // PERIOD, db.execute("SELECT period, key FROM missed_periods")
    if held and held[0]["period"] >= now:
        return held[0]["period"], held[0]["key"]
    for row in held:
        for count in filter(_in_vain, db.execute(COUNTS)):
            db.execute(
                "INSERT INTO missed_counts (asked, period, people, missed, found_nothing) VALUES (?,?,?,?,?)",
                (count["asked"], row["period"], count["people"], count["missed"], count["found_nothing"]),
            )
    db.execute("DELETE FROM missed_searches")
    db.execute("DELETE FROM missed_periods")
    db.execute("DELETE FROM missed_counts WHERE period<=?", (now - PERIODS,))
    key = secrets.token_hex(32)
    db.execute("INSERT INTO missed_periods (period, key) VALUES (?,?)", (now, key))
    return now, key


def _hashed(key: str, asked: str, seeker: str) -> str:
    """The words are in it, so that nobody can see who else's searches are this seeker's."""
    return digest(bytes.fromhex(key), f"{asked}\n{seeker}".encode("utf-8", "replace"), sha256).hex()[:16]


def _in_vain(row: Row) -> bool:
    return row["missed"] >= LEAST and 2 * row["missed"] >= row["people"]


def _told(rows: Sequence[Row]) -> Missed:
    most = max(rows, key=lambda row: row["missed"])
    first, last = ((EPOCH + row["period"] * PERIOD).date() for row in (rows[0], rows[-1]))
    return Missed(most["asked"], most["missed"], most["found_nothing"], first, last)
