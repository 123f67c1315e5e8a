"""Counts over time: each period once, without gaps, told as fits its length."""

from datetime import date

import pytest

from api.usecases.event_counts import Counts, Per, counted


def test_days_without_events_are_told() -> None:
    found = counted({"2026-02-27": 2, "2026-03-02": 1})
    days = {date(2026, 2, 27): 2, date(2026, 2, 28): 0, date(2026, 3, 1): 0, date(2026, 3, 2): 1}
    assert found == Counts(Per.DAY, days)
    assert (list(found.counts), found.total) == (sorted(days), 3)


@pytest.mark.parametrize(
    ("per", "counts"),
    [
        (Per.WEEK, {date(2025, 12, 22): 1, date(2025, 12, 29): 5, date(2026, 1, 5): 0, date(2026, 1, 12): 1}),
        (Per.MONTH, {date(2025, 12, 1): 3, date(2026, 1, 1): 4}),
        (Per.YEAR, {date(2025, 1, 1): 3, date(2026, 1, 1): 4}),
    ],
)
def test_longer_ones_begin_on_their_first_day(per: Per, counts: dict[date, int]) -> None:
    days = {"2025-12-28": 1, "2025-12-31": 2, "2026-01-01": 3, "2026-01-18": 1}  # a Sunday, …, a Sunday
    assert counted(days, per) == Counts(per, counts)


@pytest.mark.parametrize(
    ("last", "per", "bars"),
    [
        *(("2026-01-01", Per.DAY, 1), ("2026-02-14", Per.DAY, 45), ("2026-02-15", Per.WEEK, 7)),
        *(("2027-01-05", Per.WEEK, 54), ("2027-01-06", Per.MONTH, 13), ("2046-01-01", Per.YEAR, 21)),
    ],
)
def test_the_length_tells_which(last: str, per: Per, bars: int) -> None:
    found = counted({"2026-01-01": 1, last: 1})
    assert (found.per, len(found.counts)) == (per, bars)


def test_nothing_is_nothing() -> None:
    assert counted({}) == Counts(Per.DAY, {})
