"""Foresight processes: `/api/v1/processes`. A step is a POST to its name; docs/api.md lists them."""

from typing import Any

from fastapi import Response
from pydantic import BaseModel

from api.access.given import TheSystem, TheVersion, TheVersionIfSaid, TheViewer
from api.json.fitting_shapes import FittingLessons
from api.json.process_shapes import ProcessShape
from api.json.route import AsOfThen, Id, answered, looked_at, router
from api.json.routing import History, Limit, Listing, Offset, ThePart, history_shape, listing
from api.usecases import processes
from api.usecases.looking import load
from api.usecases.process_lessons import lessons_for
from api.usecases.process_steps import STEPS, Step
from api.usecases.processes import NewProcess
from domain.foresight.process import ForesightProcess

routes = router("processes")


@routes.get("")
def list_processes(system: TheSystem, viewer: TheViewer, limit: Limit = 50, offset: Offset = 0) -> Listing:
    """Those that the viewer may read, withdrawn ones too, most lately changed first."""
    return listing(system, viewer, "process", "processes", None, limit, offset)


@routes.post("", status_code=201, response_model=ProcessShape)
def open_process(system: TheSystem, viewer: TheViewer, new: NewProcess) -> Response:
    """For a cluster that the viewer manages or contributes to; in its programmes of today, where none is named."""
    return answered(system, viewer, processes.open_process(system, viewer, new), 201)


@routes.get("/{id}", response_model=ProcessShape)
def get_process(system: TheSystem, viewer: TheViewer, id: Id, as_of: AsOfThen = None) -> Response:
    """The process as it is now, with every part of it and how ready it is; or, with `as_of`, as it was."""
    return looked_at(system, viewer, ForesightProcess, id, as_of)


@routes.get("/{id}/lessons")
def lessons_for_process(system: TheSystem, viewer: TheViewer, id: Id) -> FittingLessons:
    """Published lessons that fit the process in the phase it is in, the best first, each with its reasons."""
    return FittingLessons.of(lessons_for(system, viewer, load(system, viewer, ForesightProcess, id)))


@routes.get("/{id}/history")
def process_history(system: TheSystem, viewer: TheViewer, id: Id, part: ThePart) -> History:
    """Everything that happened to it: who, when, why, and what changed."""
    return history_shape(system, viewer, ForesightProcess, id, part)


def _add(step: Step[Any]) -> None:
    """Its model is the body, and the first line about the model the summary."""

    def taken(system: TheSystem, viewer: TheViewer, id: Id, version: int | None, asked: BaseModel) -> Response:
        return answered(system, viewer, processes.take(system, viewer, id, version, step, asked))

    taken.__name__ = f"{step.name.replace('-', '_')}_of_process"
    taken.__doc__ = step.asks.__doc__
    taken.__annotations__ |= {"asked": step.asks, "version": TheVersionIfSaid if step.together else TheVersion}
    routes.post(f"/{{id}}/{step.name}", response_model=ProcessShape)(taken)


for each in STEPS:
    _add(each)
