"""Who calls, how they proved it, and the token that forms of theirs carry."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from api.usecases.looking import turns_of, viewer_of
from api.wiring import System
from domain.acting import current_act
from domain.viewer import Viewer
from store.sessions import Session

SESSION = "__Host-laerdom"
VISIT = "__Host-laerdom-visit"
"""A cookie of a browser that has not signed in: so that its forms are its own as well."""


@dataclass(slots=True)
class Caller:
    """`secret` is the value of the cookie that forms are bound to: the session's, else the visit's, new where the
    browser had none. `asked_csrf` says that a page with a form was made for it."""

    viewer: Viewer
    secret: str = field(repr=False)
    session: Session | None = None
    program: bool = False
    new_visit: bool = False
    asked_csrf: bool = False

    @property
    def csrf(self) -> str:
        """What a form of this browser carries: made from its cookie, which pages elsewhere cannot read."""
        self.asked_csrf = True
        return csrf_of(self.secret)

    def sent_it(self, given: str | None) -> bool:
        """Whether the token is that of this browser."""
        wanted = csrf_of(self.secret).encode()
        return given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), wanted)


class BadToken(Exception):
    """The bearer token is none that is in force."""


def identify(system: System, cookies: dict[str, str], bearer: str | None, visitor: Callable[[], Viewer]) -> Caller:
    """Raises `BadToken`. A session that is over is as none: its browser is a visitor again."""
    now = current_act().clock()
    if bearer is not None:
        token = system.sign_ins.tokens.find(bearer, now=now)
        account = system.sign_ins.accounts.of(token.person) if token else None
        if token is None or account is None or account.disabled:
            raise BadToken
        return Caller(viewer_of(system, token.person, reads_only=token.scope == "read"), "", program=True)
    given = cookies.get(SESSION)
    session = system.sign_ins.sessions.find(given, now=now) if given else None
    account = system.sign_ins.accounts.of(session.person) if session else None
    suspended = account is not None and account.disabled
    if given and session and not suspended and session.parts == turns_of(system, session.person):
        return Caller(viewer_of(system, session.person), given, session)
    if given and session:
        system.sign_ins.sessions.end(given)
    visit = cookies.get(VISIT)
    return Caller(visitor(), visit or secrets.token_urlsafe(32), new_visit=not visit)


def csrf_of(secret: str) -> str:
    """The token of forms that are bound to this cookie."""
    return hmac.new(secret.encode("utf-8", "replace"), b"csrf", sha256).hexdigest()
