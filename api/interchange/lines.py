"""The lines of a text file, each bounded and in UTF-8."""

from collections.abc import Iterator
from pathlib import Path

from api.interchange.faults import BadFile
from api.interchange.limits import MAX_LINE_BYTES

UTF16 = (b"\xff\xfe", b"\xfe\xff")


def lines_of(file: Path) -> Iterator[str]:
    """With their ends, without a byte order mark. Raises `BadFile` naming the line."""
    with file.open("rb") as source:
        number = 0
        while line := source.readline(MAX_LINE_BYTES + 1):
            number += 1
            if number == 1 and line.startswith(UTF16):
                raise BadFile("The file is in UTF-16. Save it as UTF-8 (in Excel: CSV UTF-8).")
            if len(line) > MAX_LINE_BYTES:
                raise BadFile(f"Line {number} is longer than 1 MB. Shorten it.")
            if b"\0" in line:
                raise BadFile(f"Line {number} holds a NUL byte: this is not a text file, or a damaged one.")
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise BadFile(f"Line {number} is not UTF-8. Save the file as UTF-8 (in Excel: CSV UTF-8).") from None
