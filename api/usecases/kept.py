"""Searches that somebody keeps under a name: their own, shown to nobody else."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.usecases.finding import SearchParams
from api.wiring import System
from domain.acting import current_act
from domain.errors import Invalid, NotAllowed, NotFound, SignInFirst
from domain.text import Line
from domain.viewer import Viewer
from search.index import FACETS
from store.kept_searches import KeptSearch

LONGEST = 4_000
"""Characters of what is asked; longer addresses are cut off or refused on the way by proxies and programs."""
MOST_PAIRS = 600
"""Names and values, empty ones included: more than every filter can hold."""
OF_A_PAGE = frozenset({"limit", "cursor"})
"""What says which part of the found is shown, not what is asked."""


class NewKept(BaseModel):
    """A search to keep. `asked` is what the address of the search has behind its question mark."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Recruiting", "asked": "q=trust&phase=recruitment"}]}
    )

    name: Line
    asked: str = Field(max_length=100_000, description="Parameters of a search; `limit` and `cursor` are left out.")


class NewName(BaseModel):
    """What a kept search is called from now on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Recruiting, early"}]})

    name: Line


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a search is read: on a page, and as the two kinds of feed. From the address of the site on."""

    page: str
    atom: str
    json: str


def addresses_of(asked: str) -> Addresses:
    """Feeds are newest first, however the page is sorted."""
    unsorted = urlencode([pair for pair in parse_qsl(asked) if pair[0] != "sort"])
    behind = f"?{unsorted}" if unsorted else ""
    return Addresses(f"/?{asked}" if asked else "/", f"/search.atom{behind}", f"/search.json{behind}")


def asked_of(params: SearchParams) -> str:
    """The parameters in one way of writing them: in a fixed order, without what is empty, said twice or the default.
    `""` where everything is asked for."""
    told = params.model_dump(exclude=set(OF_A_PAGE), exclude_defaults=True)
    pairs = {(name, text.strip()) for name, text in parse_qsl(urlencode(told, doseq=True))}
    order = {name: number for number, name in enumerate(SearchParams.model_fields)}
    written = sorted((pair for pair in pairs if pair[1]), key=lambda pair: (order[pair[0]], pair[1]))
    return urlencode(written)


def params_of(asked: str) -> SearchParams:
    """Back from there; of what is said twice and cannot be, the first counts. Raises `Invalid` for what is no search,
    `ValidationError` for what cannot be searched for, which names why."""
    try:
        pairs = parse_qsl(asked.removeprefix("?"), max_num_fields=MOST_PAIRS)
    except ValueError:
        raise Invalid("Ask for less at a time.", field="asked") from None
    if any(name not in SearchParams.model_fields for name, _ in pairs):
        raise Invalid("This is no search: it has a parameter that is not known here.", field="asked")
    values: dict[str, object] = {n: v for n, v in reversed(pairs) if n not in (*OF_A_PAGE, *FACETS)}
    values |= {facet: given for facet in FACETS if (given := [v for n, v in pairs if n == facet])}
    return SearchParams.model_validate(values)


def keep_search(system: System, viewer: Viewer, name: str, params: SearchParams) -> KeptSearch:
    """Keeping the same twice keeps it once. Raises `SignInFirst`, `NotAllowed` for a program that may only read,
    `Invalid`, `NameTaken`, and `WrongState` for one too many."""
    _may_change(viewer)
    asked = asked_of(params)
    if asked_of(params.model_copy(update={"sort": "relevance"})) == "":
        raise Invalid("There is nothing to keep yet. Search for words, or choose a filter.", field="asked")
    if len(asked) > LONGEST:
        raise Invalid("This search is too long to be kept. Ask for less.", field="asked")
    return system.kept_searches.keep(viewer.person, name, asked, now=current_act().clock())


def kept_searches(system: System, viewer: Viewer) -> tuple[KeptSearch, ...]:
    """Newest first. Raises `SignInFirst`."""
    _signed_in(viewer)
    return system.kept_searches.of(viewer.person)


def kept_search(system: System, viewer: Viewer, id: UUID) -> KeptSearch:
    """Raises `SignInFirst`, `NotFound`."""
    for search in kept_searches(system, viewer):
        if search.id == str(id):
            return search
    raise NotFound("There is nothing here.")


def rename_search(system: System, viewer: Viewer, id: UUID, name: str) -> KeptSearch:
    """Raises `SignInFirst`, `NotAllowed`, `NotFound`, `NameTaken`."""
    _may_change(viewer)
    kept = system.kept_searches.rename(viewer.person, str(id), name)
    if kept is None:
        raise NotFound("There is nothing here.")
    return kept


def remove_search(system: System, viewer: Viewer, id: UUID) -> None:
    """Raises `SignInFirst`, `NotAllowed`, `NotFound`."""
    _may_change(viewer)
    if not system.kept_searches.remove(viewer.person, str(id)):
        raise NotFound("There is nothing here.")


def _signed_in(viewer: Viewer) -> None:
    if not viewer.signed_in:
        raise SignInFirst("Sign in to see what is yours.")


def _may_change(viewer: Viewer) -> None:
    _signed_in(viewer)
    if viewer.reads_only:
        raise NotAllowed("This token reads only. Make one that may write, or sign in and do it yourself.")
