"""What is somebody's own: where they are signed in, and the tokens with which programs act for them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.access.caller import Caller
from api.usecases.noting import note
from api.usecases.people import id_of
from api.wiring import System
from domain.access import Access
from domain.acting import current_act
from domain.errors import NotAllowed, NotFound, SignInFirst, WrongState
from domain.person import Person
from domain.text import Line
from store.accounts import Account
from store.opaque import AGAIN
from store.people import Person as Known
from store.sessions import Session
from store.tokens import PREFIX, ApiToken

MOST_TOKENS = 20


class NewToken(BaseModel):
    """A token for a program. It works for `days` from now."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "nightly export", "scope": "read", "days": 90}]}
    )

    name: Line
    scope: Literal["read", "write"]
    days: int = Field(ge=1, le=365)


@dataclass(frozen=True, slots=True)
class Myself:
    """`person` is without appointments where there were none yet."""

    known: Known
    account: Account | None
    person: Person


def myself(system: System, caller: Caller) -> Myself:
    """Raises `SignInFirst`."""
    if not caller.viewer.signed_in:
        raise SignInFirst("Sign in to see what is yours.")
    known, id = system.people.get(caller.viewer.person), id_of(caller.viewer.person)
    if known is None or id is None:
        raise NotFound("There is nothing here.")
    return Myself(known, system.sign_ins.accounts.of(known.id), system.store.find(Person, id) or Person(id))


def by_hand(system: System, caller: Caller) -> Myself:
    """For what a program may not do in anybody's name. Raises `SignInFirst`, `NotAllowed`."""
    if caller.program:
        raise NotAllowed("A program may not do this. Sign in and do it yourself.")
    return myself(system, caller)


def own_sessions(system: System, me: Myself) -> tuple[Session, ...]:
    return system.sign_ins.sessions.of(me.known.id, now=current_act().clock())


def end_session(system: System, caller: Caller, id: str) -> None:
    """Raises `NotFound`."""
    me = by_hand(system, caller)
    if not system.sign_ins.sessions.end_one(me.known.id, id):
        raise NotFound("There is nothing here.")
    note(system, Access.SignedOut, person=me.known.id, sessions=1)


def end_other_sessions(system: System, caller: Caller) -> int:
    """How many; the one that asks goes on."""
    return _end(system, by_hand(system, caller), but=caller.secret if caller.session else None)


def sign_out_everywhere(system: System, caller: Caller) -> int:
    """How many, the one that asks among them."""
    return _end(system, by_hand(system, caller), but=None)


def own_tokens(system: System, me: Myself) -> tuple[ApiToken, ...]:
    return system.sign_ins.tokens.of(me.known.id)


def make_token(system: System, caller: Caller, new: NewToken) -> tuple[ApiToken, str]:
    """The token and its secret, which nobody can ask for again. Raises `WrongState` for somebody who has no account."""
    me = by_hand(system, caller)
    if me.account is None:
        raise WrongState("Tokens are for people who sign in here with an account of their own.")
    if len(system.sign_ins.tokens.of(me.known.id)) >= MOST_TOKENS:
        raise WrongState("You have {most} tokens. Revoke one that is not used any more.", most=MOST_TOKENS)
    now = current_act().clock()
    until = now + timedelta(days=new.days)
    token, secret = system.sign_ins.tokens.create(
        me.known.id, new.name, new.scope, now=now, until=until, secret=system.sign_ins.secrets.new()
    )
    note(system, Access.TokenMade, person=me.known.id, token=UUID(token.id), scope=new.scope, until=until)
    return token, secret


def token_again(system: System, caller: Caller) -> tuple[ApiToken, str]:
    """What the request in `acting`, which has a key, was answered before. Raises `WrongState` where it cannot be told
    any more."""
    by_hand(system, caller)
    made = system.sign_ins.secrets.new()
    token = system.sign_ins.tokens.made_with(made)
    if token is None or token.created_at + AGAIN < current_act().clock():
        raise WrongState("The secret of this token was told already. Make another one, with a new Idempotency-Key.")
    return token, PREFIX + made


def revoke_token(system: System, caller: Caller, id: UUID) -> None:
    """Raises `NotFound`."""
    me = by_hand(system, caller)
    if not system.sign_ins.tokens.revoke(me.known.id, str(id)):
        raise NotFound("There is nothing here.")
    note(system, Access.TokenRevoked, person=me.known.id, token=id)


def _end(system: System, me: Myself, *, but: str | None) -> int:
    ended = system.sign_ins.sessions.end_all(me.known.id, but=but)
    note(system, Access.SignedOut, person=me.known.id, sessions=ended)
    return ended
