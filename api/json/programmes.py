"""Programmes: `/api/v1/programmes`."""

from typing import Annotated

from fastapi import Body, Response
from pydantic import BaseModel

from api.access.given import TheSystem, TheVersion, TheViewer
from api.json.route import AsOfThen, Id, answered, looked_at, router
from api.json.routing import History, Limit, Listing, Offset, ThePart, Why, body, history_shape, listing
from api.json.shapes import ProgrammeShape
from api.usecases import programmes
from api.usecases.programmes import NewProgramme, ProgrammeChanges
from domain.dates import PartialDate
from domain.foresight.checks import Thresholds
from domain.programme import Programme
from domain.text import Note

routes = router("programmes")


class Closing(BaseModel):
    """The end of a programme, as precise as it is known."""

    model_config = body({"on": "2019", "reason": "Lives on as a brand."})

    on: PartialDate
    reason: Note | None = None


class Enough(Thresholds, Why):
    """Figures from which the checks of a process are met."""

    model_config = body({"planning_weeks": 12, "committed": 15})


@routes.get("")
def list_programmes(system: TheSystem, viewer: TheViewer, limit: Limit = 50, offset: Offset = 0) -> Listing:
    """All programmes, closed ones too, most lately changed first."""
    return listing(system, viewer, "programme", "programmes", None, limit, offset)


@routes.post("", status_code=201, response_model=ProgrammeShape)
def establish_programme(system: TheSystem, viewer: TheViewer, new: NewProgramme) -> Response:
    """The code is unique and stays."""
    return answered(system, viewer, programmes.establish_programme(system, viewer, new), 201)


@routes.get("/{id}", response_model=ProgrammeShape)
def get_programme(system: TheSystem, viewer: TheViewer, id: Id, as_of: AsOfThen = None) -> Response:
    """The programme as it is now or, with `as_of`, as it was."""
    return looked_at(system, viewer, Programme, id, as_of)


@routes.patch("/{id}", response_model=ProgrammeShape)
def change_programme(
    system: TheSystem,
    viewer: TheViewer,
    id: Id,
    version: TheVersion,
    changes: Annotated[ProgrammeChanges, Body(examples=[{"owner": "Innovation Norway", "reason": "A new owner."}])],
) -> Response:
    """Fields left out stay, null clears."""
    return answered(
        system, viewer, programmes.change_programme(system, viewer, id, version, changes.model_dump(exclude_unset=True))
    )


@routes.post("/{id}/close", response_model=ProgrammeShape)
def close_programme(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, closing: Closing) -> Response:
    """The programme ended; its clusters and what it published stay."""
    return answered(system, viewer, programmes.close_programme(system, viewer, id, version, closing.on, closing.reason))


@routes.post("/{id}/set-thresholds", response_model=ProgrammeShape)
def set_thresholds(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, wanted: Enough) -> Response:
    """What is enough for the foresight processes of its clusters; what is left out is as it comes with the program."""
    thresholds = Thresholds.model_validate(wanted.model_dump(exclude={"reason"}))
    return answered(system, viewer, programmes.set_thresholds(system, viewer, id, version, thresholds, wanted.reason))


@routes.get("/{id}/history")
def programme_history(system: TheSystem, viewer: TheViewer, id: Id, part: ThePart) -> History:
    """Everything that happened to it: who, when, why, and what changed."""
    return history_shape(system, viewer, Programme, id, part)
