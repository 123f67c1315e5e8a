"""The life of a lesson: every decision in every state, what it records and what it refuses."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.acting import acting
from domain.aggregate import Aggregate
from domain.errors import Invalid, NotReady, Refused, WrongState
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord, Phase, Polarity, Stance
from domain.release import DraftState, State, Visibility
from domain.source import Source
from domain.text import Prose, Title

Decided = Callable[[Aggregate], list[tuple[str, dict[str, Any]]]]

LESSON, SUCCESSOR, CLUSTER = UUID(int=1), UUID(int=2), UUID(int=3)
BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)
SOURCE = Source(url="https://example.org/evaluation")
BARE = LessonRecord(title=Title(en="Start early"), lesson=Prose(en="Begin."), source=SOURCE)
READY = LessonRecord(
    title=Title(en="Recruit early", nb="Rekrutter tidlig"),
    lesson=Prose(en="Finding people takes longest."),
    recommendation=Prose(en="Ask for a written commitment."),
    phase=Phase.RECRUITMENT,
    polarity=Polarity.KEEP,
    cluster=CLUSTER,
)
OTHER = READY.model_copy(update={"title": Title(en="Recruit very early")})

Decision = Callable[[Lesson], object]
DECISIONS: dict[str, Decision] = {
    "edit": lambda lesson: lesson.edit(OTHER),
    "submit": Lesson.submit,
    "return": lambda lesson: lesson.return_draft("Say where."),
    "publish": Lesson.publish,
    "share": lambda lesson: lesson.share(Visibility.PUBLIC, True),
    "renew": lambda lesson: lesson.renew_review("2028-01-01"),
    "hand over": lambda lesson: lesson.hand_over("ola"),
    "supersede": lambda lesson: lesson.supersede(a_lesson("published", SUCCESSOR)),
    "withdraw": lambda lesson: lesson.withdraw("No longer true."),
}
REVISED = READY.model_copy(update={"phase": Phase.PLANNING})
LIVES: dict[str, Sequence[Decision]] = {
    "draft": (),
    "submitted": (Lesson.submit,),
    "returned": (Lesson.submit, DECISIONS["return"]),
    "published": (Lesson.submit, Lesson.publish),
    "revising": (Lesson.submit, Lesson.publish, lambda lesson: lesson.edit(REVISED)),
    "resubmitted": (Lesson.submit, Lesson.publish, lambda lesson: lesson.edit(REVISED), Lesson.submit),
    "superseded": (Lesson.submit, Lesson.publish, DECISIONS["supersede"]),
    "withdrawn": (Lesson.submit, Lesson.publish, DECISIONS["withdraw"]),
}


def a_lesson(state: str = "draft", id: UUID = LESSON) -> Lesson:
    lesson = Lesson.draft_new(id, READY, owner="kari", visibility=Visibility.MANAGERS)
    for decide in LIVES[state]:
        decide(lesson)
    lesson.collect_events()
    return lesson


def outcome(state: str, decision: str) -> str:
    lesson = a_lesson(state)
    try:
        DECISIONS[decision](lesson)
    except WrongState:
        assert lesson.pending == ()
        return "-"
    return " ".join(event.topic.removeprefix("lesson.") for event in lesson.pending)


def test_every_decision_in_every_state() -> None:
    """A dash is a refusal: the decision does not fit the state."""
    wanted = """
                  edit    submit     return    publish    share   renew           hand over    supersede   withdraw
    draft         edited  submitted  -         -          shared  review-renewed  handed-over  -           withdrawn
    submitted     edited  -          returned  published  shared  review-renewed  handed-over  -           withdrawn
    returned      edited  submitted  -         -          shared  review-renewed  handed-over  -           withdrawn
    published     edited  -          -         -          shared  review-renewed  handed-over  superseded  withdrawn
    revising      edited  submitted  -         -          shared  review-renewed  handed-over  superseded  withdrawn
    resubmitted   edited  -          returned  published  shared  review-renewed  handed-over  superseded  withdrawn
    superseded    -       -          -         -          -       -               -            -           -
    withdrawn     -       -          -         -          -       -               -            -           -
    """
    rows = [line.split() for line in wanted.splitlines()[2:-1]]
    assert {state: [outcome(state, d) for d in DECISIONS] for state in LIVES} == {row[0]: row[1:] for row in rows}


def test_a_draft_is_its_authors(decided: Decided) -> None:
    lesson = Lesson.draft_new(LESSON, BARE, owner="ola", anonymous=True, review_by="2028-01-01")
    fields = {"record": BARE, "owner": "ola", "visibility": "own-cluster", "anonymous": True, "review_by": "2028-01-01"}
    assert decided(lesson) == [("lesson.drafted", fields)]
    assert (lesson.author, lesson.owner, lesson.state) == ("kari", "ola", State.DRAFT)


@pytest.mark.parametrize(
    ("decision", "fields"),
    [
        ("edit", {"record": OTHER}),
        ("submit", {}),
        ("share", {"visibility": Visibility.PUBLIC, "anonymous": True}),
        ("renew", {"review_by": "2028-01-01"}),
        ("hand over", {"owner": "ola"}),
        ("withdraw", {}),
    ],
)
def test_what_is_recorded_of_a_draft(decision: str, fields: dict[str, Any], decided: Decided) -> None:
    lesson = a_lesson("draft")
    DECISIONS[decision](lesson)
    [(_, recorded)] = decided(lesson)
    assert recorded == fields


def test_what_is_recorded_of_a_revision(decided: Decided) -> None:
    lesson = a_lesson("resubmitted")
    lesson.publish()
    assert decided(lesson) == [("lesson.published", {"revision": 2})]
    DECISIONS["supersede"](lesson)
    assert decided(lesson) == [("lesson.superseded", {"by": SUCCESSOR})]


@pytest.mark.parametrize("decision", ["return", "withdraw"])
def test_the_reason_is_kept_with_the_event(decision: str) -> None:
    lesson = a_lesson("submitted")
    DECISIONS[decision](lesson)
    assert lesson.pending[0].reason == {"return": "Say where.", "withdraw": "No longer true."}[decision]


@pytest.mark.parametrize("state", ["draft", "submitted", "published"])
def test_what_changes_nothing_records_nothing(state: str) -> None:
    lesson = a_lesson(state)
    before = dict(vars(lesson))
    lesson.edit(READY)
    lesson.share(Visibility.MANAGERS, False)
    lesson.renew_review(None)
    lesson.hand_over("kari")
    assert vars(lesson) == before


ORIGIN = "Name the cluster the lesson comes from, or the source that it was drawn from."
MISSING = "Before this can be published, fill in: {}."


def draft(record: LessonRecord, visibility: Visibility = Visibility.PUBLIC) -> Lesson:
    return Lesson.draft_new(LESSON, record, owner="kari", visibility=visibility)


def submitted_then_kept_to_nobody() -> None:
    lesson = draft(READY.model_copy(update={"cluster": None, "source": SOURCE}))
    lesson.submit()
    lesson.share(Visibility.OWN_CLUSTER, False)
    lesson.publish()


def published_without_a_cluster() -> Lesson:
    lesson = draft(READY.model_copy(update={"cluster": None, "source": SOURCE}))
    lesson.submit()
    lesson.publish()
    return lesson


REFUSALS: list[tuple[Callable[[], object], type[Refused], str, str | None]] = [
    (lambda: draft(BARE.model_copy(update={"source": None})), Invalid, ORIGIN, "cluster"),
    (lambda: a_lesson().edit(READY.model_copy(update={"cluster": None})), Invalid, ORIGIN, "cluster"),
    (lambda: draft(BARE).submit(), NotReady, MISSING.format("phase, polarity, recommendation"), None),
    (
        lambda: draft(BARE, Visibility.OWN_CLUSTER).submit(),
        NotReady,
        MISSING.format("phase, polarity, recommendation, visibility"),
        None,
    ),
    (submitted_then_kept_to_nobody, NotReady, MISSING.format("visibility"), None),
    (lambda: a_lesson("published").submit(), WrongState,
     "There is no draft to submit: change the text first.", None),
    (lambda: a_lesson("submitted").submit(), WrongState, "This draft is already waiting for review.", None),
    (lambda: a_lesson("draft").return_draft("x"), WrongState, "Only a submitted draft can be returned.", None),
    (lambda: a_lesson("submitted").return_draft(" \n"), Invalid, "Say why the draft is returned.", "reason"),
    (lambda: a_lesson("published").publish(), WrongState,
     "There is no draft to publish: change the text first.", None),
    (lambda: a_lesson("draft").publish(), WrongState, "Submit the draft before it is published.", None),
    (lambda: a_lesson("returned").publish(), WrongState, "Submit the draft before it is published.", None),
    (
        lambda: published_without_a_cluster().share(Visibility.OWN_CLUSTER, False),
        Invalid,
        "A lesson of no cluster cannot be kept to its own cluster.",
        "visibility",
    ),
    (lambda: a_lesson("draft").supersede(a_lesson("published", SUCCESSOR)), WrongState,
     "Only a published lesson can be superseded.", None),
    (lambda: a_lesson("published").supersede(a_lesson("published")), Invalid,
     "A lesson cannot supersede itself.", "by"),
    *(
        (lambda state=state: a_lesson("published").supersede(a_lesson(state, UUID(int=9))), WrongState,
         "The lesson that takes over has to be published first.", "by")
        for state in ("draft", "submitted", "withdrawn", "superseded")
    ),
    (lambda: a_lesson("draft").withdraw(""), Invalid, "Say why the lesson is withdrawn.", "reason"),
    (lambda: a_lesson("withdrawn").withdraw("again"), WrongState,
     "This lesson is withdrawn; it can no longer be changed.", None),
    (lambda: a_lesson("superseded").edit(OTHER), WrongState,
     "This lesson is superseded; it can no longer be changed.", None),
]  # fmt: skip


@pytest.mark.parametrize(("decide", "error", "message", "at_fault"), REFUSALS)
def test_refusals(decide: Callable[[], object], error: type[Refused], message: str, at_fault: str | None) -> None:
    with pytest.raises(Refused) as refused:
        decide()
    assert (type(refused.value), str(refused.value), refused.value.field) == (error, message, at_fault)


def test_an_observation_needs_no_recommendation() -> None:
    lesson = draft(READY.model_copy(update={"recommendation": None, "stance": Stance.OBSERVATIONAL}))
    lesson.submit()
    assert (lesson.state, lesson.missing) == (State.SUBMITTED, ())


def test_a_change_takes_a_submitted_draft_back_to_its_author() -> None:
    lesson = a_lesson("submitted")
    lesson.edit(OTHER)
    assert (lesson.draft_state, lesson.draft) == (DraftState.DRAFT, OTHER)


def test_the_reason_of_a_return_is_shown_until_the_draft_is_submitted_again() -> None:
    lesson = a_lesson("returned")
    assert lesson.return_reason == "Say where."
    lesson.edit(OTHER)
    assert lesson.return_reason == "Say where."
    lesson.submit()
    assert lesson.return_reason is None


def intervals(lesson: Lesson) -> list[tuple[int, str | None, float, float | None]]:
    """Revision, English title, and the minutes in which it was the readable one."""

    def minute(at: datetime) -> float:
        return (at - BEGIN) / timedelta(minutes=1)

    return [
        (r.revision, r.record.title.en, minute(r.released_at), minute(r.until) if r.until else None)
        for r in lesson.releases
    ]


def test_a_released_revision_is_read_until_the_next_one_is_released() -> None:
    lesson = a_lesson("published")
    lesson.edit(OTHER)
    assert (lesson.current, lesson.draft, lesson.state) == (READY, OTHER, State.PUBLISHED)
    assert intervals(lesson) == [(1, "Recruit early", 2, None)]
    lesson.submit()
    lesson.publish()
    assert (lesson.current, lesson.draft, lesson.draft_state) == (OTHER, None, None)
    assert intervals(lesson) == [(1, "Recruit early", 2, 5), (2, "Recruit very early", 5, None)]


@pytest.mark.parametrize(("decision", "state"), [("withdraw", State.WITHDRAWN), ("supersede", State.SUPERSEDED)])
def test_the_end_of_a_lesson_ends_its_release_and_the_review_of_its_draft(decision: str, state: State) -> None:
    lesson = a_lesson("resubmitted")
    DECISIONS[decision](lesson)
    [release] = lesson.releases
    assert (lesson.state, lesson.draft_state, release.until) == (state, None, lesson.modified_at)


def test_a_draft_that_is_withdrawn_was_never_readable() -> None:
    lesson = a_lesson("submitted")
    lesson.withdraw("A duplicate.")
    assert (lesson.state, lesson.releases, lesson.current) == (State.WITHDRAWN, (), READY)


def test_events_of_another_lesson_or_out_of_order_are_not_taken() -> None:
    events = Lesson.draft_new(LESSON, READY, owner="kari").collect_events()
    with pytest.raises(ValueError, match="does not follow version 0"):
        Lesson(SUCCESSOR).take(events[0])
    lesson = Lesson.replay(LESSON, events)
    with pytest.raises(ValueError, match="does not follow version 1"):
        lesson.take(events[0])


def editing(record: LessonRecord) -> Decision:
    return lambda lesson: lesson.edit(record)


def sharing(visibility: Visibility, anonymous: bool) -> Decision:
    return lambda lesson: lesson.share(visibility, anonymous)


STEPS = st.one_of(
    st.sampled_from(list(DECISIONS.values())),
    st.builds(editing, st.sampled_from([BARE, READY, OTHER, REVISED])),
    st.builds(sharing, st.sampled_from(list(Visibility)), st.booleans()),
)


@given(steps=st.lists(STEPS, max_size=25), first=st.sampled_from([BARE, READY]))
def test_any_life_is_told_again_by_its_events(steps: list[Decision], first: LessonRecord) -> None:
    """And what was refused has changed nothing."""
    with acting("kari"):
        lesson = Lesson.draft_new(LESSON, first, owner="kari")
        for decide in steps:
            before = dict(vars(lesson), _pending=lesson.pending)
            try:
                decide(lesson)
            except Refused:
                assert dict(vars(lesson), _pending=lesson.pending) == before
    events = lesson.collect_events()
    assert vars(Lesson.replay(LESSON, events)) == vars(lesson)
    assert lesson.version == len(events)
