"""From what a reader typed to clauses that any engine can render. No engine ever parses a reader's text."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol, TypeAlias

from domain.text import words_of

Lang: TypeAlias = Literal["en", "nb"]
Phrase: TypeAlias = tuple[str, ...]


class Term(NamedTuple):
    """A phrase to look for, what finding it counts beside finding what was typed, and the language of the texts that
    it is looked for in, None for all."""

    phrase: Phrase
    weight: float = 1.0
    lang: Lang | None = None


class Match(NamedTuple):
    """What was typed, and what was found for it: the same phrase, or another; and how it is written where it was
    found, in small letters."""

    typed: Phrase
    found: Phrase
    written: str = ""


Clause: TypeAlias = tuple[Term, ...]
"""Alternatives for one thing that was asked; the words as typed come first."""


class Lexicon(Protocol):
    """What else to look for."""

    @property
    def longest(self) -> int:
        """Words of the longest phrase that it knows."""
        ...

    def others(self, phrase: Phrase) -> Sequence[Term]:
        """Without the phrase itself; none for one that it does not know."""
        ...

    def correction(self, phrase: Phrase) -> str | None:
        """What was meant by a word that is not known; None for one that is, and where nothing is like it."""
        ...

    def translation(self, phrase: Phrase) -> str | None:
        """What the phrase is called in the other language; None where that is not known."""
        ...


MAX_CHARACTERS = 400
MAX_WORDS = 32


def words(text: str) -> tuple[str, ...]:
    """The words of what was typed: at most 32, of the first 400 characters."""
    return words_of(text[:MAX_CHARACTERS])[:MAX_WORDS]


def plan(text: str, lexicon: Lexicon | None = None) -> tuple[Clause, ...]:
    """A clause for each word, or for the longest run of words that the lexicon knows; empty for no words."""
    typed, longest = words(text), lexicon.longest if lexicon else 1
    clauses: list[Clause] = []
    start = 0
    while start < len(typed):
        for length in range(min(longest, len(typed) - start), 0, -1):
            phrase = typed[start : start + length]
            others = lexicon.others(phrase) if lexicon else ()
            if length == 1 or others:
                clauses.append((Term(phrase), *others))
                start += length
                break
    return tuple(clauses)


def translated(clauses: Sequence[Clause], lexicon: Lexicon) -> str | None:
    """What was typed, with what is known of it in the other language; None when nothing is."""
    typed = [clause[0].phrase for clause in clauses]
    known = [lexicon.translation(phrase) for phrase in typed]
    if not any(known):
        return None
    return " ".join(text or " ".join(phrase) for text, phrase in zip(known, typed, strict=True))


def corrected(clauses: Sequence[Clause], lexicon: Lexicon) -> dict[str, str]:
    """What was meant by each word typed that is not known."""
    typed = (clause[0].phrase for clause in clauses)
    return {" ".join(phrase): meant for phrase in typed if (meant := lexicon.correction(phrase)) is not None}
