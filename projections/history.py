"""What happened to one thing: who, when, why, and what changed as a difference in words."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel

from domain.aggregate import Aggregate, Event
from domain.case import Case
from domain.cluster import Cluster
from domain.concept import Concept
from domain.consent_record import Consent
from domain.lesson import Lesson
from domain.programme import Programme
from domain.registry import aggregate_class

WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")

Piece = tuple[Literal["same", "removed", "added"], str]


@dataclass(frozen=True, slots=True)
class Change:
    """One field. `pieces` put together without the removed ones give `after`, without the added ones `before`."""

    field: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    version: int
    recorded_at: datetime
    actor: str
    request_id: str
    topic: str
    reason: str | None
    changes: tuple[Change, ...]


def history(events: Sequence[Event]) -> tuple[Entry, ...]:
    """One entry an event, oldest first; empty for no events."""
    if not events:
        return ()
    aggregate = aggregate_class(events[0].topic)(events[0].originator_id)
    entries: list[Entry] = []
    before: dict[str, str] = {}
    for event in events:
        aggregate.take(event)
        after = face(aggregate)
        entries.append(
            Entry(
                event.originator_version,
                event.recorded_at,
                event.actor,
                event.request_id,
                event.topic,
                event.reason,
                tuple(
                    change_of(f, before.get(f, ""), after.get(f, ""))
                    for f in {**before, **after}
                    if before.get(f) != after.get(f)
                ),
            )
        )
        before = after
    return tuple(entries)


def difference(before: BaseModel, after: BaseModel) -> tuple[Change, ...]:
    """What differs between two records of one kind, in the order of their fields."""
    old, new = _flat(before.model_dump(mode="json")), _flat(after.model_dump(mode="json"))
    return tuple(change_of(f, old.get(f, ""), new.get(f, "")) for f in {**old, **new} if old.get(f) != new.get(f))


def face(aggregate: Aggregate) -> dict[str, str]:
    """The fields of a thing that a reader knows it by, as text; fields without a value are left out."""
    match aggregate:
        case Lesson():
            record = aggregate.draft or aggregate.current
            parts: dict[str, Any] = {
                **record.model_dump(mode="json"),
                "visibility": aggregate.visibility,
                "anonymous": "yes" if aggregate.anonymous else None,
                "owner": aggregate.owner,
                "review_by": aggregate.review_by,
                "superseded_by": aggregate.superseded_by,
                "consents": [_consent(case, given) for case, given in aggregate.consents.items()],
                "state": aggregate.draft_state or aggregate.state,
            }
        case Case():
            record = aggregate.draft or aggregate.current
            state = "draft" if aggregate.draft and not aggregate.withdrawn else aggregate.state
            parts = {**record.model_dump(mode="json"), "visibility": aggregate.visibility, "state": state}
        case Cluster():
            parts = {
                **aggregate.current.model_dump(mode="json"),
                "name": aggregate.name,
                "memberships": aggregate.memberships,
                "managers": aggregate.managers,
                "members": [f"{m.name} ({m.kind})" for m in aggregate.members],
            }
        case Programme():
            parts = {"code": aggregate.code, **aggregate.current.model_dump(mode="json")}
        case Concept():
            words = aggregate.current.model_dump(mode="json") if aggregate.current else {}
            parts = {**words, "state": "retired" if aggregate.retired else None}
        case _:
            parts = {}
    return _flat(parts)


def _consent(case: UUID, given: Consent) -> str:
    """`<case> <visibility>: title, lesson`, without the visibility where it was not recorded."""
    to = str(case) if given.visibility is None else f"{case} {given.visibility}"
    return f"{to}: {', '.join(given.fields)}"


def _flat(parts: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in parts.items():
        match value:
            case None | "" | [] | ():
                continue
            case dict():
                flat |= _flat(cast(dict[str, Any], value), f"{prefix}{name}.")
            case list() | tuple():
                flat[prefix + name] = "; ".join(_one(v) for v in cast(Sequence[Any], value))
            case _:
                flat[prefix + name] = str(value)
    return flat


def _one(value: Any) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return ", ".join(f"{k} {v}" for k, v in cast(dict[str, Any], value).items() if v is not None)
    return str(value)


def change_of(field: str, before: str, after: str) -> Change:
    """With its difference in words."""
    old, new = WORD.findall(before), WORD.findall(after)
    pieces: list[Piece] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=len(old) > 400).get_opcodes():
        if op == "equal":
            pieces.append(("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(("removed", "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(("added", "".join(new[j1:j2])))
    return Change(field, before, after, tuple(pieces))
