"""Keeping the register of people."""

from uuid import UUID, uuid5

from api.wiring import System
from domain.errors import KeyReused, NotAllowed, NotFound
from domain.policy import Viewer
from store.people import Person

NAMESPACE = UUID("0b0c9a52-6c0e-4b8e-8a43-9d3f6f6d2c11")


def add_person(
    system: System, viewer: Viewer, name: str, email: str | None = None, *, key: str | None = None
) -> Person:
    """With a `key`, a repeated call gives the person that the first one added.

    Raises `KeyReused` when the key was used for somebody else."""
    _staff(viewer)
    person = system.people.add(name, email, id=str(uuid5(NAMESPACE, f"{viewer.person}\n{key}")) if key else None)
    if (person.name, person.email) != (name, email):
        raise KeyReused("This Idempotency-Key was used for another request. Take a new one.", field="Idempotency-Key")
    return person


def get_person(system: System, viewer: Viewer, id: str) -> Person:
    _staff(viewer)
    person = system.people.get(id)
    if person is None:
        raise NotFound("There is nothing here.")
    return person


def _staff(viewer: Viewer) -> None:
    if not viewer.staff:
        raise NotAllowed("You may not do this. Ask programme staff.")
