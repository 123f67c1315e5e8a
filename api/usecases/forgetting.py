"""Forgetting a person: their name, address and ways in are erased; what they did stays, done by nobody known."""

from uuid import UUID

from api.usecases.looking import today
from api.usecases.persons import manages
from api.usecases.wiping import wipe
from api.wiring import System
from domain.acting import but, current_act
from domain.cluster import Cluster
from domain.dates import first_day
from domain.errors import Invalid, NotFound, WrongState
from domain.person import Person, Role
from domain.policy import allow
from domain.text import words_of
from domain.viewer import Viewer
from store.erasures import Forgotten, Searches
from store.redacting import LEAST, pattern_of


def forget_person(system: System, viewer: Viewer, id: UUID, reason: str) -> None:
    """Their parts end, they are signed out, and no page knows their name any more, for good. Searches that have their
    whole name in them go as well; texts that have it are for `redact`.

    Raises `NotFound`, `NotAllowed`, `WrongState` for oneself, and `Invalid` for a reason that has the name in it."""
    allow(viewer, "administer", Person(id))
    known = system.people.get(str(id))
    if known is None:
        raise NotFound("There is nothing here.")
    if known.id == viewer.person:
        raise WrongState("Nobody forgets themselves. Ask another administrator.")
    if set(known.name.split()) & set(reason.split()):
        raise Invalid("The reason is kept for good. Leave the name out of it.", field="reason")
    changed = forgotten(system, id, reason)
    system.erasures.add(Forgotten(person=id, reason=reason, at=current_act().clock()))
    with but(request_key=None):
        system.save(*changed)
    erase(system, id, known.name)
    wipe(system, texts=False)
    system.store.save(changed[0])  # the answer to the request, when all is done


def forgotten(system: System, id: UUID, reason: str) -> tuple[Person | Cluster, ...]:
    """The person without a part, and the clusters that they managed, to be saved."""
    person = system.store.find(Person, id) or Person(id)
    managed = [a.part.of for a in person.appointments if a.part.role is Role.CLUSTER_MANAGER and a.part.of]
    clusters = [c for c in system.store.find_many(managed).values() if isinstance(c, Cluster) and manages(c, str(id))]
    with but(reason=reason):
        person.forget(reason)
        for cluster in clusters:
            since = next(m.since for m in cluster.managers if m.value == str(id) and m.until is None)
            later = since if since is not None and today() < first_day(since) else None
            cluster.manager_left(str(id), later or today().isoformat())
    return person, *clusters


def erase(system: System, id: UUID, name: str = "") -> None:
    """Every row of theirs, beside the events. Doing it again does nothing."""
    person = str(id)
    system.sign_ins.forget(person)
    system.kept_searches.forget(person)
    system.missed.forget(person)
    if len(name) >= LEAST:
        drop_searches(system, name)
    system.people.remove(person)


def drop_searches(system: System, words: str) -> None:
    """What anybody keeps or looked for in vain that has the words in it. Raises `Invalid` for too few."""
    kept = system.kept_searches.saying(pattern_of(words))
    if kept:
        system.erasures.add(Searches(ids=kept))
        system.kept_searches.drop(kept)
    system.missed.drop(words_of(words))
