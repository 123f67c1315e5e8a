"""The list of what was erased: kept apart from the record, so that a backup from before brings nothing of it back.

Lines of JSON in one file, without a name, an address or a word that was removed. What is on the list is erased: it is
written before anything else is done, so that whoever was interrupted goes on from there.
"""

import fcntl
import os
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

FILE = "erasures.jsonl"


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Forgotten(_Line):
    """A person, who is to be in the register no more."""

    what: Literal["forgotten"] = "forgotten"
    person: UUID
    reason: str
    at: AwareDatetime


class Removed(_Line):
    """What is stored of an event, `state`, in the place of what had one of the digests `was` (SHA-256, hexadecimal)."""

    what: Literal["removed"] = "removed"
    of: UUID
    of_version: int
    was: tuple[str, ...]
    state: str
    fields: tuple[str, ...]
    reason: str
    at: AwareDatetime


class Searches(_Line):
    """Kept searches, by id, that had the words which were removed."""

    what: Literal["searches"] = "searches"
    ids: tuple[str, ...]


class Wiped(_Line):
    """Nothing is left of what stands above, in any file."""

    what: Literal["wiped"] = "wiped"
    at: AwareDatetime


Erasure: TypeAlias = Forgotten | Removed | Searches | Wiped
_LINE: TypeAdapter[Erasure] = TypeAdapter(Annotated[Erasure, Field(discriminator="what")])


class Erasures:
    """In `folder`, which is made with the first line. Any number of processes may add."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE

    def add(self, *lines: Erasure) -> None:
        """All of them, durable on return. What stands in the place of an event later takes that of what stood there
        before, of which words were removed since. Raises `OSError`."""
        with self._alone():
            self._write(_merged((*self.all(), *lines)))

    def all(self) -> tuple[Erasure, ...]:
        """In the order in which they were added. Raises `pydantic.ValidationError` for a file of another make."""
        if not self.file.exists():
            return ()
        return tuple(_LINE.validate_json(line) for line in self.file.read_bytes().splitlines())

    def unfinished(self) -> bool:
        """Whether anything was added since it was last wiped."""
        lines = self.all()
        return bool(lines) and not isinstance(lines[-1], Wiped)

    def finished(self, at: datetime) -> None:
        if self.unfinished():
            self.add(Wiped(at=at))

    @contextmanager
    def _alone(self) -> Generator[None]:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(self.file.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
            os.fsync(folder)
        finally:
            os.close(folder)

    def _write(self, lines: Iterable[Erasure]) -> None:
        made = self.file.with_suffix(".new")
        made.unlink(missing_ok=True)
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(_LINE.dump_json(line) + b"\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, self.file)


def _merged(lines: Sequence[Erasure]) -> Sequence[Erasure]:
    """One line for each event, which stands where the last one stood."""
    kept: dict[object, Erasure] = {}
    for number, line in enumerate(lines):
        if not isinstance(line, Removed):
            kept[number] = line
            continue
        before = kept.pop((line.of, line.of_version), line)
        assert isinstance(before, Removed), "an event's line is one of what was removed"
        was, fields = dict.fromkeys((*before.was, *line.was)), dict.fromkeys((*before.fields, *line.fields))
        kept[line.of, line.of_version] = line.model_copy(update={"was": tuple(was), "fields": tuple(fields)})
    return tuple(kept.values())
