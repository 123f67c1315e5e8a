"""What everybody may read, looked at as a whole: how near texts usually are to a query, and which words there are.

Nothing that is hidden from the public takes part: with or without it the same is found, in the same order.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread
from time import monotonic

import numpy as np
import structlog

from domain.audiences import PUBLIC
from domain.text import words_of
from search.embedder import Vector
from search.fusion import Usual
from search.index import LANGS, Document, Lang, Near, Scope, SearchIndex, SearchUnavailable
from search.lexicon import Vocabulary
from search.meaning import Meaning

EVERYBODY: Scope = frozenset({PUBLIC})
SAMPLE = 1_000
"""Documents that are looked at."""
ENOUGH = 20
"""Passages of a language; where there are fewer, typical texts are among them."""
LEAST_DEVIATION = 0.005
"""Of cosines: texts that are all alike are as near to anything."""
REFRESH_S = 30.0
"""How long what was seen of a whole sample is gone by, when the index has changed since; less of a smaller one."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`vectors` (n, dims) are those of the passages of the sample in each language; `vocabulary` its words."""

    position: int
    until: float
    vectors: Mapping[Lang, Vector]
    vocabulary: Vocabulary

    def usual(self, near: Near) -> dict[Lang, Usual]:
        """In the languages of which anything is known."""
        found: dict[Lang, Usual] = {}
        for lang, vectors in self.vectors.items():
            if len(vectors) > 1:
                cosines = vectors @ near.vector
                found[lang] = Usual(float(cosines.mean()), max(float(cosines.std()), LEAST_DEVIATION))
        return found


class Reference:
    """Looks again, in a thread of its own, when the index has changed; the first time whoever asks waits for it.

    `position` tells how far index and vectors are. `now` is the instant whose released documents are looked at.
    """

    def __init__(
        self,
        index: SearchIndex,
        meaning: Meaning | None,
        position: Callable[[], int],
        now: Callable[[], datetime],
        refresh_s: float | None = None,
    ) -> None:
        self._index, self._meaning = index, meaning
        self._position, self._now = position, now
        self._refresh_s = REFRESH_S if refresh_s is None else refresh_s
        self._lock = Lock()
        self._seen: Snapshot | None = None
        self._looking = False

    def snapshot(self) -> Snapshot:
        """Raises `SearchUnavailable` while nothing was seen yet."""
        seen = self._seen
        if seen is None or not self._refresh_s:
            with self._lock:
                if self._seen is None or self._is_old(self._seen):
                    self._seen = self._look()
                return self._seen
        if self._is_old(seen):
            with self._lock:
                begin, self._looking = not self._looking, True
            if begin:
                Thread(target=self._look_again, name="reference", daemon=True).start()
        return seen

    def _is_old(self, seen: Snapshot) -> bool:
        return monotonic() >= seen.until and self._position() != seen.position

    def _look_again(self) -> None:
        try:
            self._seen = self._look()
        except SearchUnavailable as error:
            log.warning("what is public cannot be looked at", why=str(error))
        finally:
            self._looking = False

    def _look(self) -> Snapshot:
        position = self._position()
        documents = self._index.sample(EVERYBODY, self._now(), SAMPLE)
        counted = Counter(
            word for d in documents for word in {w for t in (d.title, d.body) for x in t.values() for w in words_of(x)}
        )
        until = monotonic() + self._refresh_s * len(documents) / SAMPLE
        vectors = _vectors(self._meaning, documents) if self._meaning else {}
        return Snapshot(position, until, vectors, Vocabulary(counted))


def _vectors(meaning: Meaning, documents: Sequence[Document]) -> dict[Lang, Vector]:
    known = meaning.known(documents)
    if all(len(known[lang]) >= ENOUGH for lang in LANGS):
        return known
    typical = meaning.typical()
    return {
        lang: known[lang] if len(known[lang]) >= ENOUGH else np.concatenate([known[lang], typical[lang]])
        for lang in LANGS
    }
