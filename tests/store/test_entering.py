"""Every event is entered into the ledger in its own transaction, on both stores; and what happens where that fails."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.acting import acting
from domain.errors import Conflict
from domain.lesson import Lesson
from store.connections import Postgres
from store.database import Database, SqliteFile
from store.event_store import EventStore
from store.ledger import rows
from store.ledger.leaf import digest_of
from store.ledger.reading import Ledger
from store.ledger.recount import Recount
from store.ledger.tree import Frontier
from store.migrations import begin_ledger
from store.postgres_database import PostgresDatabase
from store.refused import NotMigrated, OtherKey
from store.unavailable import LedgerDamaged
from tests.keeping import KEY

Open = Callable[[], EventStore]
Make = Callable[..., Lesson]
BYTES = bytes.fromhex(KEY["LEDGER_KEY"])


@pytest.fixture(autouse=True)
def kari() -> Iterator[None]:
    with acting("kari", request_id="request-1"):
        yield


@pytest.fixture
def ledger(env: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """What another process reads of it."""
    with ExitStack() as stack:
        if "SQLITE_DBNAME" in env:
            yield Ledger(SqliteFile(Path(env["SQLITE_DBNAME"]), durable=True), rows.SQLITE_EVENTS)
            return
        postgres = Postgres(env["POSTGRES_URL"])
        stack.callback(postgres.close)
        yield Ledger(PostgresDatabase(postgres), rows.POSTGRES_EVENTS)


def findings(ledger: Ledger) -> list[str]:
    with ledger.database.reading() as db:
        return [str(one) for one in Recount(db, ledger.events, BYTES, Frontier(), rows.read_size(db)).findings()]


def run(database: Database, statement: str, *params: Any) -> None:
    with database.writing() as db:
        db.execute(statement, params)


def test_what_is_kept_is_entered_in_the_order_of_its_positions(
    store: EventStore, ledger: Ledger, a_lesson: Make
) -> None:
    first, second = a_lesson(), a_lesson()
    first.hand_over("ola")
    store.save(first, second)
    stored = store.read(0, 10)
    leaves = [ledger.leaf(row.id) for row in stored]
    assert [(leaf.position, leaf.aggregate, leaf.version, leaf.topic, leaf.digest) for leaf in leaves if leaf] == [
        (r.id, UUID(str(r.originator_id)).hex.encode(), r.originator_version, r.topic.encode(), digest_of(r.state))
        for r in stored
    ]
    receipts = [ledger.receipt(row.id) for row in stored]
    assert [(one.leaf, one.hash) for one in receipts if one] == [
        (n, leaf.hash()) for n, leaf in enumerate(leaves) if leaf
    ]
    assert findings(ledger) == []


def test_the_same_event_twice_has_two_hashes(store: EventStore, ledger: Ledger, a_lesson: Make) -> None:
    """Whoever guesses what an event says cannot try the guess against a hash."""
    lesson = a_lesson()
    store.save(lesson)
    [row] = store.read(0, 1)
    leaf = ledger.leaf(row.id)
    assert leaf is not None
    assert len(leaf.salt) == 16
    assert leaf.salt != rows.leaf_of(row.id, row).salt


def test_a_change_that_is_refused_is_not_entered(open_store: Open, ledger: Ledger, a_lesson: Make) -> None:
    here, there = open_store(), open_store()
    lesson = a_lesson()
    here.save(lesson)
    other = there.get(Lesson, lesson.id)
    lesson.hand_over("ola")
    here.save(lesson)
    other.hand_over("per")
    with pytest.raises(Conflict):
        there.save(other)
    assert ledger.state().size == 2
    assert findings(ledger) == []


def test_many_processes_enter_without_gaps(open_store: Open, ledger: Ledger, a_lesson: Make) -> None:
    stores = [open_store() for _ in range(3)]

    def write(store: EventStore) -> None:
        with acting("writer", request_id="r"):
            for _ in range(10):
                store.save(a_lesson())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, stores * 2))
    with ledger.database.reading() as db:
        indices = [row["leaf"] for row in db.execute("SELECT leaf FROM ledger_leaves ORDER BY position")]
    assert indices == list(range(60))
    assert findings(ledger) == []


def test_a_record_that_was_begun_without_a_ledger_gets_one(
    env: dict[str, str], open_store: Open, ledger: Ledger, a_lesson: Make
) -> None:
    store = open_store()
    for _ in range(3):
        store.save(a_lesson())
    for table in ("ledger_leaves", "ledger_nodes"):
        run(ledger.database, f"DELETE FROM {table}")
    if "POSTGRES_URL" in env:
        with pytest.raises(NotMigrated, match="The events are not in the ledger yet: run laerdom migrate"):
            open_store()
        assert begin_ledger(env["POSTGRES_URL"], BYTES) == 3
        assert begin_ledger(env["POSTGRES_URL"], BYTES) == 0
    open_store().save(a_lesson())
    assert ledger.state().size == 4
    assert findings(ledger) == []


def test_another_key_is_refused_before_anything_is_written_with_it(
    env: dict[str, str], store: EventStore, a_lesson: Make
) -> None:
    EventStore({**env, "LEDGER_KEY": "77" * 32}).close()  # nothing is entered yet, so it may be any
    store.save(a_lesson())
    with pytest.raises(OtherKey, match="not entered into the ledger with this key"):
        EventStore({**env, "LEDGER_KEY": "77" * 32})
    with pytest.raises(ValueError, match="LEDGER_KEY is not set"):
        EventStore({name: value for name, value in env.items() if name != "LEDGER_KEY"})


def test_without_its_nodes_nothing_is_kept(store: EventStore, ledger: Ledger, a_lesson: Make) -> None:
    store.save(a_lesson())
    run(ledger.database, "DELETE FROM ledger_nodes")
    lesson = a_lesson(uuid4())
    with pytest.raises(LedgerDamaged, match="Run laerdom audit verify"):
        store.save(lesson)
    assert store.find(Lesson, lesson.id) is None
    assert store.position == 1
