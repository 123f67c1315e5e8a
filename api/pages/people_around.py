"""People whom the forms of a process offer: those known around it, or somebody new."""

from typing import Any, TypeVar

from pydantic import BaseModel

from api.pages.fields import Choice, Field
from api.pages.process_parts import About
from api.pages.seen import people
from api.pages.translation import N_, Told
from api.usecases.people import add_once
from domain.cluster import Cluster
from domain.person import Person
from domain.person_record import PersonRecord
from domain.policy import may

M = TypeVar("M", bound=BaseModel)

SOMEBODY_NEW = (
    Field("new.name", N_("Or somebody new: name"), longest=200),
    Field("new.email", N_("E-mail"), "email", longest=254),
)


class _Somebody(BaseModel):
    new: PersonRecord | None


def people_around(about: About) -> tuple[Choice, ...]:
    """Those with a part in its cluster, those whom the process names, and the viewer; by name."""
    process, system = about.process, about.system
    ids = [about.viewer.person, *(p.record.person for p in process.participants.values())]
    ids += [leader.person for leader in (process.process_leader, process.project_leader) if leader]
    if process.current.cluster is not None and (cluster := system.store.find(Cluster, process.current.cluster)):
        ids += [m.value for m in cluster.managers]
        ids += [str(person.id) for person in system.event_log.appointed(cluster.id)]
    names = people(system, *ids)
    return tuple(sorted(((id, Told(name)) for id, name in names.items()), key=lambda choice: choice[1].casefold()))


def somebody(about: About) -> tuple[Field, ...]:
    """The fields for a person: somebody known, or new where the viewer may add to the register."""
    known = Field("person", N_("Somebody known"), "choice", choices=people_around(about))
    return (known, *SOMEBODY_NEW) if may(about.viewer, "make", Person) else (known,)


def with_somebody(about: About, model: type[M], values: dict[str, Any]) -> M:
    """What was typed, with who was chosen. Somebody new is added to the register once the rest is known to be right."""
    given = {name: values[name] for name in model.model_fields if name in values}
    new = _Somebody.model_validate({"new": values.get("new")}).new
    if new is not None:
        model.model_validate(given | {"person": "somebody new"})
        given["person"] = add_once(about.system, about.viewer, new, about.key)
    return model.model_validate(given)
