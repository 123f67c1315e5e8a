"""What is exported is what import reads, in every format, and nothing in it is a formula."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from api.interchange.cells import neutralised, restored
from api.interchange.exporting import Exported, export
from api.interchange.faults import BadFile
from api.interchange.importing import import_lessons
from api.interchange.jsonl_file import read_jsonl
from api.usecases.lessons import change_lesson, withdraw_lesson
from api.wiring import System
from domain.lesson import Lesson
from domain.release import State
from domain.viewer import Viewer

STAFF = Viewer("kari", operator=True)

AWKWARD: tuple[dict[str, Any], ...] = (
    {},
    {
        "id": "a-2",
        "title": {"nb": '=HYPERLINK("https://example.org")'},
        "lesson": {"en": "+1\n-2; and, \"quoted\" | 'so'", "nb": "＝1"},
        "what_happened": {"en": "'=already", "nb": "''@twice"},
        "recommendation": {"en": "- a list\n- of two"},
        "topics": ["SMEs", "@work"],
        "programmes": ["NCE", "Arena"],
        "happened": {"start": "2009", "end": "2010-05"},
        "anonymous": True,
        "review_by": "2030-01-31",
        "evidence": [
            {"kind": "figure", "text": "a | b\nc"},
            {"kind": "link", "text": "#N/A", "url": "https://example.org/?a=1|2"},
        ],
        "publish": True,
    },
    {
        "id": "a-3",
        "title": {"en": "#N/A"},
        "cluster": None,
        "source": {"url": "https://example.org", "title": "1", "note": "two\nlines", "paraphrased": True},
        "evidence": [{"kind": "figure", "text": "45 companies"}, {"kind": "quote", "text": "=1+1"}],
        "process": "0b0c9a52-6c0e-4b8e-8a43-9d3f6f6d2c11",
        "publish": True,
    },
)


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx"])
def test_an_export_imported_elsewhere_and_exported_again_is_the_same_bytes(
    system: System, another: System, take: Callable[..., Any], lines: Callable[..., Path], tmp_path: Path, ending: str
) -> None:
    take(lines(*AWKWARD))
    first, second = tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"
    assert export(system, "lessons", first) == Exported(written=3)
    report = import_lessons(another, STAFF, first)
    assert report.faults == []
    assert [(judged.outcome, judged.state) for judged in report.judged] == [
        ("add", State.DRAFT),
        ("add", State.PUBLISHED),
        ("add", State.PUBLISHED),
    ]
    export(another, "lessons", second)
    assert second.read_bytes() == first.read_bytes()
    again = import_lessons(system, STAFF, second)
    assert [judged.outcome for judged in again.judged] == ["there", "there", "there"]


def test_no_exported_cell_can_be_evaluated(
    system: System, take: Callable[..., Any], lines: Callable[..., Path], tmp_path: Path
) -> None:
    take(lines(*AWKWARD))
    export(system, "lessons", tmp_path / "lessons.csv")
    export(system, "lessons", tmp_path / "lessons.xlsx")
    text = (tmp_path / "lessons.csv").read_text("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert [cell for cell in cells if re.match(r"[=+\-@\t\r＝＋－＠]", cell)] == []
    book: Any = openpyxl.load_workbook(tmp_path / "lessons.xlsx")
    sheet_cells = [cell for row in book["lessons"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in sheet_cells} == {"s"}
    assert [c.value for c in sheet_cells if c.value[:1] in "=+-@＝＋－＠"] == []
    with ZipFile(tmp_path / "lessons.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@a", "\ta", "\ra", "＝1", "＋", "－", "＠", "'=", "''=1", "'a", "a=1", ""]
)
def test_a_cell_made_harmless_becomes_itself_again(text: str) -> None:
    assert restored(neutralised(text)) == text


@given(some.text(alphabet="'=+-@\t\r＝a "))
def test_no_two_texts_become_the_same_cell(text: str) -> None:
    assert restored(neutralised(text)) == text


def test_what_was_withdrawn_is_left_out_and_a_release_is_exported_before_its_draft(
    system: System, take: Callable[..., Any], lines: Callable[..., Path], tmp_path: Path
) -> None:
    report = take(lines({"publish": True}, {"id": "a-2", "publish": True}))
    kept, gone = (judged.id for judged in report.judged)
    withdraw_lesson(system, STAFF, gone, 3, "A mistake.")
    change_lesson(system, STAFF, kept, 3, {"sector": "energy"})
    file = tmp_path / "out.jsonl"
    assert export(system, "lessons", file) == Exported(written=1, ended=1)
    assert [row.fields for row in read_jsonl(file)] == [
        {
            "id": str(kept),
            "title": {"en": "Recruit early", "nb": "Rekrutter tidlig"},
            "lesson": {"en": "Finding people who commit takes longest."},
            "recommendation": {"nb": "Be om skriftlig forpliktelse."},
            "kind": "lesson",
            "polarity": "keep",
            "stance": "instructional",
            "phase": "recruitment",
            "cluster": "NCE Smart Energy Markets",
            "visibility": "public",
            "anonymous": False,
            "publish": True,
        }
    ]
    assert system.store.get(Lesson, kept).draft is not None


def test_an_export_that_fails_leaves_the_older_file_and_nothing_else(
    system: System, take: Callable[..., Any], lines: Callable[..., Path], tmp_path: Path
) -> None:
    long = [{"kind": "document", "text": "x" * 2_000} for _ in range(20)]
    take(lines({"evidence": long}))
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "lessons.xlsx"
    file.write_bytes(b"older")
    with pytest.raises(BadFile) as refused:
        export(system, "lessons", file)
    assert str(refused.value) == ("Row 2, evidence: too long for a cell of a spreadsheet. Export to .jsonl instead.")
    assert [(f.name, f.read_bytes()) for f in folder.iterdir()] == [("lessons.xlsx", b"older")]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("out.txt", "The name of the file has to end in .csv, .xlsx or .jsonl: this says what it is."),
        (
            "none/out.csv",
            "The file cannot be written (No such file or directory). Check the folder and its permissions.",
        ),
        ("data", "The name of the file has to end in .csv, .xlsx or .jsonl: this says what it is."),
    ],
)
def test_an_export_that_cannot_be_written(system: System, tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(BadFile) as refused:
        export(system, "lessons", tmp_path / name)
    assert str(refused.value) == sentence


def test_clusters_and_programmes_are_exported_as_json_lines(system: System, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    export(system, "programmes", file)
    assert [{k: v for k, v in (row.fields or {}).items() if k != "id"} for row in read_jsonl(file)] == [
        {"code": code, "name": {"en": code}, "owner": "Innovation Norway", "kind": "programme"}
        for code in ("Arena", "NCE")
    ]
    export(system, "clusters", file)
    assert [(row.fields or {})["name"] for row in read_jsonl(file)] == ["NCE Smart Energy Markets", "Arena Eyde"]
    with pytest.raises(BadFile):
        export(system, "clusters", tmp_path / "out.csv")
