"""Lessons from a file: read and checked row by row, then kept in one transaction, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import UUID

from api.interchange.faults import Fault
from api.interchange.lesson_row import LessonRow, id_of, lesson_of
from api.interchange.naming import Naming
from api.interchange.reading import read_rows
from api.interchange.row import Row
from api.usecases.lessons import new_lesson
from api.wiring import System
from domain.errors import Invalid, NotReady, Refused
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.policy import allow
from domain.release import DraftState, State
from domain.viewer import Viewer

Outcome = Literal["add", "publish", "there", "differs", "refused"]
"""`publish`: it was there as a draft that says the same, and is published now."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a row leads to. `id` and `title` are None for a row that is refused."""

    row: int
    outcome: Outcome
    id: UUID | None = None
    title: str | None = None
    state: State | None = None


@dataclass(slots=True)
class Report:
    """`judged` has every row in the order of the file, `faults` everything found; `kept` says whether it was saved."""

    header_is_sound: bool = True
    judged: list[Judged] = field(default_factory=list[Judged])
    faults: list[Fault] = field(default_factory=list[Fault])
    kept: bool = False

    def count(self, outcome: Outcome) -> int:
        return sum(j.outcome == outcome for j in self.judged)


def import_lessons(
    system: System,
    viewer: Viewer,
    file: Path,
    *,
    publish: bool = False,
    skip_bad: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Nothing is kept when there are faults, unless `skip_bad`; a faulty header is never passed over.

    `progress` is told each row's number. Raises `BadFile`, and what saving raises.
    """
    report, naming = Report(), Naming(system)
    first_seen: dict[UUID, int] = {}
    changed: list[Lesson] = []
    for row in read_rows(file):
        report.header_is_sound &= row.fields is not None
        lesson, judged, faults = _judge(system, viewer, row, naming, first_seen, publish=publish)
        report.faults += faults
        if row.fields is not None:
            report.judged.append(judged)
        if lesson is not None:
            changed.append(lesson)
        progress(row.number)
    if changed and not dry_run and report.header_is_sound and (skip_bad or not report.faults):
        system.save(changed[0], *changed[1:])
        report.kept = True
    return report


def _judge(
    system: System, viewer: Viewer, row: Row, naming: Naming, first_seen: dict[UUID, int], *, publish: bool
) -> tuple[Lesson | None, Judged, list[Fault]]:
    """The lesson to save, if any; what becomes of the row; and what is wrong with it."""
    refused = Judged(row.number, "refused")
    if not row.fields and row.faults:
        return None, refused, list(row.faults)
    read = lesson_of(row.number, row.fields or {}, naming)
    if not isinstance(read, LessonRow) or row.faults:
        # A cell that could not be read is missed by the checks as well: one fault for it is enough.
        named = {fault.column for fault in row.faults}
        more = () if isinstance(read, LessonRow) else (f for f in read if f.column not in named)
        return None, refused, [*row.faults, *more]
    id = id_of(read)
    if id in first_seen:
        remedy = f"This is the same lesson as in row {first_seen[id]}. Remove one of them."
        return None, refused, [Fault(row.number, remedy, "id" if read.id else None, read.id)]
    first_seen[id] = row.number
    try:
        lesson, outcome = _decide(system, viewer, id, read, publish=publish or read.publish)
    except Refused as error:
        fields = error.missing if isinstance(error, NotReady) else (error.field,)
        remedy = "Fill this in; it is needed for publishing." if isinstance(error, NotReady) else str(error)
        return None, refused, [Fault(row.number, remedy, column) for column in fields]
    title = lesson.current.title.in_language("en")[1]
    return (lesson if lesson.pending else None), Judged(row.number, outcome, id, title, lesson.state), []


def _decide(system: System, viewer: Viewer, id: UUID, row: LessonRow, *, publish: bool) -> tuple[Lesson, Outcome]:
    """The lesson with what is to be saved of it pending. Raises `Refused`."""
    thing = system.store.find_any(id)
    if thing is None:
        lesson = new_lesson(system, viewer, row, id=id)
        if publish:
            _publish(viewer, lesson)
        return lesson, "add"
    if not isinstance(thing, Lesson):
        raise Invalid("This id belongs to something that is no lesson. Give the row another.", field="id")
    if not _says_the_same(thing, row):
        return thing, "differs"
    if publish and thing.state in (State.DRAFT, State.SUBMITTED):
        _publish(viewer, thing)
        return thing, "publish"
    return thing, "there"


def _publish(viewer: Viewer, lesson: Lesson) -> None:
    allow(viewer, "submit", lesson)
    allow(viewer, "review", lesson)
    if lesson.draft_state is not DraftState.SUBMITTED:
        lesson.submit()
    lesson.publish()


def _says_the_same(lesson: Lesson, row: LessonRow) -> bool:
    record = LessonRecord.model_validate(row.model_dump(include=set(LessonRecord.model_fields)))
    shared = (lesson.visibility, lesson.anonymous, lesson.review_by)
    return record in (lesson.current, lesson.draft) and shared == (row.visibility, row.anonymous, row.review_by)
