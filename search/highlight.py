"""What a hit shows: title and snippet in one language, the words that were asked for marked. Safe HTML.

tantivy's own snippets begin at the first word and end with the last, without the punctuation around them, and mark a
phrase's words one by one; so the words are looked up here, with the same analysis.
"""

import re
import unicodedata
from collections.abc import Iterable
from html import escape
from itertools import chain
from typing import NamedTuple

from search.analysis import terms, tokens
from search.fields import langs
from search.index import LANGS, Document, Hit, Lang, Query, preferring
from search.planner import Clause, Match, Phrase

SNIPPET_CHARACTERS = 200
LEAD_CHARACTERS = 40
"""How much is shown before the first mark of a snippet."""
READ_CHARACTERS = 20_000
"""How much of a body is looked through."""


class Mark(NamedTuple):
    """A word found, `start` to `end` in characters, and its stem."""

    start: int
    end: int
    stem: str


class Marker:
    """For one search: made once and used for each of its hits."""

    def __init__(self, clauses: Iterable[Clause], query: Query) -> None:
        only = query.filters.get("lang", ())
        self._langs = preferring("en" if only == ("en",) else "nb" if only == ("nb",) else query.prefer)
        self._sought: dict[Lang, dict[tuple[str, ...], Match]] = {lang: {} for lang in LANGS}
        for clause in clauses:
            for term in clause:
                for lang in langs(term):
                    if stems := tuple(terms(term.phrase, lang)):
                        self._sought[lang].setdefault(stems, Match(clause[0].phrase, term.phrase))

    def hit(self, document: Document) -> Hit:
        """In the preferred language, unless only the other one has the words as they were typed, or any that were
        looked for, or a title."""
        titled: list[Lang] = [lang for lang in self._langs if document.title.get(lang)]
        there: list[Lang] = titled or [lang for lang in self._langs if document.body.get(lang)]
        texts: dict[Lang, tuple[str, str]] = {
            lang: (_tidy(document.title.get(lang, "")), _tidy(document.body.get(lang, ""))) for lang in there
        }
        marks = {lang: [self._marks(text, lang) for text in both] for lang, both in texts.items()}
        if not there:
            return Hit(document, self._langs[0], "", "")
        having: list[Lang] = [each for each in there if any(found for found, _ in marks[each])]
        typed: list[Lang] = [each for each in having if any(map(_as_typed, chain(*(m for _, m in marks[each]))))]
        lang = (typed or having or there)[0]
        (title, body), ((in_title, of_title), (in_body, of_body)) = texts[lang], marks[lang]
        matches: dict[tuple[Phrase, Phrase], Match] = {}
        for match in (*of_title, *of_body):  # of one phrase the way in which it is written first
            matches.setdefault((match.typed, match.found), match)
        shown = _html(title, in_title, 0, len(title)), _snippet(body, in_body)
        return Hit(document, lang, *shown, tuple(matches.values()))

    def _marks(self, text: str, lang: Lang) -> tuple[list[Mark], list[Match]]:
        """Of a phrase all words or none: they follow one another, stop words between them left out."""
        sought, matches = self._sought[lang], dict[int, Match]()
        if not sought:
            return [], []
        read = tokens(text[:READ_CHARACTERS], lang)
        stems = [token.text for token in read]
        begins, lengths = {phrase[0] for phrase in sought}, sorted({len(phrase) for phrase in sought})
        found: set[Mark] = set()
        for first in (n for n, stem in enumerate(stems) if stem in begins):
            for length in lengths:
                if match := sought.get(tuple(stems[first : first + length])):
                    run = [
                        Mark(t.char_offset_from, t.char_offset_to or t.char_offset_from, t.text)
                        for t in read[first : first + length]
                    ]
                    found.update(run)
                    written = text[run[0].start : run[-1].end].casefold().split()
                    matches[run[0].start] = match._replace(written=" ".join(written))
        return sorted(found), [match for _, match in sorted(matches.items())]


def _as_typed(match: Match) -> bool:
    return match.typed == match.found


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _snippet(text: str, marks: list[Mark]) -> str:
    """About 200 characters around the marks, or of the beginning; an ellipsis where more precedes or follows."""
    start, end = 0, len(text)
    if len(text) > SNIPPET_CHARACTERS:
        spaced = re.sub(r"\s", " ", text)
        first = _richest(marks)
        start = min(max(0, first - LEAD_CHARACTERS), len(text) - SNIPPET_CHARACTERS)
        if start:
            start = spaced.find(" ", start, first) + 1 or start
        end = min(start + SNIPPET_CHARACTERS, len(text))
        if end < len(text) and spaced[end] != " ":
            cut = spaced.rfind(" ", start + SNIPPET_CHARACTERS // 2, end)
            end = cut if cut > 0 else end
    inside = [mark for mark in marks if start <= mark.start and mark.end <= end]
    return ("… " if start else "") + _html(text, inside, start, end).strip() + (" …" if end < len(text) else "")


def _richest(marks: list[Mark]) -> int:
    """Where the snippet's first mark is: the one followed by most different words."""

    def different(first: int) -> int:
        until = marks[first].start + SNIPPET_CHARACTERS - LEAD_CHARACTERS
        return len({mark.stem for mark in marks[first : first + SNIPPET_CHARACTERS] if mark.end <= until})

    return marks[max(range(len(marks)), key=different)].start if marks else 0


def _html(text: str, marks: list[Mark], start: int, end: int) -> str:
    parts: list[str] = []
    for mark in marks:
        parts += [escape(text[start : mark.start]), "<mark>", escape(text[mark.start : mark.end]), "</mark>"]
        start = mark.end
    return "".join([*parts, escape(text[start:end])])
