"""What of a document is made a vector of: its text in each language, in passages that a model takes in at once."""

from collections.abc import Mapping
from hashlib import sha256
from itertools import pairwise
from typing import TypeAlias

from search.index import LANGS, Document, Lang

WORDS = 160
"""Of a passage, beside the title, which each begins with. The model averages what is longer, and it means less."""
MOST = 8
"""Passages of a text. Of a longer one they are longer."""

Passage: TypeAlias = int
"""What a text is known by, 63 bits: of its SHA-256, but for the last four bits, which tell the language."""


def passages(document: Document) -> dict[Lang, dict[Passage, str]]:
    """In each of its languages, in the order of the text; equal texts are one passage. Empty for a language in which
    there is nothing."""
    found: dict[Lang, dict[Passage, str]] = {}
    for lang in LANGS:
        texts = _parted(document.title.get(lang, "").strip(), document.body.get(lang, "").split())
        found[lang] = {known_as(text, lang): text for text in texts}
    return found


def language(passage: Passage) -> Lang:
    return LANGS[passage & 0xF]


def of_languages(passages: Mapping[Lang, Mapping[Passage, str]]) -> dict[Passage, str]:
    return {passage: text for texts in passages.values() for passage, text in texts.items()}


def _parted(title: str, words: list[str]) -> list[str]:
    if not title and not words:
        return []
    count = min(MOST, max(1, round(len(words) / WORDS)))
    ends = [len(words) * n // count for n in range(count + 1)]
    parts = (" ".join(words[start:end]) for start, end in pairwise(ends))
    return [". ".join(part for part in (title, text) if part) for text in parts]


def known_as(text: str, lang: Lang) -> Passage:
    digest = sha256(text.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") >> 1 & ~0xF | LANGS.index(lang)
