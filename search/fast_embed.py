"""Any model that `fastembed` knows, for whoever names one: it is downloaded when it is first used."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, cast

import numpy as np

from search.embedder import EmbeddingFailed, Model, Vector, unit


class _Model(Protocol):
    embedding_size: int

    def query_embed(self, query: str) -> Iterable[Vector]: ...

    def passage_embed(self, texts: Iterable[str]) -> Iterable[Vector]: ...


class FastEmbed:
    def __init__(self, model: str) -> None:
        """Raises `EmbeddingFailed` where the package is missing, or the model unknown or not to be had."""
        try:
            from fastembed import TextEmbedding  # pyright: ignore[reportMissingImports, reportUnknownVariableType]
        except ImportError as error:
            raise EmbeddingFailed("Install the package fastembed to use its models.") from error
        try:
            self._model = cast(_Model, cast(Any, TextEmbedding)(model))
        except Exception as error:  # of the network, of the file system, or ValueError: each version has its own
            raise EmbeddingFailed(f"fastembed cannot load the model {model}.") from error
        self.model = Model(f"fastembed {model}", self._model.embedding_size)

    def query(self, text: str) -> Vector:
        return self._made(self._model.query_embed(text))[0]

    def passages(self, texts: Sequence[str]) -> Vector:
        return self._made(self._model.passage_embed(texts))

    def _made(self, vectors: Iterable[Vector]) -> Vector:
        try:
            return unit(np.stack([np.asarray(vector, dtype=np.float32) for vector in vectors]))
        except EmbeddingFailed:
            raise
        except Exception as error:
            raise EmbeddingFailed("The model made no vector of a text.") from error
