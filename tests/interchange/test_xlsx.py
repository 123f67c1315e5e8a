"""Spreadsheets as people and attackers make them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from api.interchange import xlsx_file
from api.interchange.faults import BadFile
from api.interchange.xlsx_file import read_xlsx

DAMAGED = "The file is not a spreadsheet, or a damaged one. Save it again as .xlsx."
FAR_MORE = "The spreadsheet unpacks to far more than lessons need. Save what matters as .csv."
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: list[Any], title: str = "Sheet", before: str | None = None) -> Path:
        book: Any = openpyxl.Workbook()
        book.active.title = title
        for row in rows:
            book.active.append(row)
        if before:
            book.create_sheet(before, 0).append(["nothing of this"])
        file = tmp_path / "lessons.xlsx"
        book.save(file)
        return file

    return write


def with_member(file: Path, name: str, content: bytes) -> Path:
    """The same archive with one member replaced."""
    forged = file.with_name("forged.xlsx")
    with ZipFile(file) as old, ZipFile(forged, "w", ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return forged


def test_cells_of_every_kind_become_text(sheet: Callable[..., Path]) -> None:
    file = sheet(
        ["id", "happened.start", "review_by"],
        [7, 2009, date(2030, 1, 31)],
        [],
        [7.5, datetime.fromisoformat("2009-05-13"), datetime.fromisoformat("2009-05-13T14:30")],
        [True, None, "  text "],
    )
    assert list(read_xlsx(file)) == [
        (1, ["id", "happened.start", "review_by"]),
        (2, ["7", "2009", "2030-01-31"]),
        (4, ["7.5", "2009-05-13", "2009-05-13T14:30:00"]),
        (5, ["yes", "", "  text "]),
    ]


def test_the_sheet_called_lessons_comes_before_the_first(sheet: Callable[..., Path]) -> None:
    assert list(read_xlsx(sheet(["title.en"], title="Lessons", before="Notes"))) == [(1, ["title.en"])]


def test_lessons_of_a_spreadsheet_are_imported(take: Callable[..., Any], sheet: Callable[..., Path]) -> None:
    file = sheet(
        ["id", "title.en", "lesson.en", "cluster", "happened.start", "anonymous", "sectors"],
        [1, "A", "B", "Arena Eyde", 2009, False],
    )
    assert [str(fault) for fault in take(file).faults] == [
        "row 1, sectors: There is no such column. The nearest is sector."
    ]
    file = sheet(["id", "title.en", "lesson.en", "cluster"], [1, "A", "B", "Arena Eyde"], [2, "A", "B", "Nowhere"])
    report = take(file, skip_bad=True)
    assert [(judged.row, judged.outcome) for judged in report.judged] == [(2, "add"), (3, "refused")]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("=1+1", "Row 2, column A: this is a formula. Replace it by its value (copy, then paste as values)."),
        ("#REF!", "Row 2, column A: this is an error of the spreadsheet. Correct or empty it."),
        (timedelta(hours=1), "Row 2, column A: this is a time. Write it as text."),
    ],
)
def test_cells_that_are_no_values(sheet: Callable[..., Path], cell: Any, sentence: str) -> None:
    with pytest.raises(BadFile) as refused:
        list(read_xlsx(sheet(["title.en"], [cell])))
    assert str(refused.value) == sentence


def test_bombs_are_not_unpacked(sheet: Callable[..., Path], tmp_path: Path) -> None:
    repeated = with_member(sheet(["title.en"]), SHEET, b"<a>" + b"0" * 20_000_000)
    large = with_member(sheet(["title.en"]), SHEET, bytes(range(1, 250)) * 210_000)
    many = tmp_path / "many.xlsx"
    with ZipFile(many, "w") as archive:
        for number in range(201):
            archive.writestr(f"{number}.xml", "x")
    for file in (repeated, large, many):
        with pytest.raises(BadFile) as refused:
            list(read_xlsx(file))
        assert str(refused.value) == FAR_MORE


def test_entities_are_not_expanded_and_files_not_fetched(sheet: Callable[..., Path], tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("title.en")
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>'
    for entity in ('"title.en"', f'SYSTEM "{secret.as_uri()}"'):
        xml = f"<!DOCTYPE x [<!ENTITY e {entity}>]><worksheet {MAIN}><sheetData>{cell}</sheetData></worksheet>"
        with pytest.raises(BadFile) as refused:
            list(read_xlsx(with_member(sheet(["title.en"]), SHEET, xml.encode())))
        assert str(refused.value) == DAMAGED


def test_a_text_shared_by_very_many_cells_stays_within_bounds(sheet: Callable[..., Path]) -> None:
    cells = '<c t="s"><v>0</v></c>' * 90
    rows = f"<row>{cells}</row>" * 300
    file = with_member(sheet(["x"]), SHEET, f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>".encode())
    file = with_member(file.rename(file.with_name("a.xlsx")), "xl/sharedStrings.xml", _strings(1_000_000))
    with pytest.raises(BadFile):
        list(read_xlsx(file))


def _strings(length: int) -> bytes:
    import random

    text = "".join(random.Random(7).choices("abcdefghijklmnop ", k=length))
    return f'<sst {MAIN} count="1" uniqueCount="1"><si><t>{text}</t></si></sst>'.encode()


def test_a_sheet_that_takes_too_long_is_given_up(sheet: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "READING_S", 0.01)
    with pytest.raises(BadFile) as refused:
        list(read_xlsx(sheet(["title.en"])))
    assert str(refused.value) == "The spreadsheet takes too much memory or time to read. Save what matters as .csv."


def test_row_numbers_made_up_by_the_file_are_not_followed(sheet: Callable[..., Path]) -> None:
    row = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    file = with_member(sheet(["x"]), SHEET, f"<worksheet {MAIN}><sheetData>{row}</sheetData></worksheet>".encode())
    with pytest.raises(BadFile) as refused:
        list(read_xlsx(file))
    assert str(refused.value) == "The sheet has far more blank rows than others. Remove them."
