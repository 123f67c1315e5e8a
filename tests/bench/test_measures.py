"""The measures give what a hand calculation gives."""

from math import log2

import pytest

from bench.measures import Interval, Judged, interval, mean, ndcg, recall

JUDGED: Judged = {"a": 2, "b": 1, "c": 0}
THIRD = 1 / log2(3)
"""What counts of a gain in second place."""


def test_ndcg_with_exponential_gain() -> None:
    assert ndcg(["b", "x", "a"], JUDGED) == pytest.approx((1 + 3 / 2) / (3 + THIRD))


def test_ndcg_with_linear_gain() -> None:
    assert ndcg(["b", "x", "a"], JUDGED, "linear") == pytest.approx((1 + 2 / 2) / (2 + THIRD))


@pytest.mark.parametrize(
    ("found", "expected"),
    [(["a", "b"], 1.0), (["a", "b", "c", "x"], 1.0), (["x", "c"], 0.0), ([], 0.0), (["x"] * 10 + ["a"], 0.0)],
)
def test_ndcg_of_the_best_and_of_the_worst(found: list[str], expected: float) -> None:
    assert ndcg(found, JUDGED) == expected


def test_ndcg_does_not_expect_more_than_ten() -> None:
    ids = [f"d{n}" for n in range(12)]
    assert ndcg(ids[:10], dict.fromkeys(ids, 1)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("found", "expected"),
    [(["a", "b"], 1.0), (["c", "b"], 0.5), (["x"] * 99 + ["a"], 0.5), (["x"] * 100 + ["a"], 0.0), ([], 0.0)],
)
def test_recall(found: list[str], expected: float) -> None:
    assert recall(found, JUDGED) == expected


@pytest.mark.parametrize("judged", [{}, {"a": 0}])
def test_where_nothing_is_relevant_nothing_is_measured(judged: Judged) -> None:
    for measure in (ndcg, recall):
        with pytest.raises(ValueError, match="leave the query out"):
            measure(["a"], judged)


def test_an_interval_holds_the_mean_and_is_always_the_same() -> None:
    values = [0.0] * 40 + [1.0] * 60
    low, high = interval(values)
    # The standard error is .049; the normal approximation gives .504 to .696.
    assert (low, high) == (pytest.approx(0.504, abs=0.015), pytest.approx(0.696, abs=0.015))
    assert interval(values) == Interval(low, high) != interval(values, seed=2)


def test_a_paired_interval_is_as_narrow_as_the_differences_are_alike() -> None:
    ours, others = [0.2, 0.9, 0.4, 0.7], [0.1, 0.8, 0.3, 0.6]
    assert interval([a - b for a, b in zip(ours, others, strict=True)]) == pytest.approx((0.1, 0.1))


def test_of_nothing_there_is_no_mean() -> None:
    for measure in (mean, interval):
        with pytest.raises(ValueError, match="no mean of no values"):
            measure([])
