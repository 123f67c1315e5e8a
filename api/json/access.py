"""Accountability: the lines of `/api/v1/access`, and breaking the glass over one lesson or case."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, JsonValue

from api.access.given import TheSystem, TheViewer
from api.json.route import Id, StrictRoute
from api.json.routing import Because, Limit
from api.problems import PROBLEMS
from api.usecases.auditing import access_lines
from api.usecases.glass import break_glass
from domain.case import Case
from domain.lesson import Lesson

routes = APIRouter(prefix="/api/v1", tags=["access"], route_class=StrictRoute, responses=PROBLEMS)


class AccessLine(BaseModel):
    """Who did what to whom, when, in which request and why. Names are the register's; null for who was forgotten."""

    position: int
    at: datetime
    topic: str = Field(description="What happened, such as access.signed-in or person.appointed.")
    actor: str = Field(description="Person id, or a part of the system.")
    actor_name: str | None
    person: str | None = Field(description="Whom it concerns.")
    person_name: str | None
    thing: UUID | None = Field(description="What was opened, or what a part is held of.")
    reason: str | None
    detail: dict[str, JsonValue] = Field(description="What else the event says.")
    request_id: str


class AccessListing(BaseModel):
    """Newest first. `next` is the `before` of the following page, null on the last."""

    items: list[AccessLine]
    next: int | None


class Opened(BaseModel):
    """The thing can be read by the one who opened it, up to `until`."""

    thing: UUID
    until: datetime


@routes.get("/access")
def list_access(
    system: TheSystem,
    viewer: TheViewer,
    topic: Annotated[str | None, Query(max_length=100, description="Only this, such as access.denied.")] = None,
    person: Annotated[str | None, Query(max_length=100, description="What they did, and what concerns them.")] = None,
    before: Annotated[int | None, Query(ge=0, lt=2**63, description="`next` of the page before.")] = None,
    limit: Limit = 50,
) -> AccessListing:
    """What happened at the door and with people's parts. For auditors."""
    page = access_lines(system, viewer, topic=topic, person=person, before=before, limit=limit)
    items = [
        AccessLine(
            position=line.position,
            at=line.at,
            topic=line.topic,
            actor=line.actor,
            actor_name=page.names.get(line.actor),
            person=line.person,
            person_name=page.names.get(line.person or ""),
            thing=line.thing,
            reason=line.reason,
            detail=line.detail,
            request_id=line.request_id,
        )
        for line in page.lines
    ]
    return AccessListing(items=items, next=page.next)


@routes.post("/lessons/{id}/break-glass")
def open_lesson(system: TheSystem, viewer: TheViewer, id: Id, why: Because) -> Opened:
    """An administrator reads one lesson for an hour. It is recorded, and those who work on it are told who and why."""
    return Opened(thing=id, until=break_glass(system, viewer, Lesson, id, why.reason))


@routes.post("/cases/{id}/break-glass")
def open_case(system: TheSystem, viewer: TheViewer, id: Id, why: Because) -> Opened:
    """An administrator reads one case for an hour. It is recorded, and those who work on it are told who and why."""
    return Opened(thing=id, until=break_glass(system, viewer, Case, id, why.reason))
