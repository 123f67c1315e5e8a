"""What is particular to the event store in PostgreSQL: it never tells a writer wrongly what became of a change."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from time import monotonic
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from domain.acting import RequestKey, acting, but
from domain.errors import Conflict
from domain.lesson import Lesson
from store.answers import Answer
from store.event_store import EventStore
from store.migrations import migrate
from store.unavailable import NOT_KNOWN, NOTHING_KEPT, StoreUnavailable
from tests.keeping import KEY as LEDGER_KEY
from tests.store.proxy import Proxy

Make = Callable[..., Lesson]
KEY = RequestKey("key-1", "print-1")

WRITE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4
from domain.acting import acting
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord
from store.event_store import EventStore
env = {"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": sys.argv[1], "LEDGER_KEY": "5e" * 32}
store = EventStore(env)
def write(n):
    with acting(f"writer-{n}", request_id="r"):
        for _ in range(60):
            position = store.save(Cluster.register(uuid4(), "Halden", ClusterRecord()))
            sys.stdout.write(f"{position}\\n")
with ThreadPoolExecutor(4) as pool:
    list(pool.map(write, range(4)))
store.close()
"""


@pytest.fixture
def kind() -> str:
    return "postgres"


@pytest.fixture
def through(proxy: Proxy) -> Iterator[EventStore]:
    """The store as it is behind a network that fails."""
    with closing(
        EventStore({"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": proxy.address, **LEDGER_KEY})
    ) as store:
        yield store


def saved(store: EventStore, lesson: Lesson) -> int | str:
    """Its position, or the words of the refusal; in less than 9 s either way, and never a conflict."""
    began = monotonic()
    try:
        with but(request_key=KEY):
            return store.save(lesson)
    except StoreUnavailable as refusal:
        return str(refusal)
    finally:
        assert monotonic() - began < 9


class TestALostAnswer:
    def test_what_was_kept_is_a_success(
        self, store: EventStore, through: EventStore, proxy: Proxy, a_lesson: Make
    ) -> None:
        def commit_and_cut(asked: bytes, send: Callable[[bytes], None]) -> None:
            send(asked)
            committed(store)
            proxy.cut()

        proxy.at_commit = commit_and_cut
        lesson = a_lesson()
        lesson.hand_over("ola")
        position = saved(through, lesson)
        assert [(row.originator_id, row.originator_version) for row in store.read(0, 9)] == [
            (lesson.id, 1),
            (lesson.id, 2),
        ]
        assert position == store.position
        assert store.answer("kari", "key-1") == Answer("kari", "key-1", "print-1", lesson.id, 2)

    def test_what_was_not_kept_can_be_repeated(
        self, store: EventStore, through: EventStore, proxy: Proxy, a_lesson: Make
    ) -> None:
        proxy.at_commit = lambda asked, send: proxy.cut()
        lesson = a_lesson()
        assert saved(through, lesson) == NOTHING_KEPT
        assert (store.position, store.find_any(lesson.id), store.answer("kari", "key-1")) == (0, None, None)
        assert saved(through, a_lesson()) == store.position

    def test_what_the_server_only_finishes_later_is_waited_for(
        self, migrated: str, store: EventStore, through: EventStore, proxy: Proxy, a_lesson: Make
    ) -> None:
        """The commit has not reached the server when the writer looks: what it then finds would not be the end."""

        def commit_late(asked: bytes, send: Callable[[bytes], None]) -> None:
            proxy.cut(servers=False)
            with psycopg.connect(migrated, autocommit=True) as db:
                waiting_for_the_lock(db)
            send(asked)

        proxy.at_commit = commit_late
        assert saved(through, a_lesson()) == store.position
        assert len(store.read(0, 9)) == 1

    def test_a_network_that_stays_away_leaves_it_unknown(
        self, store: EventStore, through: EventStore, proxy: Proxy, a_lesson: Make
    ) -> None:
        def commit_and_refuse(asked: bytes, send: Callable[[bytes], None]) -> None:
            send(asked)
            committed(store)
            proxy.refuse()

        proxy.at_commit = commit_and_refuse
        lesson = a_lesson()
        assert saved(through, lesson) == NOT_KNOWN
        assert store.get(Lesson, lesson.id).version == 1

    def test_a_server_that_hangs_in_the_commit_leaves_it_unknown(
        self, store: EventStore, through: EventStore, proxy: Proxy, a_lesson: Make
    ) -> None:
        proxy.at_commit = lambda asked, send: proxy.hang()
        assert saved(through, a_lesson()) == NOT_KNOWN

    def test_a_change_that_another_made_meanwhile_is_not_taken_for_ones_own(
        self, store: EventStore, through: EventStore, proxy: Proxy, a_lesson: Make
    ) -> None:
        lesson = a_lesson()
        store.save(lesson)
        mine, yours = (store.get(Lesson, lesson.id) for _ in range(2))
        mine.hand_over("ola")
        yours.hand_over("per")

        def cut_and_write(asked: bytes, send: Callable[[bytes], None]) -> None:
            proxy.hang()
            proxy.cut()
            with acting("per", request_id="r"):
                store.save(yours)
            proxy.recover()

        proxy.at_commit = cut_and_write
        assert saved(through, mine) == NOTHING_KEPT
        assert store.get(Lesson, lesson.id).owner == "per"


