"""One order out of two: how well the words fit, and how near the meaning is.

A multilingual model puts texts of the query's own language first, whatever they say. So nearness is told in standard
deviations from how near the texts of the *same* language are on average; and as words are of one language too, what
they add is taken out of the average again. In a large collection, where few documents have the words, that is next to
nothing. The figures are in docs/search.md.
"""

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

from search.fields import is_brief
from search.index import Candidates, Key, Lang

WINDOW = 200
"""Candidates by words, and as many by nearness in each language."""
MOST_NEAR = 20
"""Documents that are found by their meaning alone."""
CLOSE = 1.25
"""Standard deviations above the average from which a document without the words is found. Of the documents meant, nine
of ten are above it, of the others one of twelve."""
CLOSE_IF_BRIEF = 2.25
"""The same for a text of a few words, which is near any short query: half of those meant, of the others one of a
hundred."""
WORDS = 0.4
"""What one unit of BM25 counts beside one standard deviation of nearness."""
ONE_WORD = 1.5
"""The same where one word is all that was typed: whoever types one rare word means that one."""
AS_TYPED = 0.3
"""What a text in the language that was typed has ahead of an equally near one in the other, in standard deviations."""


class Usual(NamedTuple):
    """How near texts of a language are to a query: mean and standard deviation of the cosine."""

    mean: float
    deviation: float


class Fused(NamedTuple):
    """A document, and whether it was found by its words, or only for being close in meaning."""

    key: Key
    has_words: bool


def typed_in(usual: Mapping[Lang, Usual]) -> Lang | None:
    """The language of a query: the one whose texts the model finds nearer, whatever they say."""
    return max(usual, key=lambda lang: usual[lang].mean, default=None)


def fused(
    candidates: Candidates, usual: Mapping[Lang, Usual], typed: Lang | None = None, *, one_word: bool = False
) -> list[Fused]:
    """Best first; of equals the later released, then by key. `typed` is the language that readers wrote in."""
    weight = ONE_WORD if one_word else WORDS
    words = {c.key: weight * c.score for c in candidates.words}
    instants = {c.key: c.released_at for c in candidates.words}
    near: dict[Lang, dict[Key, float]] = {}
    for lang, found in candidates.near.items():
        if lang in usual:
            near[lang] = {c.key: (c.score - usual[lang].mean) / usual[lang].deviation for c in found}
            instants |= {c.key: c.released_at for c in found}
    scores: dict[Key, float] = {}
    closest: dict[Key, float] = {}
    unplaced = words.keys() - {key for nearness in near.values() for key in nearness}
    # They are written in a language of which there is more than its nearest; or they have no vector yet.
    theirs = {lang for lang, nearness in near.items() if len(nearness) >= WINDOW}
    theirs = theirs or {lang for lang in near if candidates.written.get(lang)}
    for lang, nearness in near.items():
        written = max(candidates.written.get(lang, 0), len(nearness), 1)
        # No nearer than the last of the nearest; or, without a vector yet, as any text.
        unknown = min(0.0, *nearness.values()) if len(nearness) >= WINDOW else 0.0
        mean, deviation = _moved(nearness, words, written)
        ahead = AS_TYPED if lang == typed else 0.0
        for key in nearness.keys() | unplaced if lang in theirs else nearness.keys():
            score = (nearness.get(key, unknown) + words.get(key, 0.0) - mean) / deviation + ahead
            if score >= scores.get(key, score):
                scores[key] = score
        for key, each in nearness.items():
            if each >= closest.get(key, each):
                closest[key] = each
    by_meaning = sorted(
        (key for key, each in closest.items() if key not in words and each >= _close(key)),
        key=lambda key: (-closest[key], key),
    )
    found = [*words, *by_meaning[:MOST_NEAR]]
    found.sort(key=lambda key: (-round(scores.get(key, words.get(key, 0.0)), 4), -instants[key], key))
    return [Fused(key, key in words) for key in found]


def _close(key: Key) -> float:
    return CLOSE_IF_BRIEF if is_brief(key) else CLOSE


def _moved(nearness: Mapping[Key, float], words: Mapping[Key, float], count: int) -> tuple[float, float]:
    """Mean and standard deviation of nearness and words together, among all documents of the language: nearness alone
    has 0 and 1, and documents beyond the window have no words."""
    both = [(z, words[key]) for key, z in nearness.items() if key in words]
    mean = sum(w for _, w in both) / count
    variance = 1 + sum(w * w + 2 * z * w for z, w in both) / count - mean * mean
    return mean, sqrt(max(variance, 0.25))
