"""Rows beside the events, people and views: one interface over an SQLite file and a PostgreSQL database."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, TypeAlias
from weakref import finalize

from store.unavailable import StoreDamaged, StoreUnavailable, unavailable

Row: TypeAlias = dict[str, Any]
LOCK_TIMEOUT_S = 5
MOST_IDLE = 8
"""Connections to a file that wait for the next session."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """How rows keep an aware instant: whole microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def instant(micros: int) -> datetime:
    """In UTC."""
    return EPOCH + timedelta(microseconds=micros)


def storable(text: str) -> bool:
    """Whether both engines can be asked for it: no NUL, and no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


class Session(Protocol):
    def execute(self, statement: str, params: Sequence[Any] = ()) -> list[Row]:
        """The rows that the statement returns, by column name; `?` stands for each parameter.

        Statements keep to what both engines have: no `INSERT OR REPLACE`, no `%`, integers of 64 bits are BIGINT."""
        ...


class Database(Protocol):
    """Both raise `StoreUnavailable` while the rows cannot be reached or written."""

    def reading(self) -> AbstractContextManager[Session]: ...

    def writing(self) -> AbstractContextManager[Session]:
        """One transaction, kept at the end, undone by an exception. Writers take turns."""
        ...

    def wipe(self) -> None:
        """Nothing is left on the disk of what was deleted or replaced before, as far as the database decides that.
        Writes everything once; writers wait meanwhile. Raises `StoreUnavailable`."""
        ...


class SqliteSession:
    def __init__(self, connection: sqlite3.Connection | sqlite3.Cursor) -> None:
        self._connection = connection

    def execute(self, statement: str, params: Sequence[Any] = ()) -> list[Row]:
        """Raises `StoreDamaged` where the file is not what SQLite wrote."""
        try:
            cursor = self._connection.execute(statement, params)
            rows = cursor.fetchall()
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:  # those of its subclasses have other reasons
                raise
            raise StoreDamaged(f"The file of the store is damaged ({error}). Restore it from its backup.") from error
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]


class SqliteFile:
    """One file in WAL mode, with the tables of `schema`. Whoever opens it closes it. `durable`: a commit waits for the
    disk; `wiping`: what is deleted is overwritten with zeros, in the write-ahead log as well.

    Connections are kept for sessions to come: to open one takes longer than most statements, and SQLite empties the
    write-ahead log whenever the last one is closed. Where it is `wiping` that is wanted, and none is kept."""

    def __init__(self, file: Path, *schema: str, durable: bool, wiping: bool = False) -> None:
        self.file = file
        self._most_idle = 0 if wiping else MOST_IDLE
        self._idle: list[sqlite3.Connection] = []
        finalize(self, _close_all, self._idle)
        self._wiping = wiping
        self._synchronous = "FULL" if durable else "NORMAL"
        self._lock = Lock()
        if schema:
            with self.writing() as db:
                for statement in schema:
                    db.execute(statement)

    @contextmanager
    def reading(self) -> Generator[SqliteSession]:
        try:
            with self._connected() as connection:
                yield SqliteSession(connection)
        except sqlite3.OperationalError as error:
            raise unavailable(error) from error

    @contextmanager
    def writing(self) -> Generator[SqliteSession]:
        try:
            with self._lock, self._connected() as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield SqliteSession(connection)
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise unavailable(error) from error

    def wipe(self) -> None:
        try:
            with self._lock, self._connected() as connection:
                connection.execute("VACUUM")
                [busy, *_] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            raise unavailable(error) from error
        if busy:
            raise StoreUnavailable("Somebody reads what has to be wiped. Repeat in a moment.")

    def close(self) -> None:
        """Lets the file go; it is opened again where it is asked once more."""
        _close_all(self._idle)

    @contextmanager
    def _connected(self) -> Generator[sqlite3.Connection]:
        connection, kept = self._idle_or_new(), False
        try:
            yield connection
            if kept := len(self._idle) < self._most_idle:
                self._idle.append(connection)
        finally:
            if not kept:
                connection.close()

    def _idle_or_new(self) -> sqlite3.Connection:
        with suppress(IndexError):  # another thread may have taken the last
            return self._idle.pop()
        return self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, timeout=LOCK_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={self._synchronous}")
            if self._wiping:
                connection.execute("PRAGMA secure_delete=ON")
        except BaseException:
            connection.close()
            raise
        return connection


def _close_all(connections: list[sqlite3.Connection]) -> None:
    with suppress(IndexError):
        while True:
            connections.pop().close()
