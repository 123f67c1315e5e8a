"""Revisions and the intervals in which each was the readable one."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

R = TypeVar("R")


class DraftState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"


class State(StrEnum):
    """The state of a lesson or case as its list shows it. A released one stays `published` while a draft is in work."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Visibility(StrEnum):
    """Who may read what is published, from the fewest to the most."""

    OWN_CLUSTER = "own-cluster"
    PROGRAMME = "programme"
    MANAGERS = "managers"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Release(Generic[R]):
    """Readable in `[released_at, until)`; `until=None` is the one readable now."""

    revision: int
    record: R
    released_at: datetime
    released_by: str
    until: datetime | None = None


def closed(releases: tuple[Release[R], ...], at: datetime) -> tuple[Release[R], ...]:
    """The releases with the open one, if any, ended at `at`."""
    if not releases or releases[-1].until is not None:
        return releases
    return (*releases[:-1], replace(releases[-1], until=at))


def released(releases: tuple[Release[R], ...], record: R, at: datetime, by: str) -> tuple[Release[R], ...]:
    """The releases with one more, readable from `at` on."""
    return (*closed(releases, at), Release(len(releases) + 1, record, at, by))
