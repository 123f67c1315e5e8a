"""CSV (RFC 4180), separated by commas or semicolons, which the header tells apart."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from api.interchange.cells import neutralised
from api.interchange.columns import COLUMNS
from api.interchange.faults import BadFile
from api.interchange.lines import lines_of


def read_csv(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Every row with its number as a spreadsheet shows it, blank ones too. Raises `BadFile`."""
    lines = lines_of(file)
    first = next(lines, "")
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(chain((first,), lines), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as error:
        why = "a quotation mark is not closed" if "end of data" in str(error) else str(error)
        raise BadFile(
            f"Row {number + 1} is not CSV: {why}. Put text with quotation marks between quotes and double them."
        ) from None


def write_csv(out: IO[bytes], rows: Iterable[dict[str, str]]) -> None:
    """With a byte order mark: without one Excel takes the file for something other than UTF-8."""
    out.write(b"\xef\xbb\xbf")

    class Encoded:
        def write(self, text: str) -> int:
            return out.write(text.encode())

    writer = csv.writer(Encoded())
    writer.writerow(COLUMNS)
    for cells in rows:
        writer.writerow([neutralised(cells[column]) for column in COLUMNS])
