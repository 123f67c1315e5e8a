"""What else to read beside a lesson or a case: those that say nearly the same, and those that say the opposite."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from api.usecases.finding import FoundHit, alike
from api.wiring import System
from domain.acting import current_act
from domain.case import Case
from domain.lesson import Lesson
from domain.viewer import Viewer
from search.index import Document, Lang, Query, SearchUnavailable

MOST = 4
OPPOSITE: Mapping[str, str] = {"keep": "change", "change": "keep"}


@dataclass(frozen=True, slots=True)
class Beside:
    """Lessons, the likest first. `disagreeing` are on the same topic, and advise to keep what this one advises to
    change, or the other way."""

    similar: tuple[FoundHit, ...] = ()
    disagreeing: tuple[FoundHit, ...] = ()


def beside(system: System, viewer: Viewer, thing: Lesson | Case, *, prefer: Lang) -> Beside:
    """Of something released that the viewer may read. Nothing while search is away, as a page is about something else,
    and nothing where no model tells what texts mean. The lessons of a case are not told again."""
    document = _released(system, thing.id) if system.meaning else None
    if document is None:
        return Beside()
    query = Query(at=current_act().clock(), filters={"kind": ("lesson",)}, prefer=prefer, limit=MOST)
    if isinstance(thing, Case):
        query = replace(query, without=frozenset(map(str, thing.current.lessons)))
    try:
        disagreeing = _disagreeing(system, viewer, document, query)
        there = {hit.id for hit in disagreeing}
        similar = tuple(hit for hit in alike(system, viewer, document, query) if hit.id not in there)
    except SearchUnavailable:
        return Beside()
    return Beside(similar, disagreeing)


def _disagreeing(system: System, viewer: Viewer, document: Document, query: Query) -> tuple[FoundHit, ...]:
    opposite = tuple(OPPOSITE[p] for p in document.facets.get("polarity", ()) if p in OPPOSITE)
    topics = document.facets.get("topic", ())
    if not opposite or not topics:
        return ()
    filters = {**query.filters, "polarity": opposite, "topic": topics}
    return alike(system, viewer, document, replace(query, filters=filters))


def _released(system: System, id: UUID) -> Document | None:
    """Its document now; an anonymous lesson's has nothing in it that tells of its origin."""
    return next((d for d in system.documents_of([id]) if d.until is None), None)
