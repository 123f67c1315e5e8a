"""The checks that a process goes through, by name, and the thresholds that a programme may set."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(strict=True, ge=1, le=100)]


class Check(StrEnum):
    """In the order of a process."""

    PLANNING_TIME = "planning-time"
    NEUTRAL_FACILITATOR = "neutral-facilitator"
    BOTH_LEADERS = "both-leaders"
    COMMITTED_FIRST = "committed-first"
    MANY_PERSPECTIVES = "many-perspectives"
    EVALUATION_AGREED = "evaluation-agreed"
    GATHERINGS_IN_A_YEAR = "gatherings-in-a-year"
    PURPOSE_AND_PRODUCT = "purpose-and-product"
    CATCH_UP = "catch-up"
    NOT_COPIED = "not-copied"
    FOLLOW_UP = "follow-up"


class Thresholds(BaseModel):
    """What is enough. The defaults are what Innovation Norway learned, where it gave a figure (four two-day gatherings
    a year); the others are ours, for programmes to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    planning_weeks: Count = 8
    committed: Count = 10
    organisation_kinds: Count = 3
    perspectives: Count = 3
    gatherings_in_a_year: Count = 4
    gathering_days: Count = 2
