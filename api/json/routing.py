"""What the JSON routes of all things share: bodies that say when and why, lists and histories."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.usecases.changing import load
from api.wiring import System
from domain.aggregate import Aggregate
from domain.dates import PartialDate
from domain.policy import Viewer, may
from domain.release import State
from domain.text import Note
from projections import history

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
    states = (state,) if state else ()
    entries = system.catalogue.listing(kind, state=states, limit=limit + 1, offset=offset)
    readable = [e for e in entries[:limit] if (t := system.store.find_any(e.id)) and may(viewer, "read", t)]
    items = [
        Listed(
            id=e.id,
            kind=e.kind,
            state=e.state,
            draft_state=e.draft_state,
            title=e.title,
            url=f"/api/v1/{plural}/{e.id}",
            modified_at=datetime.fromisoformat(e.modified_at),
        )
        for e in readable
    ]
    return Listing(items=items, next=offset + limit if len(entries) > limit else None)


class Changed(BaseModel):
    """One field, before and after as text, and the difference in words: `same`, `removed`, `added` pieces in order."""

    field: str
    before: str
    after: str
    pieces: list[tuple[str, str]]


class HistoryEntry(BaseModel):
    """One event: who, when, in which request, why, and what changed."""

    version: int
    recorded_at: datetime
    actor: str = Field(description="Person id.")
    request_id: str
    topic: str = Field(description="What happened, such as lesson.published.")
    reason: str | None
    changes: list[Changed]


class History(BaseModel):
    """Oldest first."""

    entries: list[HistoryEntry]


def history_of(system: System, viewer: Viewer, cls: type[Aggregate], id: UUID) -> History:
    load(system, viewer, cls, id)
    entries = history.history(system.store.events(id))
    return History(
        entries=[
            HistoryEntry(
                version=e.version,
                recorded_at=e.recorded_at,
                actor=e.actor,
                request_id=e.request_id,
                topic=e.topic,
                reason=e.reason,
                changes=[
                    Changed(field=c.field, before=c.before, after=c.after, pieces=list(c.pieces)) for c in e.changes
                ],
            )
            for e in entries
        ]
    )
