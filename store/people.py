"""The register of people: the one place where an id has a name and an address, and the place that can forget."""

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    email: str | None = None


class People:
    """A file of its own beside the events: kept as durably, backed up apart, never part of the history."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute(
                "CREATE TABLE IF NOT EXISTS people"
                " (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT, login TEXT UNIQUE)"
            )

    def add(self, name: str, email: str | None = None, *, id: str | None = None) -> Person:
        """A new person, or, with the `id` of one who is there already, that one unchanged."""
        person = Person(id or str(uuid4()), name, email)
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO people (id, name, email) VALUES (?,?,?)", (person.id, name, email))
        return self.get(person.id) or person

    def with_login(self, login: str) -> Person:
        """The person behind a name of the operating system, added on the first call."""
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO people (id, name, login) VALUES (?,?,?)", (str(uuid4()), login, login))
            row = db.execute("SELECT id, name, email FROM people WHERE login=?", (login,)).fetchone()
        return Person(*row)

    def get(self, id: str) -> Person | None:
        with self._open() as db:
            row = db.execute("SELECT id, name, email FROM people WHERE id=?", (id,)).fetchone()
        return Person(*row) if row else None

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by id; ids that nobody bears, or that were forgotten, are left out."""
        wanted = list(dict.fromkeys(ids))
        with self._open() as db:
            rows = db.execute(
                f"SELECT id, name FROM people WHERE id IN ({','.join('?' * len(wanted))})", wanted
            ).fetchall()
        return dict(rows)

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        db = sqlite3.connect(self._file, timeout=5)
        try:
            db.execute("PRAGMA synchronous=FULL")
            with db:
                yield db
        finally:
            db.close()
