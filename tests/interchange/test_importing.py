"""Lessons from JSON Lines and CSV into a system: what is added, what is there already, what is left as it is."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from api.interchange.importing import Report, import_lessons
from api.interchange.lesson_row import NAMESPACE
from api.usecases.lessons import change_lesson, return_lesson, submit_lesson, withdraw_lesson
from api.wiring import System
from domain.audiences import audiences
from domain.dates import Span
from domain.lesson import Lesson
from domain.lesson_record import Evidence, EvidenceKind, LessonKind, Phase, Polarity, Stance
from domain.release import DraftState, State, Visibility
from domain.viewer import Viewer

STAFF = Viewer("kari", operator=True)
EVERYTHING = audiences(STAFF)

CSV = """\
id;title.en;title.nb;lesson.en;what_happened.en;recommendation.nb;kind;polarity;stance;phase;topics;sector;cluster;\
programmes;happened.start;happened.end;visibility;anonymous;review_by;source.url;source.kind;source.paraphrased;\
evidence;publish
7;Recruit early;Rekrutter tidlig;"Finding people
takes ""longest"".";It took a year.;Be om forpliktelse.;good-practice;keep;observational;recruitment;"trust; time";\
energy;arena EYDE;"Arena; nce";2009;2010-05;managers;ja;2030-01-31;https://example.org/a;evaluation;yes;\
"figure|45 companies
quote|«Early»|https://example.org/q";yes
"""


def outcomes(report: Report) -> list[str]:
    return [judged.outcome for judged in report.judged]


def id_of(report: Report, row: int = 0) -> UUID:
    id = report.judged[row].id
    assert id is not None
    return id


def test_a_row_of_a_table_becomes_a_lesson_with_everything_it_says(take: Any, system: System, tmp_path: Path) -> None:
    file = tmp_path / "lessons.CSV"
    file.write_bytes(b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode())
    report = take(file)
    assert report.faults == []
    assert outcomes(report) == ["add"]
    lesson = system.store.get(Lesson, id_of(report))
    record = lesson.current
    assert record.cluster is not None
    ids = (record.cluster, *record.programmes)
    named = system.catalogue.entries(ids, scope=EVERYTHING)
    assert [named[id].title["en"] for id in ids] == [
        "Arena Eyde",
        "Arena",
        "NCE",
    ]
    assert record.model_dump(exclude={"cluster", "programmes"}) == {
        "title": {"en": "Recruit early", "nb": "Rekrutter tidlig"},
        "lesson": {"en": 'Finding people\ntakes "longest".', "nb": None},
        "what_happened": {"en": "It took a year.", "nb": None},
        "recommendation": {"en": None, "nb": "Be om forpliktelse."},
        "kind": LessonKind.GOOD_PRACTICE,
        "polarity": Polarity.KEEP,
        "stance": Stance.OBSERVATIONAL,
        "phase": Phase.RECRUITMENT,
        "topics": ("trust", "time"),
        "sector": "energy",
        "process": None,
        "happened": Span(start="2009", end="2010-05").model_dump(),
        "evidence": tuple(
            e.model_dump()
            for e in (
                Evidence(kind=EvidenceKind.FIGURE, text="45 companies"),
                Evidence(kind=EvidenceKind.QUOTE, text="«Early»", url="https://example.org/q"),
            )
        ),
        "source": {
            "url": "https://example.org/a",
            "title": None,
            "kind": "evaluation",
            "note": None,
            "paraphrased": True,
        },
    }
    assert (lesson.state, lesson.visibility, lesson.anonymous, lesson.review_by, lesson.owner) == (
        State.PUBLISHED,
        Visibility.MANAGERS,
        True,
        "2030-01-31",
        "kari",
    )


def test_an_import_repeated_adds_nothing(take: Any, system: System, lines: Any) -> None:
    file = lines({}, {"id": None, "title": {"en": "Without an id of its own"}})
    assert outcomes(take(file)) == ["add", "add"]
    position = system.store.position
    again = take(file)
    assert (outcomes(again), again.kept, system.store.position) == (["there", "there"], False, position)


def test_a_lesson_that_says_something_else_is_left_as_it_is(take: Any, system: System, lines: Any) -> None:
    first = take(lines({}))
    position = system.store.position
    assert outcomes(take(lines({"title": {"en": "Recruit late"}}))) == ["differs"]
    assert outcomes(take(lines({"visibility": "managers"}))) == ["differs"]
    assert outcomes(take(lines({"anonymous": True}), publish=True)) == ["differs"]
    assert system.store.position == position
    change_lesson(system, STAFF, id_of(first), 1, {"sector": "energy"})
    assert outcomes(take(lines({}))) == ["differs"]


def test_drafts_that_were_imported_are_published_by_a_later_import_that_says_so(
    take: Any, system: System, lines: Any
) -> None:
    report = take(lines({}))
    assert report.judged[0].state == "draft"
    again = take(lines({}), publish=True)
    assert (outcomes(again), again.kept) == (["publish"], True)
    assert system.store.get(Lesson, id_of(report)).state is State.PUBLISHED
    assert outcomes(take(lines({}), publish=True)) == ["there"]


def test_a_draft_that_was_returned_or_withdrawn_is_not_published_behind_the_reviewer(
    take: Any, system: System, lines: Any
) -> None:
    id = id_of(take(lines({})))
    submit_lesson(system, STAFF, id, 1)
    return_lesson(system, STAFF, id, 2, "Say when.")
    assert outcomes(take(lines({}), publish=True)) == ["there"]
    assert system.store.get(Lesson, id).draft_state is DraftState.RETURNED
    withdraw_lesson(system, STAFF, id, 3, "A mistake.")
    assert outcomes(take(lines({}), publish=True)) == ["there"]


def test_nothing_is_kept_when_one_row_is_bad_and_the_others_are_when_asked(
    take: Any, system: System, lines: Any
) -> None:
    file = lines({}, {"id": "a-2", "phase": "never"}, {"id": "a-3"})
    position = system.store.position
    report = take(file)
    assert (outcomes(report), report.kept) == (["add", "refused", "add"], False)
    assert system.store.position == position
    report = take(file, skip_bad=True)
    assert (outcomes(report), report.kept, len(report.faults)) == (["add", "refused", "add"], True, 1)
    assert system.store.position == position + 2


def test_a_faulty_header_is_never_passed_over(take: Any, system: System, tmp_path: Path) -> None:
    file = tmp_path / "lessons.csv"
    file.write_text("title.en,lesson.en,cluster,fase\nA,B,Arena Eyde,x\n", "utf-8")
    report = take(file, skip_bad=True)
    assert (report.kept, report.header_is_sound) == (False, False)
    assert [str(fault) for fault in report.faults] == ["row 1, fase: There is no such column. The nearest is phase."]


def test_a_dry_run_says_what_would_happen_and_changes_nothing(take: Any, system: System, lines: Any) -> None:
    position = system.store.position
    report = take(lines({"publish": True}), dry_run=True)
    assert (outcomes(report), report.kept, report.judged[0].state) == (["add"], False, State.PUBLISHED)
    assert system.store.position == position


def test_an_id_that_is_one_already_is_kept_and_others_lead_to_the_same_id_always(take: Any, lines: Any) -> None:
    own = "0b0c9a52-6c0e-4b8e-8a43-9d3f6f6d2c11"
    report = take(lines({"id": own}, {"id": "a-1"}))
    assert [str(judged.id) for judged in report.judged] == [own, "701e542c-71bd-5766-b21a-8bdb053955aa"]
    assert str(NAMESPACE) == "c1f0b3f4-6f0e-4c39-9f0f-2d5d0f0c7a35"


def test_an_id_of_something_else_is_refused(take: Any, system: System, lines: Any) -> None:
    cluster = system.catalogue.listing("cluster", scope=EVERYTHING)[0].id
    report = take(lines({"id": str(cluster)}))
    assert [str(fault) for fault in report.faults] == [
        "row 1, id: This id belongs to something that is no lesson. Give the row another."
    ]


def test_who_may_not_publish_may_not_by_import(system: System, lines: Any) -> None:
    manager = Viewer("ola", manages=frozenset({system.catalogue.listing("cluster", scope=EVERYTHING)[0].id}))
    report = import_lessons(system, manager, lines({"cluster": "Arena Eyde"}), publish=True)
    assert (report.kept, [fault.remedy for fault in report.faults]) == (
        False,
        ["You may not do this. Ask programme staff."],
    )


@pytest.mark.parametrize("separator", [",", ";"])
def test_the_separator_is_told_from_the_header(take: Any, separator: str, tmp_path: Path) -> None:
    file = tmp_path / "lessons.csv"
    rows = [["title.en", "lesson.en", "cluster"], ["A", '"B, and; C"', "Arena Eyde"]]
    file.write_text("".join(separator.join(row) + "\n" for row in rows), "utf-8")
    assert outcomes(take(file)) == ["add"]
