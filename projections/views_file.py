"""The file that views are kept in, in the embedded mode. Thrown away when its tables are not this program's."""

import sqlite3
from pathlib import Path

import structlog

from projections.views import version_of
from store.database import SqliteFile

log = structlog.get_logger()


def open_views_file(file: Path, schema: tuple[str, ...], *, anew: bool = False) -> SqliteFile:
    """Does not wait for the disk: the log can always refill it. `anew`: whatever is there is thrown away.

    Raises `StoreUnavailable` while another process holds the file: then nothing is."""
    if anew:
        _remove(file)
    database = SqliteFile(file, durable=False)
    try:
        _prepare(database, schema)
    except sqlite3.DatabaseError as error:
        log.warning("views are damaged and made anew", file=file.name, why=str(error))
        database.close()
        _remove(file)
        _prepare(database, schema)
    return database


def _prepare(database: SqliteFile, schema: tuple[str, ...]) -> None:
    with database.reading() as db:
        [[version]] = [row.values() for row in db.execute("PRAGMA user_version")]
        [[told]] = [row.values() for row in db.execute("PRAGMA quick_check(1)")]
    if version not in (0, version_of(schema)) or told != "ok":
        log.info("views are made anew", file=database.file.name)
        database.close()
        _remove(database.file)
    with database.writing() as db:
        for statement in schema:
            db.execute(statement)
        db.execute(f"PRAGMA user_version={version_of(schema)}")


def _remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
