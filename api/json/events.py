"""Everything that happened, for auditors: `/api/v1/events`, its counts, and both as files."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, JsonValue

from api.access.given import TheSystem, TheViewer
from api.interchange.events_file import csv_of, jsonl_of
from api.json.route import StrictRoute
from api.json.routing import Changed, Limit
from api.problems import PROBLEMS
from api.usecases.auditing import Page, count_events
from api.usecases.auditing import events as events_of
from api.usecases.checking import readable
from api.usecases.event_counts import Per
from api.usecases.event_export import COLUMNS, export_events
from api.usecases.finding import PLURALS
from domain.aggregate import Aggregate
from projections.catalogue_rows import Listed, line_of
from projections.events_asked import NEWEST, OLDEST, Asked

routes = APIRouter(prefix="/api/v1", tags=["events"], route_class=StrictRoute, responses=PROBLEMS)
Position = Annotated[int | None, Query(ge=0, lt=2**63)]


class Kind(StrEnum):
    """Of what it happened to."""

    LESSON = "lesson"
    CASE = "case"
    PROCESS = "process"
    ADAPTATION = "adaptation"
    CLUSTER = "cluster"
    PROGRAMME = "programme"
    PERSON = "person"
    ACCESS = "access"
    CONCEPT = "concept"
    INVITATIONS = "invitations"
    NAME = "name"
    REDACTION = "redaction"


class EventShape(BaseModel):
    """Who did what to what, when, in which request and why. Names are the register's; null for who was forgotten."""

    position: int = Field(description="Its place in the log.")
    at: datetime
    topic: str = Field(description="What happened, such as lesson.published.")
    kind: str
    aggregate: UUID = Field(description="What it happened to.")
    version: int = Field(description="Which of its events this is, from 1.")
    title: dict[str, str] | None = Field(description="What that is called now, by language, where it has a name.")
    url: str | None
    actor: str = Field(description="Person id, or a part of the system.")
    actor_name: str | None
    person: str | None = Field(description="Whom it concerns.")
    person_name: str | None
    thing: UUID | None = Field(description="What it is about as well, such as what was read.")
    clusters: list[UUID] = Field(description="Where the aggregate belonged right after it.")
    programmes: list[UUID]
    request_id: str
    reason: str | None
    detail: dict[str, JsonValue] = Field(description="What else an access event, or one of people's parts, says.")
    changes: list[Changed]


class EventListing(BaseModel):
    """`next` goes on from here: newest first it is the `before` of the following page, null on the last; oldest first
    the `after`, at once where there is `more`, or later."""

    items: list[EventShape]
    next: int | None
    more: bool


class CountShape(BaseModel):
    """How many from this day (UTC) to the next one."""

    first: date
    count: int


class CountsShape(BaseModel):
    """In order and without gaps, from the first event to the last; weeks begin on Mondays."""

    per: Per
    total: int
    items: list[CountShape]


def _asked(
    person: Annotated[str | None, Query(max_length=100, description="They did it, or it concerns them.")] = None,
    kind: Annotated[list[Kind] | None, Query(description="Repeated: any of them.")] = None,
    topic: Annotated[str | None, Query(max_length=100, description="Only this, such as access.denied.")] = None,
    aggregate: Annotated[UUID | None, Query(description="What it happened to, or is about as well.")] = None,
    cluster: Annotated[UUID | None, Query(description="Of things that belonged to this cluster then.")] = None,
    programme: Annotated[UUID | None, Query(description="Of things that belonged to this programme then.")] = None,
    since: Annotated[date | None, Query(alias="from", description="A day (UTC), which counts.")] = None,
    until: Annotated[date | None, Query(alias="to", description="A day (UTC), which counts.")] = None,
    request: Annotated[str | None, Query(max_length=100, description="In this request.")] = None,
) -> Asked:
    return Asked(person, tuple(kind or ()), topic, aggregate, cluster, programme, request, since, until)


TheEvents = Annotated[Asked, Depends(_asked)]


