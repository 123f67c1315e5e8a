"""The files of the embedded mode, copied with SQLite's own backup while others write, and put back."""

import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copyfile, rmtree

from store.backup.manifest import BadBackup, Contents, Manifest, Told, sync
from store.database import LOCK_TIMEOUT_S, Session, SqliteFile, SqliteSession
from store.ledger.rows import SQLITE_EVENTS

EVENTS = "events.sqlite"
BESIDE = ("accounts.sqlite", "people.sqlite")
"""Copied after the events, in this order. People are entered before what they do and before they get an account: so the
register has everybody whom events and accounts name, and nobody whom the events put out is let in."""
PARTS = (EVENTS, *BESIDE)
ASIDE = ".restoring"
PAGES = 2_000
"""Copied at a time: 8 MB."""


def take(data: Path, folder: Path, told: Told) -> Contents:
    """Each part as it was at one moment, the events first. Raises `sqlite3.Error` and `OSError`."""
    with _copied(data / EVENTS, folder / EVENTS, told) as db:
        contents = Contents.of(SqliteSession(db), SQLITE_EVENTS)
    for name in BESIDE:
        if (data / name).exists():
            with _copied(data / name, folder / name, told) as db:
                db.execute("VACUUM")  # what was deleted may still stand in free pages
    return contents


def put_back(folder: Path, manifest: Manifest, data: Path, checked: Callable[[Session], None]) -> None:
    """`checked` is handed the events before they are in their place: nothing is there unless it returns. Nobody else is
    at work in the folder. Raises `BadBackup` where parts of a record are in the way, what `checked` raises,
    `sqlite3.Error` and `OSError`."""
    if there := sorted(file.name for name in PARTS for file in data.glob(f"{name}*")):
        raise BadBackup(
            f"There is a record in {data}: {', '.join(there)}. Move these files away, or give another folder with"
            " --data."
        )
    names = [name for name in PARTS if name in {part.name for part in manifest.parts}]
    aside = data / ASIDE
    rmtree(aside, ignore_errors=True)  # of one that was interrupted
    aside.mkdir(mode=0o700)
    try:
        for name in names:
            (aside / name).touch(mode=0o600)
            copyfile(folder / name, aside / name)
            with closing(_connected(aside / name)) as db:
                _check(db, name)
        with closing(SqliteFile(aside / EVENTS, durable=True)) as file, file.writing() as session:
            checked(session)
        for name in names:
            sync(aside / name)
        for name in reversed(names):  # without its events a folder has no record
            os.replace(aside / name, data / name)
        sync(data)
    finally:
        rmtree(aside)


@contextmanager
def _copied(source: Path, target: Path, told: Told) -> Generator[sqlite3.Connection]:
    """The copy, a whole file of its own: without the log that is written ahead."""
    target.touch(mode=0o600, exist_ok=False)
    with closing(_connected(source)) as there, closing(_connected(target)) as here:
        # Held open, or each write of another would make the copying begin anew.
        there.execute("BEGIN")
        [[page_bytes]] = there.execute("PRAGMA page_size")
        there.execute("SELECT 1 FROM sqlite_schema").fetchall()
        there.backup(here, pages=PAGES, progress=lambda _, left, all: told((all - left) * page_bytes))
        there.execute("ROLLBACK")
        here.execute("PRAGMA journal_mode=DELETE")
        yield here
        _check(here, source.name)


def _check(db: sqlite3.Connection, name: str) -> None:
    [said, *_] = db.execute("PRAGMA integrity_check").fetchall()
    if said != ("ok",):
        raise BadBackup(f"{name} is damaged: {said[0]}")


def _connected(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=LOCK_TIMEOUT_S, isolation_level=None)
