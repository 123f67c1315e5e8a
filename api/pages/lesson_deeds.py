"""What can be done with a lesson, and the forms for it."""

from typing import Any
from uuid import UUID

from api.pages.deeds import REASON, AnyDeed, Ask, Deed
from api.pages.fields import Field, both, rows
from api.pages.labels import FIELDS
from api.pages.translation import N_
from api.usecases import lessons
from api.usecases.lessons import LessonChanges, NewLesson
from domain.errors import Invalid
from domain.lesson import Lesson
from domain.release import DraftState, State
from domain.text import PROSE_MAX, TITLE_MAX

EVIDENCE = 4
"""Pieces of evidence that the form has room for."""

WHY = Field(REASON, N_("Why?"), "text", N_("Those it concerns read this, and it stays in the history."), required=True)
WHY_NOT_REQUIRED = Field(REASON, N_("Why, for the history"), help=N_("Optional."), longest=2_000)

FIRST = (
    *both("title", FIELDS["title"], "line", required=True, longest=TITLE_MAX,
          help=N_("The lesson in one sentence. English, bokmål or both.")),
    *both("lesson", FIELDS["lesson"], required=True, longest=PROSE_MAX,
          help=N_("What would you tell a colleague in another cluster?")),
    Field("cluster", FIELDS["cluster"], "choice", N_("Where it comes from. A source will do instead."),
          choices="clusters"),
)  # fmt: skip
MORE = (
    *both("what_happened", FIELDS["what_happened"], more=True, longest=PROSE_MAX),
    *both("recommendation", FIELDS["recommendation"], more=True, longest=PROSE_MAX,
          help=N_("What should others do? Needed for publishing, unless the lesson only tells what was seen.")),
    Field("phase", FIELDS["phase"], "choice", N_("Needed for publishing."), choices="phase", more=True),
    Field("polarity", FIELDS["polarity"], "choice", N_("Needed for publishing."), choices="polarity", more=True),
    Field("kind", FIELDS["kind"], "choice", choices="kind", required=True, more=True),
    Field("stance", FIELDS["stance"], "choice", choices="stance", required=True, more=True),
    Field("happened.start", N_("It happened in, or from"), "date", more=True,
          help=N_("As exact as you know: 2009, 2009-05 or 2009-05-13.")),
    Field("happened.end", N_("To"), "date", N_("If it lasted."), more=True),
    Field("topics", FIELDS["topics"], "tags", N_("With commas between them."), more=True),
    Field("sector", FIELDS["sector"], more=True, longest=TITLE_MAX),
    Field("programmes", FIELDS["programmes"], "many",
          N_("If none is chosen, those the cluster was in at the time count."), choices="programmes", more=True),
    *rows("evidence", EVIDENCE,
          Field("kind", N_("Kind of evidence"), "choice", choices="evidence", group=FIELDS["evidence"], more=True),
          Field("text", N_("What it says"), group=FIELDS["evidence"], more=True, longest=2_000),
          Field("url", N_("Web address"), group=FIELDS["evidence"], more=True, longest=2_000)),
    Field("source.url", N_("Web address"), group=FIELDS["source"], more=True, longest=2_000,
          help=N_("Where the lesson was drawn from, if it was not first written here.")),
    Field("source.title", FIELDS["title"], group=FIELDS["source"], more=True, longest=TITLE_MAX),
    Field("source.kind", N_("Kind of source"), group=FIELDS["source"], more=True, longest=TITLE_MAX),
    Field("source.note", N_("Note"), group=FIELDS["source"], more=True, longest=2_000),
    Field("source.paraphrased", N_("The words are ours, paraphrased from public pages"), "check",
          group=FIELDS["source"], more=True),
    Field("visibility", FIELDS["visibility"], "choice", N_("Once it is published."), choices="visibility",
          required=True, more=True),
    Field("anonymous", N_("Share it without saying which cluster it comes from"), "check", more=True),
    Field("review_by", FIELDS["review_by"], "day", N_("When somebody should see whether it still holds."), more=True),
)  # fmt: skip


