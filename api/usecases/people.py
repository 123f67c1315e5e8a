"""Keeping the register of people, and reading who has which part."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias
from uuid import UUID, uuid5

from api.wiring import System
from domain.aggregate import Aggregate
from domain.errors import Invalid, KeyReused, NotFound
from domain.person import Part, Person, Role
from domain.person_record import PersonRecord
from domain.policy import allow, may
from domain.viewer import Viewer
from store.database import storable
from store.people import Person as Known

NAMESPACE = UUID("0b0c9a52-6c0e-4b8e-8a43-9d3f6f6d2c11")
AccountState: TypeAlias = Literal["none", "open", "suspended"]


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody's line in the register with the parts they had, have and will have. `account` is None where the viewer
    invites nobody."""

    known: Known
    person: Person
    account: AccountState | None


def add_person(system: System, viewer: Viewer, name: str, email: str | None = None, *, key: str | None = None) -> Known:
    """With a `key`, a repeated call gives the person that the first one added.

    Raises `KeyReused` when the key was used for somebody else."""
    allow(viewer, "make", Person)
    person = system.people.add(name, email, id=str(uuid5(NAMESPACE, f"{viewer.person}\n{key}")) if key else None)
    if (person.name, person.email) != (name, email):
        raise KeyReused("This Idempotency-Key was used for another request. Take a new one.", field="Idempotency-Key")
    return person


def add_once(system: System, viewer: Viewer, new: PersonRecord, form: str | None) -> str:
    """The id of somebody whom a form names as new, added by the first sending of it however often it is refused for
    something else. `form` is its key."""
    key = f"{form} person {new.name} {new.email}" if form else None
    return add_person(system, viewer, new.name, new.email, key=key).id


def get_person(system: System, viewer: Viewer, id: str) -> Registered:
    """Raises `NotFound` for somebody who is not there or not for this viewer."""
    known = system.people.get(id) if storable(id) else None
    if known is None or not (known.id == viewer.person or may(viewer, "read", Person)):
        raise NotFound("There is nothing here.")
    return registered(system, viewer, [known])[0]


def list_people(
    system: System, viewer: Viewer, *, named: str = "", limit: int = 50, offset: int = 0
) -> tuple[list[Registered], int]:
    """Those whose names have all the words, in the order of their names; and how many there are of them."""
    allow(viewer, "read", Person)
    found = system.people.everybody(named)
    return registered(system, viewer, found[offset : offset + limit]), len(found)


def registered(system: System, viewer: Viewer, known: Iterable[Known]) -> list[Registered]:
    """These people with their parts, in their order, as far as the viewer may know them."""
    known = list(known)
    found = system.store.find_many(id for one in known if (id := id_of(one.id)) is not None)
    return [registered_as(system, viewer, one, _person(one, found)) for one in known]


def registered_as(system: System, viewer: Viewer, known: Known, person: Person) -> Registered:
    """Somebody as they were when they were this; to a viewer who does not read the register, without their address and
    with the parts alone that they have in the viewer's clusters."""
    account = _account(system, known.id) if may(viewer, "make", Person) else None
    if may(viewer, "read", person) or known.id == viewer.person:
        return Registered(known, person, account)
    shown = copy(person)
    shown.appointments = tuple(a for a in person.appointments if a.part.of in viewer.manages)
    return Registered(replace(known, email=None), shown, account)


def contributors(system: System, cluster: UUID) -> list[Person]:
    """Those who have been appointed to contribute to the cluster and have not left."""
    part = Part(Role.CLUSTER_CONTRIBUTOR, cluster)
    return [person for person in system.event_log.appointed(cluster) if person.holds(part)]


def id_of(person: str) -> UUID | None:
    """The id under which somebody of the register can have parts; None for a name of a part of the system."""
    try:
        return UUID(person)
    except ValueError:
        return None


def of_register(system: System, person: str, field: str) -> tuple[Person, ...]:
    """Somebody of the register with their parts; nobody for an id under which no part can be held.

    Raises `Invalid` naming the field for an id that is nobody's."""
    if not storable(person) or system.people.get(person) is None:
        raise Invalid("There is no such person. Add the person first.", field=field)
    return with_parts(system, person)


def with_parts(system: System, person: str) -> tuple[Person, ...]:
    """Somebody with their parts, also when the register has forgotten them; nobody for an id that can have none."""
    id = id_of(person)
    return (system.store.find(Person, id) or Person(id),) if id else ()


def _person(known: Known, found: Mapping[UUID, Aggregate]) -> Person:
    id = id_of(known.id)
    person = found.get(id) if id else None
    return person if isinstance(person, Person) else Person(id or uuid5(NAMESPACE, known.id))


def _account(system: System, person: str) -> AccountState:
    account = system.sign_ins.accounts.of(person)
    return "none" if account is None else "suspended" if account.disabled else "open"