def _told(kind: str) -> dict[int | str, dict[str, Any]]:
    """What an answer is that is no JSON document."""
    return {200: {"description": "A line for each event.", "content": {kind: {"schema": {"type": "string"}}}}}


WithChanges = Annotated[bool, Query(description="With what each event changed, which takes a millisecond for each.")]


@routes.get("/events")
def list_events(
    system: TheSystem,
    viewer: TheViewer,
    asked: TheEvents,
    before: Position = None,
    after: Position = None,
    order: Annotated[
        Literal["newest", "oldest"] | None, Query(description="If left out: oldest with `after` alone, else newest.")
    ] = None,
    limit: Limit = 50,
) -> EventListing:
    """What happened, and what each event changed. For auditors. To follow the log, ask for what is `after` the `next`
    of the answer before."""
    oldest = order == "oldest" if order else after is not None and before is None
    page = events_of(system, viewer, asked, before=before, after=after, order=OLDEST if oldest else NEWEST, limit=limit)
    things = readable(system, viewer, [told.line.aggregate for told in page.items if told.line.kind in PLURALS])
    return EventListing(items=list(_shapes(page, things)), next=page.next, more=page.more)


@routes.get("/events/counts")
def event_counts(
    system: TheSystem,
    viewer: TheViewer,
    asked: TheEvents,
    per: Annotated[Per | None, Query(description="If left out: as fits the length of the period.")] = None,
) -> CountsShape:
    """How many there were over time. For auditors."""
    found = count_events(system, viewer, asked, per)
    items = [CountShape(first=first, count=count) for first, count in found.counts.items()]
    return CountsShape(per=found.per, total=found.total, items=items)


@routes.get("/events.csv", response_class=StreamingResponse, responses=_told("text/csv"))
def events_as_csv(
    system: TheSystem, viewer: TheViewer, asked: TheEvents, changes: WithChanges = False
) -> StreamingResponse:
    """All of them, oldest first; no cell is a formula. `X-Total-Count` is how many. It is recorded who took them."""
    found = export_events(system, viewer, asked, changes=changes)
    return _file("csv", "text/csv; charset=utf-8", found.count, csv_of(columns_of(changes), found.pages))


@routes.get("/events.jsonl", response_class=StreamingResponse, responses=_told("application/jsonl"))
def events_as_jsonl(
    system: TheSystem, viewer: TheViewer, asked: TheEvents, changes: WithChanges = False
) -> StreamingResponse:
    """All of them, oldest first, one JSON object a line. `X-Total-Count` is how many. It is recorded who took them."""
    found = export_events(system, viewer, asked, changes=changes)
    return _file("jsonl", "application/jsonl; charset=utf-8", found.count, jsonl_of(found.pages))


def columns_of(changes: bool) -> tuple[str, ...]:
    return (*COLUMNS, "changes") if changes else COLUMNS


def _file(ending: str, kind: str, count: int, chunks: Iterable[bytes]) -> StreamingResponse:
    named = f'attachment; filename="laerdom-events.{ending}"'
    return StreamingResponse(
        chunks, media_type=kind, headers={"Content-Disposition": named, "X-Total-Count": str(count)}
    )


def _shapes(page: Page, things: dict[UUID, Aggregate]) -> Iterable[EventShape]:
    for told in page.items:
        line = told.line
        thing = things.get(line.aggregate)
        yield EventShape(
            position=line.position,
            at=line.at,
            topic=line.topic,
            kind=line.kind,
            aggregate=line.aggregate,
            version=line.version,
            title=line_of(thing).title if isinstance(thing, Listed) else None,
            url=f"/api/v1/{PLURALS[line.kind]}/{line.aggregate}" if thing else None,
            actor=line.actor,
            actor_name=page.names.get(line.actor),
            person=line.person,
            person_name=page.names.get(line.person or ""),
            thing=line.thing,
            clusters=list(line.clusters),
            programmes=list(line.programmes),
            request_id=line.request_id,
            reason=line.reason,
            detail=line.detail,
            changes=[Changed.model_validate(change) for change in told.changes],
        )