def _initial(lesson: Lesson | None) -> dict[str, Any]:
    if lesson is None:
        return {"kind": "lesson", "stance": "instructional", "visibility": "own-cluster"}
    return {
        **(lesson.draft or lesson.current).model_dump(mode="json"),
        "visibility": lesson.visibility.value,
        "anonymous": lesson.anonymous,
        "review_by": lesson.review_by,
    }


def _new(ask: Ask) -> Lesson:
    return lessons.draft_lesson(ask.system, ask.viewer, NewLesson.model_validate(ask.values), id=ask.id)


def _edit(ask: Ask) -> Lesson:
    changes = LessonChanges.model_validate(ask.values).model_dump(exclude_unset=True)
    return lessons.change_lesson(ask.system, ask.viewer, ask.id, ask.version, changes)


def _share(ask: Ask) -> Lesson:
    return _edit(ask)


def _supersede(ask: Ask) -> Lesson:
    try:
        by = UUID(ask.values["by"])
    except ValueError:
        raise Invalid(N_("Give the address or the id of what you mean."), field="by") from None
    return lessons.supersede_lesson(ask.system, ask.viewer, ask.id, ask.version, by, ask.reason)


def _alive(lesson: Lesson) -> bool:
    return lesson.state not in (State.WITHDRAWN, State.SUPERSEDED)


def _submittable(lesson: Lesson) -> bool:
    return _alive(lesson) and lesson.draft is not None and lesson.draft_state is not DraftState.SUBMITTED


def _under_review(lesson: Lesson) -> bool:
    return _alive(lesson) and lesson.draft_state is DraftState.SUBMITTED


SHARING = tuple(f for f in MORE if f.name in ("visibility", "anonymous"))
LESSON_DEEDS: tuple[AnyDeed, ...] = (
    Deed(Lesson, "new", N_("Share a lesson"), N_("Save the draft"), "make", _new, (*FIRST, *MORE), makes=True,
         initial=_initial, tone="primary",
         lead=N_("A title, the lesson and where it comes from are enough to save a draft. Nobody but you, your cluster"
                 " and programme staff sees it until it is published.")),
    Deed(Lesson, "publish", N_("Publish the lesson"), N_("Publish"), "review",
         lambda a: lessons.publish_lesson(a.system, a.viewer, a.id, a.version, a.reason), (WHY_NOT_REQUIRED,),
         tone="primary", at_once=True, possible=_under_review),
    Deed(Lesson, "return", N_("Return the draft to its author"), N_("Return …"), "review",
         lambda a: lessons.return_lesson(a.system, a.viewer, a.id, a.version, a.reason or ""), (WHY,),
         lead=N_("Say what is missing. The author reads it and can submit again."), possible=_under_review),
    Deed(Lesson, "submit", N_("Submit the draft for review"), N_("Submit for review"), "submit",
         lambda a: lessons.submit_lesson(a.system, a.viewer, a.id, a.version, a.reason), (WHY_NOT_REQUIRED,),
         tone="primary", at_once=True, possible=_submittable),
    Deed(Lesson, "edit", N_("Change the lesson"), N_("Change"), "write", _edit,
         (*FIRST, *MORE, WHY_NOT_REQUIRED), changes=True, initial=_initial, possible=_alive,
         lead=N_("What is published stays readable until the changed text is published.")),
    Deed(Lesson, "share", N_("Change who may read it"), N_("Change who may read it"), "share", _share,
         (*SHARING, WHY_NOT_REQUIRED), changes=True, initial=_initial, possible=_alive,
         lead=N_("Takes effect at once, for every revision.")),
    Deed(Lesson, "supersede", N_("Let another lesson take over"), N_("Let another take over …"), "withdraw", _supersede,
         (Field("by", N_("The lesson that takes over"), "thing", N_("Its address or id. It has to be published."),
                required=True),
          WHY_NOT_REQUIRED),
         lead=N_("Readers of this lesson are sent on to the other one."),
         possible=lambda lesson: _alive(lesson) and bool(lesson.releases)),
    Deed(Lesson, "withdraw", N_("Withdraw the lesson"), N_("Withdraw …"), "withdraw",
         lambda a: lessons.withdraw_lesson(a.system, a.viewer, a.id, a.version, a.reason or ""), (WHY,), tone="danger",
         lead=N_("It is no longer found by a search. It stays in the history, and so does your reason."),
         possible=_alive),
)  # fmt: skip
