"""Which word was meant by one that nobody writes: the nearest of those that are known."""

from collections.abc import Mapping

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

SHORTEST = 4
"""Letters. Of a shorter word too many others are one slip away."""
LONG = 7
"""Letters from which two slips are forgiven, and not only one."""
MOST = 3


class Spelling:
    """`words` says how often each is used. A slip is a letter too many, too few, wrong, or two that changed places."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = {word: count for word, count in words.items() if len(word) >= SHORTEST and word.isalpha()}
        self._all = list(self._words)

    def near(self, word: str) -> tuple[str, ...]:
        """At most three, the nearest first, of equals the most used; none for a word that is short or has digits."""
        if len(word) < SHORTEST or not word.isalpha():
            return ()
        slips = 2 if len(word) >= LONG else 1
        found = extract(word, self._all, scorer=OSA.distance, score_cutoff=slips, limit=None)
        best = sorted(found, key=lambda f: (f[1], f[0][0] != word[0], -self._words[f[0]], f[0]))
        return tuple(known for known, _, _ in best[:MOST])
