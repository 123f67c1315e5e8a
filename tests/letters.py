"""A model for tests: small, quick, and the same everywhere."""

from collections.abc import Sequence

import numpy as np

from search.embedder import EmbeddingFailed, Model, Vector, unit


class Letters:
    """A model to which texts are near that have the same letters; those in `failing` it can make nothing of."""

    model = Model("letters", 26)

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failing: set[str] = set()

    def query(self, text: str) -> Vector:
        return self.passages([text])[0]

    def passages(self, texts: Sequence[str]) -> Vector:
        self.asked += texts
        if any(word in text for word in self.failing for text in texts):
            raise EmbeddingFailed("It is broken.")
        counts = [[text.lower().count(chr(97 + n)) + 0.01 for n in range(26)] for text in texts]
        return unit(np.array(counts, dtype=np.float32))
