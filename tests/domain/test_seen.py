"""What is left of a lesson or case for those who may not know all of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from domain.acting import acting, but
from domain.case import Case, CaseRecord
from domain.consent import covered, needs_consent, told_of, wider
from domain.consent_record import CONSENT_FIELDS, Consent
from domain.dates import Span
from domain.foresight.forces import Rated
from domain.lesson import Lesson
from domain.lesson_record import Evidence, EvidenceKind
from domain.policy import may
from domain.release import Visibility
from domain.seen import nameless, seen
from domain.source import Source
from domain.text import Prose, Title
from domain.viewer import Viewer
from tests.domain.processes import ANNE, BO, a_process, assessed, committed, named
from tests.domain.test_policy import ACTIONS, GCE, NCE, THINGS, VIEWERS, a_case, a_lesson


def in_work(visibility: Visibility = Visibility.PUBLIC, *, anonymous: bool = False, edits: int = 1) -> Lesson:
    """Published, with a draft in work that was changed so often."""
    lesson = a_lesson(visibility, anonymous=anonymous)
    with acting("kari"):
        for n in range(edits):
            title = lesson.current.title.model_copy(update={"en": f"Draft {n}"})
            lesson.edit(lesson.current.model_copy(update={"title": title, "happened": Span(start="2009-05-13")}))
    return lesson


@pytest.mark.parametrize("viewer", ["visitor", "nobody", "other", "peer", "helper", "admin"])
def test_readers_know_nothing_of_drafts_not_even_how_many(viewer: str) -> None:
    shown = [vars(seen(VIEWERS[viewer], in_work(edits=n))) for n in (0, 1, 5)]
    for one in shown:  # each was recorded at an instant of its own
        for at in ("created_at", "modified_at", "turned_at"):
            assert isinstance(one.pop(at), datetime)
        one["releases"] = [r.record for r in one["releases"]]
        one.pop("_pending")
    assert shown[0] == shown[1] == shown[2]
    assert (shown[0]["draft"], shown[0]["draft_state"], shown[0]["author"], shown[0]["version"]) == (None, None, "", 1)


@pytest.mark.parametrize("viewer", ["author", "manager", "leader", "auditor", "opened", "operator"])
def test_those_who_work_on_it_and_the_auditor_know_all(viewer: str) -> None:
    lesson = in_work()
    shown = seen(VIEWERS[viewer], lesson)
    assert (shown.draft, shown.version, shown.author, shown.releases) == (lesson.draft, 4, "kari", lesson.releases)


def test_staff_who_act_on_it_know_its_version_and_not_its_draft() -> None:
    shown = seen(VIEWERS["nce"], in_work())
    assert (shown.version, shown.draft, shown.draft_state) == (4, None, None)


@pytest.mark.parametrize("viewer", ["other", "peer", "nce", "gce"])
def test_an_anonymous_lesson_says_nothing_that_narrows_it_to_its_origin(viewer: str) -> None:
    lesson = in_work(Visibility.MANAGERS, anonymous=True)
    shown = seen(VIEWERS[viewer], lesson)
    assert (shown.author, shown.owner) == ("", "")
    [release] = shown.releases
    assert release.record == nameless(lesson.current)
    assert release.released_by == ""
    told = [release.released_at, shown.created_at, shown.modified_at]
    assert {at and (at.hour, at.minute, at.second, at.microsecond) for at in told} == {(0, 0, 0, 0)}
    assert "kari" not in repr({k: v for k, v in vars(shown).items() if k not in ("_home", "_pending")})


@pytest.mark.parametrize("viewer", ["author", "helper", "manager", "leader", "auditor", "operator"])
def test_its_own_cluster_knows_whom_it_comes_from(viewer: str) -> None:
    lesson = a_lesson(Visibility.MANAGERS, anonymous=True)
    shown = seen(VIEWERS[viewer], lesson)
    assert (shown.owner, shown.current) == ("kari", lesson.current)


def test_nameless_leaves_the_text_and_takes_the_rest() -> None:
    record = a_lesson(Visibility.PUBLIC).current.model_copy(
        update={
            "sector": "energy",
            "topics": ("trust",),
            "happened": Span(start="2009-05-13", end="2010-06"),
            "source": Source(url="https://example.org/halden"),
            "evidence": (Evidence(kind=EvidenceKind.LINK, text="Figures", url="https://example.org/halden"),),
        }
    )
    kept = {"title", "lesson", "recommendation", "kind", "polarity", "stance", "phase", "topics", "what_happened"}
    shown = nameless(record)
    assert {n for n in type(record).model_fields if getattr(shown, n) == getattr(record, n)} == kept
    assert shown.happened == Span(start="2009", end="2010")
    assert [e.model_dump(mode="json") for e in shown.evidence] == [{"kind": "link", "text": "Figures", "url": None}]


@pytest.mark.parametrize("thing", [name for name, thing in THINGS.items() if isinstance(thing, Lesson | Case)])
def test_what_may_be_done_with_a_copy_is_what_may_be_done_with_the_thing(thing: str) -> None:
    original = THINGS[thing]
    assert isinstance(original, Lesson | Case)
    for viewer in VIEWERS.values():
        if may(viewer, "read", original):
            copy = seen(viewer, original)
            assert [may(viewer, a, copy) for a in ACTIONS] == [may(viewer, a, original) for a in ACTIONS]
            again = {k: v for k, v in vars(seen(viewer, copy)).items() if k != "_home"}
            assert again == {k: v for k, v in vars(copy).items() if k != "_home"}


def test_who_may_not_know_its_people_gets_what_is_worked_out_without_them_and_others_with_them() -> None:
    process = a_process(committed(ANNE), committed(BO), named, assessed(ANNE, 5, 4), assessed(BO, 1, 2))
    numbered = {UUID(int=0): Rated(5, 4), UUID(int=1): Rated(1, 2)}
    for _ in range(2):
        shown = {viewer: seen(VIEWERS[viewer], process).assessed() for viewer in ("visitor", "operator")}
        assert [dict(one.scores) for one in shown["visitor"]] == [numbered]
        assert [dict(one.scores) for one in shown["operator"]] == [{ANNE: Rated(5, 4), BO: Rated(1, 2)}]


def test_what_is_worked_out_without_people_is_kept_until_somebody_says_something_else() -> None:
    process = a_process(committed(ANNE), named, assessed(ANNE, 5, 4))
    first, again = (seen(VIEWERS["visitor"], process).assessed() for _ in range(2))
    assert first is again
    assessed(ANNE, 1, 1)(process)
    assert [dict(one.scores) for one in seen(VIEWERS["visitor"], process).assessed()] == [{UUID(int=0): Rated(1, 1)}]


def test_the_thing_itself_is_left_as_it_is() -> None:
    lesson = in_work(Visibility.MANAGERS, anonymous=True)
    before = dict(vars(lesson))
    seen(VIEWERS["other"], lesson)
    assert vars(lesson) == before


@pytest.mark.parametrize(
    ("lesson", "case", "needed"),
    [
        (Visibility.PUBLIC, Visibility.PUBLIC, False),
        (Visibility.MANAGERS, Visibility.PUBLIC, True),
        (Visibility.MANAGERS, Visibility.MANAGERS, False),
        (Visibility.PROGRAMME, Visibility.MANAGERS, True),
        (Visibility.PROGRAMME, Visibility.PROGRAMME, False),
        (Visibility.OWN_CLUSTER, Visibility.PROGRAMME, True),
    ],
)
def test_consent_is_needed_where_the_case_has_more_readers(lesson: Visibility, case: Visibility, needed: bool) -> None:
    assert needs_consent(a_lesson(lesson), case, (NCE,)) is needed


def test_consent_is_needed_for_what_is_anonymous_unpublished_or_another_programmes() -> None:
    elsewhere = a_lesson(Visibility.PROGRAMME)
    with acting("kari"), but(reason="moved"):
        elsewhere.edit(elsewhere.current.model_copy(update={"programmes": (GCE,)}))
        elsewhere.submit()
        elsewhere.publish()
    lessons = [a_lesson(Visibility.PUBLIC, anonymous=True), a_lesson(Visibility.PUBLIC, "draft"), elsewhere]
    assert [needs_consent(lesson, Visibility.PROGRAMME, (NCE,)) for lesson in lessons] == [True, True, True]


OWN, PROGRAMME, MANAGERS, PUBLIC = Visibility


@pytest.mark.parametrize(
    ("case", "programmes", "than", "than_programmes", "is_wider"),
    [
        (PUBLIC, (), PUBLIC, (NCE,), False),
        (PUBLIC, (NCE,), MANAGERS, (NCE,), True),
        (MANAGERS, (NCE,), PUBLIC, (), False),
        (MANAGERS, (NCE,), MANAGERS, (NCE, GCE), False),
        (MANAGERS, (), MANAGERS, (NCE,), False),
        (MANAGERS, (GCE,), MANAGERS, (NCE,), True),
        (PROGRAMME, (GCE,), MANAGERS, (NCE,), True),
        (PROGRAMME, (NCE,), PROGRAMME, (NCE, GCE), False),
        (PROGRAMME, (NCE, GCE), PROGRAMME, (NCE,), True),
        (PROGRAMME, (), PROGRAMME, (NCE,), True),
        (PROGRAMME, (), PROGRAMME, (), False),
        (PROGRAMME, (NCE,), OWN, (NCE,), True),
    ],
)
def test_wider_is_what_has_readers_that_the_other_has_not(
    case: Visibility, programmes: Any, than: Visibility, than_programmes: Any, is_wider: bool
) -> None:
    assert wider(case, programmes, than, than_programmes) is is_wider


def a_consented(to: Visibility | None, *programmes: UUID) -> tuple[Lesson, Case]:
    lesson, case = a_lesson(Visibility.OWN_CLUSTER), a_case(PROGRAMME)
    with acting("mona"):
        lesson.consent(case.id, ("title",), to, programmes)
    return lesson, case


def test_consent_covers_what_is_shared_as_widely_or_less() -> None:
    lesson, case = a_consented(MANAGERS, NCE)
    asked = [(PROGRAMME, (NCE,)), (MANAGERS, (NCE,)), (MANAGERS, (NCE, GCE)), (PUBLIC, (NCE,))]
    assert [covered(lesson, case.id, *to) for to in asked] == [True, True, False, False]
    assert covered(lesson, UUID(int=99), PROGRAMME, (NCE,)) is False


def test_a_case_that_came_to_be_shared_more_widely_tells_nothing_until_it_is_asked_anew() -> None:
    lesson, case = a_consented(MANAGERS, NCE)
    told = [told_of(Viewer("sven"), lesson, case)]
    for visibility in (MANAGERS, PUBLIC, PROGRAMME):
        with acting("siv"):
            case.share(visibility)
        told.append(told_of(Viewer("sven"), lesson, case))
    assert told == [("title",), ("title",), (), ("title",)]


def test_a_consent_from_before_it_said_how_widely_tells_on_and_serves_for_nothing_more() -> None:
    lesson, case = a_consented(None)
    with acting("siv"):
        case.share(PUBLIC)
    assert (told_of(Viewer("sven"), lesson, case), covered(lesson, case.id, PUBLIC, (NCE,))) == (("title",), False)


def test_the_same_consent_is_recorded_once_and_a_wider_one_again() -> None:
    lesson, case = a_consented(MANAGERS, NCE)
    before = lesson.version
    with acting("mona"):
        lesson.consent(case.id, ("title",), MANAGERS, (NCE,))
        lesson.consent(case.id, ("title",), PUBLIC, (NCE,))
    assert (lesson.version, lesson.consents) == (before + 1, {case.id: Consent(("title",), PUBLIC, (NCE,))})


def test_what_was_shared_before_the_first_release_is_no_turn() -> None:
    shared, straight = (a_lesson(Visibility.PUBLIC, "draft") for _ in range(2))
    with acting("kari"):
        shared.share(Visibility.MANAGERS, True)
        shared.share(Visibility.PUBLIC, False)
        for lesson in (shared, straight):
            lesson.submit()
            lesson.publish()
        told = [seen(VIEWERS["nobody"], lesson).version for lesson in (shared, straight)]
        shared.share(Visibility.PUBLIC, True)
    assert (told, seen(VIEWERS["nobody"], shared).version) == ([1, 1], 2)
    case = Case.draft_new(UUID(int=77), CaseRecord(title=Title(en="Halden"), summary=Prose(en="x"), body=Prose(en="y")))
    with acting("siv"):
        case.share(Visibility.PUBLIC)
        case.publish()
    assert case.turns == 1


def test_a_case_tells_what_its_reader_may_read_or_what_was_consented() -> None:
    lesson, case = a_lesson(Visibility.OWN_CLUSTER), a_case(Visibility.PUBLIC)
    stranger, manager = Viewer("sven"), VIEWERS["manager"]
    assert (told_of(stranger, lesson, case), told_of(manager, lesson, case)) == ((), CONSENT_FIELDS)
    with acting("mona"):
        lesson.consent(case.id, ("lesson", "title"))
    assert told_of(stranger, lesson, case) == ("title", "lesson")
    assert told_of(stranger, lesson, Case(UUID(int=99))) == ()
    with acting("mona"):
        lesson.consent(case.id, ())
    assert told_of(stranger, lesson, case) == ()


def test_a_withdrawn_lesson_is_told_by_no_case() -> None:
    lesson, case = a_lesson(Visibility.OWN_CLUSTER), a_case(Visibility.PUBLIC)
    with acting("mona"):
        lesson.consent(case.id, ("title",))
        lesson.withdraw("Wrong.")
    assert told_of(Viewer("sven"), lesson, case) == ()
