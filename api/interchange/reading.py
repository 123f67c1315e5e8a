"""A file of lessons as rows, whichever of the three formats it is in."""

from collections.abc import Iterator
from pathlib import Path

from api.interchange.csv_file import read_csv
from api.interchange.faults import BadFile
from api.interchange.jsonl_file import read_jsonl
from api.interchange.limits import check_file, ending
from api.interchange.row import Row
from api.interchange.table import rows_of


def read_rows(file: Path) -> Iterator[Row]:
    """In the order of the file, read as they are asked for. Raises `BadFile`, which may be after some rows."""
    kind = ending(file)
    check_file(file)
    try:
        match kind:
            case ".jsonl":
                yield from read_jsonl(file)
            case ".csv":
                yield from rows_of(read_csv(file))
            case _:
                from api.interchange.xlsx_file import read_xlsx  # takes a quarter of a second

                yield from rows_of(read_xlsx(file))
    except OSError as error:
        raise BadFile(f"The file cannot be read ({error.strerror}). Check its permissions.") from None
