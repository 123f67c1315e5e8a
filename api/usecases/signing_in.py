"""Signing in with a login and a password, or with an invitation; and signing out."""

import math
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from uuid import UUID

from api.access import passwords, totp
from api.access.caller import Caller
from api.access.rates import network_of
from api.usecases.looking import turns_of
from api.usecases.noting import note
from api.wiring import System
from domain.access import Access
from domain.acting import but, current_act
from domain.errors import Invalid, NotFound, TooManyAttempts, WrongCredentials
from domain.person import Person
from domain.text import clean
from store.accounts import Account, folded
from store.people import Person as Known

LOGIN_MAX = 254
INVITED_FOR = timedelta(days=7)


def sign_in(system: System, login: str, password: str, code: str, address: str, *, before: str | None = None) -> str:
    """The token of a new session. `address` is where the request came from; `before` is the session that the browser
    had, which ends.

    Raises `WrongCredentials`, the same for everything that may be wrong, and `TooManyAttempts`."""
    account = system.sign_ins.accounts.by_login(login[:LOGIN_MAX])
    with attempting(system, login[:LOGIN_MAX], address, account.person if account else None):
        why = _wrong(system, account, password, code)
        if why is not None:
            note(system, Access.SignInFailed, person=account.person if account else None, why=why)
            raise _wrong_credentials()
    assert account is not None, "nobody's password fits nothing"
    if account.password_hash and passwords.outdated(account.password_hash):
        with suppress(TooManyAttempts):  # next time, then
            system.sign_ins.accounts.set_password(account.person, passwords.hashed(password))
    return begin_session(system, account.person, "password", before=before)


def begin_session(system: System, person: str, method: str, *, before: str | None = None) -> str:
    """For somebody who has proved who they are. Raises `WrongCredentials` for one who is suspended."""
    sessions, now = system.sign_ins.sessions, current_act().clock()
    with but(actor=person):
        if before is not None:
            sessions.end(before)
        token = sessions.begin(person, method=method, parts=turns_of(system, person), now=now)
        sessions.tidy(now)  # of everybody: what is over is looked at by nobody
        system.sign_ins.attempts.tidy(now)
        account = system.sign_ins.accounts.of(person)
        if account is not None and account.disabled:  # perhaps only now: whoever suspends has ended what they found
            sessions.end(token)
            note(system, Access.SignInFailed, person=person, why="suspended")
            raise _wrong_credentials()
        note(system, Access.SignedIn, person=person, method=method)
    return token


@contextmanager
def attempting(system: System, login: str, address: str, person: str | None) -> Generator[None]:
    """Counts an attempt of this login and from this address as failed, unless what is inside ends well.

    Raises `TooManyAttempts` before anything inside is done."""
    attempts, now = system.sign_ins.attempts, current_act().clock()
    begun = attempts.begin([f"account {folded(login)}", f"address {network_of(address)}"], now=now)
    if isinstance(begun, datetime):
        note(system, Access.SignInFailed, person=person, why="blocked")
        wait_s = max(1, math.ceil((begun - now).total_seconds()))
        raise TooManyAttempts(
            "There were too many attempts. Try again in {minutes} min.", wait_s=wait_s, minutes=math.ceil(wait_s / 60)
        )
    try:
        yield
    except TooManyAttempts:  # nothing was looked at
        attempts.forgive(begun)
        raise
    attempts.forgive(begun)


def invited(system: System, token: str) -> Known:
    """Whom an invitation is for. Raises `NotFound`, the same for one that was used, is too old or never was, and for
    one to somebody who was given another part since: whoever invited them may have no right to that."""
    person = system.sign_ins.accounts.invited(token, now=current_act().clock())
    known = system.people.get(person) if person else None
    if known is None or _given_more_since(system, known.id, system.sign_ins.accounts.invited_until(token)):
        raise _no_invitation()
    return known


def _given_more_since(system: System, person: str, until: datetime | None) -> bool:
    """Whether the person was given a part after the invitation that is open until then was made."""
    try:
        found = system.store.find(Person, UUID(person))
    except ValueError:
        return False
    given_at = found.given_at if found else None
    return until is None or (given_at is not None and given_at > until - INVITED_FOR)


def accept(system: System, token: str, login: str, password: str, *, before: str | None = None) -> str | None:
    """The token of a new session of the person, who has this login and password from now on; None where a second factor
    is still to be asked for. What the person was signed in to before ends.

    Raises `NotFound` as `invited` does; `Invalid` and `NameTaken`, after which the invitation is still open."""
    known, accounts = invited(system, token), system.sign_ins.accounts
    login = _login(login)
    passwords.judge(password, known=(login, known.name))
    account = accounts.accept(token, now=current_act().clock(), login=login, password_hash=passwords.hashed(password))
    if account is None:
        raise _no_invitation()
    system.sign_ins.sessions.end_all(account.person)
    with but(actor=account.person):
        note(system, Access.PasswordChanged, person=account.person)
    return None if account.totp_on else begin_session(system, account.person, "invitation", before=before)


def sign_out(system: System, caller: Caller) -> None:
    """Of this browser. Nothing happens where nobody had signed in."""
    if caller.session is not None:
        system.sign_ins.sessions.end(caller.secret)
        note(system, Access.SignedOut, person=caller.viewer.person, sessions=1)


def _wrong(system: System, account: Account | None, password: str, code: str) -> str | None:
    """What, in a word for the record; None when all is right. One password is compared, whatever there is."""
    if not passwords.fits(account.password_hash if account else None, password) or account is None:
        return "password"
    if account.disabled:
        return "suspended"
    if account.totp_on and not _code_counts(system, account, code):
        return "code"
    return None


def _code_counts(system: System, account: Account, code: str) -> bool:
    """Once: the same code is not taken again."""
    step = totp.step_of(account.totp_secret or "", code, current_act().clock())
    return step is not None and system.sign_ins.accounts.use_totp(account.person, step)


def _login(text: str) -> str:
    try:
        login = clean(text)
    except ValueError:
        raise Invalid("Remove the control characters.", field="login") from None
    if "\n" in login:
        raise Invalid("Write it on one line.", field="login")
    if not 1 <= len(login) <= LOGIN_MAX:
        raise Invalid("Choose a login of 1 to {longest} characters.", field="login", longest=LOGIN_MAX)
    return login


def _wrong_credentials() -> WrongCredentials:
    return WrongCredentials("This did not work. Check the login and the password, and the code if you use one.")


def _no_invitation() -> NotFound:
    return NotFound("This invitation is over: it was used, or it is too old. Ask for a new one.")
