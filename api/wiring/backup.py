"""A backup of the record that the settings name, and its way back: on either store."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from api.settings import Seals, Servers
from api.wiring.embedded import alone_on, remove_derived
from store.backup import checkpoints, postgres, sqlite
from store.backup.checking import check
from store.backup.folder import copy_keys, made, overlap
from store.backup.manifest import BadBackup, Contents, Manifest, Part
from store.backup.new_log import end_log
from store.database import Session
from store.ledger.keys import LEDGER, Keys
from store.ledger.note import BadNote, Checkpoint
from store.ledger.rows import POSTGRES_EVENTS, SQLITE_EVENTS
from store.migrations import STEPS

Counting: TypeAlias = Callable[[str, int | None, str], AbstractContextManager[Callable[[int], None]]]
"""What is done, how much there is, and of what: a context with a function that is told how far it has come."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the record is: in the folder `data`, or, where those are given, on `servers`."""

    data: Path
    servers: Servers | None
    seals: Seals


def back_up(place: Place, folder: Path, counting: Counting, *, keys: Path | None = None) -> Manifest:
    """A copy in `folder`, which is empty or made, while others write; on the disk on return. The ledger's keys are
    copied to `keys` alone, another such folder. Raises `BadBackup`, `BackupFailed` with nothing left behind,
    `NotMigrated` and `StoreUnavailable`."""
    if not place.servers and not (place.data / sqlite.EVENTS).exists():
        raise BadBackup(f"There is no record in {place.data}. Name its folder with --data.")
    if keys and overlap(keys, folder):
        raise BadBackup("The keys belong apart from the backup: whoever has both can write another history.")
    with made(folder):
        checkpoints.take(place.seals.checkpoints, folder)
        with counting("Copying", None, "bytes") as told:
            if place.servers:
                contents = postgres.take(place.servers.database, folder, told)
            else:
                contents = sqlite.take(place.data, folder, told)
        manifest = Manifest(
            made_at=datetime.now(UTC),
            program=version("laerdom"),
            engine="postgresql" if place.servers else "sqlite",
            step=len(STEPS) if place.servers else None,
            contents=contents,
            parts=tuple(Part.of(file) for file in sorted(folder.iterdir())),
        )
        manifest.write(folder)
    if keys:
        copy_keys(place.seals.keys, keys)
    return manifest


def restore(place: Place, folder: Path, counting: Counting, *, new_log: bool = False) -> Manifest:
    """The record of the backup, counted once more, where there is none; views and index are to be made from it. With
    `new_log`, what is signed from now on is another log. Raises `BadBackup`, `OtherKey`, `FolderInUse` and
    `StoreUnavailable`: then nothing was restored."""
    manifest = Manifest.read(folder, "postgresql" if place.servers else "sqlite")
    with counting("Comparing checksums", manifest.bytes, "bytes") as told:
        manifest.check(folder, told)
    keys = Keys(place.seals.keys)
    if not (keys.folder / LEDGER).exists():
        raise BadBackup(f"Put the {LEDGER} that is kept apart from the backup into {keys.folder} first.")
    key = keys.ledger(make=False)
    known = checkpoints.newest_signed(place.seals.checkpoints, keys)
    if known and known.size > manifest.contents.leaves and not new_log:
        raise BadBackup(_longer(known, manifest.contents))
    signed = _signed(folder, manifest.contents, known)

    def checked(db: Session) -> None:
        with counting("Counting the ledger once more", manifest.contents.leaves, "events") as told:
            events = POSTGRES_EVENTS if place.servers else SQLITE_EVENTS
            check(db, events, key, manifest.contents, signed, told)
        checkpoints.put_back(folder, place.seals.checkpoints)
        if new_log:
            end_log(db, keys, place.seals.checkpoints)
        if place.servers:
            from api.wiring.scaled import remove_views

            remove_views(db)
        else:
            remove_derived(place.data)

    if place.servers:
        from api.wiring.scaled import prepare  # see open_system

        copying = counting("Copying", manifest.bytes, "bytes")
        postgres.put_back(folder, manifest, place.servers.database, checked, copying)
        prepare(place.servers)
    else:
        with alone_on(place.data):
            sqlite.put_back(folder, manifest, place.data, checked)
    return manifest


def _signed(folder: Path, contents: Contents, known: Checkpoint | None) -> list[Checkpoint]:
    """What the restored ledger has to fit: the newest checkpoint of then, those in the backup of the same log, and the
    newest that is kept here, unless that is of leaves that came later."""
    found = [known] if known and known.size <= contents.leaves else []
    if contents.checkpoint:
        try:
            newest = Checkpoint.parse(contents.checkpoint)
        except BadNote as error:
            raise BadBackup(f"The checkpoint in the manifest cannot be read: {error}") from None
        found += [newest, *checkpoints.in_backup(folder, newest.origin)]
    return found


def _longer(known: Checkpoint, contents: Contents) -> str:
    return (
        f"A checkpoint that was signed here is of {known.size:,} events, and the backup has {contents.leaves:,}. Look"
        f" for a newer one. To go on without the other {known.size - contents.leaves:,}, and to sign under another name"
        " from now on, give --new-log."
    )
