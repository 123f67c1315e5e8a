"""What of a thing's surroundings a viewer gets to see on its page."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.usecases import checking
from api.usecases.finding import PLURALS
from api.wiring import System
from domain.audiences import audiences
from domain.programme import Programme
from domain.seen import seen
from domain.viewer import Viewer
from projections.catalogue_rows import Listed, line_of, mentioned
from projections.history import Change
from search.index import Lang

ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


@dataclass(frozen=True, slots=True)
class Linked:
    """A thing as another page names it, all of it as its viewer may know it: `title` in the language `lang`."""

    id: str
    kind: str
    url: str
    title: str
    lang: str
    code: str | None
    state: str
    draft_state: str | None
    modified_at: datetime | None
    thing: Listed


def named(system: System, viewer: Viewer, ids: Iterable[UUID], lang: Lang) -> list[Linked]:
    """The things with these ids, in their order, as far as the viewer may read them."""
    wanted = tuple(dict.fromkeys(ids))
    things = checking.readable(system, viewer, wanted)
    shown = (seen(viewer, things[id]) for id in wanted if id in things)
    return [_linked(thing, lang) for thing in shown if isinstance(thing, Listed)]


def linked_to(system: System, viewer: Viewer, id: UUID, kind: str, lang: Lang) -> list[Linked]:
    """What lives and, as far as the viewer may know, names the thing: not what does so in a draft of others alone, nor
    what hides that it comes from there."""
    entries = system.catalogue.linked_to(id, kind, scope=audiences(viewer))
    things = named(system, viewer, (entry.id for entry in entries), lang)
    return [t for t in things if t.state not in ("withdrawn", "superseded") and id in mentioned(t.thing)]


def names_in(system: System, viewer: Viewer, changes: Iterable[Change], lang: Lang) -> dict[str, str]:
    """Names for the ids that changes mention: of things, and of people."""
    texts = [text for change in changes for text in (change.before, change.after)]
    ids = {UUID(found) for text in texts for found in ID.findall(text)}
    names = dict(people(system, *(str(id) for id in ids)))
    return names | {t.id: t.code or t.title for t in named(system, viewer, sorted(ids), lang)}


def people(system: System, *ids: str | None) -> Mapping[str, str]:
    """Names by id; whoever was forgotten is left out."""
    return system.people.names([id for id in ids if id])


def _linked(thing: Listed, lang: Lang) -> Linked:
    line = line_of(thing)
    spoken = lang if lang in line.title else next(iter(line.title), lang)
    return Linked(
        id=str(thing.id),
        kind=thing.kind,
        url=f"/{PLURALS[thing.kind]}/{thing.id}",
        title=line.title.get(spoken, ""),
        lang=spoken,
        code=thing.code if isinstance(thing, Programme) else None,
        state=line.state,
        draft_state=line.draft_state,
        modified_at=thing.modified_at,
        thing=thing,
    )