class TestAway:
    def test_before_the_commit_nothing_was_kept(
        self, store: EventStore, through: EventStore, proxy: Proxy, a_lesson: Make
    ) -> None:
        proxy.hang()
        assert saved(through, a_lesson()) == NOTHING_KEPT
        proxy.refuse()
        assert saved(through, a_lesson()) == NOTHING_KEPT
        assert store.position == 0

    def test_twenty_writers_are_all_told_in_time_and_reading_says_so_too(
        self, through: EventStore, proxy: Proxy, a_lesson: Make
    ) -> None:
        proxy.hang()

        def write(_: int) -> int | str:
            with acting("kari", request_id="r"):
                return saved(through, a_lesson())

        with ThreadPoolExecutor(20) as pool:
            assert list(pool.map(write, range(20))) == [NOTHING_KEPT] * 20
        reads: list[Callable[[], object]] = [
            lambda: through.find_any(uuid4()),
            lambda: through.read(0, 10),
            lambda: through.answer("kari", "key"),
            lambda: through.position,
        ]
        began = monotonic()
        with ThreadPoolExecutor(4) as pool:
            given = [pool.submit(read) for read in reads]
            assert [type(future.exception()) for future in given] == [StoreUnavailable] * 4
        assert monotonic() - began < 9

    def test_a_table_lock_held_elsewhere_stops_writing_and_not_reading(
        self, store: EventStore, migrated: str, a_lesson: Make
    ) -> None:
        lesson = a_lesson()
        store.save(lesson)
        with psycopg.connect(migrated) as db:
            db.execute("LOCK TABLE laerdom_events IN EXCLUSIVE MODE")
            assert saved(store, a_lesson()) == NOTHING_KEPT
            assert store.get(Lesson, lesson.id).version == 1
        assert saved(store, a_lesson()) == store.position

    def test_a_server_without_the_tables_says_so(self, store: EventStore, migrated: str, a_lesson: Make) -> None:
        with psycopg.connect(migrated) as db:
            db.execute("DROP TABLE laerdom_events, answers")
        assert saved(store, a_lesson()) == NOTHING_KEPT
        with pytest.raises(StoreUnavailable):
            store.read(0, 1)

    def test_a_store_that_cannot_be_reached_is_not_opened(self, migrated: str, proxy: Proxy) -> None:
        proxy.refuse()
        with pytest.raises(StoreUnavailable, match=r"^PostgreSQL cannot be reached: .*Connection refused"):
            EventStore({"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": proxy.address, **LEDGER_KEY})

    def test_why_it_is_not_opened_is_said_without_the_password(self, migrated: str) -> None:
        address = make_conninfo(migrated, password="wrong-and-secret")
        for open_or_make in (
            lambda: EventStore({"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": address, **LEDGER_KEY}),
            lambda: migrate(address),
        ):
            with pytest.raises(StoreUnavailable, match=r"^PostgreSQL cannot be reached: .*authentication") as refused:
                open_or_make()
            assert "secret" not in str(refused.value)


class TestManyAtOnce:
    def test_of_sixteen_one_conflicts_and_fifteen_are_kept(
        self, store: EventStore, migrated: str, a_lesson: Make
    ) -> None:
        there = a_lesson()
        store.save(there)
        begin = Barrier(17)

        def write(n: int) -> Any:
            with acting(f"person-{n}", request_id="r", request_key=RequestKey(f"key-{n}", "print")):
                lesson = a_lesson() if n else a_lesson(there.id)
                begin.wait(60)
                try:
                    return store.save(lesson)
                except Conflict as refused:
                    return type(refused)

        with ThreadPoolExecutor(16) as pool:
            given = [pool.submit(write, n) for n in range(16)]
            with psycopg.connect(migrated) as db:  # while the first waits for the lock, the others gather
                db.execute("LOCK TABLE laerdom_events IN EXCLUSIVE MODE")
                begin.wait(60)
                waiting_for_the_lock(db)
            outcomes = [future.result(60) for future in given]
        assert outcomes[0] is Conflict
        assert sorted(outcomes[1:]) == [row.id for row in store.read(1, 100)]
        answered = [store.answer(f"person-{n}", f"key-{n}") for n in range(16)]
        assert [answer is not None for answer in answered] == [False, *[True] * 15]

    def test_a_reader_misses_nothing_that_two_processes_write(self, store: EventStore, migrated: str) -> None:
        command = [sys.executable, "-c", WRITE, migrated]
        seen: list[int] = []
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as one,
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other,
        ):
            while one.poll() is None or other.poll() is None:
                seen += [row.id for row in store.read(seen[-1] if seen else 0, 50)]
            written = [int(line) for process in (one, other) for line in process.stdout or ()]
            seen += [row.id for row in store.read(seen[-1] if seen else 0, 1_000)]
        assert len(written) == 2 * 4 * 60
        assert seen == sorted(written)


@pytest.mark.parametrize("value", ["y", "yes", "true", "1", "no"])
def test_functions_in_the_database_are_refused(migrated: str, value: str) -> None:
    env = {"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": migrated, **LEDGER_KEY}
    with pytest.raises(
        ValueError, match=r"^POSTGRES_ENABLE_DB_FUNCTIONS is set: .* readers would miss some\. Unset it"
    ):
        EventStore({**env, "POSTGRES_ENABLE_DB_FUNCTIONS": value})


def test_without_an_address_it_is_not_opened() -> None:
    with pytest.raises(ValueError, match=r"^POSTGRES_URL is not set: the address of the PostgreSQL database\.$"):
        EventStore({"PERSISTENCE_MODULE": "store.postgres:Factory"})


def until(true: Callable[[], bool]) -> None:
    deadline = monotonic() + 60
    while not true():
        assert monotonic() < deadline


def committed(store: EventStore) -> None:
    until(lambda: store.position > 0)


def waiting_for_the_lock(db: psycopg.Connection[Any]) -> None:
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'laerdom_events'::regclass"
    until(lambda: db.execute(asked).fetchone() == (1,))
