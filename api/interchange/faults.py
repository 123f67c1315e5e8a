"""What is wrong with a file, told so that a person can find it there and mend it."""

import json
from dataclasses import dataclass

SHOWN = 40


class BadFile(ValueError):
    """The file cannot be used as a whole. One sentence or two: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`row` counts as a person counts in the file: a table's header is row 1, so is the first line of JSON Lines."""

    row: int
    remedy: str
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        where = f"row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{where}: {self.remedy}" + (f" It says: {self.value}" if self.value else "")


def shown(value: object) -> str | None:
    """At most 40 characters, every one of them printable; None for nothing."""
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    printable = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: SHOWN + 1])
    return printable if len(printable) <= SHOWN else printable[: SHOWN - 1] + "…"
