"""The thesaurus: `/api/v1/thesaurus`. Read by everybody, changed by programme staff; a change counts at once."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from api.access.given import TheSystem, TheVersion, TheViewer
from api.json.route import ETAG, LOCATION, JsonRoute
from api.json.routing import Because, History, HistoryEntry, Limit, Offset
from api.problems import PROBLEMS
from api.usecases.concepts import (
    ConceptChanges,
    NewConcept,
    change_concept,
    make_concept,
    restore_concept,
    retire_concept,
)
from api.usecases.thesaurus import Known, Line, as_shown, history_of_concept, list_concepts
from domain.aggregate import Aggregate
from domain.concept import Concept
from domain.concept_record import SLUG, SLUG_MAX, ConceptRecord, Preferred
from domain.text import TITLE_MAX
from search.index import Lang

Id = Annotated[str, Path(pattern=f"^{SLUG}$", max_length=SLUG_MAX, description="The concept's id, a list gives it.")]
ADDRESS = "/api/v1/thesaurus/"


class ConceptLine(BaseModel):
    """A line of the list; the concept itself is at `url`."""

    id: str
    url: str
    preferred: Preferred
    retired: bool


class ConceptListing(BaseModel):
    """In the order of their names. `next` is the offset of the following page, null on the last."""

    items: list[ConceptLine]
    next: int | None


class ConceptShape(ConceptRecord):
    """`version` is the ETag to send in If-Match, 0 for a concept that is as it came with the program. `narrower` and
    `related` have what other concepts say of it as well."""

    id: str
    version: int
    url: str
    created_at: datetime | None
    modified_at: datetime | None
    narrower: list[str]
    retired: bool = Field(description="Nothing is searched by it.")
    came: bool = Field(description="It came with the program; whether staff have changed it since, `version` says.")


class ConceptRoute(JsonRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        assert isinstance(thing, Concept)
        system, viewer = request.app.state.system, request.state.viewer
        return _answered(as_shown(system, viewer, thing.slug, version=thing.version), self.status_code or 200)


TOLD: dict[int | str, dict[str, Any]] = {
    200: {"description": "The concept, at the version it has now.", "headers": {"ETag": ETAG}},
    201: {"description": "The new concept.", "headers": {"ETag": ETAG, "Location": LOCATION}},
}
ONE: dict[str, Any] = {"response_model": ConceptShape, "responses": {200: TOLD[200]}}
routes = APIRouter(prefix="/api/v1/thesaurus", tags=["thesaurus"], route_class=ConceptRoute, responses=PROBLEMS)


@routes.get("")
def show_concepts(
    system: TheSystem,
    viewer: TheViewer,
    words: Annotated[str, Query(max_length=TITLE_MAX, description="Words, or beginnings, of any label.")] = "",
    retired: Annotated[bool, Query(description="Those that nothing is searched by, instead.")] = False,
    lang: Annotated[Lang, Query(description="Whose names give the order.")] = "en",
    limit: Limit = 50,
    offset: Offset = 0,
) -> ConceptListing:
    """The concepts by which searches find what is called otherwise."""
    found, total = list_concepts(system, viewer, words=words, retired=retired, lang=lang, limit=limit, offset=offset)
    return ConceptListing(items=[_line(one) for one in found], next=offset + limit if offset + limit < total else None)


@routes.post("", status_code=201, response_model=ConceptShape, responses={201: TOLD[201]})
def make(system: TheSystem, viewer: TheViewer, new: NewConcept) -> Response:
    """Searches know it from now on. Its id stays."""
    made = make_concept(system, viewer, new)
    return _answered(as_shown(system, viewer, made.slug), 201)


@routes.get("/{id}", **ONE)
def show_concept(system: TheSystem, viewer: TheViewer, id: Id) -> Response:
    """What it is called in both languages, and the concepts around it; retired ones too."""
    return _answered(as_shown(system, viewer, id))


@routes.patch("/{id}", **ONE)
def change(
    system: TheSystem,
    viewer: TheViewer,
    id: Id,
    version: TheVersion,
    changes: Annotated[
        ConceptChanges, Body(examples=[{"alternative": {"en": ["core team"]}, "reason": "Members say so."}])
    ],
) -> Response:
    """Fields left out stay, null clears; a field that has both languages is given whole."""
    change_concept(system, viewer, id, version, changes.model_dump(exclude_unset=True))
    return _answered(as_shown(system, viewer, id))


@routes.post("/{id}/retire", **ONE)
def retire(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, why: Because) -> Response:
    """Nothing is searched by it any more. Refused while others have it as their broader concept."""
    retire_concept(system, viewer, id, version, why.reason)
    return _answered(as_shown(system, viewer, id))


@routes.post("/{id}/restore", **ONE)
def restore(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, why: Because) -> Response:
    """It is searched by again, with the words that it had."""
    restore_concept(system, viewer, id, version, why.reason)
    return _answered(as_shown(system, viewer, id))


@routes.get("/{id}/history")
def concept_history(system: TheSystem, viewer: TheViewer, id: Id) -> History:
    """What staff changed: who, when, why. Empty for a concept that is as it came with the program."""
    entries = history_of_concept(system, viewer, id)
    return History(entries=[HistoryEntry.model_validate(entry) for entry in entries])


def _line(one: Line) -> ConceptLine:
    return ConceptLine(id=one.slug, url=ADDRESS + one.slug, preferred=one.record.preferred, retired=one.retired)


def _answered(known: Known, status: int = 200) -> Response:
    concept = known.concept
    body = ConceptShape(
        **vars(known.record.model_copy(update={"related": known.related})),
        id=concept.slug,
        version=concept.version,
        url=ADDRESS + concept.slug,
        created_at=concept.created_at,
        modified_at=concept.modified_at,
        narrower=list(known.narrower),
        retired=concept.retired,
        came=known.came,
    )
    headers = {"ETag": f'"{body.version}"'} | ({"Location": body.url} if status == 201 else {})
    return JSONResponse(body.model_dump(mode="json"), status, headers=headers)
