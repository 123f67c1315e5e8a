"""From what a reader typed to clauses that any engine can render. No engine ever parses a reader's text."""

import re
import unicodedata
from collections.abc import Mapping
from typing import TypeAlias

Phrase: TypeAlias = tuple[str, ...]
Clause: TypeAlias = tuple[Phrase, ...]
"""Alternatives for one thing that was asked; the words as typed come first."""
Thesaurus: TypeAlias = Mapping[Phrase, tuple[Phrase, ...]]

MAX_CHARACTERS = 400
MAX_WORDS = 32


def words(text: str) -> tuple[str, ...]:
    """Letters and digits of the first 400 characters, folded for case but not for accents: æ, ø and å are letters."""
    folded = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).casefold()
    return tuple(re.findall(r"[^\W_]+", folded))[:MAX_WORDS]


def plan(text: str, thesaurus: Thesaurus | None = None) -> tuple[Clause, ...]:
    """A clause for each word, or for the longest run of words that the thesaurus knows; empty for no words."""
    typed, known = words(text), thesaurus or {}
    longest = max(map(len, known), default=1)
    clauses: list[Clause] = []
    start = 0
    while start < len(typed):
        for length in range(min(longest, len(typed) - start), 0, -1):
            phrase = typed[start : start + length]
            if length == 1 or phrase in known:
                clauses.append((phrase, *(p for p in known.get(phrase, ()) if p != phrase)))
                start += length
                break
    return tuple(clauses)
