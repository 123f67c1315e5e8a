"""The tables of the record in PostgreSQL, made and changed step by step by `laerdom migrate`, never by a worker."""

from collections.abc import Sequence
from contextlib import closing

import psycopg

from store.connections import CONNECT_S, Bounded, Postgres, unreachable
from store.ledger import rows as ledger
from store.postgres_database import PostgresSession
from store.refused import NotMigrated

LONGEST_S = 3600.0
"""A million events are entered in about two minutes."""
APPLIED = (
    "CREATE TABLE IF NOT EXISTS laerdom_migrations"
    " (number INTEGER PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())"
)
STEPS = (
    """
    CREATE TABLE laerdom_events (
        notification_id BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE,
        originator_id UUID NOT NULL,
        originator_version BIGINT NOT NULL,
        topic TEXT NOT NULL,
        state BYTEA NOT NULL,
        PRIMARY KEY (originator_id, originator_version));
    CREATE TABLE answers (
        actor TEXT NOT NULL,
        key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        subject UUID NOT NULL,
        version BIGINT NOT NULL,
        PRIMARY KEY (actor, key));
    CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT, login TEXT UNIQUE);
    """,
    """
    CREATE TABLE accounts (
        person TEXT PRIMARY KEY,
        login TEXT UNIQUE,
        password_hash TEXT,
        totp_secret TEXT,
        totp_on BIGINT NOT NULL DEFAULT 0,
        totp_used BIGINT,
        subject TEXT UNIQUE,
        disabled BIGINT NOT NULL DEFAULT 0);
    CREATE TABLE invitations (digest TEXT PRIMARY KEY, person TEXT NOT NULL, until BIGINT NOT NULL);
    CREATE INDEX invitations_of ON invitations (person);
    CREATE TABLE sessions (
        digest TEXT PRIMARY KEY,
        person TEXT NOT NULL,
        method TEXT NOT NULL,
        parts BIGINT NOT NULL,
        begun_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL);
    CREATE INDEX sessions_of ON sessions (person);
    CREATE TABLE api_tokens (
        id TEXT PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,
        person TEXT NOT NULL,
        name TEXT NOT NULL,
        scope TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        used_at BIGINT);
    CREATE INDEX api_tokens_of ON api_tokens (person);
    CREATE TABLE attempts (id TEXT NOT NULL, key TEXT NOT NULL, begun_at BIGINT NOT NULL, PRIMARY KEY (id, key));
    CREATE INDEX attempts_on ON attempts (key, begun_at);
    CREATE TABLE handshakes (
        digest TEXT PRIMARY KEY,
        nonce TEXT NOT NULL,
        verifier TEXT NOT NULL,
        onward TEXT NOT NULL,
        begun_at BIGINT NOT NULL);
    """,
    """
    CREATE TABLE kept_searches (
        id TEXT PRIMARY KEY,
        person TEXT NOT NULL,
        name TEXT NOT NULL,
        asked TEXT NOT NULL,
        kept_at BIGINT NOT NULL,
        UNIQUE (person, name));
    CREATE TABLE missed_periods (period BIGINT PRIMARY KEY, key TEXT NOT NULL);
    CREATE TABLE missed_searches (
        asked TEXT NOT NULL,
        seeker TEXT NOT NULL,
        found BIGINT NOT NULL,
        opened BIGINT NOT NULL,
        PRIMARY KEY (asked, seeker));
    CREATE TABLE missed_counts (
        asked TEXT NOT NULL,
        period BIGINT NOT NULL,
        people BIGINT NOT NULL,
        missed BIGINT NOT NULL,
        found_nothing BIGINT NOT NULL,
        PRIMARY KEY (asked, period));
    CREATE TABLE vectors (
        model TEXT NOT NULL,
        passage BIGINT NOT NULL,
        vector BYTEA NOT NULL,
        PRIMARY KEY (model, passage));
    """,
    ledger.POSTGRES,
)
"""Each is applied once, in this order; what was released is never changed, only followed by another."""


def migrate(url: str, *, schema: str = "public") -> list[int]:
    """Applies the steps that are missing, all or none, and gives their numbers. Whoever comes meanwhile waits.

    Raises `StoreUnavailable`, and `NotMigrated` where a newer program has been.
    """
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_S, autocommit=True) as db, db.transaction():
            db.execute("SELECT set_config('search_path', quote_ident(%s), true)", (schema,))
            db.execute("SET LOCAL lock_timeout = '30s'; SELECT pg_advisory_xact_lock(hashtext('laerdom_migrations'))")
            db.execute(APPLIED)
            done = _highest(db.execute("SELECT max(number) FROM laerdom_migrations").fetchone())
            missing = list(range(done + 1, len(STEPS) + 1))
            for number in missing:
                db.execute(STEPS[number - 1].encode())
                db.execute("INSERT INTO laerdom_migrations (number) VALUES (%s)", (number,))
    except psycopg.OperationalError as error:
        raise unreachable(error) from error
    _check(done + len(missing))
    return missing


def begin_ledger(url: str, key: bytes, *, schema: str = "public") -> int:
    """Enters the events of a record that was begun without a ledger, all or none; how many. Nobody writes meanwhile.

    Raises `OtherKey` and `StoreUnavailable`.
    """
    with closing(Postgres(url, schema=schema, patience_s=LONGEST_S)) as postgres, postgres.transaction() as db:
        db.execute("LOCK TABLE laerdom_events IN EXCLUSIVE MODE")
        session = PostgresSession(db)
        ledger.check_key(session, key)
        return ledger.begin(session, key, ledger.POSTGRES_EVENTS)


def check_ledger(db: Bounded, key: bytes) -> None:
    """Raises `NotMigrated` and `OtherKey`."""
    session = PostgresSession(db)
    if ledger.is_missing(session, ledger.POSTGRES_EVENTS):
        raise NotMigrated("The events are not in the ledger yet: run laerdom migrate.")
    ledger.check_key(session, key)


def check_migrated(db: Bounded) -> None:
    """Raises `NotMigrated`."""
    there = db.execute("SELECT to_regclass('laerdom_migrations') IS NOT NULL AS there").fetchone()
    if there is None or not there["there"]:
        _check(0)
    row = db.execute("SELECT max(number) AS number FROM laerdom_migrations").fetchone()
    _check(_highest((row["number"],) if row else None))


def _highest(row: Sequence[int | None] | None) -> int:
    return (row[0] or 0) if row else 0


def _check(number: int) -> None:
    if number < len(STEPS):
        raise NotMigrated(f"The tables are at step {number} of {len(STEPS)}: run laerdom migrate.")
    if number > len(STEPS):
        raise NotMigrated(f"The tables are at step {number}, made by a newer Lærdom; this one knows {len(STEPS)}.")
