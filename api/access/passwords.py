"""Passwords: kept as argon2id hashes, and refused where they are short or what many choose."""

import threading
import unicodedata
from collections.abc import Generator, Iterable
from contextlib import contextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from api.access.common_passwords import common
from domain.errors import Invalid, TooManyAttempts

SHORTEST, LONGEST = 12, 256
AT_ONCE = 2
"""Hashes that are made or compared at once, each some 50 ms of one core and 19 MiB."""
WAITING = 6
"""And as many wait for their turn; each of them holds one of the threads that answer everybody."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
"""Two rounds over 19 MiB. Source: OWASP's cheat sheet on storing passwords, argon2id."""
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$RoF1f2IVtwX+dqXmYvVdmg$p8OgaGQD0huvdZEPgighQdsKwYGUjZeSTcmMIvdZWLU"
"""A hash of the same parameters and of no password: compared with where there is none, so that it takes as long."""

_turns = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)


def judge(password: str, *, known: Iterable[str] = ()) -> None:
    """`known` are words that others know of the person, such as the login and the name. Raises `Invalid`."""
    if len(password) < SHORTEST:
        raise Invalid("Choose a password of at least {shortest} characters.", field="password", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("Choose a password of at most {longest} characters.", field="password", longest=LONGEST)
    if common(unicodedata.normalize("NFKC", password)[:LONGEST], known):
        raise Invalid(
            "Many people would guess this one: common words, your name or a row of keys. Add words of your own.",
            field="password",
        )


def hashed(password: str) -> str:
    """Takes some 50 ms. Raises `TooManyAttempts` while too many others do the same."""
    with _turn():
        return HASHER.hash(_prepared(password))


def fits(password_hash: str | None, password: str) -> bool:
    """Takes as long for None, which nothing fits. Raises `TooManyAttempts` while too many others do the same."""
    with _turn():
        try:
            right = HASHER.verify(password_hash or NOBODYS, _prepared(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
    return right and password_hash is not None and len(password) <= LONGEST


def outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than those of today."""
    return HASHER.check_needs_rehash(password_hash)


def _prepared(password: str) -> bytes:
    """The same for every keyboard that composes its letters in another way."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@contextmanager
def _turn() -> Generator[None]:
    if not _places.acquire(blocking=False):
        raise TooManyAttempts("Many people sign in at this moment. Wait a few seconds and try again.", wait_s=2)
    try:
        with _turns:
            yield
    finally:
        _places.release()
