"""A thing as its viewer may know it: what pages, JSON and files show is made from this and decides nothing itself.

Whoever does not work on a lesson or case knows its released text alone: no draft, and no count or date that tells of
one. Whoever an anonymous lesson does not come from knows nothing that narrows it to one cluster or person.
"""

from copy import copy
from dataclasses import replace
from datetime import datetime, time
from functools import partial
from typing import TypeVar
from uuid import UUID

from domain.aggregate import A, Aggregate
from domain.case import Case
from domain.dates import Span
from domain.foresight.parts import WorkedOut
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.policy import may
from domain.release import Release
from domain.viewer import Viewer

R = TypeVar("R")
T = TypeVar("T")
NOBODY = ""
"""In place of a person id that is not told."""


def seen(viewer: Viewer, thing: A, *now: A) -> A:
    """A copy without what the viewer may not know. Ask `may` first whether they may read it. Of a thing as it was, what
    they may not know of it as it is `now` is left out as well."""
    shown, faces = copy(thing), (thing, *now)
    if isinstance(shown, Lesson) and isinstance(thing, Lesson):
        shown.keep_home(thing.home)
    if isinstance(shown, Lesson | Case) and not all(may(viewer, "read-draft", face) for face in faces):
        _released_alone(shown, acts=acts_on(viewer, faces[-1]))
    if isinstance(shown, Lesson) and not all(origin_told(viewer, face) for face in faces):
        _without_origin(shown)
    if isinstance(shown, ForesightProcess) and not all(may(viewer, "see-people", face) for face in faces):
        _without_people(shown)
    return shown


def acts_on(viewer: Viewer, thing: Aggregate) -> bool:
    """Whether the viewer can change anything of it, and so has to know its version."""
    return any(may(viewer, action, thing) for action in ("write", "submit", "review", "withdraw", "share", "consent"))


def origin_told(viewer: Viewer, thing: Aggregate) -> bool:
    return not (isinstance(thing, Lesson) and thing.anonymous) or may(viewer, "see-origin", thing)


def nameless(record: LessonRecord) -> LessonRecord:
    """Without the cluster, its programmes, process, place and sources; of the time, the years alone."""
    happened = record.happened
    if happened is not None:
        first, last = happened.years
        happened = Span(start=str(first), end=str(last) if last != first else None)
    return record.model_copy(
        update={
            "cluster": None,
            "programmes": (),
            "process": None,
            "sector": None,
            "source": None,
            "happened": happened,
            "evidence": tuple(piece.model_copy(update={"url": None}) for piece in record.evidence),
        }
    )


def day_of(at: datetime) -> datetime:
    """The beginning of its day: what was released together is no longer told by the minute."""
    return datetime.combine(at.date(), time.min, at.tzinfo)


def nameless_releases(lesson: Lesson) -> tuple[Release[LessonRecord], ...]:
    return tuple(
        Release(r.revision, nameless(r.record), day_of(r.released_at), NOBODY, r.until and day_of(r.until))
        for r in lesson.releases
    )


def _released_alone(thing: Lesson | Case, *, acts: bool) -> None:
    thing.draft = None
    if isinstance(thing, Lesson):
        thing.draft_state = thing.return_reason = None
    if acts:
        return
    thing.version, thing.modified_at = thing.turns, thing.turned_at
    thing.created_at = thing.releases[0].released_at if thing.releases else None
    if isinstance(thing, Lesson):
        thing.author = NOBODY


def _without_origin(lesson: Lesson) -> None:
    lesson.anonymous = True  # it is told as such, though it was not then, or is no longer
    lesson.author = lesson.owner = NOBODY
    lesson.releases = nameless_releases(lesson)
    lesson.draft = lesson.draft and nameless(lesson.draft)
    lesson.created_at, lesson.modified_at = (at and day_of(at) for at in (lesson.created_at, lesson.modified_at))


def _without_people(process: ForesightProcess) -> None:
    """The organisations stay: who of them it was, and who said what, is for those who run the process."""
    apart = process.worked_out.of((process.scores, process.answers), "without people", WorkedOut)
    process.scores = apart.of((process.scores,), "scores", partial(_unnamed, process.scores))
    process.answers = apart.of((process.answers,), "answers", partial(_unnamed, process.answers))
    process.worked_out = apart  # of what they may know, and kept beside what is worked out of the whole
    process.participants = {
        id: replace(one, record=one.record.model_copy(update={"person": None}))
        for id, one in process.participants.items()
    }
    for name in ("process_leader", "project_leader"):
        if (leader := getattr(process, name)) is not None:
            setattr(process, name, leader.model_copy(update={"person": None}))
    process.waivers = {check: replace(waiver, by=NOBODY) for check, waiver in process.waivers.items()}


def _unnamed(said: dict[UUID, T]) -> dict[UUID, T]:
    """What each said, under a number in place of who it was."""
    return {UUID(int=number): said[id] for number, id in enumerate(sorted(said, key=str))}
