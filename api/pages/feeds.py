"""Any search as a feed, under the rights of whoever fetches it: `/search.atom` and `/search.json`."""

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Header, Query, Request, Response
from markupsafe import Markup
from starlette.responses import JSONResponse

from api.access.given import TheSystem, TheViewer
from api.pages.absolute import site
from api.pages.assets import addresses
from api.pages.feed_formats import NAME, Category, Entry, Feed, atom, json_feed
from api.pages.in_words import in_words
from api.pages.rendering import label
from api.pages.translation import N_, language, words
from api.problems import PROBLEMS
from api.usecases.finding import FoundHit, SearchParams, find
from api.usecases.kept import addresses_of, asked_of
from api.wiring import System
from domain.errors import Invalid
from domain.viewer import Viewer
from search.index import Lang

MOST = 50
VARY = {"Vary": "Accept-Language, Authorization, Cookie"}
"""What an answer to a program depends on beside its address."""
routes = APIRouter(tags=["search"], responses=PROBLEMS)


class Atom(Response):
    media_type = "application/atom+xml"


class JsonFeed(JSONResponse):
    """Of what is written already."""

    media_type = "application/feed+json"

    def render(self, content: bytes) -> bytes:
        return content


Asked = Annotated[SearchParams, Query()]
Known = Annotated[str | None, Header(alias="If-None-Match", description="The ETag of the feed as it was last fetched.")]
UNCHANGED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "Changes with what is told.", "schema": {"type": "string"}}}},
    304: {"description": "Nothing has changed for the one who asks."},
}


@routes.get("/search.atom", response_class=Atom, responses=UNCHANGED)
def as_atom(request: Request, system: TheSystem, viewer: TheViewer, params: Asked, known: Known = None) -> Response:
    """The newest of what is found, at most 50, as Atom (RFC 4287). Parameters as those of a search, without `cursor`;
    `sort` says nothing here."""
    return _answer(request, system, viewer, params, known, Atom, atom)


@routes.get("/search.json", response_class=JsonFeed, responses=UNCHANGED)
def as_json(request: Request, system: TheSystem, viewer: TheViewer, params: Asked, known: Known = None) -> Response:
    """The same as JSON Feed 1.1."""
    return _answer(request, system, viewer, params, known, JsonFeed, json_feed)


def _answer(
    request: Request,
    system: System,
    viewer: Viewer,
    params: SearchParams,
    known: str | None,
    kind: type[Response],
    written: Callable[[Feed], bytes],
) -> Response:
    body = written(_feed(request, system, viewer, params))
    headers = {"ETag": f'"{sha256(body).hexdigest()[:32]}"', **VARY}
    if request.state.caller.session is None:  # a program that follows may keep it; a browser that signed in may not
        headers["Cache-Control"] = "private, no-cache"
    if known is not None and _names(known, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return kind(body, headers=headers)


def _feed(request: Request, system: System, viewer: Viewer, params: SearchParams) -> Feed:
    if params.cursor:
        raise Invalid("A feed has one page. Leave the cursor out.", field="cursor")
    lang, home = language(request), site(request)
    limit = min(params.limit, MOST) if "limit" in params.model_fields_set else MOST
    # Not by relevance: how rare a word is is reckoned among all documents, so that which fifty come first would tell.
    newest = params.model_copy(update={"limit": limit, "sort": "newest"})
    found = find(system, viewer, newest, prefer=lang)
    asked = in_words(system, viewer, params, words(lang)) or words(lang)(N_("Lately published"))
    itself = _address(home + request.url.path, params, limit)
    return Feed(
        id=uuid5(NAMESPACE_URL, itself).urn,
        title=f"{NAME}: {asked}",
        lang=lang,
        itself=itself,
        page=home + addresses_of(asked_of(params)).page,
        home=home,
        icon=home + addresses().icon,
        entries=[_entry(hit, home, lang) for hit in found.hits],
    )


def _entry(hit: FoundHit, home: str, lang: Lang) -> Entry:
    """Nothing is told but what the hit tells on a page."""
    categories = [Category("urn:laerdom:kind", hit.kind, label(hit.kind, "thing", lang))]
    if hit.phase:
        categories.append(Category("urn:laerdom:phase", hit.phase, label(hit.phase, "phase", lang)))
    categories += [Category("urn:laerdom:programme", code, code) for code in hit.programmes]
    return Entry(
        id=f"urn:uuid:{hit.id}",
        url=home + hit.url,
        title=hit.title,
        summary=Markup(hit.snippet).striptags(),
        lang=hit.lang,
        updated=hit.published_at,
        author=(hit.cluster.name or None) if hit.cluster else None,
        categories=categories,
    )


def _address(path: str, params: SearchParams, limit: int) -> str:
    """Of the feed, in one way of writing it."""
    asked = asked_of(params.model_copy(update={"sort": "relevance"}))
    behind = "&".join(part for part in (asked, f"limit={limit}" if limit != MOST else "") if part)
    return f"{path}?{behind}" if behind else path


def _names(known: str, etag: str) -> bool:
    """Whether the tag is one of those that the caller has, strong or weak."""
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return "*" in tags or etag in tags
