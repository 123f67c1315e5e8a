"""What of a thing's surroundings a viewer gets to see on its page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from api.usecases.finding import PLURALS
from api.wiring import System
from domain.aggregate import Aggregate
from domain.case import Case
from domain.lesson import Lesson
from domain.policy import Viewer, may
from projections.catalogue import Entry
from search.index import Lang


@dataclass(frozen=True, slots=True)
class Linked:
    """A thing as another page names it: `title` in the language `lang`."""

    id: str
    kind: str
    url: str
    title: str
    lang: str
    code: str | None
    state: str
    draft_state: str | None
    modified_at: str
    thing: Aggregate


def origin_shown(viewer: Viewer, lesson: Lesson) -> bool:
    """Whether the viewer may know whom an anonymous lesson comes from: those who work on it."""
    return not lesson.anonymous or may(viewer, "write", lesson)


def readable(system: System, viewer: Viewer, entries: Iterable[Entry], lang: Lang) -> list[Linked]:
    """Those of the entries that the viewer may read, in their order."""
    found: list[Linked] = []
    for entry in entries:
        thing = system.store.find_any(entry.id)
        if thing is not None and may(viewer, "read", thing):
            found.append(_linked(entry, thing, lang))
    return found


def linked_to(system: System, viewer: Viewer, id: UUID, kind: str, lang: Lang) -> list[Linked]:
    """What names the thing and lives: not what is withdrawn, nor what hides that it comes from there."""
    things = readable(system, viewer, system.catalogue.linked_to(id, kind), lang)
    return [t for t in things if t.state not in ("withdrawn", "superseded") and not _hidden(viewer, t.thing)]


def named(system: System, viewer: Viewer, ids: Iterable[UUID], lang: Lang) -> list[Linked]:
    """The things with these ids, in their order, as far as the viewer may read them."""
    wanted = tuple(dict.fromkeys(ids))
    entries = system.catalogue.entries(wanted)
    return readable(system, viewer, (entries[id] for id in wanted if id in entries), lang)


def people(system: System, *ids: str | None) -> Mapping[str, str]:
    """Names by id; whoever was forgotten is left out."""
    return system.people.names([id for id in ids if id])


def _hidden(viewer: Viewer, thing: Aggregate) -> bool:
    return isinstance(thing, Lesson) and not origin_shown(viewer, thing)


def _linked(entry: Entry, thing: Aggregate, lang: Lang) -> Linked:
    title = {**entry.title}
    if isinstance(thing, Lesson | Case):  # a draft in work is nobody's title yet
        title = thing.current.title.languages
    spoken = lang if lang in title else next(iter(title), lang)
    return Linked(
        id=str(entry.id),
        kind=entry.kind,
        url=f"/{PLURALS[entry.kind]}/{entry.id}",
        title=title.get(spoken, ""),
        lang=spoken,
        code=entry.code,
        state=entry.state,
        draft_state=entry.draft_state,
        modified_at=entry.modified_at,
        thing=thing,
    )
