"""Texts to terms, in English and bokmål: the analysis that documents and queries share."""

import threading
import unicodedata
from collections.abc import Mapping
from typing import Final

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Token, Tokenizer

from search.index import LANGS, Lang
from search.planner import Phrase

ANALYSIS_VERSION: Final = 4
"""Raised when the same document would be indexed otherwise; an index of another version is filled anew."""
LONGEST_TOKEN_BYTES = 80
SNOWBALL: Mapping[Lang, str] = {"en": "english", "nb": "norwegian"}


def _analyzer(name: str) -> TextAnalyzer:
    # Lower case first: stop words and stems are lower case, and "Og" is a stop word too.
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_TOKEN_BYTES))
    return builder.filter(Filter.lowercase()).filter(Filter.stopword(name)).filter(Filter.stemmer(name)).build()


class _Analyzers(threading.local):
    """Each thread has its own: one that is at work refuses every other caller, and in the middle of its work garbage
    may be collected, whose finalizers let other threads go on."""

    def __init__(self) -> None:
        self.of: Mapping[Lang, TextAnalyzer] = {lang: _analyzer(SNOWBALL[lang]) for lang in LANGS}


_analyzers = _Analyzers()
TOKENIZERS: Mapping[str, TextAnalyzer] = {
    **{f"text_{lang}": _analyzer(SNOWBALL[lang]) for lang in LANGS},
    "spaced": TextAnalyzerBuilder(Tokenizer.whitespace()).build(),
}
"""By the names that the schema gives them. They are not saved with an index: it is told of them when it is opened."""


def normal(text: str) -> str:
    """One form of each letter, as the planner has it: å typed as a and a ring is å."""
    return unicodedata.normalize("NFKC", text)


def terms(phrase: Phrase, lang: Lang) -> list[str]:
    """The stems of a phrase; empty when a word alone is a stop word of any language.

    In a text of the other language a stop word is rare, and would count for much: "of" in the names of Norwegian
    clusters, "og" in those that English texts mention.
    """
    analyzers = _analyzers.of
    if len(phrase) == 1 and not all(analyzers[each].analyze(phrase[0]) for each in LANGS):
        return []
    return analyzers[lang].analyze(" ".join(phrase))


def tokens(text: str, lang: Lang) -> list[Token]:
    """The stems of a text with their places in it."""
    return _analyzers.of[lang].pre_tokenize(text).tokens
