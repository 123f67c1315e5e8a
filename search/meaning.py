"""What texts mean, as far as a model tells: queries to directions, documents to vectors that are kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from threading import Lock

import numpy as np
import structlog

from search.embedder import Embedder, EmbeddingFailed, Vector, unit
from search.index import LANGS, Document, Lang, Near
from search.passages import Passage, known_as, of_languages, passages
from search.typical import QUERIES, TEXTS
from search.vectors import VectorCache, packed, unpacked

TAKEN_OUT = 0.5
"""How much of what all queries have in common is taken out of one. With more of it less is found by rare names."""
TRANSLATION = 0.5
"""What the translated words of a query count beside those typed."""
KEPT = 500
"""Queries whose directions are remembered, and documents whose passages are."""
AT_ONCE = 8
"""Passages that are embedded before their vectors are kept: a few seconds' work that a killed process loses."""


log = structlog.get_logger()


class Meaning:
    """Any number of threads may ask. So many of the last queries are `remembered`."""

    def __init__(self, embedder: Embedder, cache: VectorCache, *, remembered: int = KEPT) -> None:
        self.model = embedder.model
        self._embedder = embedder
        self._cache = cache
        self._lock = Lock()
        self._common: Vector | None = None
        self._cut: dict[tuple[str, int], Mapping[Lang, Sequence[Passage]]] = {}
        # Whoever turns a page or ticks a filter asks the same again, and the model takes longer than the engine.
        self._kept = lru_cache(maxsize=remembered)(self._near)

    def near(self, text: str, translated: str | None = None) -> Near:
        """Where documents are that mean what a reader typed; `translated` is the same with words of the other language,
        as far as they are known. Raises `EmbeddingFailed`."""
        return self._kept(text, translated)

    def _near(self, text: str, translated: str | None) -> Near:
        shared = self._what_queries_share()
        meant = self._embedder.query(text) - TAKEN_OUT * shared
        if translated is not None:
            meant = meant + TRANSLATION * (self._embedder.query(translated) - TAKEN_OUT * shared)
        return Near(self.model, unit(meant))

    def of(self, document: Document) -> Near | None:
        """Where documents are that say what this one says; None while nothing is known of what it says."""
        direction = _direction(np.concatenate([*self.known([document]).values()]))
        return None if direction is None else Near(self.model, direction)

    def directions(self, documents: Sequence[Document]) -> list[dict[Lang, Vector]]:
        """Of each document, (dims,) in each language in which anything is known of what it says."""
        parted = [*map(self._passages, documents)]
        kept = self._cache.get(self.model, {p for parts in parted for some in parts.values() for p in some})
        found: list[dict[Lang, Vector]] = []
        for parts in parted:
            meant: dict[Lang, Vector] = {}
            for lang, some in parts.items():
                direction = _direction(unpacked((kept[p] for p in some if p in kept), self.model.dims))
                if direction is not None:
                    meant[lang] = direction
            found.append(meant)
        return found

    def _passages(self, document: Document) -> Mapping[Lang, Sequence[Passage]]:
        """Kept by version: cutting and hashing the same twenty texts for each search takes longer than finding them."""
        of = document.id, document.version
        if of not in self._cut:
            if len(self._cut) >= KEPT:
                self._cut.clear()
            self._cut[of] = {lang: tuple(some) for lang, some in passages(document).items()}
        return self._cut[of]

    def learn(self, documents: Iterable[Document], stopping: Callable[[], bool] = lambda: False) -> bool:
        """Make and keep the vectors of their passages that are not known yet; False when it was stopped before the end.
        A passage that the model makes nothing of has none: it is found by its words."""
        texts = {p: text for document in documents for p, text in of_languages(passages(document)).items()}
        return self._learn(texts, stopping)

    def known(self, documents: Iterable[Document]) -> dict[Lang, Vector]:
        """(n, dims) in each language: the vectors of their passages, as far as they are known."""
        parted = [passages(document) for document in documents]
        return {lang: self._known(dict.fromkeys(p for texts in parted for p in texts[lang])) for lang in LANGS}

    def typical(self) -> dict[Lang, Vector]:
        """Those of texts of no particular content."""
        texts: dict[Lang, dict[Passage, str]] = {
            lang: {known_as(text, lang): text for text in TEXTS[lang]} for lang in LANGS
        }
        self._learn(of_languages(texts))
        return {lang: self._known(some) for lang, some in texts.items()}

    def _what_queries_share(self) -> Vector:
        with self._lock:
            if self._common is None:
                queries = np.array([self._embedder.query(text) for text in QUERIES])
                self._common = np.asarray(queries.mean(axis=0), dtype=np.float32)
            return self._common

    def _learn(self, texts: dict[Passage, str], stopping: Callable[[], bool] = lambda: False) -> bool:
        known = self._cache.get(self.model, texts)
        new = iter([(passage, text) for passage, text in texts.items() if passage not in known])
        while some := list(islice(new, AT_ONCE)):
            made: dict[Passage, bytes] = {}
            for passage, text in some:
                if stopping():
                    return False
                try:
                    made[passage] = packed(unit(self._embedder.passages([text])[0]))
                except EmbeddingFailed as error:
                    log.warning("a passage has no vector", why=str(error))
            self._cache.keep(self.model, made)
        return True

    def _known(self, some: Iterable[Passage]) -> Vector:
        return unpacked(self._cache.get(self.model, some).values(), self.model.dims)


def _direction(vectors: Vector) -> Vector | None:
    """Of (n, dims) together; None for none, and for passages that say the opposite: of those nothing is left."""
    with suppress(EmbeddingFailed):
        return unit(vectors.mean(axis=0)) if len(vectors) else None
    return None
