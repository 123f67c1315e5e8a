"""Opaque tokens: random, shown once to the one they are for, and kept as their digest alone."""

import secrets
from hashlib import sha256


def new_token() -> str:
    """256 random bits, safe in an address and in a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hex. A salt or a slow hash would add nothing: what is as random as a token cannot be guessed."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
