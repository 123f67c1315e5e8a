"""The tables of the record in PostgreSQL, copied as they are at one moment while others write, and put back."""

import re
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import IsolationLevel
from psycopg.sql import SQL, Identifier

from store.backup.manifest import BadBackup, Contents, Manifest, Told
from store.connections import OPTIONS, Bounded, refusal, unreachable
from store.database import Session
from store.ledger.rows import POSTGRES_EVENTS
from store.migrations import APPLIED, STEPS, check_migrated
from store.postgres_database import PostgresSession

LEFT_OUT = {"vectors", "missed_periods", "missed_searches", "missed_counts"}
"""Vectors are derived. What was searched for in vain is forgotten after a while: in a copy it would live on."""
TABLES = tuple(name for step in STEPS for name in re.findall(r"CREATE TABLE (\w+)", step) if name not in LEFT_OUT)
BLOCK = 1 << 20


def take(url: str, folder: Path, told: Told) -> Contents:
    """Everything as it was at one moment. Raises `NotMigrated`, `StoreUnavailable` and `OSError`."""
    done = 0
    with _connected(url) as db:
        db.isolation_level, db.read_only = IsolationLevel.REPEATABLE_READ, True
        with db.transaction():
            check_migrated(db)
            contents = Contents.of(PostgresSession(db), POSTGRES_EVENTS)
            for table in TABLES:
                file = folder / f"{table}.copy"
                file.touch(mode=0o600, exist_ok=False)
                with file.open("wb") as out, db.cursor().copy(_statement("COPY {} TO STDOUT", table)) as copy:
                    for block in copy:
                        done += out.write(block)
                        told(done)
    return contents


def put_back(
    folder: Path,
    manifest: Manifest,
    url: str,
    checked: Callable[[Session], None],
    copying: AbstractContextManager[Told],
) -> None:
    """In one transaction, at the step of then, the tables made where they are missing; `checked` is handed the session
    before it ends. The database has no record, and nobody works on it. Raises `BadBackup`, what `checked` raises, and
    `StoreUnavailable`."""
    step, done = manifest.step or 0, 0
    if step > len(STEPS):
        raise BadBackup(f"The backup was made by a newer Lærdom, at step {step}; this one knows {len(STEPS)}.")
    tables = [table for table in TABLES if f"{table}.copy" in {part.name for part in manifest.parts}]
    with _connected(url) as db, db.transaction():
        _nobody_else(db)
        _migrated(db, step)
        for table in tables:
            if db.execute(SQL("SELECT 1 FROM {} LIMIT 1").format(Identifier(table))).fetchone():
                raise BadBackup(f"There is a record in this database: {table} has rows. Give an empty one.")
        with copying as told:
            for table in tables:
                with (
                    (folder / f"{table}.copy").open("rb") as file,
                    db.cursor().copy(_statement("COPY {} FROM STDIN", table)) as copy,
                ):
                    while block := file.read(BLOCK):
                        copy.write(block)
                        told(done := done + len(block))
        # From here on positions are given that nobody has.
        db.execute(
            "SELECT setval(pg_get_serial_sequence('laerdom_events', 'notification_id'), max(notification_id))"
            " FROM laerdom_events"
        )
        checked(PostgresSession(db))


def _nobody_else(db: Bounded) -> None:
    if db.execute(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND application_name = %s LIMIT 1",
        (OPTIONS["application_name"],),
    ).fetchone():
        raise BadBackup("Workers or a projector are connected to this database. Stop them, then restore.")


def _migrated(db: Bounded, step: int) -> None:
    """The tables as they were at this step."""
    db.execute("SELECT pg_advisory_xact_lock(hashtext('laerdom_migrations'))")
    db.execute(APPLIED)
    row = db.execute("SELECT COALESCE(max(number), 0) AS number FROM laerdom_migrations").fetchone()
    there = row["number"] if row else 0
    if there > step:
        raise BadBackup(f"The tables are at step {there}, and the backup is of step {step}. Give an empty database.")
    for number in range(there + 1, step + 1):
        db.execute(STEPS[number - 1].encode())
        db.execute("INSERT INTO laerdom_migrations (number) VALUES (%s)", (number,))


def _statement(text: str, table: str) -> bytes:
    return f"{text.format(table)} (FORMAT binary)".encode()


@contextmanager
def _connected(url: str) -> Generator[Bounded]:
    """Without an end to its patience: tables may be large."""
    try:
        with closing(Bounded.connect(url, **OPTIONS)) as db:
            db.execute("SELECT set_config('search_path', 'public', false)")
            yield db
    except psycopg.errors.DiskFull as error:
        raise refusal(error) from error
    except psycopg.OperationalError as error:
        raise unreachable(error) from error
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise BadBackup(f"PostgreSQL does not take the backup: {error}") from error
