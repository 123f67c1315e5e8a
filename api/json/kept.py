"""Kept searches: `/api/v1/me/searches`. Of whoever calls, and of nobody else."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.access.given import TheSystem, TheViewer
from api.json.route import KeyedRoute
from api.problems import PROBLEMS
from api.usecases import kept
from store.answers import Answer
from store.kept_searches import KeptSearch

SearchId = Annotated[UUID, Path(description="The kept search's id, as the list of them gives it.")]


class KeptShape(BaseModel):
    """A kept search, and the addresses that run it."""

    id: UUID
    name: str
    asked: str = Field(description="What its address has behind the question mark.")
    kept_at: datetime
    url: str = Field(description="The page.")
    atom: str = Field(description="The same as an Atom feed.")
    json_feed: str = Field(description="The same as a JSON Feed.")


class KeptList(BaseModel):
    """Newest first."""

    items: list[KeptShape]


class KeptRoute(KeyedRoute):
    def answered_again(self, request: Request, answer: Answer) -> Response:
        search = kept.kept_search(request.app.state.system, request.state.viewer, answer.subject)
        return JSONResponse(_shape(search).model_dump(mode="json"), 201)


routes = APIRouter(prefix="/api/v1/me/searches", tags=["me"], route_class=KeptRoute, responses=PROBLEMS)


@routes.get("")
def list_kept(system: TheSystem, viewer: TheViewer) -> KeptList:
    """The searches that the one who calls keeps."""
    return KeptList(items=[_shape(search) for search in kept.kept_searches(system, viewer)])


@routes.post("", status_code=201)
def keep(system: TheSystem, viewer: TheViewer, new: kept.NewKept) -> KeptShape:
    """Keep a search. Kept twice under one name, it is kept once; another search under that name is refused."""
    search = kept.keep_search(system, viewer, new.name, kept.params_of(new.asked))
    system.store.keep_answer(UUID(search.id))
    return _shape(search)


@routes.patch("/{id}")
def rename(system: TheSystem, viewer: TheViewer, id: SearchId, new: kept.NewName) -> KeptShape:
    """Call it something else."""
    return _shape(kept.rename_search(system, viewer, id, new.name))


@routes.delete("/{id}", status_code=204)
def remove(system: TheSystem, viewer: TheViewer, id: SearchId) -> None:
    """It is kept no longer. What it finds stays where it is."""
    kept.remove_search(system, viewer, id)


def _shape(search: KeptSearch) -> KeptShape:
    at = kept.addresses_of(search.asked)
    return KeptShape(
        id=UUID(search.id),
        name=search.name,
        asked=search.asked,
        kept_at=search.kept_at,
        url=at.page,
        atom=at.atom,
        json_feed=at.json,
    )
