"""Giving people their parts and taking them back; letting them in, and keeping them out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from api.usecases.changing import require
from api.usecases.looking import today
from api.usecases.noting import note
from api.usecases.signing_in import INVITED_FOR
from api.wiring import System
from domain.access import Access
from domain.acting import but, current_act
from domain.aggregate import Aggregate
from domain.audiences import audiences
from domain.cluster import Cluster
from domain.dates import first_day
from domain.errors import Invalid, NotAllowed, NotFound, Refused, Stale, WrongState
from domain.person import OF, Part, Person, Role
from domain.policy import Action, allow, may
from domain.programme import Programme
from domain.viewer import Viewer
from store.opaque import AGAIN

GIVEN: Mapping[Role, tuple[type[Aggregate], Action]] = {
    Role.CLUSTER_MANAGER: (Cluster, "appoint-manager"),
    Role.CLUSTER_CONTRIBUTOR: (Cluster, "appoint-contributor"),
    Role.PROGRAMME_STAFF: (Programme, "appoint"),
    # Naming its leader gives it as well, by the process. By itself it reaches the drafts that name the process.
    Role.PROCESS_LEADER: (Person, "appoint"),
    Role.AUDITOR: (Person, "appoint"),
    Role.ADMINISTRATOR: (Person, "appoint"),
}
"""What the policy is asked about each part: the same for giving and for taking it."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """`token` is shown once; it opens up to `until`, not at it."""

    token: str = field(repr=False)
    until: datetime

    @property
    def path(self) -> str:
        """Where it is accepted, from the address of the site on."""
        return f"/invitation?token={self.token}"


def appoint(
    system: System,
    viewer: Viewer,
    person: UUID,
    part: Part,
    since: str,
    reason: str | None = None,
    *,
    version: int | None = None,
) -> Person:
    """A manager is listed with the cluster in the same transaction. `version` None means whatever is the latest.

    Raises `NotFound`, `NotAllowed`, `Invalid`, `WrongState`, `Stale`."""
    allow_giving(system, viewer, part, person)
    found = _load(system, person, version)
    not_oneself(viewer, str(person))
    with but(reason=reason):
        found.appoint(part, since)
        cluster = _managed(system, part)
        if cluster and not manages(cluster, str(person)):
            cluster.appoint_manager(str(person), since)
        system.save(found, *([cluster] if cluster else []))
    return found


def stand_down(
    system: System,
    viewer: Viewer,
    person: UUID,
    part: Part,
    until: str,
    reason: str | None = None,
    *,
    version: int | None = None,
) -> Person:
    """Whoever may give a part may take it, from themselves as well. Raises as `appoint`."""
    allow_giving(system, viewer, part, person)
    found = _load(system, person, version, forgotten=True)
    with but(reason=reason):
        found.stand_down(part, until)
        cluster = _managed(system, part)
        if cluster and manages(cluster, str(person)):
            cluster.manager_left(str(person), until)
        system.save(found, *([cluster] if cluster else []))
    return found


def allow_giving(system: System, viewer: Viewer, part: Part, person: UUID | None = None) -> None:
    """Refuses as `allow` does for the person, or for somebody new, and the same whether or not they are there; raises
    `Invalid` as `may_give`."""
    if not viewer.signed_in or not may_give(system, viewer, part):
        raise _refusal(viewer, person)


def may_give(system: System, viewer: Viewer, part: Part) -> bool:
    """Whether the viewer may give this part to others, and take it from them. Raises `Invalid` where it is a part of
    nothing that is there."""
    if (part.of is None) != (OF[part.role] is None):
        raise Invalid("Say what the role is held of. Auditors and administrators hold it of the whole.", field="of")
    cls, action = GIVEN[part.role]
    if cls is Person or part.of is None:
        return may(viewer, action, Person)
    [of] = require(system, viewer, cls, "of", part.of)
    return may(viewer, action, of)


def givable(system: System, viewer: Viewer) -> list[Part]:
    """Every part of a cluster, of a programme and of the whole that the viewer may give: by role, and by name."""
    scope = audiences(viewer)
    parts = [Part(role) for role, of in OF.items() if of is None]
    for kind in ("cluster", "programme"):
        entries = system.catalogue.listing(kind, scope=scope, limit=1_000)
        ids = [e.id for e in sorted(entries, key=lambda e: (e.code or e.title.get("en", "")).casefold())]
        parts += [Part(role, id) for role, of in OF.items() if of == kind for id in ids]
    found = system.store.find_many({part.of for part in parts if part.of})
    order = list(Role)

    def given(part: Part) -> bool:
        cls, action = GIVEN[part.role]
        on = found.get(part.of) if part.of else cls
        return on is not None and may(viewer, action, on)

    return sorted((part for part in parts if given(part)), key=lambda part: order.index(part.role))


def not_oneself(viewer: Viewer, person: str) -> None:
    """Raises `NotAllowed`: power is given by somebody else. Whoever sits at the machine has it all anyway."""
    if person == viewer.person and not viewer.operator:
        raise NotAllowed("Nobody gives themselves a part. Ask somebody else who may.")


def manages(cluster: Cluster, person: str) -> bool:
    return any(m.value == person and m.until is None for m in cluster.managers)


def invite(system: System, viewer: Viewer, person: UUID) -> Invitation:
    """A way in for a week, in place of earlier ones. Raises as `allow_inviting`."""
    allow_inviting(system, viewer, person)
    now = current_act().clock()
    until = now + INVITED_FOR
    token = system.sign_ins.accounts.invite(str(person), now=now, until=until, token=system.sign_ins.secrets.new())
    note(system, Access.Invited, person=str(person), until=until)
    return Invitation(token, until)


def invitation_again(system: System, viewer: Viewer, person: UUID) -> Invitation:
    """What the request in `acting`, which has a key, was answered before. Raises as `allow_inviting`, and `WrongState`
    where it cannot be told any more."""
    allow_inviting(system, viewer, person)
    token = system.sign_ins.secrets.new()
    until = system.sign_ins.accounts.invited_until(token)
    if until is None or until - INVITED_FOR + AGAIN < current_act().clock():
        raise WrongState("This invitation was told already. Invite them once more, with a new Idempotency-Key.")
    return Invitation(token, until)


def allow_inviting(system: System, viewer: Viewer, person: UUID) -> None:
    """Administrators invite anybody but themselves; others those who have no account yet, and only to parts that the
    inviter could give: a link is a way into somebody's rights.

    Raises `NotFound`, `NotAllowed`, and `WrongState` for oneself and for somebody who is suspended."""
    if not may(viewer, "make", Person):
        raise _refusal(viewer, person)
    known, administers = system.people.get(str(person)), may(viewer, "administer", Person(person))
    if not administers and not (known and _is_theirs_to_invite(system, viewer, person)):
        raise _refusal(viewer, person)
    _load(system, person, None)
    if str(person) == viewer.person:
        raise WrongState("Nobody invites themselves. Ask somebody else who may.")
    account = system.sign_ins.accounts.of(str(person))
    if account is not None and account.disabled:
        raise WrongState("This person is suspended. Restore them first.")


def may_invite(system: System, viewer: Viewer, person: UUID) -> bool:
    try:
        allow_inviting(system, viewer, person)
    except Refused:
        return False
    return True


def open_account(system: System, viewer: Viewer, person: UUID, login: str) -> None:
    """The login is the person's from now on. Raises `NameTaken` when it is somebody else's, `Invalid`."""
    allow(viewer, "administer", Person(person))
    _load(system, person, None)
    system.sign_ins.accounts.open(str(person), login=login)


def suspend(system: System, viewer: Viewer, person: UUID, reason: str) -> None:
    """Out at once, everywhere, and not in again until restored; the parts stay. Raises `WrongState`."""
    known = _administered(system, viewer, person)
    if known == viewer.person:
        raise WrongState("Nobody suspends themselves. Ask another administrator.")
    accounts = system.sign_ins.accounts
    account = accounts.of(known)
    if account is not None and account.disabled:
        raise WrongState("This person is suspended already.")
    with but(reason=reason, request_key=None):
        # First: what is done is recorded, whatever fails on the way.
        noted = note(system, Access.Suspended, person=known)
    accounts.open(known)  # so that no first sign-in through a provider goes round it
    accounts.disable(known)
    system.sign_ins.sessions.end_all(known)
    system.sign_ins.tokens.revoke_all(known)
    system.store.save(noted)  # the answer to the request, when all is done


def restore(system: System, viewer: Viewer, person: UUID, reason: str) -> None:
    """May sign in again. Raises `WrongState`."""
    known = _administered(system, viewer, person)
    if known == viewer.person:
        raise WrongState("Nobody restores themselves. Ask another administrator.")
    account = system.sign_ins.accounts.of(known)
    if account is None or not account.disabled:
        raise WrongState("This person is not suspended.")
    with but(reason=reason, request_key=None):
        noted = note(system, Access.Restored, person=known)
    system.sign_ins.accounts.enable(known)
    system.store.save(noted)  # the answer to the request, when all is done


def _refusal(viewer: Viewer, person: UUID | None) -> NotAllowed | NotFound:
    if person is not None and not may(viewer, "read", Person(person)):
        return NotFound("There is nothing here.")
    return NotAllowed("You may not do this with people. Ask programme staff or an administrator.")


def _load(system: System, id: UUID, version: int | None, *, forgotten: bool = False) -> Person:
    person = system.store.find(Person, id)
    if system.people.get(str(id)) is None and not (forgotten and person):
        raise NotFound("There is nothing here.")
    person = person or Person(id)
    if version not in (None, person.version):
        raise Stale("Someone has changed this since you opened it. Load it again; what you wrote is not lost.")
    return person


def _administered(system: System, viewer: Viewer, person: UUID) -> str:
    allow(viewer, "administer", Person(person))
    return str(_load(system, person, None).id)


def _managed(system: System, part: Part) -> Cluster | None:
    return system.store.get(Cluster, part.of) if part.role is Role.CLUSTER_MANAGER and part.of else None


def _is_theirs_to_invite(system: System, viewer: Viewer, id: UUID) -> bool:
    """Nobody who has an account; and somebody to whom the viewer could have given all that they have or will have."""
    if system.sign_ins.accounts.of(str(id)) is not None:
        return False
    day, person = today(), system.store.find(Person, id) or Person(id)
    parts = {a.part for a in person.appointments if a.until is None or day < first_day(a.until)}
    return bool(parts) and all(may_give(system, viewer, part) for part in parts)
