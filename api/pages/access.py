"""The auditor's desk: what happened at the door and with people's parts, newest first."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.labels import HAPPENED
from api.pages.rendering import page
from api.pages.translation import language, words
from api.usecases.auditing import access_lines
from api.usecases.checking import readable
from api.wiring import System
from domain.case import Case
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.programme import Programme
from domain.viewer import Viewer
from projections.access_log import TOPICS, Line
from search.index import Lang

routes = APIRouter(include_in_schema=False)


@routes.get("/access")
def access(
    request: Request,
    system: TheSystem,
    viewer: TheViewer,
    topic: Annotated[str, Query(max_length=100)] = "",
    person: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
) -> Response:
    found = access_lines(system, viewer, topic=topic or None, person=person or None, before=before)
    say = words(language(request))
    return page(
        request,
        "access.html",
        lines=found.lines,
        names=found.names,
        things=_things(system, viewer, found.lines, language(request)),
        topics=sorted(((t, say(HAPPENED[t])) for t in TOPICS), key=lambda choice: choice[1]),
        topic=topic,
        person=person,
        before=before,
        next=_address(topic, person, found.next) if found.next else None,
        all_of_them=_address,
    )


def _address(topic: str, person: str, before: int | None = None) -> str:
    asked = {"topic": topic, "person": person, "before": before}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/access?{query}" if query else "/access"


def _things(system: System, viewer: Viewer, lines: tuple[Line, ...], lang: Lang) -> dict[UUID, tuple[str, str]]:
    """Address and name of what was opened, and of what parts are held of, as far as the viewer may read it."""
    found = readable(system, viewer, [line.thing for line in lines if line.thing])
    return {id: told for id, thing in found.items() if (told := _called(thing, lang))}


def _called(thing: object, lang: Lang) -> tuple[str, str] | None:
    match thing:
        case Lesson():
            return f"/lessons/{thing.id}", thing.current.title.in_language(lang)[1]
        case Case():
            return f"/cases/{thing.id}", thing.current.title.in_language(lang)[1]
        case Cluster():
            return f"/clusters/{thing.id}", thing.name
        case Programme():
            return f"/programmes/{thing.id}", thing.code
        case _:
            return None
