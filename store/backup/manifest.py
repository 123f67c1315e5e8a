"""What a backup consists of. The manifest is written last: a folder without one is a backup that was not finished."""

import os
from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from typing import Literal, Self, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from store.database import Session
from store.ledger.rows import read_size

NAME = "manifest.json"
Engine: TypeAlias = Literal["sqlite", "postgresql"]
Told: TypeAlias = Callable[[int], None]
"""Hears how many bytes are done."""


class BadBackup(Exception):
    """This is no backup that can be restored here: says why."""


class BackupFailed(Exception):
    """No backup was made, and nothing of it is left."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contents(_Frozen):
    """Of the copy, not of the record, which has gone on meanwhile. `checkpoint` is the newest, as a note."""

    position: int
    leaves: int
    checkpoint: str | None

    @classmethod
    def of(cls, db: Session, events: str) -> Self:
        """`events`: the select of the engine."""
        [newest] = db.execute(f"SELECT COALESCE(MAX(position), 0) AS position FROM ({events}) AS e")
        notes = db.execute("SELECT note FROM ledger_checkpoints ORDER BY size DESC LIMIT 1")
        checkpoint = notes[0]["note"] if notes else None
        return cls(position=newest["position"], leaves=read_size(db), checkpoint=checkpoint)


class Part(_Frozen):
    name: str = Field(pattern=r"^[a-z_]+\.[a-z]+$")
    bytes: int
    sha256: str

    @classmethod
    def of(cls, file: Path) -> Self:
        with file.open("rb") as data:
            return cls(name=file.name, bytes=file.stat().st_size, sha256=file_digest(data, "sha256").hexdigest())


class Manifest(_Frozen):
    """`program` is the version that made it; `step`: how far the tables of PostgreSQL were migrated."""

    form: Literal[1] = 1
    made_at: AwareDatetime
    program: str
    engine: Engine
    step: int | None
    contents: Contents
    parts: tuple[Part, ...]

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts)

    def write(self, folder: Path) -> None:
        """On the disk on return, after everything that it names."""
        for part in self.parts:
            sync(folder / part.name)
        made = folder / f".{NAME}"
        made.touch(mode=0o600)
        made.write_text(self.model_dump_json(indent=2) + "\n", "utf-8")
        sync(made)
        sync(folder)
        os.replace(made, folder / NAME)
        sync(folder)
        sync(folder.parent)

    @classmethod
    def read(cls, folder: Path, engine: Engine) -> Self:
        """Raises `BadBackup`."""
        if not folder.is_dir():
            raise BadBackup(f"There is no folder {folder}.")
        if not (folder / NAME).exists():
            raise BadBackup(f"{folder} has no {NAME}: it is not a backup, or one that was not finished. Take another.")
        try:
            found = cls.model_validate_json((folder / NAME).read_text("utf-8"))
        except (ValidationError, UnicodeDecodeError):
            raise BadBackup(f"{NAME} cannot be read: it was damaged, or made by a newer program.") from None
        if found.engine != engine:
            raise BadBackup(
                f"This is a backup of {_NAMES[found.engine]}, and here is {_NAMES[engine]}: one is not restored to the"
                " other. Lessons and cases move with laerdom export and import."
            )
        return found

    def check(self, folder: Path, told: Told) -> None:
        """Every part is there and says what it said. Raises `BadBackup`."""
        done = 0
        for part in self.parts:
            file = folder / part.name
            if not file.is_file():
                raise BadBackup(f"{part.name} is missing from the backup. Take another.")
            if Part.of(file) != part:
                raise BadBackup(f"{part.name} is not the file that was written: it was damaged or changed.")
            done += part.bytes
            told(done)


_NAMES = {"sqlite": "the embedded mode", "postgresql": "PostgreSQL"}


def sync(path: Path) -> None:
    """A file's bytes, or a folder's names, are on the disk on return."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
