"""Searches that people keep under a name. Theirs alone: beside the people, never part of the history."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus
from uuid import uuid4

from domain.errors import NameTaken, WrongState
from store.database import Database, Row, Session, instant, micros, storable

MOST = 50
"""A person keeps no more at a time."""

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS kept_searches (id TEXT PRIMARY KEY, person TEXT NOT NULL, name TEXT NOT NULL,"
    " asked TEXT NOT NULL, kept_at BIGINT NOT NULL, UNIQUE (person, name))",
)


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """`asked` is what the address of the search has behind its question mark."""

    id: str
    person: str
    name: str
    asked: str
    kept_at: datetime


class KeptSearches:
    """What is one person's, no other can name, change or count."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, person: str, name: str, asked: str, *, now: datetime) -> KeptSearch:
        """A new one; or the one that is there already under this name, where it asks the same.

        Raises `NameTaken` where it asks something else, `WrongState` for one more than `MOST`."""
        with self._database.writing() as db:
            held = _of(db, person)
            for kept in held:
                if kept.name == name:
                    if kept.asked == asked:
                        return kept
                    raise _taken()
            if len(held) >= MOST:
                raise WrongState("You keep {most} searches. Remove one that you do not need any more.", most=MOST)
            [row] = db.execute(
                "INSERT INTO kept_searches (id, person, name, asked, kept_at) VALUES (?,?,?,?,?) RETURNING *",
                (str(uuid4()), person, name, asked, micros(now)),
            )
        return _kept(row)

    def of(self, person: str) -> tuple[KeptSearch, ...]:
        """Newest first."""
        with self._database.reading() as db:
            return _of(db, person)

    def rename(self, person: str, id: str, name: str) -> KeptSearch | None:
        """None where the person keeps none of that id. Raises `NameTaken`."""
        if not storable(id):
            return None
        with self._database.writing() as db:
            if db.execute("SELECT 1 AS n FROM kept_searches WHERE person=? AND name=? AND id<>?", (person, name, id)):
                raise _taken()
            rows = db.execute("UPDATE kept_searches SET name=? WHERE person=? AND id=? RETURNING *", (name, person, id))
        return _kept(rows[0]) if rows else None

    def remove(self, person: str, id: str) -> bool:
        """Whether the person kept one of that id."""
        if not storable(id):
            return False
        with self._database.writing() as db:
            return bool(db.execute("DELETE FROM kept_searches WHERE person=? AND id=? RETURNING id", (person, id)))

    def saying(self, words: re.Pattern[str]) -> tuple[str, ...]:
        """Ids of the searches, of anybody, that have the words in their name or in what they ask for."""
        with self._database.reading() as db:
            rows = db.execute("SELECT id, name, asked FROM kept_searches ORDER BY id")
        return tuple(r["id"] for r in rows if words.search(r["name"]) or words.search(unquote_plus(r["asked"])))

    def drop(self, ids: Sequence[str]) -> None:
        """Whoever's they are."""
        with self._database.writing() as db:
            for id in ids:
                db.execute("DELETE FROM kept_searches WHERE id=?", (id,))

    def forget(self, person: str) -> int:
        """Removes every one of the person's, and says how many there were."""
        with self._database.writing() as db:
            return len(db.execute("DELETE FROM kept_searches WHERE person=? RETURNING id", (person,)))


def _of(db: Session, person: str) -> tuple[KeptSearch, ...]:
    rows = db.execute("SELECT * FROM kept_searches WHERE person=? ORDER BY kept_at DESC, id", (person,))
    return tuple(_kept(row) for row in rows)


def _taken() -> NameTaken:
    return NameTaken("You keep another search under this name. Choose another name.", field="name")


def _kept(row: Row) -> KeptSearch:
    return KeptSearch(row["id"], row["person"], row["name"], row["asked"], instant(row["kept_at"]))
