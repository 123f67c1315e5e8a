"""Searching under the viewer's scope: one way for pages, JSON and the command line."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.usecases.checking import hidden_from_search, readable
from api.usecases.thesaurus import current_thesaurus
from api.wiring import System
from domain.acting import current_act
from domain.aggregate import Aggregate
from domain.audiences import audiences
from domain.errors import Invalid
from domain.lesson import Lesson
from domain.seen import origin_told, seen
from domain.viewer import Viewer
from search.index import (
    FACETS,
    LANGS,
    MAX_LIMIT,
    Document,
    Hit,
    Lang,
    Page,
    Query,
    Scope,
    SearchUnavailable,
    Suggestion,
)
from search.paging import BadCursor, decode_cursor, encode_cursor
from search.planner import words

Value = Annotated[str, Field(max_length=200)]
Values = Annotated[list[Value], Field(max_length=50)]
MOST_THROUGH = 2
PLURALS = {
    "lesson": "lessons",
    "case": "cases",
    "process": "processes",
    "adaptation": "adaptations",
    "cluster": "clusters",
    "programme": "programmes",
}


def _instant(text: str) -> str:
    as_instant(text)
    return text


def as_instant(text: str) -> datetime:
    """`2011-05-30` means the end of that day (UTC), so that the day itself counts; an instant means itself.

    Raises `ValueError` for anything else."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.min, UTC) + timedelta(days=1, microseconds=-1)
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):  # the last day there is has no next one
        raise ValueError("Write a date such as 2011-05-30, or an instant such as 2011-05-30T12:00:00Z.") from None
    raise ValueError("Say the time zone of the instant, such as 2011-05-30T12:00:00Z.")


class SearchParams(BaseModel):
    """The parameters of a search, the same in an address of a page and of the API."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(default="", max_length=10_000, description="Words in English or bokmål.", examples=["trust"])
    kind: Values = Field(description="lesson, case, process, cluster, programme.", default_factory=list[str])
    programme: Values = Field(description="Codes, such as NCE.", default_factory=list[str])
    cluster: Values = Field(description="Ids of clusters.", default_factory=list[str])
    sector: Values = Field(description="As the facet of that name has them.", default_factory=list[str])
    county: Values = Field(description="As the facet of that name has them.", default_factory=list[str])
    phase: Values = Field(description="Phases of a foresight process, such as recruitment.", default_factory=list[str])
    polarity: Values = Field(description="keep, change, mixed.", default_factory=list[str])
    topic: Values = Field(description="As the facet of that name has them.", default_factory=list[str])
    lang: Values = Field(description="Written in: en, nb.", default_factory=list[str])
    year_from: int | None = Field(default=None, ge=1900, le=2200, description="Happened in this year or later.")
    year_to: int | None = Field(default=None, ge=1900, le=2200, description="Happened in this year or before.")
    sort: Literal["relevance", "newest", "oldest"] = Field(
        default="relevance", description="newest, oldest by release."
    )
    as_of: Annotated[str, Field(max_length=40), AfterValidator(_instant)] | None = Field(
        default=None, description="Search what was published then: a date, or an instant.", examples=["2026-11-24"]
    )
    limit: int = Field(default=10, ge=0, le=MAX_LIMIT, description="How many at most; 0 counts only.")
    cursor: str | None = Field(default=None, max_length=500, description="`next` of the page before.")


@dataclass(frozen=True, slots=True)
class Named:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hit was found. `words`: it has words that were typed. `through`: of what was `typed` it has another name,
    `found` as it is written there. `meaning`: it has none of the words, and is close in meaning. `names`: the words are
    in names, places or topics that it is kept under.
    """

    kind: Literal["words", "through", "meaning", "names"]
    typed: str | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True)
