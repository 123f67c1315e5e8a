"""Refusals: what went wrong, in a sentence that says what to do. None of them repeats what was sent."""


class Refused(Exception):
    """A decision or a look-up was refused and nothing has changed.

    `template` is an English sentence and the key of its translations; `values` fill its braces. `field` names the part
    of the input that is at fault, where there is one.
    """

    code = "refused"

    def __init__(self, template: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values
        self.field = field


class Invalid(Refused):
    """The input can never be accepted as it is."""

    code = "invalid"


class NotFound(Refused):
    """There is no such thing, or the viewer may not know of it: the two are told apart by nobody."""

    code = "not-found"


class NotAllowed(Refused):
    """The viewer may not do this."""

    code = "not-allowed"


class SignInFirst(NotAllowed):
    """Nobody has signed in; somebody who has may be allowed to."""

    code = "sign-in"


class Forged(Refused):
    """A form came without the token that its page gave it: from elsewhere, or from before a sign-in."""

    code = "forged"


class WrongCredentials(Refused):
    """Somebody did not sign in. Which part of what they gave was wrong, they are not told."""

    code = "wrong-credentials"


class ProviderFailed(Refused):
    """Nobody was signed in, for a reason that lies with the identity provider."""

    code = "provider-failed"


class TooManyAttempts(Refused):
    """Tried too often. `wait_s` is after how many seconds it may be tried again."""

    code = "too-many-attempts"

    def __init__(self, template: str, *, wait_s: int, **values: object) -> None:
        super().__init__(template, field=None, **values)
        self.wait_s = wait_s


class WrongState(Refused):
    """The decision does not fit the state the thing is in."""

    code = "wrong-state"


class NameTaken(Refused):
    """Another thing bears the name."""

    code = "name-taken"


class NotReady(Refused):
    """Something is missing before this can be published. `missing` names the fields, in the order of the form."""

    code = "not-ready"

    def __init__(self, template: str, *, missing: tuple[str, ...], field: str | None = None, **values: object) -> None:
        super().__init__(template, field=field, missing=", ".join(missing), **values)
        self.missing = missing


class KeyReused(Refused):
    """The key that a request carried came before, with another request."""

    code = "key-reused"


class Stale(Refused):
    """The change was made against a version that is no longer the latest."""

    code = "stale"


class Conflict(Refused):
    """Two changes met. Nothing of this one was kept; load again and repeat."""

    code = "conflict"
