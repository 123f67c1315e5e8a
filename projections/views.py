"""The file that SQL views are kept in. Rebuildable: it is thrown away when its tables are not this program's."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock

import structlog

from projections.projection import TryAgain

log = structlog.get_logger()


class Views:
    """One writer at a time, any number of readers. Does not wait for the disk: the log can always refill it."""

    def __init__(self, file: Path, *schema: str) -> None:
        self._file = file
        self._lock = Lock()
        self._version = int.from_bytes(sha256("\n".join(schema).encode()).digest()[:4], "big") >> 1
        try:
            self._prepare(schema)
        except sqlite3.OperationalError:
            raise  # locked, full or out of reach: another process may be using it
        except sqlite3.DatabaseError as error:
            log.warning("views are damaged and made anew", file=file.name, why=str(error))
            self.remove()
            self._prepare(schema)

    def _prepare(self, schema: tuple[str, ...]) -> None:
        with self.reading() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            sound = db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        if version not in (0, self._version) or not sound:
            log.info("views are made anew", file=self._file.name)
            self.remove()
        with self.writing() as db:
            db.execute("CREATE TABLE IF NOT EXISTS positions (name TEXT PRIMARY KEY, position INTEGER NOT NULL)")
            for statement in schema:
                db.execute(statement)
            db.execute(f"PRAGMA user_version={self._version}")

    def remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)

    def position(self, name: str) -> int:
        with self.reading() as db:
            row = db.execute("SELECT position FROM positions WHERE name=?", (name,)).fetchone()
        return row[0] if row else 0

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        db = sqlite3.connect(self._file, timeout=5, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            yield db
        finally:
            db.close()

    @contextmanager
    def writing(self, name: str | None = None, position: int = 0) -> Generator[sqlite3.Connection]:
        """One transaction; with a `name`, that projection's position moves in it.

        Raises `TryAgain` when the file cannot be written now: a full disk is not the fault of an event.
        """
        try:
            yield from self._transaction(name, position)
        except sqlite3.OperationalError as error:
            raise TryAgain(f"{self._file.name}: {error}") from error

    def _transaction(self, name: str | None, position: int) -> Generator[sqlite3.Connection]:
        with self._lock, self.reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                if name is not None:
                    db.execute(
                        "INSERT INTO positions VALUES (?,?)"
                        " ON CONFLICT (name) DO UPDATE SET position=excluded.position",
                        (name, position),
                    )
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
