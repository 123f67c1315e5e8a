"""Recording, reviewing, publishing and changing lessons."""

from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.usecases.changing import change, load, merged, partial, require
from api.wiring import System
from domain.acting import current_act
from domain.cluster import Cluster
from domain.dates import Day
from domain.errors import Invalid
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.policy import Viewer, allow
from domain.programme import Programme
from domain.release import Visibility
from domain.text import Note


class NewLesson(LessonRecord):
    """A title, the lesson and the cluster (or a source) are enough for a draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": {
                        "en": "Recruit committed participants early",
                        "nb": "Rekrutter forpliktede deltakere tidlig",
                    },
                    "lesson": {"en": "Finding people who commit to the whole process takes longest."},
                    "recommendation": {"en": "Ask for a written commitment before the first gathering."},
                    "phase": "recruitment",
                    "polarity": "keep",
                    "happened": {"start": "2009", "end": "2010"},
                    "source": {"url": "https://example.org/evaluation", "paraphrased": True},
                    "visibility": "public",
                }
            ]
        }
    )

    visibility: Visibility = Visibility.OWN_CLUSTER
    anonymous: StrictBool = False
    review_by: Day | None = None
    owner: str | None = Field(default=None, max_length=100, description="Person id; the one who writes, if left out.")


if TYPE_CHECKING:
    LessonChanges: TypeAlias = BaseModel
else:
    LessonChanges = partial(NewLesson, "LessonChanges", reason=(Note | None, None))


def draft_lesson(system: System, viewer: Viewer, new: NewLesson, *, id: UUID | None = None) -> Lesson:
    lesson = new_lesson(system, viewer, new, id=id)
    system.save(lesson)
    return lesson


def new_lesson(system: System, viewer: Viewer, new: NewLesson, *, id: UUID | None = None) -> Lesson:
    """The draft, checked and not yet saved: for those who save several at once."""
    allow(viewer, "write", Lesson)
    record = LessonRecord.model_validate(new.model_dump(include=set(LessonRecord.model_fields)))
    _refers(system, record)
    _known(system, new.owner)
    return Lesson.draft_new(
        id or uuid4(),
        record,
        owner=new.owner or current_act().actor,
        visibility=new.visibility,
        anonymous=new.anonymous,
        review_by=new.review_by,
    )


def change_lesson(system: System, viewer: Viewer, id: UUID, version: int, changes: dict[str, Any]) -> Lesson:
    """`changes` are fields of `NewLesson`; text and context go into the draft, sharing takes effect at once."""
    reason = changes.pop("reason", None)

    def decide(lesson: Lesson) -> None:
        in_record = {k: v for k, v in changes.items() if k in LessonRecord.model_fields}
        if in_record:
            record = merged(lesson.draft or lesson.current, in_record)
            _refers(system, record)
            lesson.edit(record)
        if "visibility" in changes or "anonymous" in changes:
            visibility = changes.get("visibility") or lesson.visibility
            anonymous = changes.get("anonymous")
            lesson.share(Visibility(visibility), lesson.anonymous if anonymous is None else anonymous)
        if "review_by" in changes:
            lesson.renew_review(changes["review_by"])
        if changes.get("owner"):
            _known(system, changes["owner"])
            lesson.hand_over(changes["owner"])

    return change(system, viewer, Lesson, id, version, "write", decide, reason=reason)


def submit_lesson(system: System, viewer: Viewer, id: UUID, version: int, reason: str | None = None) -> Lesson:
    return change(system, viewer, Lesson, id, version, "submit", Lesson.submit, reason=reason)


def return_lesson(system: System, viewer: Viewer, id: UUID, version: int, reason: str) -> Lesson:
    return change(system, viewer, Lesson, id, version, "review", lambda lesson: lesson.return_draft(reason))


def publish_lesson(system: System, viewer: Viewer, id: UUID, version: int, reason: str | None = None) -> Lesson:
    return change(system, viewer, Lesson, id, version, "review", Lesson.publish, reason=reason)


def withdraw_lesson(system: System, viewer: Viewer, id: UUID, version: int, reason: str) -> Lesson:
    return change(system, viewer, Lesson, id, version, "withdraw", lambda lesson: lesson.withdraw(reason))


def supersede_lesson(
    system: System, viewer: Viewer, id: UUID, version: int, by: UUID, reason: str | None = None
) -> Lesson:
    require(system, Lesson, "by", by)
    successor = load(system, viewer, Lesson, by)
    return change(
        system, viewer, Lesson, id, version, "withdraw", lambda lesson: lesson.supersede(successor), reason=reason
    )


def _known(system: System, owner: str | None) -> None:
    if owner is not None and owner != current_act().actor and system.people.get(owner) is None:
        raise Invalid("There is no such person. Add the person first.", field="owner")


def _refers(system: System, record: LessonRecord) -> None:
    require(system, Cluster, "cluster", *([record.cluster] if record.cluster else []))
    require(system, Programme, "programmes", *record.programmes)
