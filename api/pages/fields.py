"""What a form asks for, and the way between typed text and the values of the domain."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, cast
from uuid import UUID

from api.pages.translation import N_

Kind: TypeAlias = Literal[
    "line",
    "text",
    "email",
    "date",
    "day",
    "number",
    "rating",
    "check",
    "choice",
    "many",
    "tags",
    "lines",
    "thing",
    "things",
    "hidden",
]
"""`date` may be a year or month; `day` is whole. A `rating` is a number from 1 to 5; `hidden` what the form is about,
called by its label. `tags` are split at commas, `lines` and `things` at newlines; a `thing` is told by its address or
id."""

Choice: TypeAlias = tuple[str, str]
Typed: TypeAlias = dict[str, list[str]]
"""What somebody typed, by the name of the field; kept until it is saved."""


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the path to the value: `title.en`. `choices` names a list that the page fills; `more` puts the field
    into the part of the form that is folded away. `named` is what a fault calls it, where its name does not tell."""

    name: str
    label: str
    kind: Kind = "line"
    help: str = ""
    required: bool = False
    choices: str | tuple[Choice, ...] = ()
    group: str = ""
    more: bool = False
    longest: int | None = None
    named: str = ""

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-").replace("_", "-")


def both(name: str, label: str, kind: Kind = "text", **more: Any) -> tuple[Field, Field]:
    """One text in both languages, each a field of its own beside the other."""
    first = Field(f"{name}.en", N_("In English"), kind, group=label, **more)
    return first, replace(first, name=f"{name}.nb", label=N_("In bokmål"))


def nested(fields: Sequence[Field], typed: Typed) -> dict[str, Any]:
    """The values as the use cases take them: an empty field is None, and so is a part with nothing filled in."""
    tree: dict[str, Any] = {}
    for field in fields:
        *path, last = field.name.split(".")
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
        branch[last] = _value(field, typed.get(field.name, []))
    return {name: _collapsed(value) for name, value in tree.items()}


def typed_from(fields: Sequence[Field], values: Mapping[str, Any]) -> Typed:
    """What the fields show for these values; the way back of `nested`."""
    return {field.name: _shown(field, _at(values, field.name.split("."))) for field in fields}


def tidied(fields: Sequence[Field], typed: Typed) -> Typed:
    """Newlines as the domain has them; rows (`evidence.0.text`) that were left empty moved to the end."""
    clean = {f.name: [v.replace("\r\n", "\n").strip() for v in typed.get(f.name, [])] for f in fields}
    rows: dict[str, dict[int, dict[str, list[str]]]] = {}
    for name in [n for n in clean if re.search(r"\.\d+\.", n)]:
        head, number, tail = name.split(".")
        rows.setdefault(head, {}).setdefault(int(number), {})[tail] = clean[name]
    for head, numbered in rows.items():
        full = [row for _, row in sorted(numbered.items()) if any(any(v) for v in row.values())]
        for number, row in sorted(numbered.items()):
            for tail in row:
                clean[f"{head}.{number}.{tail}"] = full[number][tail] if number < len(full) else []
    return clean


def changed(fields: Sequence[Field], before: Typed, typed: Typed) -> set[str]:
    """The values, each with all of its parts, in which `typed` differs."""
    return {
        f.name.split(".")[0]
        for f in fields
        if [v for v in before.get(f.name, []) if v] != [v for v in typed.get(f.name, []) if v]
    }


def as_id(text: str) -> str:
    """The id in an address of a thing, or the text as it is."""
    found = re.search(r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}", text)
    return str(UUID(found[0])) if found else text


def _value(field: Field, typed: list[str]) -> Any:
    text = typed[0] if typed else ""
    match field.kind:
        case "check":
            return text == "yes"
        case "many":
            return [v for v in typed if v]
        case "tags":
            return list(dict.fromkeys(t for part in text.split(",") if (t := part.strip())))
        case "lines":
            return [t for part in text.split("\n") if (t := part.strip())]
        case "things":
            return list(dict.fromkeys(as_id(t) for part in text.split() if (t := part.strip())))
        case "thing":
            return as_id(text) if text else None
        case "number" | "rating":
            return (int(text) if text.isdecimal() else text) if text else None
        case _:
            return text or None


def _collapsed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    parts = {name: _collapsed(v) for name, v in cast(dict[str, Any], value).items()}
    if parts and all(name.isdigit() for name in parts):
        return [row for row in parts.values() if row is not None]
    return parts if any(v not in (None, False, []) for v in parts.values()) else None


def _at(values: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(values, Sequence) and not isinstance(values, str):
            rows = cast(Sequence[Any], values)
            values = rows[int(step)] if int(step) < len(rows) else None
        else:
            values = cast(Mapping[str, Any], values).get(step) if values else None
    return values


def _shown(field: Field, value: Any) -> list[str]:
    match field.kind, value:
        case _, None:
            return []
        case "check", _:
            return ["yes"] if value else []
        case ("many", _):
            return [str(v) for v in value]
        case "tags", _:
            return [", ".join(value)]
        case ("lines" | "things", _):
            return ["\n".join(str(v) for v in value)]
        case _:
            return [str(value)]


def rows(name: str, count: int, *parts: Field) -> tuple[Field, ...]:
    """`count` rows of the same parts, such as pieces of evidence."""
    return tuple(replace(p, name=f"{name}.{n}.{p.name}") for n in range(count) for p in parts)


Choices: TypeAlias = Callable[..., dict[str, tuple[Choice, ...]]]
