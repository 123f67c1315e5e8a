"""Writing, publishing and changing cases: programme staff's work."""

from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict

from api.usecases.changing import change, merged, partial, require
from api.wiring import System
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.errors import Invalid
from domain.lesson import Lesson
from domain.policy import Viewer, allow
from domain.programme import Programme
from domain.release import Visibility
from domain.text import Note


class NewCase(CaseRecord):
    """A title is enough for a draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": {"en": "Foresight in Halden"},
                    "summary": {"en": "A pre-meeting, a kick-off, four gatherings and a catch-up."},
                    "body": {"en": "## What was done\n\nThe cluster …"},
                    "geographical_focus": "Norway",
                    "visibility": "public",
                }
            ]
        }
    )

    visibility: Visibility = Visibility.MANAGERS


if TYPE_CHECKING:
    CaseChanges: TypeAlias = BaseModel
else:
    CaseChanges = partial(NewCase, "CaseChanges", reason=(Note | None, None))


def draft_case(system: System, viewer: Viewer, new: NewCase, *, id: UUID | None = None) -> Case:
    allow(viewer, "write", Case)
    record = CaseRecord.model_validate(new.model_dump(include=set(CaseRecord.model_fields)))
    _refers(system, record)
    case = Case.draft_new(id or uuid4(), record, visibility=new.visibility)
    system.save(case)
    return case


def change_case(system: System, viewer: Viewer, id: UUID, version: int, changes: dict[str, Any]) -> Case:
    """`changes` are fields of `NewCase`; the record goes into the draft, visibility takes effect at once."""
    reason = changes.pop("reason", None)

    def decide(case: Case) -> None:
        in_record = {k: v for k, v in changes.items() if k in CaseRecord.model_fields}
        if in_record:
            record = merged(case.draft or case.current, in_record)
            _refers(system, record)
            case.edit(record)
        if changes.get("visibility"):
            case.share(Visibility(changes["visibility"]))

    return change(system, viewer, Case, id, version, "write", decide, reason=reason)


def publish_case(system: System, viewer: Viewer, id: UUID, version: int, reason: str | None = None) -> Case:
    return change(system, viewer, Case, id, version, "review", Case.publish, reason=reason)


def withdraw_case(system: System, viewer: Viewer, id: UUID, version: int, reason: str) -> Case:
    return change(system, viewer, Case, id, version, "withdraw", lambda case: case.withdraw(reason))


def _refers(system: System, record: CaseRecord) -> None:
    require(system, Cluster, "clusters", *record.clusters)
    require(system, Programme, "programmes", *record.programmes)
    require(system, Lesson, "lessons", *record.lessons)
    if record.contact and system.people.get(record.contact) is None:
        raise Invalid("There is no such person. Add the person first.", field="contact")
