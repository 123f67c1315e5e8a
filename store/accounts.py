"""How people sign in here: a login with a password, a second factor, an identity provider; and invitations to begin."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

from domain.errors import Invalid, NameTaken
from store.database import Database, Row, Session, instant, micros, storable
from store.opaque import digest, new_token

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS accounts (person TEXT PRIMARY KEY, login TEXT UNIQUE, password_hash TEXT,"
    " totp_secret TEXT, totp_on BIGINT NOT NULL DEFAULT 0, totp_used BIGINT, subject TEXT UNIQUE,"
    " disabled BIGINT NOT NULL DEFAULT 0)",
    "CREATE TABLE IF NOT EXISTS invitations (digest TEXT PRIMARY KEY, person TEXT NOT NULL, until BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS invitations_of ON invitations (person)",
)
COLUMNS = "person, login, password_hash, totp_secret, totp_on, subject, disabled"


@dataclass(frozen=True, slots=True)
class Account:
    """`totp_secret` is there from the moment a second factor is begun, `totp_on` from its first code. `subject` is the
    issuer and the subject of an identity provider, with a space between."""

    person: str
    login: str | None
    password_hash: str | None = field(repr=False)
    totp_secret: str | None = field(repr=False)
    totp_on: bool
    subject: str | None
    disabled: bool


def folded(login: str) -> str:
    """One spelling for all that a reader would take for the same login."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", login).casefold()).strip()


class Accounts:
    """At most one account a person. A change to the account of a person who has none changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, person: str, *, login: str | None = None, subject: str | None = None) -> Account:
        """A new account, or the person's own with what is given; None leaves as is.

        Raises `NameTaken` when another person has the login or the subject, `Invalid` for a login nobody can type."""
        with self._database.writing() as db:
            return _opened(db, person, login, subject)

    def of(self, person: str) -> Account | None:
        return self._find("person", person)

    def by_login(self, login: str) -> Account | None:
        return self._find("login", folded(login) or None)

    def by_subject(self, subject: str) -> Account | None:
        return self._find("subject", subject)

    def set_password(self, person: str, password_hash: str) -> None:
        self._set(person, "password_hash=?", password_hash)

    def begin_totp(self, person: str, secret: str) -> None:
        """One that is on already stays as it is, until it is removed."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE accounts SET totp_secret=?, totp_used=NULL WHERE person=? AND totp_on=0", (secret, person)
            )

    def confirm_totp(self, person: str) -> None:
        with self._database.writing() as db:
            db.execute("UPDATE accounts SET totp_on=1 WHERE person=? AND totp_secret IS NOT NULL", (person,))

    def remove_totp(self, person: str) -> None:
        self._set(person, "totp_secret=NULL, totp_on=0")

    def use_totp(self, person: str, counter: int) -> bool:
        """True once for each counter above the last that was used: a code works once, whichever worker is asked."""
        with self._database.writing() as db:
            return bool(
                db.execute(
                    "UPDATE accounts SET totp_used=? WHERE person=? AND totp_secret IS NOT NULL"
                    " AND (totp_used IS NULL OR totp_used<?) RETURNING person",
                    (counter, person, counter),
                )
            )

    def disable(self, person: str) -> None:
        """Ends the person's open invitations as well. Sessions and tokens are ended by whoever disables."""
        with self._database.writing() as db:
            db.execute("UPDATE accounts SET disabled=1 WHERE person=?", (person,))
            db.execute("DELETE FROM invitations WHERE person=?", (person,))

    def enable(self, person: str) -> None:
        self._set(person, "disabled=0")

    def invite(self, person: str, *, now: datetime, until: datetime, token: str | None = None) -> str:
        """A token (a new one, if left out) that is open up to `until`, not at it. The person's earlier invitations end,
        as do all that are over."""
        token = token or new_token()
        with self._database.writing() as db:
            db.execute("DELETE FROM invitations WHERE person=? OR until<=?", (person, micros(now)))
            db.execute(
                "INSERT INTO invitations (digest, person, until) VALUES (?,?,?)", (digest(token), person, micros(until))
            )
        return token

    def invited(self, token: str, *, now: datetime) -> str | None:
        """The person of an open invitation. A person whose account is disabled has none."""
        with self._database.reading() as db:
            return _invited(db, token, now)

    def invited_until(self, token: str) -> datetime | None:
        """When the invitation is over, or was; None for one that is not there."""
        with self._database.reading() as db:
            rows = db.execute("SELECT until FROM invitations WHERE digest=?", (digest(token),))
        return instant(rows[0]["until"]) if rows else None

    def accept(self, token: str, *, now: datetime, login: str, password_hash: str) -> Account | None:
        """Takes an open invitation, once, and gives the account with this login and password; None when it is not open.

        Raises `NameTaken` and `Invalid` as `open` does; then it stays open."""
        with self._database.writing() as db:
            person = _invited(db, token, now)
            if person is None:
                return None
            _opened(db, person, login, None)
            db.execute("DELETE FROM invitations WHERE person=?", (person,))
            [row] = db.execute(
                f"UPDATE accounts SET password_hash=? WHERE person=? RETURNING {COLUMNS}", (password_hash, person)
            )
        return _account(row)

    def forget(self, person: str) -> None:
        with self._database.writing() as db:
            db.execute("DELETE FROM invitations WHERE person=?", (person,))
            db.execute("DELETE FROM accounts WHERE person=?", (person,))

    def _find(self, column: str, value: str | None) -> Account | None:
        if value is None or not storable(value):
            return None
        with self._database.reading() as db:
            rows = db.execute(f"SELECT {COLUMNS} FROM accounts WHERE {column}=?", (value,))
        return _account(rows[0]) if rows else None

    def _set(self, person: str, change: str, *values: str) -> None:
        with self._database.writing() as db:
            db.execute(f"UPDATE accounts SET {change} WHERE person=?", (*values, person))


def _opened(db: Session, person: str, login: str | None, subject: str | None) -> Account:
    if login is not None:
        login = _typed(login)
        if db.execute("SELECT 1 AS n FROM accounts WHERE login=? AND person<>?", (login, person)):
            raise NameTaken("This login is taken. Choose another.", field="login")
    if subject is not None and db.execute(
        "SELECT 1 AS n FROM accounts WHERE subject=? AND person<>?", (subject, person)
    ):
        raise NameTaken("This sign-in belongs to another person.", field="subject")
    [row] = db.execute(
        "INSERT INTO accounts (person, login, subject) VALUES (?,?,?) ON CONFLICT (person) DO UPDATE SET"
        " login=COALESCE(excluded.login, accounts.login), subject=COALESCE(excluded.subject, accounts.subject)"
        f" RETURNING {COLUMNS}",
        (person, login, subject),
    )
    return _account(row)


def _typed(login: str) -> str:
    if not storable(login):
        raise Invalid("Remove the characters that cannot be read.", field="login")
    if not (login := folded(login)):
        raise Invalid("Fill this in.", field="login")
    return login


def _invited(db: Session, token: str, now: datetime) -> str | None:
    rows = db.execute(
        "SELECT person, until FROM invitations WHERE digest=? AND person NOT IN"
        " (SELECT person FROM accounts WHERE disabled=1)",
        (digest(token),),
    )
    return rows[0]["person"] if rows and now < instant(rows[0]["until"]) else None


def _account(row: Row) -> Account:
    return Account(
        row["person"],
        row["login"],
        row["password_hash"],
        row["totp_secret"],
        bool(row["totp_on"]),
        row["subject"],
        bool(row["disabled"]),
    )
