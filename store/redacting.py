"""Words taken out of what is stored of an event: something readable in their place, and the text in cipher beside it.

The key of the cipher is never kept: nobody can read it again. It stands there so that whoever checks the record sees
that something was removed, where, and about how long it was.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.persistence import StoredEvent
from pydantic_core import from_json, to_json

from domain.errors import Invalid
from domain.text import clean
from store.ledger.leaf import digest_of

REDACTED: Final = "redacted"
"""The field of a stored state that holds the ciphers, by path."""
STAMP = ("schema", "event_id", "recorded_at", "actor", "request_id", REDACTED)
"""Fields of a stored state that nobody has written."""
MARKS = {"nb": "[fjernet]"}
MARK = "[removed]"
NOWHERE = "https://removed.invalid/"
LEAST = 2
"""Characters that words have: a single letter is in every text."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """`row` is what takes the place of a stored event, `was` the digest of what it said. `left` are the paths where the
    words are part of a code or an address that nothing else can stand for."""

    row: StoredEvent
    was: bytes
    fields: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Of what is stored now, in hexadecimal digits."""
        return digest_of(self.row.state).hex()


def pattern_of(words: str) -> re.Pattern[str]:
    """Finds them in any case, also as a part of longer ones, with any space between or what stands for it in addresses.
    Raises `Invalid`."""
    try:
        parts = clean(words).split()
    except ValueError:
        raise Invalid("Remove the control characters.", field="words") from None
    if len("".join(parts)) < LEAST:
        raise Invalid("Write the words that have to go, of two letters at least.", field="words")
    found = re.compile(r"(?:[\s_+.-]|%20)+".join(map(re.escape, parts)), re.IGNORECASE)
    if any(found.search(mark) for mark in (MARK, *MARKS.values(), NOWHERE)):
        raise Invalid("These words stand where others were removed. Write more of the text around them.", field="words")
    return found


def redacted(row: StoredEvent, words: re.Pattern[str], readable: Callable[[StoredEvent], bool]) -> Redacted | None:
    """None where the words are in no text of it. `readable` tells whether what would be stored can be read."""
    state: dict[str, Any] = from_json(row.state)
    key, ciphers = AESGCM(AESGCM.generate_key(256)), dict[str, str]()
    left: list[str] = []
    for path, text in list(_texts(state)):
        if not words.search(text):
            continue
        for new in _instead(path, text, words):
            made = _with(state, path, new)
            if readable(_row(row, made)):
                state = made
                nonce = token_bytes(12)
                ciphers[_told(path)] = b64encode(nonce + key.encrypt(nonce, text.encode(), None)).decode()
                break
        else:
            left.append(_told(path))
    if not ciphers:
        return Redacted(row, digest_of(row.state), (), tuple(left)) if left else None
    removed = {**state.pop(REDACTED, {}), **ciphers}
    instead = _row(row, {REDACTED: removed, **state})  # first, so that whoever reads sees at once that it is there
    return Redacted(instead, digest_of(row.state), tuple(ciphers), tuple(left))


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text with its path; not the stamp, and no ids."""
    if isinstance(value, dict):
        for name, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
            if path or name not in STAMP:
                yield from _texts(inner, (*path, str(name)))  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list):
        for number, inner in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            yield from _texts(inner, (*path, number))
    elif isinstance(value, str) and not _is_id(value):
        yield path, value


def _instead(path: tuple[str | int, ...], text: str, words: re.Pattern[str]) -> tuple[str, ...]:
    """What may take the place of the text, the one that leaves the most of it first."""
    mark = MARKS.get(str(path[-1]), MARK)
    return words.sub(mark, text), mark, NOWHERE


def _with(state: dict[str, Any], path: tuple[str | int, ...], text: str) -> dict[str, Any]:
    """A copy with the text at the path."""
    made: Any = from_json(to_json(state))
    inner = made
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = text
    return made


def with_state(row: StoredEvent, state: bytes) -> StoredEvent:
    return StoredEvent(row.originator_id, row.originator_version, row.topic, state)


def _row(row: StoredEvent, state: dict[str, Any]) -> StoredEvent:
    return with_state(row, to_json(state))


def _told(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
