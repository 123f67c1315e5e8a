"""Everything that signing in is kept in, together. Apart from the people and the events: it holds secrets."""

from dataclasses import dataclass, field
from typing import Self

from store import accounts, attempts, handshakes, sessions, tokens
from store.accounts import Accounts
from store.attempts import Attempts
from store.database import Database
from store.handshakes import Handshakes
from store.opaque import Secrets
from store.sessions import Sessions
from store.tokens import Tokens

SCHEMA: tuple[str, ...] = (
    *accounts.SCHEMA,
    *sessions.SCHEMA,
    *tokens.SCHEMA,
    *attempts.SCHEMA,
    *handshakes.SCHEMA,
)
"""For an SQLite file; in PostgreSQL `laerdom migrate` makes the tables."""


@dataclass(frozen=True, slots=True)
class SignIns:
    accounts: Accounts
    sessions: Sessions
    tokens: Tokens
    attempts: Attempts
    handshakes: Handshakes
    secrets: Secrets = field(repr=False)

    @classmethod
    def on(cls, database: Database, key: bytes) -> Self:
        """`key`: a secret of the server's, that is not in the database."""
        return cls(
            Accounts(database),
            Sessions(database),
            Tokens(database),
            Attempts(database),
            Handshakes(database),
            Secrets(key),
        )

    def forget(self, person: str) -> None:
        """Removes every row of the person. Attempts and handshakes name nobody, and go within minutes.

        The account goes first, so that no session is begun that would be left."""
        self.accounts.forget(person)
        self.sessions.end_all(person)
        self.tokens.revoke_all(person)
