"""The register of people: the one place where an id has a name and an address, and the place that can forget."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from store.database import Database

SCHEMA = ("CREATE TABLE IF NOT EXISTS people (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT, login TEXT UNIQUE)",)


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    email: str | None = None


class People:
    """Apart from the events: kept as durably, backed up apart, never part of the history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, email: str | None = None, *, id: str | None = None) -> Person:
        """A new person, or, with the `id` of one who is there already, that one unchanged."""
        person = Person(id or str(uuid4()), name, email)
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO people (id, name, email) VALUES (?,?,?) ON CONFLICT DO NOTHING", (person.id, name, email)
            )
        return self.get(person.id) or person

    def with_login(self, login: str) -> Person:
        """The person behind a name of the operating system, added on the first call."""
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO people (id, name, login) VALUES (?,?,?) ON CONFLICT DO NOTHING",
                (str(uuid4()), login, login),
            )
            [row] = db.execute("SELECT id, name, email FROM people WHERE login=?", (login,))
        return Person(**row)

    def get(self, id: str) -> Person | None:
        with self._database.reading() as db:
            rows = db.execute("SELECT id, name, email FROM people WHERE id=?", (id,))
        return Person(**rows[0]) if rows else None

    def everybody(self, named: str = "") -> tuple[Person, ...]:
        """Those whose names have every one of these words in them, in the order of their names; without words, all."""
        with self._database.reading() as db:
            rows = db.execute("SELECT id, name, email FROM people")
        wanted = named.casefold().split()  # here, as the engines fold letters such as Å in ways of their own
        found = (Person(**row) for row in rows if all(word in row["name"].casefold() for word in wanted))
        return tuple(sorted(found, key=lambda person: (person.name.casefold(), person.id)))

    def remove(self, id: str) -> None:
        with self._database.writing() as db:
            db.execute("DELETE FROM people WHERE id=?", (id,))

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by id; ids that nobody bears, or that were forgotten, are left out."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        with self._database.reading() as db:
            rows = db.execute(f"SELECT id, name FROM people WHERE id IN ({','.join('?' * len(wanted))})", wanted)
        return {row["id"]: row["name"] for row in rows}
