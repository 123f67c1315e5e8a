"""How much of a file is read at all, and the checks made before it is opened."""

from pathlib import Path

from api.interchange.faults import BadFile

MAX_FILE_BYTES = 50_000_000
MAX_LINE_BYTES = 1_000_000
MAX_ROWS = 20_000

ENDINGS = (".csv", ".xlsx", ".jsonl")


def ending(file: Path) -> str:
    """`.csv`, `.xlsx` or `.jsonl`. Raises `BadFile` for any other."""
    found = file.suffix.lower()
    if found not in ENDINGS:
        raise BadFile("The name of the file has to end in .csv, .xlsx or .jsonl: this says what it is.")
    return found


def check_file(file: Path) -> None:
    """That there is something of a readable size. Raises `BadFile`."""
    try:
        if file.is_dir():
            raise BadFile("This is a folder. Name a file in it.")
        if not file.exists():
            raise BadFile("There is no such file. Check the name.")
        if not file.is_file():
            raise BadFile("This is not a regular file. Save it to the disk first.")
        size = file.stat().st_size
    except OSError as error:
        raise BadFile(f"The file cannot be looked at ({error.strerror}). Check the name and its permissions.") from None
    if size == 0:
        raise BadFile("The file is empty. Put a header and rows into it.")
    if size > MAX_FILE_BYTES:
        raise BadFile(f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB. Split it into several.")


def within_rows(count: int) -> None:
    """Raises `BadFile` for more rows than are taken at once."""
    if count > MAX_ROWS:
        raise BadFile(f"There are more than {MAX_ROWS:,} rows. Split the file into several.")
