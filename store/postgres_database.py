"""Rows beside the events in a schema of a PostgreSQL database, under the same interface as an SQLite file."""

from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from time import monotonic
from typing import Any

import psycopg

from store.connections import TROUBLE, Bounded, Postgres, quoted, refusal
from store.database import Row

LOCKED_S = 60
"""Wiping waits so long for a table that others use."""
TURN = "SELECT pg_advisory_xact_lock(hashtext('rows of ' || %s))"


class PostgresSession:
    def __init__(self, connection: Bounded) -> None:
        self._connection = connection

    def execute(self, statement: str, params: Sequence[Any] = ()) -> list[Row]:
        cursor = self._connection.execute(_translated(statement), params or None)
        return cursor.fetchall() if cursor.description else []


class PostgresDatabase:
    """The tables of `tables` are made where they are missing, and the schema around them; without any, as for the
    people, `laerdom migrate` has made them. Every commit waits for the disk. A transaction takes at most `writing_s`,
    where that is given, instead of the patience of the connections."""

    def __init__(self, postgres: Postgres, *tables: str, writing_s: float | None = None) -> None:
        self._postgres = postgres
        self._writing_s = writing_s
        if tables:
            with self.writing() as db:
                db.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(postgres.schema)}")
                for table in tables:
                    db.execute(table)

    @contextmanager
    def reading(self) -> Generator[PostgresSession]:
        """What one statement sees another may not: each sees what was committed when it began."""
        with self._postgres.connection() as connection:
            yield PostgresSession(connection)

    @contextmanager
    def writing(self) -> Generator[PostgresSession]:
        by = None if self._writing_s is None else monotonic() + self._writing_s
        with self._postgres.transaction(by=by) as connection:
            connection.execute(TURN, (self._postgres.schema,))
            yield PostgresSession(connection)

    def wipe(self) -> None:
        """What the server still keeps of it in its write-ahead log and in backups is the operator's to remove: see
        docs/audit.md."""
        try:
            with closing(self._postgres.connect()) as db:
                db.execute(f"SET statement_timeout = 0; SET lock_timeout = '{LOCKED_S}s'".encode())
                tables = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
                for table in tables:
                    db.execute(f"VACUUM (FULL) {quoted(table['tablename'])}".encode())
                for statement in ("SELECT pg_switch_wal()", "CHECKPOINT"):
                    with suppress(psycopg.errors.InsufficientPrivilege):
                        db.execute(statement.encode())
        except TROUBLE as error:
            raise refusal(error) from error


@cache
def _translated(statement: str) -> bytes:
    return statement.replace("?", "%s").encode()
