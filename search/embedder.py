"""The port `Embedder`: texts to vectors that are near when the texts mean nearly the same, whatever their language."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float32]
"""One vector (dims,), or several (n, dims), each of length 1."""


class EmbeddingFailed(Exception):
    """The model cannot be had, or made nothing of a text. Words alone find what they find."""


class Model(NamedTuple):
    """Vectors of two models are never compared."""

    name: str
    dims: int

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that name its files and fields."""
        return _fingerprint(self.name, self.dims)


@cache
def _fingerprint(name: str, dims: int) -> str:
    return sha256(repr((name, dims)).encode()).hexdigest()[:12]


class Embedder(Protocol):
    """Any number of threads may ask.

    embedder.passages(["Owners met for a year."]) @ embedder.query("busy owners")
    """

    model: Model

    def query(self, text: str) -> Vector:
        """(dims,) for what a reader types. Raises `EmbeddingFailed`."""
        ...

    def passages(self, texts: Sequence[str]) -> Vector:
        """(n, dims) for what documents say. Raises `EmbeddingFailed`."""
        ...


def unit(vectors: NDArray[np.floating]) -> Vector:
    """Each scaled to length 1. Raises `EmbeddingFailed` for one without a direction, or that is no number."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if not np.all(np.isfinite(lengths)) or not np.all(lengths > 0):
        raise EmbeddingFailed("The model made no vector of a text.")
    return np.asarray(vectors / lengths, dtype=np.float32)
