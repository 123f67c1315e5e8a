"""Events as CSV and JSON Lines, a page at a time."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any, cast

from api.interchange.cells import neutralised


def csv_of(columns: Sequence[str], pages: Iterable[Sequence[dict[str, Any]]]) -> Iterator[bytes]:
    """With a byte order mark, without which Excel takes it for something other than UTF-8; no cell is a formula."""
    yield b"\xef\xbb\xbf" + _lines([columns])
    for page in pages:
        yield _lines([[neutralised(_cell(row[column])) for column in columns] for row in page])


def jsonl_of(pages: Iterable[Sequence[dict[str, Any]]]) -> Iterator[bytes]:
    for page in pages:
        yield b"".join(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n" for row in page)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case [] | {}:
            return ""
        case [{"field": _}, *_]:
            return "\n".join(f"{c['field']}: {c['before'] or '–'} → {c['after'] or '–'}" for c in value)
        case list():
            return " ".join(cast(list[str], value))
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)
