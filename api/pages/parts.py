"""What parts are called, and the way between a part and the line of a list that it is chosen from."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from api.pages.fields import Choice
from api.pages.labels import LABELS
from api.pages.translation import N_, words
from api.wiring import System
from domain.audiences import audiences
from domain.errors import Invalid
from domain.person import Part, Role
from domain.viewer import Viewer
from search.index import Lang


def names_of(system: System, viewer: Viewer, parts: Iterable[Part]) -> Mapping[UUID, str]:
    """Names of clusters and codes of programmes that the parts are held of, by id."""
    entries = system.catalogue.entries({part.of for part in parts if part.of}, scope=audiences(viewer))
    return {id: entry.code or entry.title.get("en", "") for id, entry in entries.items()}


def choices_of(system: System, viewer: Viewer, parts: Iterable[Part], lang: Lang) -> list[Choice]:
    """In the order given: "Cluster manager: NCE Eyde"."""
    parts, say = list(parts), words(lang)
    names = names_of(system, viewer, parts)

    def called(part: Part) -> str:
        role = say(LABELS["role"][part.role.value])
        return f"{role}: {names.get(part.of, str(part.of))}" if part.of else role

    return [(as_value(part), called(part)) for part in parts]


def as_value(part: Part) -> str:
    return f"{part.role}:{part.of}" if part.of else part.role.value


def from_value(text: str) -> Part:
    """Raises `Invalid`."""
    role, _, of = text.partition(":")
    try:
        return Part(Role(role), UUID(of) if of else None)
    except ValueError:
        raise Invalid(N_("Choose one from the list."), field="part") from None
