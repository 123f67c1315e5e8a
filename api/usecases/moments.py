"""A moment in the past of one thing, as `as_of` names it. Source: decision 13."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias

from api.usecases.finding import as_instant
from domain.acting import current_act
from domain.errors import Invalid

WRITTEN = re.compile(r"([vp])([0-9]{1,18})")
DAY_BEGINS_EARLY_BY = timedelta(hours=14)
"""Somewhere on earth it is tomorrow already."""


@dataclass(frozen=True, slots=True)
class Version:
    """`v3`: as the history counts it for whoever asks."""

    number: int


@dataclass(frozen=True, slots=True)
class Position:
    """`p1234`: when the log of all events had come so far."""

    number: int


Moment: TypeAlias = datetime | Version | Position


def as_moment(text: str) -> Moment:
    """A date means the end of that day (UTC), as it does for a search. Raises `Invalid` for anything else than a date,
    an instant, a version or a position, and for a time to come."""
    if found := WRITTEN.fullmatch(text):
        return (Version if found[1] == "v" else Position)(int(found[2]))
    try:
        instant = as_instant(text)
    except ValueError as error:
        raise Invalid(str(error), field="as_of") from None
    whole_day = len(text) == 10
    begins = datetime.combine(instant.date(), time.min, UTC) if whole_day else instant
    if begins > current_act().clock() + (DAY_BEGINS_EARLY_BY if whole_day else timedelta()):
        raise Invalid("This is yet to come: choose a time that has passed.", field="as_of")
    return instant
