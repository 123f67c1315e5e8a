"""The ledger as it is at one moment, to be read and never changed; also one that is damaged."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from store.connections import Bounded, Postgres, unreachable
from store.database import Row, Session, SqliteSession
from store.ledger.rows import POSTGRES_EVENTS, SQLITE_EVENTS
from store.postgres_database import PostgresSession
from store.refused import NoLedger
from store.unavailable import StoreDamaged, unavailable

PATIENCE_S = 3600.0
TABLES = ("ledger_leaves", "ledger_nodes")
WHOLE = "PRAGMA integrity_check(20)"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`events` is the select of the engine, of `store.ledger.rows`; `faults` what the engine itself says of its file,
    in its own words. A session raises `StoreDamaged` for what cannot be read, and goes on with the next statement."""

    db: Session
    events: str
    faults: tuple[str, ...] = ()


@contextmanager
def of_file(file: Path, *, looking: bool = True) -> Generator[Snapshot]:
    """`looking`: at the whole file as well, index for index. Raises `NoLedger`, `StoreUnavailable`, `StoreDamaged`."""
    if not file.is_file():
        raise NoLedger(f"There is no store at {file}. Name the folder with --data.")
    try:
        with _connected(file) as connection:
            session = SqliteSession(connection)
            session.execute("BEGIN")
            there = session.execute("SELECT name FROM sqlite_master WHERE name IN (?,?)", TABLES)
            if len(there) < len(TABLES):
                raise NoLedger(f"There is no ledger in {file}: an older Lærdom has written it, or another program.")
            yield Snapshot(session, SQLITE_EVENTS, _faults(session) if looking else ())
    except sqlite3.OperationalError as error:
        raise unavailable(error) from error


def _faults(session: SqliteSession) -> tuple[str, ...]:
    try:
        told = [str(next(iter(row.values()))) for row in session.execute(WHOLE)]
    except StoreDamaged as error:
        return (str(error),)
    return tuple(one for one in told if one != "ok")


@contextmanager
def of_postgres(url: str) -> Generator[Snapshot]:
    """Raises `NoLedger`, `StoreUnavailable`."""
    with closing(Postgres(url, size=1, patience_s=PATIENCE_S)) as postgres:
        try:
            connection = postgres.connect()
        except psycopg.OperationalError as error:
            raise unreachable(error) from error
        with closing(connection), connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            [row] = connection.execute("SELECT to_regclass('ledger_leaves') AS there").fetchall()
            if row["there"] is None:
                raise NoLedger("There is no ledger in this database: run laerdom migrate.")
            yield Snapshot(_Careful(connection), POSTGRES_EVENTS)


class _Careful:
    """Each statement in a savepoint, so that one which fails leaves the snapshot as it was."""

    def __init__(self, connection: Bounded) -> None:
        self._connection = connection
        self._session = PostgresSession(connection)

    def execute(self, statement: str, params: Sequence[Any] = ()) -> list[Row]:
        try:
            with self._connection.transaction():
                return self._session.execute(statement, params)
        except psycopg.OperationalError as error:
            raise unreachable(error) from error
        except psycopg.DatabaseError as error:
            raise StoreDamaged(f"PostgreSQL cannot read what is kept: {str(error).strip()}") from error


@contextmanager
def _connected(file: Path) -> Generator[sqlite3.Connection]:
    connection = _opened(f"{file.absolute().as_uri()}?mode=ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_master")
    except sqlite3.OperationalError as error:
        # Where nothing may be written, not even what readers tell each other, there is nobody who writes either.
        connection.close()
        log = file.with_name(f"{file.name}-wal")
        if log.exists() and log.stat().st_size:
            raise unavailable(error) from error
        connection = _opened(f"{file.absolute().as_uri()}?immutable=1")
    except sqlite3.DatabaseError:
        pass  # whoever reads hears of it
    try:
        yield connection
    finally:
        connection.close()


def _opened(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    connection.text_factory = _text
    return connection


def _text(raw: bytes) -> str:
    """What is no text is damaged, and is to be found so, not to stop the reading."""
    return raw.decode(errors="replace")
