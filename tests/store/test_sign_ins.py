"""What signing in is kept in: alike on both engines, no token in clear, nothing left of whoever is forgotten."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from api.wiring import open_system
from store.database import Database
from store.opaque import digest
from store.sign_ins import SCHEMA, SignIns

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(days=1)
TABLES = ("accounts", "api_tokens", "attempts", "handshakes", "invitations", "sessions")
Made: TypeAlias = tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]


def fill(sign_ins: SignIns, person: str) -> list[str]:
    """A row of the person in every table; the secrets that were handed out for them."""
    sign_ins.accounts.open(person, login=person, subject=f"issuer {person}")
    sign_ins.attempts.begin([f"login {person}"], now=NOW)
    return [
        sign_ins.accounts.invite(person, now=NOW, until=UNTIL),
        sign_ins.sessions.begin(person, method="demo", parts=0, now=NOW),
        sign_ins.tokens.create(person, "Import", "read", now=NOW, until=UNTIL)[1],
        sign_ins.handshakes.begin(nonce="nonce", verifier="verifier", onward="/", now=NOW),
    ]


@pytest.fixture
def everything(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Callable[[], bytes]:
    """All that the database keeps."""

    def in_files() -> bytes:
        return b"".join((tmp_path / f"accounts.sqlite{suffix}").read_bytes() for suffix in ("", "-wal"))

    def in_tables() -> bytes:
        with psycopg.connect(request.getfixturevalue("migrated")) as db:
            rows = [db.execute(SQL("SELECT t::text FROM {} t").format(Identifier(t))).fetchall() for t in TABLES]
        return repr(rows).encode()

    return in_files if kind == "sqlite" else in_tables


def test_no_token_and_no_key_is_kept_in_clear(
    here: SignIns, open_rows: Callable[[], Database], everything: Callable[[], bytes]
) -> None:
    with open_rows().reading() as held:
        assert held.execute("SELECT count(*) AS n FROM sessions") == [{"n": 0}]  # keeps the log beside the file
        secrets = fill(here, "kari")
        kept = everything()
    assert [secret.encode() in kept for secret in secrets] == [False] * 4
    assert [digest(secret).encode() in kept for secret in secrets] == [True] * 4
    assert (b"login kari" in kept, digest("login kari").encode() in kept) == (False, True)


def test_nothing_is_left_of_a_person_who_is_forgotten(
    here: SignIns, there: SignIns, open_rows: Callable[[], Database]
) -> None:
    mine, others = fill(here, "kari"), fill(here, "ola")
    there.forget("kari")
    found = [
        (
            here.accounts.invited(invitation, now=NOW),
            here.sessions.find(session, now=NOW) is not None,
            here.tokens.find(secret, now=NOW) is not None,
        )
        for invitation, session, secret, _ in (mine, others)
    ]
    assert found == [(None, False, False), ("ola", True, True)]
    with open_rows().reading() as rows:
        for table in ("accounts", "invitations", "sessions", "api_tokens"):
            assert rows.execute(f"SELECT person FROM {table}") == [{"person": "ola"}]
    there.forget("kari")
    assert here.accounts.open("another", login="kari").person == "another"


def made_in(file: Path) -> Made:
    """Columns, and indices with whether they are unique and what they are on."""
    with closing(sqlite3.connect(file)) as db:
        for statement in SCHEMA:
            db.execute(statement)
        columns = db.execute(
            'SELECT t.name, c.name, lower(c.type), c."notnull" OR c.pk, c.dflt_value IS NOT NULL'
            " FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type='table'"
        ).fetchall()
        indices = db.execute(
            'SELECT t.name, i."unique", (SELECT group_concat(name) FROM pragma_index_info(i.name))'
            " FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type='table'"
        ).fetchall()
    return set(columns), set(indices)


def made_at(address: str) -> Made:
    with psycopg.connect(address) as db:
        columns = db.execute(
            "SELECT table_name, column_name, data_type, (is_nullable='NO')::int, (column_default IS NOT NULL)::int"
            " FROM information_schema.columns WHERE table_name = ANY(%s)",
            (list(TABLES),),
        ).fetchall()
        indices = db.execute(
            "SELECT t.relname, i.indisunique::int, (SELECT string_agg(a.attname, ',' ORDER BY k.n)"
            " FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)"
            " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum)"
            " FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname = ANY(%s)",
            (list(TABLES),),
        ).fetchall()
    return set(columns), set(indices)


def test_both_engines_have_the_same_tables(migrated: str, tmp_path: Path) -> None:
    columns, indices = made_in(tmp_path / "accounts.sqlite")
    assert (columns, indices) == made_at(migrated)
    assert {table for table, *_ in columns} == set(TABLES)


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "accounts.sqlite"
    file.touch()
    file.chmod(0o644)
    with open_system(tmp_path) as system, closing(sqlite3.connect(file)) as held:
        assert held.execute("SELECT count(*) FROM sessions").fetchall() == [(0,)]
        system.sign_ins.sessions.begin("kari", method="demo", parts=0, now=NOW)
        modes = {f.name: oct(f.stat().st_mode & 0o777) for f in tmp_path.glob("accounts.sqlite*")}
    assert modes == {f"accounts.sqlite{suffix}": "0o600" for suffix in ("", "-wal", "-shm")}
