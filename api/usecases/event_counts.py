"""How many events there were in each day, week, month or year."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Per(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


LONGEST = {Per.DAY: 45, Per.WEEK: 370, Per.MONTH: 3_700}
"""Days from first to last that are told so; what is longer is told per year."""
BEGIN: Mapping[Per, Callable[[date], date]] = {
    Per.DAY: lambda day: day,
    Per.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Per.MONTH: lambda day: day.replace(day=1),
    Per.YEAR: lambda day: day.replace(month=1, day=1),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """By the first day of each, in order, without gaps from the first event to the last; weeks begin on Mondays."""

    per: Per
    counts: dict[date, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def counted(days: Mapping[str, int], per: Per | None = None) -> Counts:
    """`days` in order. Without a `per`, as fits their length."""
    if not days:
        return Counts(per or Per.DAY, {})
    first, last = date.fromisoformat(next(iter(days))), date.fromisoformat(next(reversed(list(days))))
    per = per or next((one for one, most in LONGEST.items() if (last - first).days < most), Per.YEAR)
    begin = BEGIN[per]
    found = Counter[date]()
    for day, count in days.items():
        found[begin(date.fromisoformat(day))] += count
    counts, at = dict[date, int](), begin(first)
    while at <= last:
        counts[at] = found[at]
        at = _next(at, per)
    return Counts(per, counts)


def _next(at: date, per: Per) -> date:
    """Never beyond the last date there is: nothing is recorded then."""
    match per:
        case Per.DAY:
            return at + timedelta(days=1)
        case Per.WEEK:
            return at + timedelta(days=7)
        case Per.MONTH:
            return (at + timedelta(days=31)).replace(day=1)
        case Per.YEAR:
            return at.replace(year=at.year + 1)
