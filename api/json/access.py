"""Breaking the glass over one lesson, case, process or adaptation."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.access.given import TheSystem, TheViewer
from api.json.route import Id, KeyedRoute
from api.json.routing import Because
from api.problems import PROBLEMS
from api.usecases.glass import break_glass
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.case import Case
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.person import Person


class Opened(BaseModel):
    """The thing can be read by the one who opened it, up to `until`."""

    thing: UUID
    until: datetime


class GlassRoute(KeyedRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        assert isinstance(thing, Person)
        opened = UUID(request.path_params["id"])
        return JSONResponse(Opened(thing=opened, until=thing.opened[opened]).model_dump(mode="json"))


routes = APIRouter(prefix="/api/v1", tags=["access"], route_class=GlassRoute, responses=PROBLEMS)


@routes.post("/lessons/{id}/break-glass")
def open_lesson(system: TheSystem, viewer: TheViewer, id: Id, why: Because) -> Opened:
    """An administrator reads one lesson for an hour. It is recorded, and those who work on it are told who and why."""
    return Opened(thing=id, until=break_glass(system, viewer, Lesson, id, why.reason))


@routes.post("/cases/{id}/break-glass")
def open_case(system: TheSystem, viewer: TheViewer, id: Id, why: Because) -> Opened:
    """An administrator reads one case for an hour. It is recorded, and those who work on it are told who and why."""
    return Opened(thing=id, until=break_glass(system, viewer, Case, id, why.reason))


@routes.post("/processes/{id}/break-glass")
def open_process(system: TheSystem, viewer: TheViewer, id: Id, why: Because) -> Opened:
    """An administrator reads one process for an hour, but for who took part in it. It is recorded, and those who work
    on it are told who and why."""
    return Opened(thing=id, until=break_glass(system, viewer, ForesightProcess, id, why.reason))


@routes.post("/adaptations/{id}/break-glass")
def open_adaptation(system: TheSystem, viewer: TheViewer, id: Id, why: Because) -> Opened:
    """An administrator reads one adaptation for an hour, and its lesson where they may not. It is recorded, and those
    who work on either are told who and why."""
    return Opened(thing=id, until=break_glass(system, viewer, Adaptation, id, why.reason))
