"""A thing as it was, on its own page: the banner that says so, who could read it, what has changed, a way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Request

from api.pages.seen import names_in
from api.pages.translation import N_, language, words
from api.usecases.looking import load
from api.usecases.past import Past, load_as_of
from api.wiring import System
from domain.aggregate import A
from domain.viewer import Viewer
from projections.history import Change
from search.index import Lang

AsOfThen = Annotated[str | None, Query()]
"""As for the API; empty, as a form sends it that was not filled in, it means now."""


@dataclass(frozen=True, slots=True)
class ShownPast:
    """What templates/past.html takes. `query` begins the query of an address of the same moment."""

    heading: str
    readers: str | None
    anonymous: bool
    changes: Sequence[Change]
    known: Mapping[str, str]
    query: str


def look(system: System, viewer: Viewer, cls: type[A], id: UUID, as_of: str | None) -> tuple[A, Past[A] | None]:
    """The thing as it is now, or as it was. Raises `NotFound`, `Invalid`, `NotAllowed`."""
    past = load_as_of(system, viewer, cls, id, as_of) if as_of else None
    return (past.thing if past else load(system, viewer, cls, id)), past


def shown_past(request: Request, system: System, viewer: Viewer, past: Past[Any] | None) -> ShownPast | None:
    if past is None:
        return None
    lang = language(request)
    return ShownPast(
        _heading(past.asked, past.at, lang),
        past.readers and past.readers.value,
        getattr(past.thing, "anonymous", False),
        past.changes,
        names_in(system, viewer, past.changes, lang),
        f"?as_of={quote(past.asked, safe='')}",
    )


def _heading(asked: str, at: datetime, lang: Lang) -> str:
    say = words(lang)
    when = say.instant(at, time=True)
    match asked[0], asked[1:]:
        case "v", number:
            return say(N_("As it was at version %(number)s, from %(when)s")) % {"number": number, "when": when}
        case "p", number:
            return say(N_("As it was at position %(number)s of the log, from %(when)s")) % {
                "number": number,
                "when": when,
            }
        case _ if len(asked) == 10:
            return say(N_("As it was at the end of %(day)s")) % {"day": say.day(asked)}
        case _:
            return say(N_("As it was on %(when)s")) % {"when": when}
