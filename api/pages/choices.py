"""The lists that forms let people choose from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from api.pages.fields import Choice, Field
from api.pages.labels import LABELS
from api.pages.translation import N_, words
from api.usecases.people import contributors
from api.usecases.processes import processes_of
from api.wiring import System
from domain.audiences import audiences
from domain.case import Case
from domain.cluster import Cluster
from domain.viewer import Viewer
from search.index import Lang

MOST = 1_000
"""Clusters and programmes in a list; Norway has had about a hundred clusters since 2002."""


def choices_for(
    system: System, viewer: Viewer, fields: Sequence[Field], thing: Any, lang: Lang
) -> Mapping[str, Sequence[Choice]]:
    """The choices of every field that is chosen from some, or from none yet, by the name of the field."""
    say = words(lang)
    found: dict[str, Sequence[Choice]] = {}
    for field in fields:
        if isinstance(field.choices, tuple):
            if field.choices or field.kind in ("choice", "many"):
                found[field.name] = [(value, say(label)) for value, label in field.choices]
        elif field.choices in LABELS:
            found[field.name] = [(value, say(label)) for value, label in LABELS[field.choices].items()]
        else:
            found[field.name] = _LISTS[field.choices](system, viewer, thing, lang)
    return found


def places(system: System, viewer: Viewer, lang: Lang) -> tuple[list[Choice], list[Choice]]:
    """All clusters, and all programmes."""
    return _clusters(system, viewer, None, lang), _programmes(system, viewer, None, lang)


def _clusters(system: System, viewer: Viewer, thing: Any, lang: Lang) -> list[Choice]:
    entries = system.catalogue.listing("cluster", scope=audiences(viewer), limit=MOST)
    named = ((str(e.id), e.title.get(lang) or next(iter(e.title.values()), "")) for e in entries)
    return sorted(named, key=lambda choice: choice[1].casefold())


def _own_clusters(system: System, viewer: Viewer, thing: Any, lang: Lang) -> list[Choice]:
    """Those that the viewer manages or contributes to."""
    own = {str(id) for id in viewer.clusters}
    return [c for c in _clusters(system, viewer, thing, lang) if viewer.operator or c[0] in own]


def _own_processes(system: System, viewer: Viewer, thing: Any, lang: Lang) -> list[Choice]:
    """Those of the clusters that the viewer manages or contributes to."""
    own = sorted(viewer.clusters, key=str)
    return [(str(p.id), p.current.title.in_language(lang)[1]) for c in own for p in processes_of(system, viewer, c)]


def _programmes(system: System, viewer: Viewer, thing: Any, lang: Lang) -> list[Choice]:
    entries = system.catalogue.listing("programme", scope=audiences(viewer), limit=MOST)
    return sorted((str(e.id), e.code or "") for e in entries)


def _joined(system: System, viewer: Viewer, thing: Any, lang: Lang) -> list[Choice]:
    """The programmes that a cluster is in now."""
    inside = {str(m.programme) for m in thing.open_memberships()} if isinstance(thing, Cluster) else set[str]()
    return [c for c in _programmes(system, viewer, thing, lang) if c[0] in inside]


def _members(system: System, viewer: Viewer, thing: Any, lang: Lang) -> list[Choice]:
    names = sorted(m.name for m in thing.members) if isinstance(thing, Cluster) else []
    return [(name, name) for name in names]


def _managing(system: System, viewer: Viewer, thing: Any, lang: Lang) -> list[Choice]:
    ids = [m.value for m in thing.managers if m.until is None] if isinstance(thing, Cluster) else []
    return _people(system, ids, lang)


def _around(system: System, viewer: Viewer, thing: Any, lang: Lang) -> list[Choice]:
    """People who have or had a part in a cluster, apart from the viewer: nobody gives themselves one."""
    ids = [m.value for m in thing.managers] if isinstance(thing, Cluster) else []
    ids += [str(person.id) for person in system.event_log.appointed(thing.id)] if isinstance(thing, Cluster) else []
    return _people(system, [id for id in ids if viewer.operator or id != viewer.person], lang)


def _contributing(system: System, viewer: Viewer, thing: Any, lang: Lang) -> list[Choice]:
    ids = [str(person.id) for person in contributors(system, thing.id)] if isinstance(thing, Cluster) else []
    return _people(system, ids, lang)


def _known(system: System, viewer: Viewer, thing: Any, lang: Lang) -> list[Choice]:
    """People whom the thing names already, and the viewer."""
    ids: list[str] = []
    if isinstance(thing, Cluster):
        ids = [m.value for m in thing.managers]
    if isinstance(thing, Case):
        record = thing.draft or thing.current
        ids = [record.contact] if record.contact else []
    return _people(system, [*ids, viewer.person], lang)


def _people(system: System, ids: Sequence[str], lang: Lang) -> list[Choice]:
    names = system.people.names(ids)
    return [(id, names.get(id, words(lang)(N_("Somebody who was forgotten")))) for id in dict.fromkeys(ids)]


_LISTS: dict[str, Callable[[System, Viewer, Any, Lang], list[Choice]]] = {
    "clusters": _clusters,
    "own-clusters": _own_clusters,
    "own-processes": _own_processes,
    "programmes": _programmes,
    "joined": _joined,
    "members": _members,
    "managing": _managing,
    "contributing": _contributing,
    "around": _around,
    "known": _known,
}
