"""What happened to one thing: who, when, why, and what changed as a difference in words."""

import re
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel

from domain.adaptation import Adaptation
from domain.aggregate import Aggregate, Event
from domain.case import Case
from domain.cluster import Cluster
from domain.concept import Concept
from domain.consent_record import Consent
from domain.foresight.forces import Force
from domain.foresight.gatherings import Gathering
from domain.foresight.options import Option, Signpost
from domain.foresight.participation import Participant
from domain.foresight.process import ForesightProcess
from domain.foresight.scenarios import Scenario
from domain.lesson import Lesson
from domain.programme import Programme
from domain.registry import aggregate_class
from store.event_store import EventStore, UnreadableEvent

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


def history(
    events: Sequence[Event], *, since: Aggregate | None = None, only: Container[int] | None = None
) -> tuple[Entry, ...]:
    """One entry an event, oldest first; empty for no events. `since` is the thing as it was before the first of them,
    and is changed; with `only`, of these versions alone: what a thing looks like costs more than to replay it."""
    if not events:
        return ()
    aggregate = since or aggregate_class(events[0].topic)(events[0].originator_id)
    entries: list[Entry] = []
    before: dict[str, str] | None = None if aggregate.version else {}
    for event in events:
        if only is not None and event.originator_version not in only:
            aggregate.take(event)
            before = None
            continue
        if before is None:
            before = face(aggregate)
        if before:
            before |= part_of(aggregate, event)
        aggregate.take(event)
        after = face(aggregate) | part_of(aggregate, event)
        entries.append(_entry(event, before, after))
        before = face(aggregate)
    return tuple(entries)


def outline(events: Sequence[Event]) -> tuple[Entry, ...]:
    """As `history`, without what changed: at no price."""
    return tuple(_entry(event, {}, {}) for event in events)


def changes_of(store: EventStore, events: Mapping[UUID, Collection[int]]) -> dict[tuple[UUID, int], tuple[Change, ...]]:
    """What each of these changed, by thing and version: the thing is replayed once up to there, and looked at beside
    these events alone. Of what is damaged nothing can be said."""
    found: dict[tuple[UUID, int], tuple[Change, ...]] = {}
    for id, versions in events.items():
        first, last = min(versions), max(versions)
        try:
            before = store.find_any(id, version=first - 1) if first > 1 else None
            told = history(store.events_between(id, first - 1, last), since=before, only=versions)
        except (UnreadableEvent, ValueError):
            continue
        found |= {(id, entry.version): entry.changes for entry in told}
    return found


def _entry(event: Event, before: Mapping[str, str], after: Mapping[str, str]) -> Entry:
    return Entry(
        event.originator_version,
        event.recorded_at,
        event.actor,
        event.request_id,
        event.topic,
        event.reason,
        tuple(
            change_of(field, before.get(field, ""), after.get(field, ""))
            for field in {**before, **after}
            if before.get(field) != after.get(field)
        ),
    )


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
            thresholds = aggregate.thresholds and aggregate.thresholds.model_dump()
            parts = {"code": aggregate.code, **aggregate.current.model_dump(mode="json"), "thresholds": thresholds}
        case ForesightProcess():
            parts = {
                **aggregate.current.model_dump(mode="json"),
                "visibility": aggregate.visibility,
                "phase": aggregate.phase,
                "process_leader": aggregate.process_leader and aggregate.process_leader.model_dump(),
                "project_leader": aggregate.project_leader and aggregate.project_leader.model_dump(),
                "follow_up": aggregate.follow_up.model_dump(exclude_defaults=True),
                "questions": [next(iter(one.text.languages.values())) for one in aggregate.questions.values()],
                "waivers": {check: waiver.reason for check, waiver in aggregate.waivers.items()},
                "consents": [_consent(case, given) for case, given in aggregate.consents.items()],
                "state": "withdrawn" if aggregate.withdrawn else None,
            }
        case Adaptation():
            parts = {
                **aggregate.current.model_dump(mode="json"),
                "outcomes": [f"{rating.by}: {rating.outcome} ({rating.on})" for rating in aggregate.ratings],
                "state": "withdrawn" if aggregate.withdrawn else None,
            }
        case Concept():
            words = aggregate.current.model_dump(mode="json") if aggregate.current else {}
            parts = {**words, "state": "retired" if aggregate.retired else None}
        case _:
            parts = {}
    return _flat(parts)


def part_of(aggregate: Aggregate, event: Event) -> dict[str, str]:
    """Of a process the part alone that the event is of: with all of them, a long history of a large process would take
    for ever."""
    if not isinstance(aggregate, ForesightProcess):
        return {}
    parts: dict[str, Any] = {}
    for name, things in aggregate.parts.items():
        if (id := getattr(event, name, None)) is not None and (thing := things.get(id)) is not None:
            parts[name] = _told(aggregate, thing)
    if (participant := getattr(event, "participant", None)) is not None:
        scores = aggregate.scores.get(participant, {}).items()
        parts["scores"] = [f"{_named(aggregate.forces.get(id))}: {s.impact}, {s.uncertainty}" for id, s in scores]
        parts["answers"] = list(aggregate.answers.get(participant, {}).values())
    return _flat(parts)


def _named(part: Force | Scenario | None) -> str:
    """Its title; a dash for what was dropped."""
    return next(iter(part.record.title.languages.values())) if part else "–"


def _told(process: ForesightProcess, part: Any) -> dict[str, Any]:
    """Of a part of a process its record, and what came of it, side by side."""
    told: dict[str, Any] = {}
    for name in (field.name for field in fields(part) if field.name != "id"):
        value = getattr(part, name)
        told |= value.model_dump(mode="json") if isinstance(value, BaseModel) else {name: value}
    match part:
        case Participant():
            told["turns"] = [f"{step} {on}" for step, on in part.turns]
        case Gathering():
            told["attended"] = [
                one.record.organisation for id, one in process.participants.items() if id in part.attended
            ]
        case Option():
            told["ratings"] = [
                f"{_named(process.scenarios.get(scenario))}: {rating.rating}"
                for scenario, rating in part.ratings.items()
            ]
        case Signpost():
            told["readings"] = [f"{reading.on}: {reading.value}" for reading in part.readings]
        case _:
            pass
    return told


def _consent(case: UUID, given: Consent) -> str:
    """`<case> <visibility>: title, lesson`, without the visibility where it was not recorded; of a process without the
    fields."""
    to = str(case) if given.visibility is None else f"{case} {given.visibility}"
    return f"{to}: {', '.join(given.fields)}" if given.fields else to


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
