"""The history of a thing: who, when, what and why, and what changed in words."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.process_parts import named_parts
from api.pages.rendering import page
from api.pages.seen import names_in, people
from api.pages.translation import language
from api.usecases.finding import PLURALS
from api.usecases.histories import history_page
from api.usecases.looking import load
from api.wiring import System
from domain.access import Access
from domain.aggregate import Aggregate
from domain.case import Case
from domain.cluster import Cluster
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import may
from domain.programme import Programme
from domain.viewer import Viewer
from search.index import Lang

routes = APIRouter(include_in_schema=False)
AT_ONCE = 50
"""Entries of a page."""
Before = Annotated[int | None, Query(ge=1, lt=2**31)]


def _add(cls: type[Aggregate]) -> None:
    def show(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, before: Before = None) -> Response:
        return _history(request, system, viewer, load(system, viewer, cls, id), before)

    routes.add_api_route(f"/{PLURALS[cls.kind]}/{{id}}/history", show, methods=["GET"])


for _cls in (Lesson, Case, ForesightProcess, Cluster, Programme):
    _add(_cls)


def _history(request: Request, system: System, viewer: Viewer, thing: Aggregate, before: int | None) -> Response:
    found, lang = history_page(system, viewer, type(thing), thing.id, before=before, limit=AT_ONCE), language(request)
    entries, url = found.entries, f"/{PLURALS[thing.kind]}/{thing.id}"
    changes = (change for entry in entries for change in entry.changes)
    return page(
        request,
        "history.html",
        audits=may(viewer, "read", Access),
        removes=may(viewer, "redact", thing),
        thing=thing,
        entries=entries,
        url=url,
        newest=f"{url}/history" if before is not None else None,
        older=f"{url}/history?before={found.next}" if found.next else None,
        names=people(system, *(e.actor for e in entries)),
        known=names_in(system, viewer, changes, lang) | _parts(thing, lang),
    )


def _parts(thing: Aggregate, lang: Lang) -> dict[str, str]:
    return named_parts(thing, lang) if isinstance(thing, ForesightProcess) else {}
