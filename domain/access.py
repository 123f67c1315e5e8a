"""What happened at the door: an aggregate of one event each, so that nobody waits for anybody to record it.

`person` is whom it concerns, who may be another than the actor; both read it, and auditors read all.
"""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.aggregate import Aggregate, Event


class Noted(Event):
    """What all of them have."""

    person: str | None = Field(default=None, max_length=100)

    def apply(self, aggregate: Any) -> None:
        """Nothing is derived from it."""


class Access(Aggregate):
    kind: ClassVar[str] = "access"

    class SignedIn(Noted, topic="access.signed-in"):
        """`method`: password, sso, invitation or demo."""

        method: str

    class SignInFailed(Noted, topic="access.sign-in-failed"):
        """`person` where the login is somebody's. `why`: password, code, blocked, suspended or sso."""

        why: str

    class SignedOut(Noted, topic="access.signed-out"):
        """`sessions`: how many ended; one, or all of the person's."""

        sessions: int

    class Denied(Noted, topic="access.denied"):
        """Asked for what is not there or not for them: the two are told apart by nobody. `asked`: method and path."""

        asked: str

    class Read(Noted, topic="access.read"):
        """A restricted thing was read by somebody who is not of those who work on it: once an hour."""

        thing: UUID

    class Exported(Noted, topic="access.exported"):
        """`what` was written out of here, and how many."""

        what: str
        count: int

    class Invited(Noted, topic="access.invited"):
        until: AwareDatetime

    class PasswordChanged(Noted, topic="access.password-changed"):
        pass

    class SecondFactorChanged(Noted, topic="access.second-factor-changed"):
        on: bool

    class TokenMade(Noted, topic="access.token-made"):
        """An API token; `token` is its id, never the token itself."""

        token: UUID
        scope: str
        until: AwareDatetime

    class TokenRevoked(Noted, topic="access.token-revoked"):
        token: UUID

    class Suspended(Noted, topic="access.suspended"):
        """May not sign in any more, until restored."""

    class Restored(Noted, topic="access.restored"):
        """May sign in again."""

    @classmethod
    def note(cls, id: UUID, event: type[Noted], **fields: Any) -> "Access":
        access = cls(id)
        access.record(event, **fields)
        return access
