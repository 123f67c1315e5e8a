"""Cases: `/api/v1/cases`."""

from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from api.access.given import TheSystem, TheVersion, TheViewer
from api.json.route import AsOfThen, Id, answered, looked_at, router
from api.json.routing import Because, History, InState, Limit, Listing, Offset, ThePart, Why, history_shape, listing
from api.json.search import BesideShape
from api.json.shapes import CaseShape, shape
from api.usecases import cases, consenting
from api.usecases.alike import beside
from api.usecases.cases import CaseChanges, NewCase
from api.usecases.looking import load
from domain.case import Case
from domain.consent_record import ConsentField
from domain.text import Prose, Title

routes = router("cases")


class ToldLesson(BaseModel):
    """A lesson that is not shared with the reader, as far as whoever answers for it lets the case tell of it."""

    lesson: UUID
    fields: dict[ConsentField, Title | Prose | str]


class ReadCase(CaseShape):
    """The case, and what it tells of lessons that its reader may not read; not in an answer about the past."""

    told: list[ToldLesson] = Field(default_factory=list[ToldLesson])


@routes.get("")
def list_cases(
    system: TheSystem, viewer: TheViewer, state: InState = None, limit: Limit = 50, offset: Offset = 0
) -> Listing:
    """What there is, drafts too, most lately changed first."""
    return listing(system, viewer, "case", "cases", state, limit, offset)


@routes.post("", status_code=201, response_model=CaseShape)
def draft_case(system: TheSystem, viewer: TheViewer, new: NewCase) -> Response:
    """Save a draft. A title is enough."""
    return answered(system, viewer, cases.draft_case(system, viewer, new), 201)


@routes.get("/{id}", response_model=ReadCase)
def get_case(system: TheSystem, viewer: TheViewer, id: Id, as_of: AsOfThen = None) -> Response:
    """The case as it is now: the released revision, and the draft in work beside it; or, with `as_of`, as it was."""
    if as_of is not None:
        return looked_at(system, viewer, Case, id, as_of)
    case = load(system, viewer, Case, id)
    told = consenting.told(system, viewer, case, case.current)
    shown = ReadCase(**vars(shape(case)), told=[ToldLesson(lesson=t.lesson, fields=dict(t.fields)) for t in told])
    return JSONResponse(shown.model_dump(mode="json"), headers={"ETag": f'"{shown.version}"'})


@routes.patch("/{id}", response_model=CaseShape)
def change_case(
    system: TheSystem,
    viewer: TheViewer,
    id: Id,
    version: TheVersion,
    changes: CaseChanges,
) -> Response:
    """Fields left out stay, null clears. The text goes into the draft; visibility takes effect at once."""
    return answered(
        system, viewer, cases.change_case(system, viewer, id, version, changes.model_dump(exclude_unset=True))
    )


@routes.post("/{id}/publish", response_model=CaseShape)
def publish_case(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, why: Why | None = None) -> Response:
    """Release the draft as the next revision."""
    return answered(system, viewer, cases.publish_case(system, viewer, id, version, why.reason if why else None))


@routes.post("/{id}/withdraw", response_model=CaseShape)
def withdraw_case(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, why: Because) -> Response:
    """No longer valid, with the reason. Stays in the history."""
    return answered(system, viewer, cases.withdraw_case(system, viewer, id, version, why.reason))


@routes.get("/{id}/similar")
def similar_to_case(system: TheSystem, viewer: TheViewer, id: Id) -> BesideShape:
    """Lessons that say nearly the same and are none of its own, at most four. None while search is away."""
    case = load(system, viewer, Case, id)
    return BesideShape.model_validate(beside(system, viewer, case, prefer="en"))


@routes.get("/{id}/history")
def case_history(system: TheSystem, viewer: TheViewer, id: Id, part: ThePart) -> History:
    """Everything that happened to it: who, when, why, and what changed."""
    return history_shape(system, viewer, Case, id, part)
