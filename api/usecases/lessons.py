"""Recording, reviewing, publishing and changing lessons."""

import re
from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.usecases.changing import change, merged, partial, require
from api.usecases.looking import today
from api.wiring import System
from domain.acting import current_act
from domain.cluster import Cluster
from domain.dates import Day, first_day
from domain.errors import Invalid, NotReady
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.policy import allow, may
from domain.programme import Programme
from domain.release import Visibility
from domain.text import Note
from domain.viewer import Viewer


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
    allow(viewer, "make", Lesson)
    record = LessonRecord.model_validate(new.model_dump(include=set(LessonRecord.model_fields)))
    _known(system, new.owner)
    lesson = Lesson.draft_new(
        id or uuid4(),
        _placed(system, viewer, record),
        owner=new.owner or current_act().actor,
        visibility=new.visibility,
        anonymous=new.anonymous,
        review_by=new.review_by,
    )
    _of_theirs(viewer, lesson)
    return lesson


def change_lesson(system: System, viewer: Viewer, id: UUID, version: int, changes: dict[str, Any]) -> Lesson:
    """`changes` are fields of `NewLesson`; text and context go into the draft, sharing takes effect at once."""
    reason = changes.pop("reason", None)

    def decide(lesson: Lesson) -> None:
        in_record = {k: v for k, v in changes.items() if k in LessonRecord.model_fields}
        if in_record:
            record = merged(lesson.draft or lesson.current, in_record)
            if "cluster" in in_record and "programmes" not in in_record:
                record = record.model_copy(update={"programmes": ()})
            lesson.edit(_placed(system, viewer, record))
            _of_theirs(viewer, lesson)
        if "visibility" in changes or "anonymous" in changes:
            allow(viewer, "share", lesson)
            visibility = changes.get("visibility") or lesson.visibility
            anonymous = changes.get("anonymous")
            lesson.share(Visibility(visibility), lesson.anonymous if anonymous is None else anonymous)
            if lesson.releases:
                _tells_no_name(system, lesson, lesson.current)
        if "review_by" in changes:
            lesson.renew_review(changes["review_by"])
        if changes.get("owner"):
            _known(system, changes["owner"])
            lesson.hand_over(changes["owner"])

    return change(system, viewer, Lesson, id, version, "write", decide, reason=reason)


def submit_lesson(system: System, viewer: Viewer, id: UUID, version: int, reason: str | None = None) -> Lesson:
    return change(system, viewer, Lesson, id, version, "submit", _step(system, Lesson.submit), reason=reason)


def return_lesson(system: System, viewer: Viewer, id: UUID, version: int, reason: str) -> Lesson:
    return change(system, viewer, Lesson, id, version, "review", lambda lesson: lesson.return_draft(reason))


def publish_lesson(system: System, viewer: Viewer, id: UUID, version: int, reason: str | None = None) -> Lesson:
    return change(system, viewer, Lesson, id, version, "review", _step(system, Lesson.publish), reason=reason)


def withdraw_lesson(system: System, viewer: Viewer, id: UUID, version: int, reason: str) -> Lesson:
    return change(system, viewer, Lesson, id, version, "withdraw", lambda lesson: lesson.withdraw(reason))


def supersede_lesson(
    system: System, viewer: Viewer, id: UUID, version: int, by: UUID, reason: str | None = None
) -> Lesson:
    [successor] = require(system, viewer, Lesson, "by", by)
    return change(
        system, viewer, Lesson, id, version, "withdraw", lambda lesson: lesson.supersede(successor), reason=reason
    )


def _known(system: System, owner: str | None) -> None:
    if owner is not None and owner != current_act().actor and system.people.get(owner) is None:
        raise Invalid("There is no such person. Add the person first.", field="owner")


def _placed(system: System, viewer: Viewer, record: LessonRecord) -> LessonRecord:
    """The record with the programmes that its cluster was in when it happened, where none are named."""
    clusters = require(system, viewer, Cluster, "cluster", *([record.cluster] if record.cluster else []))
    require(system, viewer, Programme, "programmes", *record.programmes)
    if record.programmes or not clusters:
        return record
    day = first_day(record.happened.start) if record.happened else today()
    programmes = clusters[0].programmes_on(day) or clusters[0].programmes_on(today())
    return record.model_copy(update={"programmes": programmes[:10]})


def _of_theirs(viewer: Viewer, lesson: Lesson) -> None:
    """That who writes has a part in the cluster that the draft says it comes from."""
    draft = copy(lesson)
    draft.releases = ()
    if draft.draft is not None and not may(viewer, "write", draft):
        raise Invalid("Choose a cluster that you have a part in.", field="cluster")


def _step(system: System, decide: Callable[[Lesson], None]) -> Callable[[Lesson], None]:
    def checked(lesson: Lesson) -> None:
        _tells_no_name(system, lesson, lesson.draft or lesson.current)
        decide(lesson)

    return checked


def _tells_no_name(system: System, lesson: Lesson, record: LessonRecord) -> None:
    """That the text of an anonymous lesson does not say by itself which cluster it comes from. Raises `NotReady`."""
    cluster = system.store.find(Cluster, record.cluster) if lesson.anonymous and record.cluster else None
    if cluster is None:
        return
    names = {*(name.value for name in cluster.names), *cluster.current.former_names}
    prose = (record.title, record.lesson, record.what_happened, record.recommendation)
    texts = [text for part in prose if part for text in part.languages.values()]
    words = " ".join([*texts, *record.topics, *(piece.text for piece in record.evidence)])
    if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE) for name in names):
        raise NotReady(
            "The text names its cluster. Take the name out, or share it under the name.", missing=("anonymous",)
        )
