"""The tables in PostgreSQL are made once, by a command; a worker only looks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from store import migrations
from store.event_store import EventStore
from store.migrations import migrate
from store.refused import NotMigrated
from tests.keeping import KEY


def opened(address: str) -> None:
    EventStore({"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": address, **KEY}).close()


def tables(address: str) -> list[Any]:
    with psycopg.connect(address) as db:
        return db.execute("SELECT table_name FROM information_schema.tables WHERE table_schema='public'").fetchall()


def test_a_database_without_tables_is_refused_and_none_are_made(database: str) -> None:
    with pytest.raises(NotMigrated, match=r"^The tables are at step 0 of 4: run laerdom migrate\.$"):
        opened(database)
    assert tables(database) == []


def test_what_was_done_is_not_done_again(database: str) -> None:
    assert (migrate(database), migrate(database)) == ([1, 2, 3, 4], [])
    opened(database)
    assert sorted(name for (name,) in tables(database)) == [
        "accounts",
        "answers",
        "api_tokens",
        "attempts",
        "handshakes",
        "invitations",
        "kept_searches",
        "laerdom_events",
        "laerdom_migrations",
        "ledger_checkpoints",
        "ledger_leaves",
        "ledger_nodes",
        "ledger_refusals",
        "missed_counts",
        "missed_periods",
        "missed_searches",
        "people",
        "sessions",
        "vectors",
    ]


def test_of_many_at_once_one_does_it(database: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        given = list(pool.map(migrate, [database] * 6))
    assert sorted(given) == [[], [], [], [], [], [1, 2, 3, 4]]
    opened(database)


def test_only_the_steps_that_are_missing_are_done(migrated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, "CREATE TABLE more (n INTEGER)"))
    with pytest.raises(NotMigrated, match=r"^The tables are at step 4 of 5: run laerdom migrate\.$"):
        opened(migrated)
    assert migrate(migrated) == [5]
    opened(migrated)


def test_what_an_older_program_kept_stays(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(migrations, "STEPS", migrations.STEPS[:1])
        assert migrate(database) == [1]
    with psycopg.connect(database) as db:
        db.execute("INSERT INTO people (id, name) VALUES ('kari-1', 'Kari')")
    assert migrate(database) == [2, 3, 4]
    opened(database)
    with psycopg.connect(database) as db:
        assert db.execute("SELECT id, name FROM people").fetchall() == [("kari-1", "Kari")]


def test_a_step_that_fails_leaves_nothing(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, "CREATE TABLE half (n INTEGER); SELECT 1/0"))
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(database)
    assert tables(database) == []


@pytest.mark.parametrize("act", [opened, migrate])
def test_tables_of_a_newer_program_are_refused(migrated: str, act: Callable[[str], object]) -> None:
    with psycopg.connect(migrated) as db:
        db.execute("INSERT INTO laerdom_migrations (number) VALUES (5)")
    with pytest.raises(NotMigrated, match=r"^The tables are at step 5, made by a newer Lærdom; this one knows 4\.$"):
        act(migrated)
