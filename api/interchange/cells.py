"""Cells that a spreadsheet would take for a formula, made harmless on the way out, themselves again on the way in."""

import re

# What Excel, LibreOffice and Google Sheets evaluate at the beginning of a cell (OWASP, "CSV injection"), with the
# full-width forms that they fold to the same.
_FORMULA = re.compile(r"^'*[=+\-@\t\r＝＋－＠]")
_NEUTRALISED = re.compile(r"^'+[=+\-@\t\r＝＋－＠]")


def neutralised(text: str) -> str:
    """With an apostrophe before it where it could be evaluated, else as it is. `restored` undoes it exactly."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(cell: str) -> str:
    """A cell typed by hand, `- like this`, stays as it is."""
    return cell[1:] if _NEUTRALISED.match(cell) else cell
