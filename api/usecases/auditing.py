"""The auditor's desk: what happened at the door and with people's parts."""

from dataclasses import dataclass

from api.wiring import System
from domain.access import Access
from domain.policy import allow
from domain.viewer import Viewer
from projections.access_log import Line
from store.database import storable


@dataclass(frozen=True, slots=True)
class Page:
    """`names` of those whom the lines and the question mention, by id; `next` is the `before` of the following page."""

    lines: tuple[Line, ...]
    names: dict[str, str]
    next: int | None


def access_lines(
    system: System,
    viewer: Viewer,
    *,
    topic: str | None = None,
    person: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Page:
    """Newest first; with a `person`, what they did and what concerns them. Raises `NotAllowed`."""
    allow(viewer, "read", Access)
    found = system.access_log.listing(topic=topic, person=person, before=before, limit=limit + 1)
    lines = found[:limit]
    mentioned = {id for line in lines for id in (line.actor, line.person) if id}
    names = system.people.names(mentioned | ({person} if person and storable(person) else set()))
    return Page(lines, names, lines[-1].position if len(found) > limit else None)
