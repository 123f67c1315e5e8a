"""What the JSON routes of all things share: bodies that say when and why, lists and histories."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.json.shapes import Changed
from api.usecases.checking import hidden_from_lists, readable
from api.usecases.histories import history_page
from api.wiring import System
from domain.aggregate import Aggregate
from domain.audiences import audiences
from domain.dates import PartialDate
from domain.release import State
from domain.seen import seen
from domain.text import Note
from domain.viewer import Viewer
from projections.catalogue_rows import Listed as Thing
from projections.catalogue_rows import line_of

MAX_LISTED = 100


def body(*examples: Mapping[str, JsonValue]) -> ConfigDict:
    """A body that has no other fields than the ones described, with examples."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [dict(e) for e in examples]})


class Why(BaseModel):
    """Why, for the history; optional."""

    model_config = body({"reason": "Read by two of the staff."})

    reason: Note | None = None


class Because(BaseModel):
    """Why: required, and read by those it concerns."""

    model_config = body({"reason": "The figures are another year's."})

    reason: Note


class On(Why):
    """When it took effect, where that is known."""

    on: PartialDate | None = None


class Listed(BaseModel):
    """A line of a list; the thing itself is at `url`."""

    id: UUID
    kind: str
    state: str
    draft_state: str | None = Field(description="The state of the draft in work, which a published thing may have too.")
    title: dict[str, str] = Field(description="By language, en and nb.")
    url: str
    modified_at: datetime


class Listing(BaseModel):
    """Most lately changed first. `next` is the offset of the following page, null on the last."""

    items: list[Listed]
    next: int | None


Offset = Annotated[int, Query(ge=0, le=100_000, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=MAX_LISTED, description="How many at most.")]
InState = Annotated[State | None, Query(description="Only those in this state.")]


def listing(
    system: System, viewer: Viewer, kind: str, plural: str, state: str | None, limit: int, offset: int
) -> Listing:
    """What there is of one kind, drafts too, as far as the viewer may read it."""
    entries = system.catalogue.listing(
        kind,
        scope=audiences(viewer),
        state=(state,) if state else (),
        without=hidden_from_lists(system, viewer),
        limit=limit + 1,
        offset=offset,
    )
    things = readable(system, viewer, [e.id for e in entries[:limit]])
    shown = [seen(viewer, things[e.id]) for e in entries[:limit] if e.id in things]
    items = [_listed(thing, plural) for thing in shown if isinstance(thing, Thing)]
    return Listing(items=items, next=offset + limit if len(entries) > limit else None)


def _listed(thing: Thing, plural: str) -> Listed:
    line = line_of(thing)
    assert thing.modified_at is not None
    return Listed(
        id=thing.id,
        kind=thing.kind,
        state=line.state,
        draft_state=line.draft_state,
        title=line.title,
        url=f"/api/v1/{plural}/{thing.id}",
        modified_at=thing.modified_at,
    )


class HistoryEntry(BaseModel):
    """One event: who, when, in which request, why, and what changed. Who and which are empty where they may not be
    told."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    recorded_at: datetime
    actor: str = Field(description="Person id.")
    request_id: str
    topic: str = Field(description="What happened, such as lesson.published.")
    reason: str | None
    changes: list[Changed]


class History(BaseModel):
    """Oldest first. `next` is the `after` of the following page, null on the last."""

    entries: list[HistoryEntry]
    next: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a history is asked for."""

    after: int
    limit: int


def _part(
    after: Annotated[int, Query(ge=0, lt=2**31, description="`next` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000, description="How many at most.")] = 1_000,
) -> Part:
    return Part(after, limit)


ThePart = Annotated[Part, Depends(_part)]


def history_shape(system: System, viewer: Viewer, cls: type[Aggregate], id: UUID, part: Part) -> History:
    page = history_page(system, viewer, cls, id, after=part.after, limit=part.limit, newest=False)
    return History(entries=[HistoryEntry.model_validate(entry) for entry in page.entries], next=page.next)
