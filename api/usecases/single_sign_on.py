"""Signing in whom an identity provider vouches for: who that is here, and which parts its claims give."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid5

import structlog
from pydantic import TypeAdapter, ValidationError

from api.access.oidc_settings import MappedRole, Oidc
from api.usecases.looking import today
from api.usecases.noting import note
from api.usecases.persons import manages
from api.usecases.signing_in import begin_session
from api.wiring import System
from domain.access import Access
from domain.acting import but, current_act
from domain.aggregate import Aggregate
from domain.cluster import Cluster
from domain.dates import first_day
from domain.errors import Conflict, ProviderFailed, WrongCredentials
from domain.names import NameClaim, claim_id
from domain.person import Part, Person, Role
from domain.person_record import Email
from domain.text import Line
from store.accounts import Account

if TYPE_CHECKING:  # it takes longer to import than most commands take to run
    from api.access.oidc import Provider

log = structlog.get_logger()
NAMESPACE = UUID("7f6d1c0e-51a7-4a55-9a6f-2f0c3b7d8e10")
ACTOR = "oidc"
REASON = "as the identity provider says"
_line, _email = TypeAdapter[str](Line), TypeAdapter[str](Email)


def leave(system: System, provider: "Provider", onward: str, back: str) -> tuple[str, str]:
    """The address of the provider to send the browser to, and the state with which it comes `back`.

    Raises `ProviderFailed`, `TooManyAttempts`."""
    leaving = provider.leave()
    state = system.sign_ins.handshakes.begin(
        nonce=leaving.nonce, verifier=leaving.verifier, onward=onward, now=current_act().clock()
    )
    return provider.address(leaving, state, back), state


def come_back(
    system: System, provider: "Provider", state: str, code: str, back: str, *, before: str | None = None
) -> tuple[str, str]:
    """The token of a new session, and where the reader wanted to go. A state serves once, for ten minutes.

    Raises `WrongCredentials`, `ProviderFailed`, `TooManyAttempts`."""
    now = current_act().clock()
    handshake = system.sign_ins.handshakes.take(state, now=now)
    if handshake is None:
        note(system, Access.SignInFailed, why="sso")
        raise WrongCredentials("This sign-in was begun too long ago, or elsewhere. Begin again.")
    try:
        claims = provider.claims(code, handshake, back, now)
    except ProviderFailed:
        note(system, Access.SignInFailed, why="sso")
        raise
    return sign_in_by_claims(system, provider.oidc, claims, before=before), handshake.onward


def sign_in_by_claims(system: System, oidc: Oidc, claims: Mapping[str, Any], *, before: str | None = None) -> str:
    """The token of a new session, method `sso`. `claims` are verified. The parts that the settings map are given and
    ended as the claims say; those that were given here beside them stay.

    A person is known by the subject; one who has an account of that verified e-mail here is taken for the same. Anybody
    else is new, if a part is mapped for them. Raises `WrongCredentials` for whoever is not let in."""
    subject = f"{oidc.issuer} {claims['sub']}"
    account = system.sign_ins.accounts.by_subject(subject) or _linked(system, subject, claims)
    wanted = _parts(system, (oidc.roles[value] for value in _values(claims, oidc.claim) if value in oidc.roles))
    if account is None and not wanted:
        note(system, Access.SignInFailed, why="sso")
        raise WrongCredentials(
            "You are known to the identity provider, but nobody has given you a part here. Ask an administrator."
        )
    account = account or _new(system, subject, claims)
    if account.disabled:
        note(system, Access.SignInFailed, person=account.person, why="suspended")
        raise WrongCredentials("You may not sign in now. Ask an administrator.")
    _reconcile(system, UUID(account.person), wanted, _parts(system, oidc.roles.values()))
    return begin_session(system, account.person, "sso", before=before)


def _linked(system: System, subject: str, claims: Mapping[str, Any]) -> Account | None:
    email = _verified_email(claims)
    account = system.sign_ins.accounts.by_login(email) if email else None
    if account is None or account.subject is not None:
        return None
    return system.sign_ins.accounts.open(account.person, subject=subject)


def _new(system: System, subject: str, claims: Mapping[str, Any]) -> Account:
    """Two at once make one."""
    email = _verified_email(claims)
    given = (claims.get(name) for name in ("name", "preferred_username", "email", "sub"))
    name = next((n for g in given if (n := _checked(_line, g))), "–")
    known = system.people.add(name, email, id=str(uuid5(NAMESPACE, subject)))
    return system.sign_ins.accounts.open(known.id, subject=subject)


def _reconcile(system: System, id: UUID, wanted: frozenset[Part], mapped: frozenset[Part]) -> None:
    """Of what is `mapped`, the person holds what is `wanted` afterwards, and nothing else."""
    for last in (False, True):
        person = system.store.find(Person, id) or Person(id)
        with but(actor=ACTOR, reason=REASON):
            changed: list[Aggregate] = []
            for part in sorted(mapped, key=str):
                if (part in wanted) != person.holds(part):
                    changed += _turned(system, person, part, held=part in wanted)
            if not person.pending:
                return
            try:
                system.save(person, *changed)
                return
            except Conflict:  # they sign in twice at once, and the other one has done it
                if last:
                    raise


def _turned(system: System, person: Person, part: Part, *, held: bool) -> Iterable[Aggregate]:
    """Appoints or stands down; a cluster names its managers as well."""
    day, id = today().isoformat(), str(person.id)
    if held:
        person.appoint(part, day)
    else:
        since = next(a.since for a in person.appointments if a.part == part and a.until is None)
        person.stand_down(part, day := max(day, first_day(since).isoformat()))
    cluster = system.store.find(Cluster, part.of) if part.role is Role.CLUSTER_MANAGER and part.of else None
    if cluster is None:
        return ()
    if held and not manages(cluster, id):
        cluster.appoint_manager(id, day)
    elif not held and manages(cluster, id):
        since = next(m.since for m in cluster.managers if m.value == id and m.until is None)
        cluster.manager_left(id, max(day, first_day(since or day).isoformat()))
    return (cluster,) if cluster.pending else ()


def _parts(system: System, roles: Iterable[MappedRole]) -> frozenset[Part]:
    """What of it there is: a mapping may name a programme that nobody has established yet."""
    found = set[Part]()
    for mapped in roles:
        of = _of(system, mapped)
        if mapped.of is not None and of is None:
            log.warning("a mapped role is of something that is not there", role=mapped.role.value)
        else:
            found.add(Part(mapped.role, of))
    return frozenset(found)


def _of(system: System, mapped: MappedRole) -> UUID | None:
    match mapped.role:
        case Role.PROGRAMME_STAFF:
            claim = system.store.find(NameClaim, claim_id("programme", mapped.of or ""))
            return claim.bearer if claim else None
        case Role.CLUSTER_MANAGER | Role.CLUSTER_CONTRIBUTOR:
            id = UUID(mapped.of)
            return id if system.store.find(Cluster, id) else None
        case _:
            return UUID(mapped.of) if mapped.of else None


def _values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """One or several. A name with dots that is no claim leads inside: `realm_access.roles`."""
    found: Any = claims
    for step in (name,) if name in claims else name.split("."):
        found = cast(Mapping[str, Any], found).get(step) if isinstance(found, Mapping) else None
    several = cast(list[Any], found) if isinstance(found, list) else [found]
    return frozenset(value for value in several if isinstance(value, str))


def _verified_email(claims: Mapping[str, Any]) -> str | None:
    return _checked(_email, claims.get("email")) if claims.get("email_verified") is True else None


def _checked(kind: TypeAdapter[str], given: object) -> str | None:
    try:
        return kind.validate_python(given)
    except ValidationError:
        return None
