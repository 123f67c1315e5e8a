"""One's own password and second factor, changed by whoever knows the password."""

from api.access import passwords, totp
from api.access.caller import Caller
from api.usecases.noting import note
from api.usecases.own import Myself, by_hand
from api.usecases.signing_in import attempting
from api.wiring import System
from domain.access import Access
from domain.acting import current_act
from domain.errors import Invalid, WrongState
from store.accounts import Account


def change_password(system: System, caller: Caller, old: str, new: str, address: str) -> None:
    """What is signed in elsewhere ends. Raises `Invalid`, `WrongState`, `TooManyAttempts`."""
    me, account = _with_password(system, caller)
    _ask(system, account, old, address, field="old_password")
    passwords.judge(new, known=(account.login or "", me.known.name))
    system.sign_ins.accounts.set_password(account.person, passwords.hashed(new))
    system.sign_ins.sessions.end_all(account.person, but=caller.secret)
    note(system, Access.PasswordChanged, person=account.person)


def begin_second_factor(system: System, caller: Caller, password: str, address: str) -> totp.Setup:
    """What to tell the app; nothing is asked for before its first code has come. Raises as `change_password`."""
    _, account = _with_password(system, caller)
    if account.totp_on:
        raise WrongState("The second factor is on. Turn it off before you begin another.")
    _ask(system, account, password, address)
    setup = totp.new_setup(account.login or account.person)
    system.sign_ins.accounts.begin_totp(account.person, setup.secret)
    return setup


def confirm_second_factor(system: System, caller: Caller, code: str) -> None:
    """From now on a code is asked for. What is signed in elsewhere ends. Raises `Invalid`, `WrongState`."""
    _, account = _with_password(system, caller)
    if account.totp_secret is None or account.totp_on:
        raise WrongState("Begin with the password: there is no second factor to confirm.")
    step = totp.step_of(account.totp_secret, code, current_act().clock())
    if step is None or not system.sign_ins.accounts.use_totp(account.person, step):
        raise Invalid("This is not the code of this half minute. Type the one that the app shows now.", field="code")
    system.sign_ins.accounts.confirm_totp(account.person)
    system.sign_ins.sessions.end_all(account.person, but=caller.secret)
    note(system, Access.SecondFactorChanged, person=account.person, on=True)


def remove_second_factor(system: System, caller: Caller, password: str, address: str) -> None:
    """Raises as `change_password`."""
    _, account = _with_password(system, caller)
    if not account.totp_on:
        raise WrongState("There is no second factor to turn off.")
    _ask(system, account, password, address)
    system.sign_ins.accounts.remove_totp(account.person)
    note(system, Access.SecondFactorChanged, person=account.person, on=False)


def _with_password(system: System, caller: Caller) -> tuple[Myself, Account]:
    me = by_hand(system, caller)
    if me.account is None or me.account.password_hash is None:
        raise WrongState("You have no password here.")
    return me, me.account


def _ask(system: System, account: Account, password: str, address: str, *, field: str = "password") -> None:
    """A session alone is not enough: it may be that of a browser somebody has left open. Counted like a sign-in."""
    with attempting(system, account.login or account.person, address, account.person):
        if not passwords.fits(account.password_hash, password):
            note(system, Access.SignInFailed, person=account.person, why="password")
            raise Invalid("This is not your password.", field=field)
