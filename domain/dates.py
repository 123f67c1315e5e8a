"""Dates as precise as they are known, and spans of them."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"


def first_day(text: str) -> date:
    """The first day that `2009`, `2009-05` or `2009-05-13` covers. Raises `ValueError` for any other text."""
    year, month, day = ([int(part) for part in text.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def _exists(text: str) -> str:
    try:
        day = first_day(text)
    except ValueError:
        raise ValueError("Write a date that exists: 2009, 2009-05 or 2009-05-13.") from None
    if not 1900 <= day.year <= 2200:
        raise ValueError("Write a year from 1900 to 2200.")
    return text


PartialDate = Annotated[
    str,
    Field(pattern=PATTERN, description="A year, month or day: 2009, 2009-05 or 2009-05-13", examples=["2009-05"]),
    AfterValidator(_exists),
]


def _full(text: str) -> str:
    if len(text) != 10:
        raise ValueError("Write a whole date: 2009-05-13.")
    return text


Day = Annotated[PartialDate, AfterValidator(_full)]


class Span(BaseModel):
    """From `start` to `end`, both included; an open end means it goes on or is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: PartialDate
    end: PartialDate | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end is not None and self.end < self.start[: len(self.end)]:
            raise ValueError("The end comes before the start.")
        return self

    @property
    def years(self) -> tuple[int, int]:
        """First and last year; an open end counts as the first year alone."""
        return int(self.start[:4]), int((self.end or self.start)[:4])

    def covers(self, day: date) -> bool:
        """An end covers the whole of its year, month or day."""
        prefix = day.isoformat()[: len(self.end)] if self.end else ""
        return first_day(self.start) <= day and (self.end is None or prefix <= self.end)

    def __str__(self) -> str:
        return self.start if self.end in (None, self.start) else f"{self.start}–{self.end}"
