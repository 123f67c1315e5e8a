"""What is remembered between leaving for an identity provider and coming back from it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from store.database import Database, instant, micros
from store.opaque import digest, new_token

LASTS = timedelta(minutes=10)

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS handshakes (digest TEXT PRIMARY KEY, nonce TEXT NOT NULL, verifier TEXT NOT NULL,"
    " onward TEXT NOT NULL, begun_at BIGINT NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class Handshake:
    """`nonce` and `verifier` are those of OpenID Connect and PKCE; `onward` is where the reader wanted to go."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    onward: str


class Handshakes:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, *, nonce: str, verifier: str, onward: str, now: datetime) -> str:
        """A new `state`. Those of readers who never came back are removed."""
        state = new_token()
        with self._database.writing() as db:
            db.execute("DELETE FROM handshakes WHERE begun_at<?", (micros(now - LASTS),))
            db.execute(
                "INSERT INTO handshakes (digest, nonce, verifier, onward, begun_at) VALUES (?,?,?,?,?)",
                (digest(state), nonce, verifier, onward, micros(now)),
            )
        return state

    def take(self, state: str, *, now: datetime) -> Handshake | None:
        """Once; None for one that is unknown, was taken, or began over ten minutes ago."""
        with self._database.writing() as db:
            rows = db.execute(
                "DELETE FROM handshakes WHERE digest=? RETURNING nonce, verifier, onward, begun_at", (digest(state),)
            )
        if not rows or now - instant(rows[0]["begun_at"]) > LASTS:
            return None
        return Handshake(rows[0]["nonce"], rows[0]["verifier"], rows[0]["onward"])
