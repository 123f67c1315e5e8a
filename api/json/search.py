"""Search: `/api/v1/search` and `/api/v1/suggest`."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.given import TheSystem, TheViewer
from api.problems import PROBLEMS
from api.usecases.finding import SearchParams, find, suggest
from search.index import Lang

routes = APIRouter(prefix="/api/v1", tags=["search"], responses=PROBLEMS)


class Named(BaseModel):
    """A thing and its name."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str


class HitShape(BaseModel):
    """`title` is plain text, `snippet` safe HTML with the words in `<mark>`; both in the language `lang`."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: str
    title: str
    snippet: str
    lang: str
    cluster: Named | None
    programmes: list[str]
    phase: str | None
    happened: str
    published_at: datetime
    url: str


class FacetShape(BaseModel):
    """`value` is what to ask for, `label` what to show, `count` how many of the found have it."""

    model_config = ConfigDict(from_attributes=True)

    value: str
    label: str
    count: int


class FoundShape(BaseModel):
    """`next` is the `cursor` of the following page, null on the last. `degraded`: only a part could answer, or search
    is so far behind what was written that total and counts may be too high."""

    model_config = ConfigDict(from_attributes=True)

    total: int
    hits: list[HitShape]
    facets: dict[str, list[FacetShape]]
    next: str | None
    degraded: bool


class SuggestionShape(BaseModel):
    """A published thing whose title begins a word as typed."""

    model_config = ConfigDict(from_attributes=True)

    thing: str = Field(serialization_alias="id")
    kind: str
    lang: str
    title: str


@routes.get("/search")
def search(system: TheSystem, viewer: TheViewer, params: Annotated[SearchParams, Query()]) -> FoundShape:
    """Everything published that the viewer may see, now or as of a date, with counts to narrow it down.

    A repeated parameter means any of its values: `programme=NCE&programme=Arena`.
    """
    return FoundShape.model_validate(find(system, viewer, params))


@routes.get("/suggest")
def suggestions(
    system: TheSystem,
    viewer: TheViewer,
    q: Annotated[str, Query(max_length=200, description="What is typed so far.")] = "",
    lang: Annotated[Lang, Query(description="The language to prefer.")] = "en",
) -> list[SuggestionShape]:
    """Published things whose titles have words that begin as typed; at most eight."""
    return [SuggestionShape.model_validate(s) for s in suggest(system, viewer, q, prefer=lang)]
