"""Rows that lists are made of, and the positions up to which they are complete, kept together."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from hashlib import sha256

from store.database import Database, Session

POSITIONS = "CREATE TABLE IF NOT EXISTS positions (name TEXT PRIMARY KEY, position BIGINT NOT NULL)"


def version_of(schema: tuple[str, ...]) -> int:
    """One number for each set of tables, below 2³¹: views made by another version of the program have another."""
    return int.from_bytes(sha256("\n".join(schema).encode()).digest()[:4], "big") >> 1


class Views:
    """Rebuildable: nothing here is a record of anything. Raises `StoreUnavailable` while the rows are out of reach."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def position(self, name: str) -> int:
        with self.reading() as db:
            rows = db.execute("SELECT position FROM positions WHERE name=?", (name,))
        return rows[0]["position"] if rows else 0

    def positions(self) -> dict[str, int]:
        """Of every projection that has kept one."""
        with self.reading() as db:
            rows = db.execute("SELECT name, position FROM positions ORDER BY name")
        return {row["name"]: row["position"] for row in rows}

    def note(self, positions: Mapping[str, int]) -> None:
        """Copies, for others to read, of positions that are kept elsewhere; they may fall as well as rise."""
        with self.writing() as db:
            for name, position in positions.items():
                db.execute(
                    "INSERT INTO positions VALUES (?,?) ON CONFLICT (name) DO UPDATE SET position=excluded.position",
                    (name, position),
                )

    def move(self, name: str, position: int, *, since: int) -> None:
        """Unless somebody else has moved it since it was there."""
        with self.writing() as db:
            db.execute("INSERT INTO positions VALUES (?,0) ON CONFLICT (name) DO NOTHING", (name,))
            db.execute("UPDATE positions SET position=? WHERE name=? AND position=?", (position, name, since))

    @contextmanager
    def reading(self) -> Generator[Session]:
        with self.database.reading() as db:
            yield db

    @contextmanager
    def writing(self, name: str | None = None, position: int = 0) -> Generator[Session]:
        """One transaction; with a `name`, that projection's position moves in it.

        Two that write under one name take turns, so that what the second read inside is what the first left.
        """
        with self.database.writing() as db:
            if name is not None:
                db.execute(
                    "INSERT INTO positions VALUES (?,?) ON CONFLICT (name) DO UPDATE SET position=CASE"
                    " WHEN excluded.position>positions.position THEN excluded.position ELSE positions.position END",
                    (name, position),
                )
            yield db
