"""Opaque tokens: shown once to the one they are for, and kept as their digest alone."""

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

from domain.acting import current_act

AGAIN = timedelta(hours=1)
"""So long a repeated request is told the token that it made."""


def new_token() -> str:
    """256 random bits, safe in an address and in a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hex. A salt or a slow hash would add nothing: what is as random as a token cannot be guessed."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Secrets:
    """Tokens that answer a request. With the same key it is given the same one again, although none is kept: whoever
    does not have the `key` of the server (32 bytes) can neither tell nor make it."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"laerdom opaque tokens", "sha256")

    def new(self) -> str:
        """As `new_token`, for the request in `acting`."""
        act = current_act()
        if act.request_key is None:
            return new_token()
        told = json.dumps([act.actor, act.request_key.key, act.request_key.fingerprint])
        return urlsafe_b64encode(hmac.digest(self._key, told.encode(), "sha256")).rstrip(b"=").decode()
