"""Writing, publishing and changing cases: programme staff's work."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, StrictBool

from api.usecases.changing import change, merged, partial, require
from api.usecases.looking import told_lessons
from api.wiring import System
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.consent import covered, drafts_wider, needs_consent
from domain.errors import Invalid, NotReady
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import allow
from domain.programme import Programme
from domain.release import Visibility
from domain.text import Note
from domain.viewer import Viewer


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
    CaseChanges = partial(NewCase, "CaseChanges", reason=(Note | None, None), leave_out_untold=(StrictBool, False))


def draft_case(
    system: System, viewer: Viewer, new: NewCase, *, id: UUID | None = None, process: UUID | None = None
) -> Case:
    """`process` is what the text was made of: its cluster consents before others than its readers read it."""
    allow(viewer, "make", Case)
    record = CaseRecord.model_validate(new.model_dump(include=set(CaseRecord.model_fields)))
    _refers(system, viewer, record)
    case = Case.draft_new(id or uuid4(), record, visibility=new.visibility, process=process)
    system.save(case)
    return case


def change_case(system: System, viewer: Viewer, id: UUID, version: int, changes: dict[str, Any]) -> Case:
    """`changes` are fields of `NewCase`; the record goes into the draft, visibility takes effect at once.

    Lessons that the viewer is not told of stay whatever `lessons` says, but with `leave_out_untold`."""
    reason, leave_out = changes.pop("reason", None), changes.pop("leave_out_untold", False)

    def decide(case: Case) -> None:
        in_record = {k: v for k, v in changes.items() if k in CaseRecord.model_fields}
        if in_record or leave_out:
            before = case.draft or case.current
            told = told_lessons(system, viewer, case, before.lessons)
            record = merged(before, {"lessons": [id for id in before.lessons if id in told], **in_record})
            _refers(system, viewer, record, told)
            if not leave_out:
                record = merged(record, {"lessons": _with_untold(before.lessons, told, record.lessons)})
            _draft_stays(system, case, record)
            case.edit(record)
        if changes.get("visibility"):
            allow(viewer, "share", case)
            visibility = Visibility(changes["visibility"])
            if case.releases:
                _consented(system, viewer, case, case.current, visibility)
            case.share(visibility)

    return change(system, viewer, Case, id, version, "write", decide, reason=reason)


def publish_case(system: System, viewer: Viewer, id: UUID, version: int, reason: str | None = None) -> Case:
    """Raises `NotReady` while the owner of a lesson that is shared with fewer people has not consented, or the cluster
    of the process that it was drafted from."""

    def decide(case: Case) -> None:
        _consented(system, viewer, case, case.draft or case.current, case.visibility)
        case.publish()

    return change(system, viewer, Case, id, version, "review", decide, reason=reason)


def withdraw_case(system: System, viewer: Viewer, id: UUID, version: int, reason: str) -> Case:
    return change(system, viewer, Case, id, version, "withdraw", lambda case: case.withdraw(reason))


def _with_untold(before: Sequence[UUID], told: Collection[UUID], wanted: Sequence[UUID]) -> list[UUID]:
    """`wanted`, with those of `before` that its sender was not told of, each behind the one that it stood behind."""
    merged = list(wanted)
    for n, id in enumerate(before):
        if id not in told and id not in merged:
            merged.insert(next((merged.index(b) + 1 for b in reversed(before[:n]) if b in merged), 0), id)
    return merged


def _refers(system: System, viewer: Viewer, record: CaseRecord, told: Collection[UUID] = ()) -> None:
    """That all it names is there for this viewer; `told` are lessons of the case that they know of anyway."""
    require(system, viewer, Cluster, "clusters", *record.clusters)
    require(system, viewer, Programme, "programmes", *record.programmes)
    require(system, viewer, Lesson, "lessons", *(id for id in record.lessons if id not in told))
    if record.contact and system.people.get(record.contact) is None:
        raise Invalid("There is no such person. Add the person first.", field="contact")


def _draft_stays(system: System, case: Case, record: CaseRecord) -> None:
    """That nobody reads the first draft who may not read the process; later ones are read by staff of those programmes
    alone that it was published to."""
    process = system.store.find(ForesightProcess, case.process) if case.process else None
    if process is not None and not case.releases and drafts_wider(process, record.programmes):
        raise Invalid(
            "Staff of these programmes may not read the process that this case was drafted from. Publish the case "
            "first, or leave them out.",
            field="programmes",
        )


def _consented(system: System, viewer: Viewer, case: Case, record: CaseRecord, visibility: Visibility) -> None:
    process = system.store.find(ForesightProcess, case.process) if case.process else None
    lessons = [found for found in system.store.find_many(record.lessons).values() if isinstance(found, Lesson)]
    shared = visibility, record.programmes
    if process is not None and needs_consent(process, *shared) and not covered(process, case.id, *shared):
        raise NotReady(
            "The process that this case was drafted from is shared with fewer people than the case. A manager of its "
            "cluster has to consent first: the page of the process asks them.",
            missing=("process",),
            field="visibility",
        )
    lacking = [one for one in lessons if needs_consent(one, *shared) and not covered(one, case.id, *shared)]
    if lacking:
        told = told_lessons(system, viewer, case, (lesson.id for lesson in lacking))
        titles = (f"«{one.current.title.in_language('en')[1]}»" if one.id in told else "…" for one in lacking)
        raise NotReady(
            "These lessons are shared with fewer people than the case, or anonymously. Their owners have to consent "
            "first: {lessons}.",
            missing=("lessons",),
            field="lessons",
            lessons="; ".join(dict.fromkeys(titles)),
        )
