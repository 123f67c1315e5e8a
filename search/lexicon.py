"""What else to look for than what was typed: what the thesaurus knows, weighed by how nearly it means the same, and for
a word that nobody writes those that may have been meant."""

from collections.abc import Mapping
from functools import lru_cache

from search.analysis import terms
from search.index import LANGS
from search.planner import Phrase, Term
from search.spelling import Spelling
from search.thesaurus import Kind, Thesaurus

WEIGHTS: Mapping[Kind, float] = {"same": 0.9, "narrower": 0.5, "related": 0.2}
CORRECTED = 0.8
"""What a word counts that may have been meant."""


class Words:
    """The `Lexicon` of a thesaurus, and of `vocabulary`: how many public documents have a word. Only what everybody may
    read is ever put in place of what was typed."""

    def __init__(self, thesaurus: Thesaurus, vocabulary: "Vocabulary | None" = None) -> None:
        self._thesaurus, self._vocabulary = thesaurus, vocabulary
        self._asked: dict[Phrase, Phrase] = {}
        self.longest = thesaurus.longest

    def others(self, phrase: Phrase) -> tuple[Term, ...]:
        meant = self._meant(phrase)
        corrected = tuple(Term((word,), CORRECTED) for word in meant)
        return corrected + tuple(
            Term(each.phrase, WEIGHTS[each.kind] * (CORRECTED if meant else 1), each.lang)
            for each in self._thesaurus.alternatives(meant[:1] or phrase)
        )

    def translation(self, phrase: Phrase) -> str | None:
        return self._thesaurus.translation(self._meant(phrase)[:1] or phrase)

    def correction(self, phrase: Phrase) -> str | None:
        """The word that was most likely meant; None where what was typed is known, or nothing is like it."""
        return next(iter(self._meant(phrase)), None)

    def _meant(self, phrase: Phrase) -> Phrase:
        if phrase not in self._asked:
            self._asked[phrase] = self._looked_up(phrase)
        return self._asked[phrase]

    def _looked_up(self, phrase: Phrase) -> Phrase:
        if len(phrase) != 1 or self._vocabulary is None or self._thesaurus.knows(phrase):
            return ()
        [word] = phrase
        if self._vocabulary.knows(word):
            return ()
        return self._vocabulary.spelling.near(word) or _of(self._thesaurus).near(word)


class Vocabulary:
    """The words of documents, and how many documents have each."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._stems = {(lang, *terms((word,), lang)) for word in words for lang in LANGS}
        self.spelling = Spelling(words)

    def knows(self, word: str) -> bool:
        """Also in another form; and stop words, which are in no index."""
        return any((lang, *terms((word,), lang)) in self._stems or not terms((word,), lang) for lang in LANGS)


@lru_cache(maxsize=4)
def _of(thesaurus: Thesaurus) -> Spelling:
    return Spelling(dict.fromkeys(thesaurus.words, 1))
