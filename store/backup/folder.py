"""The folder that a backup goes to, and the other one for its keys."""

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from store.backup.manifest import BackupFailed, BadBackup, sync
from store.ledger.keys import CHECKPOINT, LEDGER, NEXT, RETIRED

KEYS = (LEDGER, CHECKPOINT, NEXT, RETIRED)


@contextmanager
def made(folder: Path) -> Generator[None]:
    """Empty, and for its owner alone; all that was put into it goes again where that fails. Raises `BadBackup` for one
    that has something in it, and `BackupFailed`."""
    was_there = folder.is_dir()
    if folder.exists() and (not was_there or any(folder.iterdir())):
        raise BadBackup(f"{folder} is not an empty folder. Give another, or remove what is in it.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield
    except BaseException as error:
        rmtree(folder, ignore_errors=True)
        if was_there:
            folder.mkdir(mode=0o700, exist_ok=True)
        if isinstance(error, sqlite3.Error | OSError):
            raise BackupFailed(f"{_why(error)} Nothing is left in {folder}.") from error
        raise


def copy_keys(source: Path, target: Path) -> None:
    """Those that there are. Raises as `made` does."""
    with made(target):
        for name in KEYS:
            if (source / name).exists():
                (target / name).touch(mode=0o600)
                (target / name).write_bytes((source / name).read_bytes())
                sync(target / name)
        sync(target)


def overlap(one: Path, other: Path) -> bool:
    """Whether one of the two is the other, or in it."""
    one, other = one.resolve(), other.resolve()
    return one.is_relative_to(other) or other.is_relative_to(one)


def _why(error: sqlite3.Error | OSError) -> str:
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or "full" in str(error):
        return "The disk is full: make room, or give a folder elsewhere."
    return f"The backup was not made: {error}."
