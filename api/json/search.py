"""Search: `/api/v1/search` and `/api/v1/suggest`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.given import TheSeeker, TheSystem, TheViewer
from api.problems import PROBLEMS
from api.usecases.finding import SearchParams, find, suggest
from api.usecases.missing import note_search
from search.index import FACETS, Lang

routes = APIRouter(prefix="/api/v1", tags=["search"], responses=PROBLEMS)


class Named(BaseModel):
    """A thing and its name."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str


class ReasonShape(BaseModel):
    """Why a hit was found. `words`: it has words that were typed. `through`: of what was `typed` it has another name,
    `found` as it is written there. `meaning`: it has none of the words, and is close in meaning. `names`: the words are
    in names, places or topics that it is kept under."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal["words", "through", "meaning", "names"]
    typed: str | None
    found: str | None


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
    reasons: list[ReasonShape]


class BesideShape(BaseModel):
    """Lessons, the likest first. `disagreeing` are on the same topic, and advise to keep what this one advises to
    change, or the other way."""

    model_config = ConfigDict(from_attributes=True)

    similar: list[HitShape]
    disagreeing: list[HitShape]


class FacetShape(BaseModel):
    """`value` is what to ask for, `label` what to show, `count` how many of the found have it."""

    model_config = ConfigDict(from_attributes=True)

    value: str
    label: str
    count: int


EXAMPLE: Mapping[str, Any] = {
    "total": 12,
    "hits": [
        {
            "id": "585a7ea4-fce3-591e-9c11-5ceb4354b5f3",
            "kind": "lesson",
            "title": "Recruit committed participants early",
            "snippet": "Finding people who <mark>commit</mark> to the whole process takes longest.",
            "lang": "en",
            "cluster": {"id": "17854f07-866f-587d-aa17-36a48f81961a", "name": "NCE Smart Energy Markets"},
            "programmes": ["NCE"],
            "phase": "recruitment",
            "happened": "2009–2010",
            "published_at": "2026-11-24T12:00:00Z",
            "url": "/lessons/585a7ea4-fce3-591e-9c11-5ceb4354b5f3",
            "reasons": [{"kind": "through", "typed": "få med", "found": "recruit"}],
        }
    ],
    "facets": {facet: [] for facet in FACETS} | {"programme": [{"value": "NCE", "label": "NCE", "count": 1}]},
    "next": "eyJvIjoxfQ",
    "degraded": False,
    "did_you_mean": "få med deltakere",
}
"""Without null, which the description of an API leaves out."""


class FoundShape(BaseModel):
    """`next` is the `cursor` of the following page, null on the last. `degraded`: only a part could answer, or search
    is so far behind what was written that total and counts may be too high. `did_you_mean`: the text with those words
    replaced that nobody writes; null where all are known, or none is like them."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [dict(EXAMPLE)]})

    total: int
    hits: list[HitShape]
    facets: dict[str, list[FacetShape]]
    next: str | None
    degraded: bool
    did_you_mean: str | None


class SuggestionShape(BaseModel):
    """A published thing whose title begins a word as typed."""

    model_config = ConfigDict(from_attributes=True)

    thing: str = Field(serialization_alias="id")
    kind: str
    lang: str
    title: str


@routes.get("/search")
def search(
    system: TheSystem, viewer: TheViewer, seeker: TheSeeker, params: Annotated[SearchParams, Query()]
) -> FoundShape:
    """Everything published that the viewer may see, now or as of a date, with counts to narrow it down.

    A repeated parameter means any of its values: `programme=NCE&programme=Arena`.
    """
    found = find(system, viewer, params)
    if not found.total:  # what a program opens of it does not say where it comes from
        note_search(system, viewer, seeker, params, found)
    return FoundShape.model_validate(found)


@routes.get("/suggest")
def suggestions(
    system: TheSystem,
    viewer: TheViewer,
    q: Annotated[str, Query(max_length=200, description="What is typed so far.")] = "",
    lang: Annotated[Lang, Query(description="The language to prefer.")] = "en",
) -> list[SuggestionShape]:
    """Published things whose titles have words that begin as typed; at most eight."""
    return [SuggestionShape.model_validate(s) for s in suggest(system, viewer, q, prefer=lang)]
