"""What happened to one thing, entry by entry: who, why, and what changed in words."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.acting import but
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord, MemberKind
from domain.dates import Span
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.programme import Programme, ProgrammeRecord
from domain.release import Visibility
from domain.text import Prose, Title
from projections.history import Change, Entry, difference, history


def changes(entry: Entry) -> dict[str, tuple[str, str]]:
    return {c.field: (c.before, c.after) for c in entry.changes}


def test_every_event_is_an_entry_with_who_and_why(record: LessonRecord) -> None:
    lesson = Lesson.draft_new(UUID(int=31), record, owner="kari")
    with but(actor="ola", request_id="request-2"):
        lesson.submit()
    with but(actor="siv", reason="not used"):
        lesson.return_draft("Say where.")
    with but(reason="clearer"):
        lesson.edit(record.model_copy(update={"lesson": Prose(en="Finding people takes very long.")}))
    entries = history(lesson.pending)
    assert [(e.version, e.topic, e.actor, e.request_id, e.reason) for e in entries] == [
        (1, "lesson.drafted", "kari", "request-1", None),
        (2, "lesson.submitted", "ola", "request-2", None),
        (3, "lesson.returned", "siv", "request-1", "Say where."),
        (4, "lesson.edited", "kari", "request-1", "clearer"),
    ]
    assert [e.recorded_at for e in entries] == [e.recorded_at for e in lesson.pending]


def test_what_changed_of_a_lesson(record: LessonRecord) -> None:
    lesson = Lesson.draft_new(UUID(int=31), record, owner="kari")
    lesson.edit(
        record.model_copy(update={"lesson": Prose(en="Finding *people* takes very long."), "topics": ("a", "b")})
    )
    lesson.submit()
    lesson.publish()
    lesson.share(Visibility.PUBLIC, True)
    lesson.renew_review("2028-01-01")
    lesson.hand_over("ola")
    lesson.withdraw("No longer true.")
    first, *rest = history(lesson.pending)
    assert changes(first) == {
        "title.en": ("", "Recruit early"),
        "title.nb": ("", "Rekrutter tidlig"),
        "lesson.en": ("", "Finding *people* takes longest."),
        "recommendation.en": ("", "Ask for a commitment."),
        "kind": ("", "lesson"),
        "polarity": ("", "keep"),
        "stance": ("", "instructional"),
        "phase": ("", "recruitment"),
        "cluster": ("", str(UUID(int=21))),
        "visibility": ("", "own-cluster"),
        "owner": ("", "kari"),
        "state": ("", "draft"),
    }
    assert [changes(e) for e in rest] == [
        {"lesson.en": ("Finding *people* takes longest.", "Finding *people* takes very long."), "topics": ("", "a; b")},
        {"state": ("draft", "submitted")},
        {"state": ("submitted", "published")},
        {"visibility": ("own-cluster", "public"), "anonymous": ("", "yes")},
        {"review_by": ("", "2028-01-01")},
        {"owner": ("kari", "ola")},
        {"state": ("published", "withdrawn")},
    ]  # fmt: skip


def test_which_case_may_tell_what_of_a_lesson_and_how_widely(record: LessonRecord) -> None:
    lesson, case, other = Lesson.draft_new(UUID(int=31), record, owner="kari"), UUID(int=41), UUID(int=42)
    lesson.consent(case, ("title", "lesson"), Visibility.MANAGERS)
    lesson.consent(other, ("title",))
    lesson.consent(case, ())
    told = f"{case} managers: title, lesson"
    assert [changes(e) for e in history(lesson.pending)[1:]] == [
        {"consents": ("", told)},
        {"consents": (told, f"{told}; {other}: title")},
        {"consents": (f"{told}; {other}: title", f"{other}: title")},
    ]


def test_a_thing_that_ends_with_a_draft_in_work_is_told_to_have_ended(record: LessonRecord) -> None:
    lesson = Lesson.draft_new(UUID(int=31), record, owner="kari")
    lesson.submit()
    lesson.withdraw("A duplicate.")
    assert changes(history(lesson.pending)[-1]) == {"state": ("submitted", "withdrawn")}
    case = Case.draft_new(UUID(int=41), CaseRecord(title=Title(en="Halden")))
    case.withdraw("A duplicate.")
    assert changes(history(case.pending)[-1]) == {"state": ("draft", "withdrawn")}


def test_what_changed_of_a_cluster() -> None:
    cluster = Cluster.register(UUID(int=21), "Halden", ClusterRecord(county="Østfold"))
    cluster.rename("NCE Smart", "2009")
    cluster.admit(UUID(int=11), "2009")
    cluster.appoint_manager("ola", "2009")
    cluster.add_member("IFE", MemberKind.RESEARCH)
    cluster.remove_member("IFE")
    told = [changes(e) for e in history(cluster.pending)]
    assert told == [
        {"country": ("", "NO"), "county": ("", "Østfold"), "name": ("", "Halden")},
        {"name": ("Halden", "NCE Smart")},
        {"memberships": ("", f"programme {UUID(int=11)}, admitted 2009")},
        {"managers": ("", "value ola, since 2009")},
        {"members": ("", "IFE (research)")},
        {"members": ("IFE (research)", "")},
    ]


def test_what_changed_of_a_programme() -> None:
    programme = Programme.establish(UUID(int=11), "NCE", ProgrammeRecord(name=Title(en="Centres"), owner="Siva"))
    programme.close("2019")
    assert [changes(e) for e in history(programme.pending)] == [
        {"code": ("", "NCE"), "name.en": ("", "Centres"), "owner": ("", "Siva"), "kind": ("", "programme")},
        {"period.start": ("", "2019"), "period.end": ("", "2019")},
    ]


def test_of_nothing_there_is_no_history() -> None:
    assert history([]) == ()


def test_the_difference_of_two_records(record: LessonRecord) -> None:
    other = record.model_copy(update={"happened": Span(start="2009"), "title": Title(en="Recruit very early")})
    assert difference(record, record) == ()
    assert difference(record, other) == (
        Change(
            "title.en",
            "Recruit early",
            "Recruit very early",
            (("same", "Recruit "), ("added", "very "), ("same", "early")),
        ),
        Change("title.nb", "Rekrutter tidlig", "", (("removed", "Rekrutter tidlig"),)),
        Change("happened.start", "", "2009", (("added", "2009"),)),
    )


WORDS = st.lists(st.sampled_from(["trust ", "time", ", ", "\n\n", "æøå", " ", "-", "🙂"]), max_size=30).map("".join)
TEXTS = WORDS | st.text(max_size=200)


@given(before=TEXTS, after=TEXTS)
def test_the_pieces_make_both_texts(before: str, after: str) -> None:
    old, new = Prose.model_construct(en=before), Prose.model_construct(en=after)
    told = difference(old, new)
    if before == after:
        assert told == ()
        return
    [change] = told
    assert "".join(text for op, text in change.pieces if op != "added") == before
    assert "".join(text for op, text in change.pieces if op != "removed") == after
    ops: list[Any] = [op for op, _ in change.pieces]
    assert all(a != b for a, b in pairwise(ops))


def test_the_pieces_of_long_texts_make_both_texts() -> None:
    before = " ".join(f"word{n % 97}" for n in range(2_500))
    after = before.replace("word13 ", "").replace("word14", "other") + " end"
    [change] = difference(Prose(en=before), Prose(en=after))
    assert "".join(text for op, text in change.pieces if op != "added") == before
    assert "".join(text for op, text in change.pieces if op != "removed") == after
