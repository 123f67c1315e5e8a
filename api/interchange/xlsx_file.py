"""XLSX. The zip is looked at before anything in it is unpacked; its XML is read by a process that cannot grow."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from openpyxl import DEFUSEDXML, Workbook
from openpyxl.cell import WriteOnlyCell

from api.interchange import sheet_reader
from api.interchange.cells import neutralised
from api.interchange.columns import COLUMNS
from api.interchange.faults import BadFile
from api.interchange.limits import MAX_ROWS

MAX_MEMBERS = 200
MAX_UNPACKED_BYTES = 50_000_000
MAX_RATIO = 100
MAX_CELL = 32_767
"""Characters that a cell of a spreadsheet holds; more would be cut off in silence."""
READING_S = 90

DAMAGED = "The file is not a spreadsheet, or a damaged one. Save it again as .xlsx."
OLE = b"\xd0\xcf\x11\xe0"


def read_xlsx(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of the sheet called `lessons`, or else of the first. Raises `BadFile`.

    Measured before there were limits: a bomb of 303 KB took 623 MB.
    """
    _check_zip(file)
    # Without defusedxml the XML of a sheet can expand entities without end.
    assert DEFUSEDXML, "openpyxl was imported without defusedxml"
    command = [sys.executable, "-I", sheet_reader.__file__, str(file), str(MAX_ROWS)]
    with TemporaryFile() as told, subprocess.Popen(command, stdout=told, stderr=subprocess.DEVNULL) as child:
        try:
            code = child.wait(READING_S)
        except subprocess.TimeoutExpired:
            child.kill()
            code = -1
        if code != 0:
            raise BadFile("The spreadsheet takes too much memory or time to read. Save what matters as .csv.")
        told.seek(0)
        for line in told:
            number, cells, complaint = json.loads(line)
            if complaint:
                raise BadFile(complaint)
            yield number, cells


def write_xlsx(out: IO[bytes], rows: Iterable[dict[str, str]]) -> None:
    """Every cell is text. Two exports of the same lessons are the same bytes. Raises `BadFile`."""
    book: Any = Workbook(write_only=True)
    sheet: Any = book.create_sheet("lessons")
    sheet.freeze_panes = "A2"
    sheet.append(COLUMNS)
    try:
        for number, cells in enumerate(rows, start=2):
            sheet.append([_cell(sheet, number, column, neutralised(cells[column])) for column in COLUMNS])
    finally:
        sheet.close()
    with TemporaryFile() as packed:
        book.save(packed)
        _without_times(packed, out)


def _cell(sheet: Any, number: int, column: str, text: str) -> Any:
    if not text:
        return None
    if len(text) > MAX_CELL:
        raise BadFile(f"Row {number}, {column}: too long for a cell of a spreadsheet. Export to .jsonl instead.")
    cell: Any = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # openpyxl takes text that begins with = for a formula, and #N/A for an error
    return cell


def _check_zip(file: Path) -> None:
    with file.open("rb") as source:
        if source.read(4) == OLE:
            raise BadFile("The spreadsheet is protected by a password or of the old .xls kind. Save it as plain .xlsx.")
        try:
            with ZipFile(source) as archive:
                members = archive.infolist()
        except (BadZipFile, ValueError, NotImplementedError, OSError):
            raise BadFile(DAMAGED) from None
    packed, unpacked = max(1, sum(m.compress_size for m in members)), sum(m.file_size for m in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or unpacked / packed > MAX_RATIO:
        raise BadFile("The spreadsheet unpacks to far more than lessons need. Save what matters as .csv.")
    if any(m.flag_bits & 1 for m in members):
        raise BadFile("The spreadsheet is protected by a password. Save it without one.")


def _without_times(packed: IO[bytes], out: IO[bytes]) -> None:
    """The same archive without the moment it was made, which would make every export another file."""
    with ZipFile(packed) as made, ZipFile(out, "w", ZIP_DEFLATED) as kept:
        for member in made.infolist():
            content = made.read(member)
            if member.filename == "docProps/core.xml":
                content = b'<cp:coreProperties xmlns:cp="%s"/>' % CORE
            kept.writestr(ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0)), content, ZIP_DEFLATED)


CORE = b"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
