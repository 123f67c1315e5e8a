"""The columns of a table of lessons, and the way between a row of cells and the nested shape of the API."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, cast

from api.interchange.faults import Fault, shown

LISTS = ("topics", "programmes")
FLAGS = ("anonymous", "source.paraphrased", "publish")
COLUMNS = (
    "id",
    *(f"{text}.{lang}" for text in ("title", "lesson", "what_happened", "recommendation") for lang in ("en", "nb")),
    "kind",
    "polarity",
    "stance",
    "phase",
    "topics",
    "sector",
    "cluster",
    "programmes",
    "process",
    "happened.start",
    "happened.end",
    "visibility",
    "anonymous",
    "review_by",
    "source.url",
    "source.title",
    "source.kind",
    "source.note",
    "source.paraphrased",
    "evidence",
    "publish",
)
YES, NO = ("yes", "true", "1", "ja", "x"), ("no", "false", "0", "nei")
EVIDENCE = "Write kind|text or kind|text|url, one piece of evidence a line."


def nearest(name: str) -> str:
    return get_close_matches(name.strip().lower(), COLUMNS, n=1, cutoff=0)[0]


def unknown(row: int, name: str) -> Fault:
    return Fault(row, f"There is no such column. The nearest is {nearest(name)}.", shown(name))


def nested(row: int, cells: Mapping[str, str]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The row as the API takes it: what is empty is left out."""
    fields: dict[str, Any] = {}
    faults: list[Fault] = []
    for column, text in cells.items():
        if not text.strip():
            continue
        try:
            value = _value(column, text)
        except ValueError as error:
            faults.append(Fault(row, str(error), column, shown(text)))
            continue
        outer, _, inner = column.partition(".")
        if inner:
            fields.setdefault(outer, {})[inner] = value
        else:
            fields[outer] = value
    return fields, tuple(faults)


def flat(fields: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a row in the shape of the API, every column there, empty where there is nothing."""
    return {column: _cell(column, _at(fields, column)) for column in COLUMNS}


def _value(column: str, text: str) -> object:
    if column in LISTS:
        return [part.strip() for part in text.split(";") if part.strip()]
    if column in FLAGS:
        if text.strip().casefold() in YES + NO:
            return text.strip().casefold() in YES
        raise ValueError("Write yes or no.")
    return _evidence(text) if column == "evidence" else text.strip()


def _cell(column: str, value: Any) -> str:
    if value is None:
        return ""
    if column in LISTS:
        return ";".join(value)
    if column in FLAGS:
        return "yes" if value else "no"
    return _evidence_cell(value) if column == "evidence" else str(value)


def _at(fields: Mapping[str, Any], column: str) -> Any:
    outer, _, inner = column.partition(".")
    value = fields.get(outer)
    return cast(dict[str, Any], value).get(inner) if inner and isinstance(value, dict) else value if not inner else None


def _evidence(text: str) -> list[dict[str, Any]]:
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError(EVIDENCE) from None
    pieces: list[dict[str, Any]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = [part.strip() for part in line.split("|")]
        if not 2 <= len(parts) <= 3:
            raise ValueError(EVIDENCE)
        pieces.append({k: v for k, v in zip(("kind", "text", "url"), parts, strict=False) if v})
    return pieces


def _evidence_cell(pieces: list[dict[str, str]]) -> str:
    """As a person would write it, or as JSON where a text has lines or bars of its own."""
    if any(c in "|\n" for piece in pieces for c in piece["text"] + piece.get("url", "")):
        return json.dumps(pieces, ensure_ascii=False)
    return "\n".join("|".join(piece.values()) for piece in pieces)
