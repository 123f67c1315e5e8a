"""What has changed of a thing since it was as it was: one difference for each field, however often it changed."""

from collections.abc import Collection, Iterable
from copy import copy
from typing import Any

from domain.aggregate import A, Aggregate
from domain.case import Case
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from projections.history import Change, change_of, face

LISTED = ("participants", "gatherings", "forces", "axes", "scenarios", "options", "signposts", "actions")
"""The parts of a process, each kind told as one list."""


def since(then: A, now: A, *, without: Collection[str] = ()) -> tuple[Change, ...]:
    """In the order of the fields; both as one viewer may know them. What was released is compared with what is, and no
    draft with it. `without` are fields that are not told."""
    old, new = _whole(then), _whole(now)
    return tuple(
        change_of(field, old.get(field, ""), new.get(field, ""))
        for field in {**old, **new}
        if old.get(field) != new.get(field) and field not in without
    )


def _whole(thing: Aggregate) -> dict[str, str]:
    if isinstance(thing, Lesson | Case) and thing.releases:
        thing = copy(thing)
        thing.draft = None
        if isinstance(thing, Lesson):
            thing.draft_state = None
    if not isinstance(thing, ForesightProcess):
        return face(thing)
    listed = {name: "; ".join(_told(getattr(thing, name).values())) for name in LISTED}
    return face(thing) | {name: text for name, text in listed.items() if text}


def _told(parts: Iterable[Any]) -> Iterable[str]:
    """By what each is called, and how far it is."""
    for part in parts:
        record = getattr(part, "record", None) or part.plan
        title = getattr(record, "title", None) or getattr(record, "indicator", None)
        name = next(iter(title.languages.values())) if title else getattr(record, "organisation", "") or record.starts
        state = getattr(part, "commitment", None) or getattr(part, "state", None)
        yield f"{name} ({state})" if state else str(name)
