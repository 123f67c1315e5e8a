"""Reads one spreadsheet and tells its rows, in a process of its own with bounded memory and time.

Run as a script: `sheet_reader.py FILE MAX_ROWS`. Each line it writes is JSON: [row number, cells, complaint or null].
It knows nothing of lessons and imports nothing of this program.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
CPU_S = 60
TOLD_BYTES = 200_000_000
"""A text that the file holds once may stand in any number of cells."""
MAX_COLUMNS = 100
MAX_BLANK = 20_000
"""Rows; beyond that, a sheet is mostly nothing and its row numbers are made up."""


class Complaint(Exception):
    """What is wrong with the sheet, for the reader of it."""


def told(path: str, max_rows: int) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank."""
    import openpyxl

    # Formulas as they are written, so that they can be refused: their last result may be anybody's guess.
    book: Any = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    sheets: list[Any] = [s for s in book.worksheets if s.title.strip().lower() == "lessons"] or book.worksheets
    if not sheets:
        raise Complaint("The spreadsheet has no sheet with rows. Put the lessons into the first one.")
    sheet = sheets[0]
    sheet.reset_dimensions()  # what the file claims of its size
    found = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        cells = [_text(cell, number) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        found += bool(cells)
        if found > max_rows + 1:
            raise Complaint(f"There are more than {max_rows:,} rows. Split the file into several.")
        if number - found > MAX_BLANK:
            raise Complaint("The sheet has far more blank rows than others. Remove them.")
        if cells:
            yield number, cells


def _text(cell: Any, number: int) -> str:
    value: Any = cell.value
    place = f"Row {number}, column {getattr(cell, 'column_letter', '?')}"
    if cell.data_type == "f":
        raise Complaint(f"{place}: this is a formula. Replace it by its value (copy, then paste as values).")
    if cell.data_type == "e":
        raise Complaint(f"{place}: this is an error of the spreadsheet. Correct or empty it.")
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat() if value.time() == time.min else value.isoformat()
        case date():
            return value.isoformat()
        case int() | float():
            return str(int(value)) if value == int(value) else repr(value)
        case str():
            return value
        case _:
            raise Complaint(f"{place}: this is a time. Write it as text.")


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (TOLD_BYTES, TOLD_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for number, cells in told(sys.argv[1], int(sys.argv[2])):
            _tell(number, cells, None)
    except Complaint as complaint:
        _tell(0, [], str(complaint))
    except MemoryError:
        return 1
    except Exception:
        # Whatever a hand-made file does to the parser, the answer is the same.
        _tell(0, [], "The file is not a spreadsheet, or a damaged one. Save it again as .xlsx.")
    return 0


def _tell(*line: object) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    sys.exit(main())
