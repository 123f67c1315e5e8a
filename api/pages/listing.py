"""Lists of all there is of one kind, as far as the viewer may read it."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from fastapi import Query, Request, Response

from api.pages.deeds import AnyDeed
from api.pages.rendering import page
from api.pages.seen import named
from api.pages.translation import language
from api.usecases.checking import hidden_from_lists
from api.usecases.finding import PLURALS
from api.wiring import System
from domain.audiences import audiences
from domain.policy import may
from domain.viewer import Viewer

PER_PAGE = 50
Offset: TypeAlias = Annotated[int, Query(ge=0, le=100_000)]


def listing_page(
    request: Request,
    system: System,
    viewer: Viewer,
    kind: str,
    heading: str,
    deeds: Sequence[AnyDeed],
    offset: int,
) -> Response:
    """Most lately changed first."""
    entries = system.catalogue.listing(
        kind,
        scope=audiences(viewer),
        without=hidden_from_lists(system, viewer),
        limit=PER_PAGE + 1,
        offset=offset,
    )
    new = next(d for d in deeds if d.makes)
    plural = PLURALS[kind]
    return page(
        request,
        "list.html",
        kind=kind,
        heading=heading,
        things=named(system, viewer, (e.id for e in entries[:PER_PAGE]), language(request)),
        new=new if may(viewer, new.action, new.cls) else None,
        new_url=f"/{plural}/new",
        before=f"/{plural}?offset={max(offset - PER_PAGE, 0)}" if offset else None,
        after=f"/{plural}?offset={offset + PER_PAGE}" if len(entries) > PER_PAGE else None,
    )
