"""Kept searches: below the results, where one is kept; on the first page; and where they are looked over."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.responses import RedirectResponse

from api.access.given import TheSystem, TheViewer
from api.pages.faults import problems, status_of
from api.pages.fields import Field
from api.pages.form_route import Sent
from api.pages.in_words import in_words
from api.pages.rendering import page
from api.pages.sign_in import one
from api.pages.translation import N_, Words, language, words
from api.usecases import kept
from api.usecases.finding import SearchParams
from api.usecases.kept import Addresses, NewKept, NewName
from api.wiring import System
from domain.errors import Invalid, NameTaken, WrongState
from domain.viewer import Viewer
from search.index import Lang
from store.kept_searches import KeptSearch
from store.unavailable import StoreUnavailable

FIELDS = (Field("name", N_("Name")),)
Fault = Invalid | NameTaken | WrongState | ValidationError
FAULTS = (Invalid, NameTaken, WrongState, ValidationError)
routes = APIRouter(prefix="/me/searches", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the search page knows: `links`, the reader's own; what is asked, and how it is said; `name`, where it is
    kept already. `feeds` is None for what cannot be searched for, `may` says whether this reader keeps anything."""

    may: bool
    links: tuple[KeptSearch, ...]
    asked: str
    words: str
    name: str | None
    feeds: Addresses | None


@dataclass(frozen=True, slots=True)
class Row:
    """`named` is what the field for its name holds."""

    search: KeptSearch
    at: Addresses
    words: str
    named: str


def keeping(system: System, viewer: Viewer, params: SearchParams | None, lang: Lang) -> Keeping:
    """While the store is away nothing is kept, and what is found is shown all the same."""
    asked = kept.asked_of(params) if params else ""
    try:
        links = kept.kept_searches(system, viewer) if viewer.signed_in else ()
    except StoreUnavailable:
        links = ()
    return Keeping(
        may=viewer.signed_in and not viewer.reads_only,
        links=links,
        asked=asked,
        words=in_words(system, viewer, params, words(lang)) if params else "",
        name=next((search.name for search in links if search.asked == asked), None),
        feeds=kept.addresses_of(asked) if params else None,
    )


@routes.get("")
def look_over(request: Request, system: TheSystem, viewer: TheViewer) -> Response:
    return _list(request, system, viewer)


@routes.post("")
def keep(request: Request, system: TheSystem, viewer: TheViewer, sent: Sent) -> Response:
    typed = {"name": one(sent, "name"), "asked": one(sent, "asked")}
    kept.kept_searches(system, viewer)  # whoever has not signed in is sent there first
    try:
        new = NewKept.model_validate(typed)
        search = kept.keep_search(system, viewer, new.name, _params(new.asked))
    except FAULTS as fault:
        return _list(request, system, viewer, fault=fault, typed=typed)
    return RedirectResponse(f"/?{search.asked}&done=me.search-kept", 303)


@routes.post("/{id}/rename")
def rename(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, sent: Sent) -> Response:
    typed = {"name": one(sent, "name")}
    kept.kept_searches(system, viewer)
    try:
        kept.rename_search(system, viewer, id, NewName.model_validate(typed).name)
    except FAULTS as fault:
        return _list(request, system, viewer, at=str(id), fault=fault, typed=typed)
    return RedirectResponse("/me/searches?done=me.search-renamed", 303)


@routes.post("/{id}/remove")
def remove(system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
    kept.remove_search(system, viewer, id)
    return RedirectResponse("/me/searches?done=me.search-removed", 303)


def _list(
    request: Request,
    system: System,
    viewer: Viewer,
    *,
    at: str | None = None,
    fault: Fault | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    """`at` is the one whose new name was refused; without it, what was `typed` is a search that was not kept."""
    searches = kept.kept_searches(system, viewer)
    say = words(language(request))
    rows = [
        Row(
            search,
            kept.addresses_of(search.asked),
            _said(system, viewer, search, language(request)),
            typed["name"] if typed and at == search.id else search.name,
        )
        for search in searches
    ]
    return page(
        request,
        "kept.html",
        status=status_of(fault) if fault else 200,
        rows=rows,
        at=at,
        fault=_fault(fault, say) if fault else None,
        typed=typed if at is None and not isinstance(fault, Invalid) else None,
    )


def _fault(fault: Fault, say: Words) -> str:
    text = problems(fault, FIELDS, say)[0].text
    return f"{say(FIELDS[0].label)}: {text}" if isinstance(fault, ValidationError) else text


def _params(asked: str) -> SearchParams:
    try:
        return kept.params_of(asked)
    except ValidationError:
        raise Invalid(N_("Search once more, and keep it from there."), field="asked") from None


def _said(system: System, viewer: Viewer, search: KeptSearch, lang: Lang) -> str:
    """Empty for one of a version before that can no longer be searched for."""
    try:
        return in_words(system, viewer, kept.params_of(search.asked), words(lang))
    except (Invalid, ValidationError):
        return ""