class FoundHit:
    """`title` is plain text; `marked`, the same title, and `snippet` are safe HTML with the words in `<mark>`. All
    three are in the language `lang`. `translation` is the address of the same in the language that the reader prefers,
    where it is shown in another one and there is one. `reasons`: none where nothing was typed."""

    id: str
    kind: str
    title: str
    marked: str
    snippet: str
    lang: Lang
    cluster: Named | None
    programmes: tuple[str, ...]
    phase: str | None
    happened: str
    published_at: datetime
    url: str
    translation: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """`facets` has every facet of the index; a value's label is its name where the value is an id or code.
    `degraded`: only a part could answer, or the index is so far behind that what is counted may be too much.
    `did_you_mean` are the words of the text, those replaced that nobody writes, where there are others like them."""

    total: int
    hits: tuple[FoundHit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    next: str | None
    degraded: bool
    did_you_mean: str | None = None


def get_ready(system: System) -> None:
    """What else the first reader would wait for, a second or two: the thesaurus read, the public looked at."""
    with suppress(SearchUnavailable):
        system.finder.get_ready(current_thesaurus(system))


def find(system: System, viewer: Viewer, params: SearchParams, *, prefer: Lang = "en") -> Found:
    """Every hit is one that the viewer may read at this moment, however far behind the index is. Raises `Invalid` for a
    cursor that fits no page of this search, `SearchUnavailable`."""
    filters = {f: tuple(v) for f in FACETS if (v := getattr(params, f, None))}
    query = Query(
        at=as_instant(params.as_of) if params.as_of else current_act().clock(),
        text=params.q,
        filters=filters,
        year_from=params.year_from,
        year_to=params.year_to,
        sort=params.sort,
        prefer=prefer,
        limit=params.limit,
    )
    if params.cursor:
        try:
            query = decode_cursor(params.cursor, query)
        except BadCursor as error:
            raise Invalid(str(error), field="cursor") from None
    hidden, scope = hidden_from_search(system, viewer, query.at), audiences(viewer)
    query = replace(query, without=frozenset(map(str, hidden.things)))
    thesaurus = current_thesaurus(system)
    page, shown = _searched(system, viewer, query, lambda asked: system.finder.search(asked, scope, thesaurus))
    names = _names(system, scope, page.facets.get("cluster", ()), shown.values())
    facets = {f: tuple(FacetValue(v, names.get(v, v), n) for v, n in page.facets.get(f, ())) for f in FACETS}
    return Found(
        total=page.total,
        hits=tuple(_hit(viewer, query, h, shown[h.document.id], names) for h in page.hits if h.document.id in shown),
        facets=facets,
        next=encode_cursor(query, page),
        degraded=page.degraded or not hidden.whole,
        did_you_mean=_replaced(query.text, page.corrected) if page.corrected else None,
    )


def alike(system: System, viewer: Viewer, to: Document, query: Query) -> tuple[FoundHit, ...]:
    """What says nearly the same as a document of something that the viewer may read, under the filters of the query,
    without the thing itself and what the query leaves out. Each hit is one that the viewer may read at this moment.
    Raises `SearchUnavailable`."""
    hidden, scope = hidden_from_search(system, viewer, query.at), audiences(viewer)
    query = replace(query, without=query.without | {to.thing, *map(str, hidden.things)})
    page, shown = _searched(system, viewer, query, lambda asked: system.finder.alike(to, asked, scope))
    names = _names(system, scope, (), shown.values())
    return tuple(_hit(viewer, query, h, shown[h.document.id], names) for h in page.hits if h.document.id in shown)


def suggest(system: System, viewer: Viewer, typed: str, *, prefer: Lang = "en") -> tuple[Suggestion, ...]:
    """Published things whose titles have words that begin as typed. Each is one that the viewer may read now."""
    prefer, at = prefer if prefer in LANGS else "en", current_act().clock()
    without = frozenset(map(str, hidden_from_search(system, viewer, at).things))
    found = system.index.suggest(typed, audiences(viewer), at, prefer, without=without)
    things = readable(system, viewer, [UUID(suggestion.thing) for suggestion in found])
    return tuple(suggestion for suggestion in found if UUID(suggestion.thing) in things)


def _searched(
    system: System, viewer: Viewer, query: Query, search: Callable[[Query], Page]
) -> tuple[Page, Mapping[str, Aggregate]]:
    """The page, and for its documents, by id, the things as the viewer may know them. Where there are some that the
    viewer may not read, it is what is found without those."""
    page = search(query)
    shown = _shown(system, viewer, page)
    refused = frozenset(hit.document.thing for hit in page.hits if hit.document.id not in shown)
    if refused:
        page = search(replace(query, without=query.without | refused))
        shown = _shown(system, viewer, page)
    return page, shown


def _shown(system: System, viewer: Viewer, page: Page) -> dict[str, Aggregate]:
    documents = [hit.document for hit in page.hits]
    things = readable(system, viewer, [UUID(document.thing) for document in documents])
    # A hit shows nothing else of a thing that its viewer may not know than where an anonymous lesson comes from.
    shown = {id: thing if origin_told(viewer, thing) else seen(viewer, thing) for id, thing in things.items()}
    return {
        d.id: thing
        for d in documents
        if (thing := shown.get(UUID(d.thing))) and (not isinstance(thing, Lesson) or d.revision <= len(thing.releases))
    }


def _replaced(text: str, corrected: Mapping[str, str]) -> str:
    return " ".join(corrected.get(word, word) for word in words(text))


def _reasons(hit: Hit) -> Iterator[Reason]:
    """The words first, and of other names for them no more than two."""
    if any(match.typed == match.found for match in hit.matches):
        yield Reason("words")
    through = (match for match in hit.matches if match.typed != match.found)
    yield from (Reason("through", " ".join(m.typed), m.written) for m in islice(through, MOST_THROUGH))
    if not hit.matches:
        yield Reason("meaning" if hit.near else "names")


def _hit(viewer: Viewer, query: Query, hit: Hit, thing: Aggregate, names: Mapping[str, str]) -> FoundHit:
    """What tells of the origin comes from the lesson as its viewer may know it, not from the index."""
    document = hit.document
    cluster, programmes = None, document.facets.get("programme", ())
    happened, published_at = document.happened, document.released_at
    if isinstance(thing, Lesson):
        release = thing.releases[document.revision - 1]
        cluster, programmes = release.record.cluster, programmes if origin_told(viewer, thing) else ()
        happened, published_at = str(release.record.happened or ""), release.released_at
    url, translated = f"/{PLURALS[document.kind]}/{document.thing}", document.title.get(query.prefer)
    return FoundHit(
        id=document.thing,
        kind=document.kind,
        title=hit.document.title[hit.lang],
        marked=hit.title,
        snippet=hit.snippet,
        lang=hit.lang,
        cluster=Named(str(cluster), names.get(str(cluster), "")) if cluster else None,
        programmes=programmes,
        phase=next(iter(document.facets.get("phase", ())), None),
        happened=happened,
        published_at=published_at,
        url=url,
        translation=f"{url}?lang={query.prefer}" if hit.lang != query.prefer and translated else None,
        reasons=tuple(_reasons(hit)) if query.text.strip() else (),
    )


def _names(
    system: System, scope: Scope, counted: Iterable[tuple[str, int]], shown: Iterable[Aggregate]
) -> dict[str, str]:
    """Names of the clusters in facets and lessons, by id."""
    releases = (release for thing in shown if isinstance(thing, Lesson) for release in thing.releases)
    ids = {v for v, _ in counted} | {str(r.record.cluster) for r in releases if r.record.cluster}
    entries = system.catalogue.entries(ids, scope=scope)
    return {str(id): entry.title.get("en", "") for id, entry in entries.items()}
