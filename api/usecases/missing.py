"""What members look for and no one has shared: noted at each search, told to staff once enough have looked."""

from collections.abc import Collection

from api.usecases.finding import Found, SearchParams
from api.wiring import System
from domain.acting import current_act
from domain.cluster import Cluster
from domain.errors import NotFound
from domain.policy import may
from domain.viewer import Viewer
from search.planner import words
from store.missed import Missed, Opened, Searched

LONGEST = 100
DIGITS = 4
PLAIN = frozenset({"q", "kind", "sort", "limit"})
"""What a search may say and still be one for these words as such."""


def counted_as(text: str) -> str | None:
    """The words as they are counted; None for what is not, since it may be about a person: an address of e-mail, more
    than four digits (a telephone, an account, somebody's number), and more than 100 characters, which nobody types but
    pastes from a letter or a text of theirs."""
    text = text.strip()
    if len(text) > LONGEST or "@" in text or sum(c.isdecimal() for c in text) > DIGITS:
        return None
    asked = " ".join(words(text))
    return asked if 0 < len(asked) <= LONGEST else None


def note_search(system: System, viewer: Viewer, seeker: str, params: SearchParams, found: Found) -> None:
    """Counts the first page of a search for words alone. Neither those who may see what is missing, so that looking
    into it does not make it more, nor an answer of a part only. Never fails, and nothing waits for it."""
    asked = counted_as(params.q)
    narrowed = any(getattr(params, name) for name in params.model_fields_set - PLAIN)
    if asked is None or narrowed or params.limit == 0 or found.degraded or _sees(viewer):
        return
    system.missed.note(Searched(asked, seeker, found.total > 0, current_act().clock()))


def note_opened(system: System, viewer: Viewer, seeker: str, text: str) -> None:
    """They opened something that a search for this text had led to. Never fails, and nothing waits for it."""
    asked = counted_as(text)
    if asked is not None and not _sees(viewer):
        system.missed.note(Opened(asked, seeker, current_act().clock()))


def missed(system: System, viewer: Viewer) -> tuple[Missed, ...]:
    """What most people looked for in vain comes first; nothing that has the name of somebody of the register in it.

    Raises `NotFound` for everybody but programme staff, `StoreUnavailable`."""
    if not _sees(viewer):
        raise NotFound("There is nothing here.")
    found = system.missed.missed(current_act().clock())
    if not found:
        return ()
    names = [set(words(person.name)) for person in system.people.everybody()]
    return tuple(one for one in found if not _names_somebody(one.asked, names))


def _sees(viewer: Viewer) -> bool:
    return may(viewer, "see-missing", Cluster)


def _names_somebody(asked: str, names: Collection[set[str]]) -> bool:
    """A name of one word is a word."""
    typed = set(asked.split())
    return any(len(name) > 1 and name <= typed for name in names)
