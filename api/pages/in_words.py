"""A search as a reader would say it: for the title of a feed, and for a name to begin with."""

from urllib.parse import parse_qsl
from uuid import UUID

from api.pages.labels import LABELS
from api.pages.translation import N_, Words
from api.usecases.finding import SearchParams, as_instant
from api.usecases.kept import asked_of
from api.wiring import System
from domain.audiences import audiences
from domain.viewer import Viewer

LABELLED = {"kind": "thing", "phase": "phase", "polarity": "polarity", "lang": "lang"}
BETWEEN = " · "


def in_words(system: System, viewer: Viewer, params: SearchParams, say: Words) -> str:
    """`trust · Recruitment · from 2009`; empty where everything is asked for. A cluster that the viewer may not know is
    told as one that is not there: by what was asked."""
    names = _names(system, viewer, params.cluster)
    asked = [(name, value) for name, value in parse_qsl(asked_of(params)) if name != "sort"]
    return BETWEEN.join(_told(name, value, names, say) for name, value in asked)


def _told(name: str, value: str, clusters: dict[str, str], say: Words) -> str:
    match name:
        case "q":
            return " ".join(value.split())
        case "cluster":
            return clusters.get(value) or value
        case "year_from":
            return say(N_("from %(year)s")) % {"year": value}
        case "year_to":
            return say(N_("to %(year)s")) % {"year": value}
        case "as_of":
            return say(N_("as of %(day)s")) % {"day": say.day(as_instant(value).date().isoformat())}
        case _:
            labels = LABELS.get(LABELLED.get(name, ""), {})
            return say(labels[value]) if value in labels else value


def _names(system: System, viewer: Viewer, clusters: list[str]) -> dict[str, str]:
    ids = [id for id in clusters if _is_id(id)]
    found = system.catalogue.entries(ids, scope=audiences(viewer)) if ids else {}
    return {str(id): entry.title.get("en", "") for id, entry in found.items() if entry.kind == "cluster"}


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
