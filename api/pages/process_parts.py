"""The parts of a foresight process as pages name them, and what a form about one of them has to know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.pages.fields import Choice
from api.pages.labels import LABELS
from api.pages.seen import people
from api.pages.translation import Told, words
from api.wiring import System
from domain.foresight.checks import Check
from domain.foresight.gatherings import Gathering, GatheringState
from domain.foresight.participation import Participant
from domain.foresight.process import ForesightProcess
from domain.text import LocalText
from domain.viewer import Viewer
from search.index import Lang


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about: the process, and the part of it that was chosen, empty for none; in the reader's
    language."""

    system: System
    viewer: Viewer
    process: ForesightProcess
    part: str
    lang: Lang
    key: str | None = None
    version: int = 0
    """Of the sent form: what it is called, and the process as it was when the form was opened."""


def is_id(kind: str, text: str) -> bool:
    """Whether a part of the kind could have it."""
    try:
        return bool(Check(text) if kind == "check" else UUID(text))
    except ValueError:
        return False


def part_of(process: ForesightProcess, kind: str, id: str) -> Any:
    """The part with the id, None where there is none."""
    if not is_id(kind, id):
        return None
    return Check(id) if kind == "check" else process.parts[kind].get(UUID(id))


def there(process: ForesightProcess, kind: str, id: str) -> Any:
    """The part with the id. Raises `NotFound` where there is none any more."""
    return Check(id) if kind == "check" else getattr(process, kind)(UUID(id))


def record_of(about: About, kind: str) -> dict[str, Any]:
    """What the record of the chosen part holds; empty where none is chosen."""
    found = part_of(about.process, kind, about.part)
    if found is None:
        return {}
    record = found.plan if kind == "gathering" else found.record
    return record.model_dump(mode="json")


def said(text: LocalText, lang: str) -> Told:
    return Told(text.in_language(lang)[1])


def called(participant: Participant, names: Mapping[str, str]) -> Told:
    """`Anne Li, Elkem (production)`, as far as it is known."""
    record = participant.record
    whose = f"{record.organisation} ({record.perspective})" if record.perspective else record.organisation
    person = names.get(record.person or "")
    return Told(f"{person}, {whose}" if person else whose)


def names_in(system: System, participants: Iterable[Participant]) -> Mapping[str, str]:
    return people(system, *(p.record.person for p in participants))


def called_participants(about: About, participants: Iterable[Participant]) -> list[Choice]:
    """By name."""
    participants = list(participants)
    names = names_in(about.system, participants)
    found = [(str(p.id), called(p, names)) for p in participants]
    return sorted(found, key=lambda choice: choice[1].casefold())


def gathering_called(gathering: Gathering, lang: Lang) -> Told:
    """Its first day, and what it is for."""
    day = words(lang).day(gathering.plan.starts)
    return Told(f"{day}: {gathering.plan.purpose}" if gathering.plan.purpose else day)


def called_parts(about: About, kind: str) -> list[Choice]:
    """What can be chosen of the kind, each with what it is called."""
    process, lang, say = about.process, about.lang, words(about.lang)
    match kind:
        case "participant":
            return called_participants(about, process.participants.values())
        case "gathering":
            return [(str(g.id), gathering_called(g, lang)) for g in process.by_date(*GatheringState)]
        case "signpost":
            return [(str(s.id), said(s.record.indicator, lang)) for s in process.signposts.values()]
        case "check":
            return [(check.value, say(LABELS["check"][check.value])) for check in Check]
        case _:
            return [(str(id), said(part.record.title, lang)) for id, part in process.parts[kind].items()]


def named_parts(process: ForesightProcess, lang: Lang) -> dict[str, str]:
    """What others of its parts refer to, by id."""
    parts = (process.forces, process.axes, process.scenarios, process.options)
    return {str(id): said(part.record.title, lang) for there in parts for id, part in there.items()}
