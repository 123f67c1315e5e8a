"""The persons of the demonstration, as whom anybody at this machine may act at a click."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from api.usecases.own_data import HeldPart, parts_of
from api.usecases.signing_in import begin_session
from api.wiring import System
from domain.errors import NotFound
from domain.person import Person

NAMESPACE = UUID("c6c1f1f4-9a4c-4c0e-8e2e-7d0c2a1b5f60")
KEYS = ("manager", "other-manager", "staff", "auditor", "administrator")


@dataclass(frozen=True, slots=True)
class Offered:
    id: str
    name: str
    parts: list[HeldPart]


def demo_person(key: str) -> UUID:
    return uuid5(NAMESPACE, key)


def offered(system: System) -> tuple[Offered, ...]:
    """Those who were loaded with the demo data, with the parts that they hold now."""
    ids = [demo_person(key) for key in KEYS]
    names, people = system.people.names(map(str, ids)), system.store.find_many(ids)
    found: list[Offered] = []
    for id in ids:
        person, name = people.get(id), names.get(str(id))
        if isinstance(person, Person) and name is not None:
            found.append(Offered(str(id), name, [part for part in parts_of(system, person) if part.now]))
    return tuple(found)


def sign_in_as(system: System, id: str, *, before: str | None = None) -> str:
    """The token of a new session, method `demo`. Raises `NotFound` for anybody who is not of the demonstration."""
    if id not in {person.id for person in offered(system)}:
        raise NotFound("There is nothing here.")
    return begin_session(system, id, "demo", before=before)
