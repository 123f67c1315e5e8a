"""Things into a file, in the order they first came in; what is written here is what import reads."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from os import fsync, getpid
from pathlib import Path
from typing import IO, Any, Literal
from uuid import UUID

from api.interchange.columns import flat
from api.interchange.csv_file import write_csv
from api.interchange.faults import BadFile
from api.interchange.jsonl_file import write_jsonl
from api.interchange.lesson_row import fields_of
from api.interchange.limits import ending
from api.interchange.naming import Naming
from api.usecases.noting import note
from api.wiring import System
from domain.access import Access
from domain.acting import current_act
from domain.aggregate import Aggregate
from domain.case import Case
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.programme import Programme
from domain.release import State

Kind = Literal["lessons", "cases", "clusters", "programmes"]
FIRST_EVENT = {
    "lessons": "lesson.drafted",
    "cases": "case.drafted",
    "clusters": "cluster.registered",
    "programmes": "programme.established",
}
BATCH = 1_000


@dataclass(slots=True)
class Exported:
    """`ended` counts lessons left out because they were withdrawn or superseded."""

    written: int = 0
    ended: int = 0


def export(system: System, kind: Kind, file: Path, *, progress: Callable[[int], None] = lambda _: None) -> Exported:
    """Published lessons as they are read now, drafts as they stand. An older file stays until the new one is whole, and
    until it is recorded that it was written.

    `progress` is told the position in the log that was reached. Raises `BadFile`.
    """
    form, done = ending(file), Exported()
    if kind != "lessons" and form != ".jsonl":
        raise BadFile("Only lessons go into tables. End the name of the file in .jsonl.")
    rows = _counted(_rows(system, kind, done, progress), done)
    with whole(file) as out:
        match form:
            case ".jsonl":
                write_jsonl(out, rows)
            case ".csv":
                write_csv(out, map(flat, rows))
            case _:
                from api.interchange.xlsx_file import write_xlsx  # takes a quarter of a second

                write_xlsx(out, map(flat, rows))
        note(system, Access.Exported, person=current_act().actor, what=kind, count=done.written)
    return done


def _rows(system: System, kind: Kind, done: Exported, progress: Callable[[int], None]) -> Iterator[dict[str, Any]]:
    naming, position = Naming(system), 0
    while batch := system.store.read(position, BATCH):
        for row in batch:
            thing = system.store.find_any(_id(row)) if row.topic == FIRST_EVENT[kind] else None
            if isinstance(thing, Lesson) and thing.state in (State.WITHDRAWN, State.SUPERSEDED):
                done.ended += 1
            elif thing is not None:
                yield fields_of(thing, naming) if isinstance(thing, Lesson) else _fields(thing, naming)
        position = batch[-1].id
        progress(position)


def _id(row: Any) -> UUID:
    return row.originator_id


def _fields(thing: Aggregate, naming: Naming) -> dict[str, Any]:
    head: dict[str, Any] = {"id": str(thing.id)}
    match thing:
        case Case():
            head |= {"state": thing.state.value, "visibility": thing.visibility.value}
            record: Any = thing.current
        case Cluster():
            head |= {
                "name": thing.name,
                "names": [asdict(name) for name in thing.names],
                "memberships": [
                    {
                        "programme": naming.of_programme(m.programme),
                        "admitted": m.admitted,
                        "ended": m.ended,
                        "graduated_to": m.graduated_to and naming.of_programme(m.graduated_to),
                    }
                    for m in thing.memberships
                ],
                "members": [asdict(member) for member in thing.members],
            }
            record = thing.current
        case Programme():
            head |= {"code": thing.code}
            record = thing.current
        case _:
            raise TypeError(thing.kind)
    return head | record.model_dump(mode="json", exclude_none=True)


def _counted(rows: Iterator[dict[str, Any]], done: Exported) -> Iterator[dict[str, Any]]:
    for row in rows:
        done.written += 1
        yield row


@contextmanager
def whole(file: Path) -> Generator[IO[bytes]]:
    """The file as it was or as it is to be, never half of it. Raises `BadFile` where it cannot be written."""
    try:
        if file.is_dir():
            raise BadFile("This is a folder. Name a file in it.")
        beside = file.with_name(f".{file.name[:100]}.{getpid()}.part")
        try:
            with beside.open("xb") as out:
                yield out
                out.flush()
                fsync(out.fileno())
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise BadFile(f"The file cannot be written ({error.strerror}). Check the folder and its permissions.") from None
