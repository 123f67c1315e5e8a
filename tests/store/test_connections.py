"""No wait on PostgreSQL is without end, and nobody is given a connection that is over."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from threading import Barrier
from time import monotonic
from typing import Any

import psycopg
import pytest

from store.connections import Postgres
from store.postgres_database import PostgresDatabase
from store.unavailable import NOTHING_KEPT, StoreFull, StoreUnavailable
from tests.store.proxy import Proxy


@pytest.fixture
def through(proxy: Proxy) -> Iterator[Postgres]:
    with closing(Postgres(proxy.address)) as postgres:
        assert answer(postgres) == 1
        yield postgres


def answer(postgres: Postgres, statement: str = "SELECT 1 AS n") -> Any:
    with postgres.connection() as db:
        row = db.execute(statement.encode()).fetchone()
    return row and row["n"]


def refused(work: Callable[[], object]) -> tuple[str, float]:
    """With which words, and after how many seconds."""
    began = monotonic()
    with pytest.raises(StoreUnavailable) as refusal:
        work()
    return str(refusal.value), monotonic() - began


def test_a_statement_that_takes_too_long_is_ended_by_the_server(postgres_pool: Postgres) -> None:
    words, seconds = refused(lambda: answer(postgres_pool, "SELECT 1 AS n FROM pg_sleep(10)"))
    assert words == NOTHING_KEPT
    assert 2.5 < seconds < 9
    assert answer(postgres_pool) == 1


def test_a_lock_that_another_holds_is_not_waited_for(migrated: str, postgres_pool: Postgres) -> None:
    with psycopg.connect(migrated) as db:
        db.execute("LOCK TABLE people")
        _, seconds = refused(lambda: answer(postgres_pool, "SELECT count(*) AS n FROM people"))
    assert 1.5 < seconds < 3
    assert answer(postgres_pool, "SELECT count(*) AS n FROM people") == 0


def test_many_statements_together_end_in_time_too(postgres_pool: Postgres) -> None:
    def work() -> None:
        with postgres_pool.transaction() as db:
            while True:
                db.execute("SELECT pg_sleep(0.1)")

    assert 3.5 < refused(work)[1] < 9
    assert answer(postgres_pool) == 1


def test_a_server_that_stops_answering(proxy: Proxy, through: Postgres) -> None:
    proxy.hang()
    assert refused(lambda: answer(through))[1] < 9
    assert refused(lambda: answer(through))[1] < 9  # nor does it answer a new connection
    proxy.cut()
    proxy.recover()
    assert eventually(lambda: answer(through)) == 1


def test_a_server_that_never_answered(proxy: Proxy) -> None:
    proxy.hang()
    with closing(Postgres(proxy.address)) as postgres:
        assert refused(lambda: answer(postgres))[1] < 9


def test_a_server_that_is_gone_and_comes_back(proxy: Proxy, through: Postgres) -> None:
    proxy.refuse()
    assert refused(lambda: answer(through))[1] < 9
    proxy.recover()
    assert eventually(lambda: answer(through)) == 1


def test_connections_that_were_cut_at_rest_are_given_to_nobody(proxy: Proxy, through: Postgres) -> None:
    at_once = Barrier(8)

    def work(_: int) -> Any:
        with through.connection() as db:
            at_once.wait(60)
            return db.execute("SELECT 1 AS n").fetchone()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [{"n": 1}] * 8
        proxy.cut()
        assert [answer(through) for _ in range(8)] == [1] * 8


def test_one_that_is_cut_in_the_middle_fails_and_the_next_does_not(proxy: Proxy, through: Postgres) -> None:
    def work() -> None:
        with through.connection() as db:
            proxy.cut()
            db.execute("SELECT 1")

    assert refused(work)[1] < 9
    assert answer(through) == 1


def test_when_all_are_taken_the_next_does_not_wait_for_ever(migrated: str) -> None:
    with closing(Postgres(migrated, size=1)) as postgres:
        with postgres.connection():
            _, seconds = refused(lambda: answer(postgres))
        assert 1.5 < seconds < 3
        assert answer(postgres) == 1


def test_a_full_disk_is_said_to_be_full(postgres_pool: Postgres) -> None:
    with pytest.raises(StoreFull, match=r"^The disk is full\. Nothing was lost; make room and repeat\.$"):
        answer(postgres_pool, "DO $$ BEGIN RAISE 'no space left' USING ERRCODE = '53100'; END $$")
    assert answer(postgres_pool) == 1


def test_closed_is_closed(migrated: str) -> None:
    postgres = Postgres(migrated)
    assert answer(postgres) == 1
    postgres.close()
    with pytest.raises(StoreUnavailable):
        answer(postgres)


class TestRows:
    def test_a_schema_of_its_own_is_made_once_and_found(self, migrated: str) -> None:
        with closing(Postgres(migrated, schema='views "1"')) as postgres, ThreadPoolExecutor(4) as pool:
            tables = "CREATE TABLE IF NOT EXISTS lists (id TEXT PRIMARY KEY, n BIGINT)"

            def opened(_: int) -> PostgresDatabase:
                return PostgresDatabase(postgres, tables)

            databases = list(pool.map(opened, range(4)))
            with databases[0].writing() as db:
                assert db.execute("INSERT INTO lists VALUES (?, ?)", ("a", 2**40)) == []
            with databases[1].reading() as db:
                assert db.execute("SELECT * FROM lists WHERE id IN (?, ?)", ("a", "b")) == [{"id": "a", "n": 2**40}]
            with pytest.raises(StoreUnavailable), databases[2].reading() as db:
                db.execute("SELECT * FROM people")  # which is in another schema

    def test_what_fails_leaves_nothing(self, postgres_pool: Postgres) -> None:
        database = PostgresDatabase(postgres_pool)
        with suppress(ZeroDivisionError), database.writing() as db:
            db.execute("INSERT INTO people (id, name) VALUES (?, ?)", ("a", "A"))
            _ = 1 / 0
        with database.reading() as db:
            assert db.execute("SELECT * FROM people") == []

    def test_writers_take_turns(self, postgres_pool: Postgres) -> None:
        database = PostgresDatabase(postgres_pool)

        def add(_: int) -> None:
            with database.writing() as db:
                [row] = db.execute("SELECT count(*) AS n FROM people")
                db.execute("INSERT INTO people (id, name) VALUES (?, ?)", (str(row["n"]), "A"))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add, range(40)))
        with database.reading() as db:
            assert db.execute("SELECT count(*) AS n FROM people") == [{"n": 40}]


def eventually(work: Callable[[], Any]) -> Any:
    """What it gives once the server answers again, within a minute."""
    deadline = monotonic() + 60
    while True:
        try:
            return work()
        except StoreUnavailable:
            assert monotonic() < deadline
