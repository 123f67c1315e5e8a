"""Between a row in the shape of the API and a lesson."""

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, cast
from uuid import UUID, uuid5

from pydantic import StrictBool, ValidationError

from api.interchange.columns import COLUMNS, unknown
from api.interchange.faults import Fault, shown
from api.interchange.naming import Naming, as_uuid
from api.usecases.lessons import NewLesson
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.release import State
from domain.text import Line

NAMESPACE = UUID("c1f0b3f4-6f0e-4c39-9f0f-2d5d0f0c7a35")

REMEDIES = {
    "missing": "Fill this in.",
    "string_too_short": "Leave it out rather than empty.",
    "string_too_long": "Shorten it to at most {max_length} characters.",
    "too_long": "Give at most {max_length}.",
    "enum": "Write one of {expected}.",
    "string_type": "Write it as text, between quotes.",
    "string_unicode": "Remove the half characters (lone surrogates).",
    "bool_type": "Write true or false.",
    "uuid_parsing": "Write an id, such as 5d9d6b0e-7a55-4f0e-9a1c-0f6a5b3c9e21.",
    "uuid_type": "Write an id, such as 5d9d6b0e-7a55-4f0e-9a1c-0f6a5b3c9e21.",
    "model_type": "Write it as an object of the fields inside it.",
    "tuple_type": "Write it as a list.",
    "extra_forbidden": "Leave out what is not kind, text or url.",
}
DATES = "Write a date: 2009, 2009-05 or 2009-05-13."
PATTERNS = {
    "topics": "Write topics of at most 60 characters without , and | in them, several separated by ;.",
    "happened.start": DATES,
    "happened.end": DATES,
    "review_by": DATES,
}


class LessonRow(NewLesson):
    """A lesson as a file has it. `id` is the key of the row in the system it comes from."""

    id: Line | None = None
    publish: StrictBool = False


def lesson_of(number: int, fields: Mapping[str, Any], naming: Naming) -> LessonRow | tuple[Fault, ...]:
    """The row checked as a whole, or everything that is wrong with it."""
    fields = dict(fields)
    faults = _resolve(number, fields, naming)
    if "owner" in fields:
        remedy = "Leave it out: the owner is whoever imports, and can hand the lesson over."
        faults.append(Fault(number, remedy, "owner", shown(fields.pop("owner"))))
    try:
        row = LessonRow.model_validate(fields)
    except ValidationError as error:
        return (*faults, *(_fault(number, cast(dict[str, Any], e)) for e in error.errors()))
    return tuple(faults) or row


def id_of(row: LessonRow) -> UUID:
    """The same for the same row whenever it is read: out of its `id`, or else out of what it says."""
    if row.id is not None:
        return as_uuid(row.id) or uuid5(NAMESPACE, f"id\n{row.id}")
    said = row.model_dump(mode="json", exclude={"id", "publish", "owner"})
    return uuid5(NAMESPACE, "content\n" + sha256(json.dumps(said, sort_keys=True).encode()).hexdigest())


def fields_of(lesson: Lesson, naming: Naming) -> dict[str, Any]:
    """What a reader of the lesson sees, in the shape that `lesson_of` takes; what is empty is left out."""
    record = lesson.current.model_dump(mode="json", exclude_none=True)
    if lesson.current.cluster:
        record["cluster"] = naming.of_cluster(lesson.current.cluster)
    record["programmes"] = [naming.of_programme(id) for id in lesson.current.programmes]
    fields: dict[str, Any] = {
        "id": str(lesson.id),
        **{name: record[name] for name in LessonRecord.model_fields if record.get(name) not in (None, [])},
        "visibility": lesson.visibility.value,
        "anonymous": lesson.anonymous,
        "review_by": lesson.review_by,
        "publish": lesson.state is State.PUBLISHED,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _resolve(number: int, fields: dict[str, Any], naming: Naming) -> list[Fault]:
    """Put ids in the place of names and codes. What is no text is left to the checks that follow."""
    faults: list[Fault] = []

    def known(column: str, given: Any, find: Any) -> Any:
        if not isinstance(given, str) or not given.isprintable():
            return given
        try:
            return find(given)
        except ValueError as error:
            faults.append(Fault(number, str(error), column, shown(given)))
            return None

    if "cluster" in fields:
        fields["cluster"] = known("cluster", fields["cluster"], naming.cluster)
        if fields["cluster"] is None:
            del fields["cluster"]
    programmes = fields.get("programmes")
    if isinstance(programmes, Sequence) and not isinstance(programmes, str):
        found = [known("programmes", code, naming.programme) for code in cast(Sequence[Any], programmes)]
        fields["programmes"] = [id for id in found if id is not None]
    return faults


def _fault(number: int, error: Mapping[str, Any]) -> Fault:
    parts = error["loc"]
    path = [part for part in parts if isinstance(part, str)]
    column = ".".join(path)
    if column not in COLUMNS and path and path[0] in COLUMNS:
        column = path[0]
    if error["type"] == "extra_forbidden" and column not in COLUMNS:
        return unknown(number, column)
    value = None if error["type"] == "missing" else error["input"]
    return Fault(number, _remedy(column, error), column or None, shown(value))


def _remedy(column: str, error: Mapping[str, Any]) -> str:
    context: dict[str, Any] = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch":
        return PATTERNS.get(column, "Write it as the description of the API says.")
    if error["type"] == "enum":
        return REMEDIES["enum"].format(expected=re.sub(r"'", "", context["expected"]))
    if error["type"] in REMEDIES:
        return REMEDIES[error["type"]].format(**context)
    return str(context.get("error") or error["msg"])
