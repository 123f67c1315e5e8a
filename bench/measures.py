"""How good a ranked answer is, and how sure a mean of such figures is.

nDCG after Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), with the discount
1 ÷ log2(rank + 1) from the first rank on. With judgements of one grade only, both gains give the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log2
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

Gain: TypeAlias = Literal["exponential", "linear"]
Judged: TypeAlias = Mapping[str, int]
"""Grades of documents, by id, for one query; 0 or not there is not relevant."""

GAINS: Mapping[Gain, Callable[[int], float]] = {
    "exponential": lambda grade: 2.0**grade - 1,
    "linear": float,
}
NDCG_DEPTH = 10
RECALL_DEPTH = 100
RESAMPLES = 2_000
SEED = 1
LEVEL = 0.95


class Interval(NamedTuple):
    """Within which the mean lies in 95 of 100 resamples."""

    low: float
    high: float


def ndcg(found: Sequence[str], judged: Judged, gain: Gain = "exponential") -> float:
    """Of the first ten; from 0 to 1. Raises `ValueError` where nothing is relevant: no answer could be good."""
    of = GAINS[gain]
    best = _cumulated(sorted((of(grade) for grade in judged.values()), reverse=True))
    if best == 0:
        raise ValueError("No document is judged relevant; leave the query out.")
    return _cumulated([of(judged.get(id, 0)) for id in found]) / best


def _cumulated(gains: Sequence[float]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains[:NDCG_DEPTH], start=1))


def recall(found: Sequence[str], judged: Judged) -> float:
    """The part of the relevant documents that is among the first hundred. Raises `ValueError` as `ndcg` does."""
    relevant = {id for id, grade in judged.items() if grade > 0}
    if not relevant:
        raise ValueError("No document is judged relevant; leave the query out.")
    return len(relevant.intersection(found[:RECALL_DEPTH])) / len(relevant)


def mean(values: Iterable[float]) -> float:
    """Raises `ValueError` for none."""
    kept = list(values)
    if not kept:
        raise ValueError("There is no mean of no values.")
    return sum(kept) / len(kept)


def interval(values: Sequence[float], seed: int = SEED) -> Interval:
    """Of the mean, by the percentile bootstrap (Efron, 1979) over queries; always the same for the same values.

    For the difference of two ways give the differences query by query: that is the paired bootstrap. Raises
    `ValueError` for no values.
    """
    kept = np.asarray(values, dtype=np.float64)
    if not kept.size:
        raise ValueError("There is no mean of no values.")
    picked = np.random.default_rng(seed).integers(kept.size, size=(RESAMPLES, kept.size))
    means = kept[picked].mean(axis=1)
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(means, [tail, 100 - tail])
    return Interval(float(low), float(high))
