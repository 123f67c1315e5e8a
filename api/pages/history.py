"""The history of a thing: who, when, what and why, and what changed in words."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.process_parts import named_parts
from api.pages.rendering import page
from api.pages.seen import named, people
from api.pages.translation import language
from api.usecases.finding import PLURALS
from api.usecases.histories import history_of
from api.usecases.looking import load
from api.wiring import System
from domain.aggregate import Aggregate
from domain.case import Case
from domain.cluster import Cluster
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.programme import Programme
from domain.viewer import Viewer
from projections.history import Entry
from search.index import Lang

ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
routes = APIRouter(include_in_schema=False)


def _add(cls: type[Aggregate]) -> None:
    def show(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
        return _history(request, system, viewer, load(system, viewer, cls, id))

    routes.add_api_route(f"/{PLURALS[cls.kind]}/{{id}}/history", show, methods=["GET"])


for _cls in (Lesson, Case, ForesightProcess, Cluster, Programme):
    _add(_cls)


def _history(request: Request, system: System, viewer: Viewer, thing: Aggregate) -> Response:
    entries = history_of(system, viewer, type(thing), thing.id)
    return page(
        request,
        "history.html",
        thing=thing,
        entries=entries[::-1],
        url=f"/{PLURALS[thing.kind]}/{thing.id}",
        names=people(system, *(e.actor for e in entries)),
        known=_named(system, viewer, entries, language(request)) | _parts(thing, language(request)),
    )


def _parts(thing: Aggregate, lang: Lang) -> dict[str, str]:
    return named_parts(thing, lang) if isinstance(thing, ForesightProcess) else {}


def _named(system: System, viewer: Viewer, entries: Sequence[Entry], lang: Any) -> dict[str, str]:
    """Names for the ids that changes mention: of things, and of people."""
    ids: set[UUID] = set()
    for text in (t for e in entries for c in e.changes for t in (c.before, c.after)):
        ids |= {UUID(found) for found in ID.findall(text)}
    names = dict(people(system, *(str(id) for id in ids)))
    return names | {t.id: t.code or t.title for t in named(system, viewer, sorted(ids), lang)}
