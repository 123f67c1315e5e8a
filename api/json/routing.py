"""What the JSON routes of all things share: the answer with its ETag, repeated requests, lists and histories."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from api.json.shapes import shape
from api.once import OnceRoute
from api.problems import PROBLEMS
from api.usecases.changing import load
from api.wiring import System
from domain.aggregate import Aggregate
from domain.dates import PartialDate
from domain.policy import Viewer, may
from domain.text import Note
from projections import history

MAX_LISTED = 100


class JsonRoute(OnceRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        return answered(thing, self.status_code or 200)


def router(plural: str) -> APIRouter:
    return APIRouter(prefix=f"/api/v1/{plural}", tags=[plural], route_class=JsonRoute, responses=PROBLEMS)


def answered(thing: Aggregate, status: int = 200) -> Response:
    """The thing with its ETag; a new one (201) with its Location as well."""
    body = shape(thing)
    headers = {"ETag": f'"{thing.version}"'} | ({"Location": body.url} if status == 201 else {})
    return JSONResponse(body.model_dump(mode="json"), status, headers=headers)


class Why(BaseModel):
    """Why, for the history; optional."""

    model_config = {"extra": "forbid"}

    reason: Note | None = None


class Because(BaseModel):
    """Why: required, and read by those it concerns."""

    model_config = {
        "extra": "forbid",
        "json_schema_extra": {"examples": [{"reason": "The figures are another year's."}]},
    }

    reason: Note


class On(Why):
    on: PartialDate | None = None


class Listed(BaseModel):
    id: UUID
    kind: str
    state: str
    draft_state: str | None = Field(description="The state of the draft in work, which a published thing may have too.")
    title: dict[str, str]
    url: str
    modified_at: datetime


class Listing(BaseModel):
    """Most lately changed first. `next` is the offset of the following page, null on the last."""

    items: list[Listed]
    next: int | None


Offset = Annotated[int, Query(ge=0, le=100_000)]
Limit = Annotated[int, Query(ge=1, le=MAX_LISTED)]


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
