"""What is kept about somebody, for themselves to see and to take along; and their wish to be erased."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.access.caller import Caller
from api.usecases.kept import kept_searches
from api.usecases.looking import today
from api.usecases.noting import note
from api.usecases.own import Myself, myself, own_sessions, own_tokens
from api.wiring import System
from domain.access import Access
from domain.aggregate import Aggregate
from domain.cluster import Cluster
from domain.errors import NotAllowed
from domain.person import Person, Role
from domain.programme import Programme
from projections.events_asked import Line

AT_ONCE = 500


class HeldPart(BaseModel):
    """A role, from `since`, which counts, to `until`, which does not. `name` is that of the cluster, or the code of the
    programme."""

    role: Role
    of: UUID | None
    name: str | None
    since: str
    until: str | None
    now: bool = Field(description="Whether it is held today.")


class KeptSession(BaseModel):
    """Where somebody is signed in."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    method: str
    begun_at: datetime
    seen_at: datetime


class KeptToken(BaseModel):
    """A token for a program, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    scope: str = Field(description="read or write.")
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class OwnSearch(BaseModel):
    """A search that they keep: its name, and what its address has behind the question mark."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    asked: str
    kept_at: datetime


class KeptEvent(BaseModel):
    """Something that somebody did at the door, or that was done to their parts."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    topic: str
    actor: str = Field(description="Person id, or a part of the system.")
    person: str | None = Field(description="Person id of whom it concerns.")
    thing: UUID | None
    reason: str | None
    detail: dict[str, JsonValue]
    request_id: str


class OwnData(BaseModel):
    """Everything that is kept about one person, apart from what they wrote for others to read."""

    person: str
    name: str
    email: str | None
    login: str | None
    has_password: bool
    second_factor: bool
    subject: str | None = Field(description="Issuer and subject of the identity provider they sign in with.")
    erasure_asked: bool
    parts: list[HeldPart]
    sessions: list[KeptSession]
    tokens: list[KeptToken]
    searches: list[OwnSearch] = Field(description="Those that they keep, newest first.")
    events: list[KeptEvent] = Field(description="Newest first.")


def parts_of(system: System, person: Person) -> list[HeldPart]:
    """Now and before, in the order of appointment."""
    held = person.appointments
    of = system.store.find_many(a.part.of for a in held if a.part.of is not None)
    return [
        HeldPart(
            role=a.part.role,
            of=a.part.of,
            name=_name(of.get(a.part.of)) if a.part.of else None,
            since=a.since,
            until=a.until,
            now=a.covers(today()),
        )
        for a in held
    ]


def own_events(system: System, me: Myself, *, before: int | None = None, limit: int) -> tuple[Line, ...]:
    """Newest first; `before` is the position of the last one of the page before."""
    return system.event_log.about(me.known.id, before=before, limit=limit)


def export_own(system: System, caller: Caller) -> OwnData:
    """Everything up to now, unless the lists are behind for long. Recorded as an export."""
    me = myself(system, caller)
    system.projector.progress.wait_for(system.store.position)
    lines: list[Line] = []
    while some := own_events(system, me, before=lines[-1].position if lines else None, limit=AT_ONCE):
        lines += some
    account = me.account
    note(system, Access.Exported, person=me.known.id, what="own data", count=len(lines))
    return OwnData(
        person=me.known.id,
        name=me.known.name,
        email=me.known.email,
        login=account.login if account else None,
        has_password=account is not None and account.password_hash is not None,
        second_factor=account is not None and account.totp_on,
        subject=account.subject if account else None,
        erasure_asked=me.person.erasure_asked,
        parts=parts_of(system, me.person),
        sessions=[KeptSession.model_validate(s) for s in own_sessions(system, me)],
        tokens=[KeptToken.model_validate(t) for t in own_tokens(system, me)],
        searches=[OwnSearch.model_validate(s) for s in kept_searches(system, caller.viewer)],
        events=[KeptEvent.model_validate(line) for line in lines],
    )


def ask_erasure(system: System, caller: Caller) -> None:
    """Once; asking again changes nothing. An administrator carries it out. Raises `NotAllowed` for a program that may
    only read."""
    me = myself(system, caller)
    if caller.viewer.reads_only:
        raise NotAllowed("This token reads only. Make one that may write, or sign in and do it yourself.")
    me.person.ask_erasure()
    system.save(me.person)


def _name(thing: Aggregate | None) -> str | None:
    return thing.name if isinstance(thing, Cluster) else thing.code if isinstance(thing, Programme) else None
