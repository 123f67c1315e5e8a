"""Rows of cells, from whichever kind of table, as rows of lessons."""

from collections.abc import Iterable, Iterator, Sequence

from api.interchange.cells import restored
from api.interchange.columns import COLUMNS, nested, unknown
from api.interchange.faults import BadFile, Fault, shown
from api.interchange.limits import within_rows
from api.interchange.row import Row


def rows_of(table: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Row]:
    """`table` is the numbered rows of a sheet; the first that is not blank is the header.

    Raises `BadFile` when there is no header or no row below it."""
    numbered = ((number, cells) for number, cells in table if any(cell.strip() for cell in cells))
    top = next(numbered, None)
    if top is None:
        raise BadFile("The file is empty. Put a header and rows into it.")
    header = [cell.strip().lower() for cell in top[1]]
    faults = _faults_of_header(top[0], header)
    if faults:
        yield Row(top[0], None, faults)
    count = 0
    for number, cells in numbered:
        count += 1
        within_rows(count)
        yield _row(number, header, cells)
    if count == 0:
        raise BadFile("There is a header and no row below it. Put rows into the file.")


def _row(number: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    named = {column: restored(cell) for column, cell in zip(header, cells, strict=False) if column in COLUMNS and cell}
    fields, faults = nested(number, named)
    beyond = next((cell for cell in cells[len(header) :] if cell.strip()), None)
    if beyond is not None:
        remedy = "The row has more cells than the header. Put text with separators in it between quotes."
        faults = (*faults, Fault(number, remedy, value=shown(beyond)))
    return Row(number, fields, faults)


def _faults_of_header(number: int, header: Sequence[str]) -> tuple[Fault, ...]:
    faults: list[Fault] = []
    for place, column in enumerate(header):
        if not column:
            faults.append(Fault(number, f"Column {place + 1} has no name. Name it or remove it."))
        elif column not in COLUMNS:
            faults.append(unknown(number, column))
        elif column in header[:place]:
            faults.append(Fault(number, "The column is there twice. Remove one.", column))
    return tuple(faults)
