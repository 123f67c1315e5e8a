"""What keeping a command costs: commands a second, as a ratio to raw INSERT and commit in the same database.

    python bench/commits.py postgresql://postgres@localhost/bench

The database has to be empty, and is filled. Everything is measured by turns within the same seconds, so that what else
the machine does meets all alike; the ratio of each round is to the raw rate of that round.
"""

import argparse
import sqlite3
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Barrier
from time import perf_counter
from typing import TypeAlias
from uuid import uuid4

import psycopg

from domain.acting import acting
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.source import Source
from domain.text import Prose, Title
from store.event_store import EventStore
from store.migrations import migrate

KEY = {"LEDGER_KEY": "5e" * 32}
RECORD = LessonRecord(
    title=Title(en="Start early"), lesson=Prose(en="Begin. " * 40), source=Source(url="https://example.org")
)
SECONDS = 0.3
Command: TypeAlias = Callable[[], object]
Way: TypeAlias = Callable[[int], list[Command]]
"""For so many writers, what each does again and again: keep one command, on the disk when it returns."""


@dataclass(frozen=True)
class Row:
    """`ratios` are to the raw way, one for each round; `rates` are commands a second."""

    database: str
    writers: int
    way: str
    rates: list[float]
    ratios: list[float]

    def __str__(self) -> str:
        low, middle, high = min(self.ratios), median(self.ratios), max(self.ratios)
        return (
            f"{self.database:<11}{self.writers:>3} writers  {self.way:<13}{median(self.rates):>8.0f} commands/s"
            f"  {middle:.2f} of raw ({low:.2f}–{high:.2f})"
        )


def run(address: str, *, rounds: int = 20, seconds: float = SECONDS) -> list[Row]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(dir=".")))  # not /tmp, which may have no disk below it
        ways = {
            "SQLite": stack.enter_context(_sqlite(folder)),
            "PostgreSQL": stack.enter_context(_postgres(address)),
        }
        return [row for writers in (1, 8) for row in _measured(ways, writers, rounds, seconds)]


def _measured(ways: dict[str, dict[str, Way]], writers: int, rounds: int, seconds: float) -> Iterator[Row]:
    flat = [(database, name, way) for database, some in ways.items() for name, way in some.items()]
    rates: dict[tuple[str, str], list[float]] = {(database, name): [] for database, name, _ in flat}
    for n in range(rounds):
        turn = n % len(flat)
        for database, name, way in flat[turn:] + flat[:turn]:
            rates[database, name].append(rate_of(way(writers), seconds))
    for (database, name), own in rates.items():
        ratios = [rate / raw for rate, raw in zip(own, rates[database, "raw"], strict=True)]
        yield Row(database, writers, name, own, ratios)


def rate_of(writers: list[Command], seconds: float) -> float:
    begin = Barrier(len(writers))

    def write(command: Command) -> tuple[int, float]:
        with acting("kari", request_id="bench"):
            command()
            begin.wait()
            began, count = perf_counter(), 0
            while perf_counter() - began < seconds:
                command()
                count += 1
            return count, perf_counter() - began

    with ThreadPoolExecutor(len(writers)) as pool:
        return sum(count / took for count, took in pool.map(write, writers))


@contextmanager
def _sqlite(folder: Path) -> Generator[dict[str, Way]]:
    with ExitStack() as stack:
        file = folder / "raw.sqlite"

        def connected() -> sqlite3.Connection:
            db = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
            stack.callback(db.close)
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            return db

        connected().execute(
            "CREATE TABLE raw (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, version INTEGER NOT NULL,"
            " topic TEXT NOT NULL, state BLOB NOT NULL, UNIQUE (id, version))"
        )
        connections = [connected() for _ in range(8)]
        env = {"PERSISTENCE_MODULE": "store.sqlite:Factory", "SQLITE_DBNAME": str(folder / "events.sqlite")} | KEY
        grouped = opened(stack, **env)
        single = opened(stack, **env, COMMANDS_PER_COMMIT="1")
        state = _state(grouped)

        def raw(db: sqlite3.Connection) -> Command:
            statement = "INSERT INTO raw (id, version, topic, state) VALUES (?,1,'lesson.drafted',?)"
            return lambda: db.execute(statement, (uuid4().hex, state))

        yield {
            "raw": lambda writers: [raw(db) for db in connections[:writers]],
            "one by one": saving(single),
            "group commit": saving(grouped),
        }


@contextmanager
def _postgres(address: str) -> Generator[dict[str, Way]]:
    migrate(address)
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(psycopg.connect(address, autocommit=True))) for _ in range(8)]
        connections[0].execute(
            "CREATE TABLE raw (n BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE, id UUID NOT NULL, version BIGINT NOT NULL,"
            " topic TEXT NOT NULL, state BYTEA NOT NULL, PRIMARY KEY (id, version))"
        )
        env = {"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": address} | KEY
        grouped = opened(stack, **env)
        single = opened(stack, **env, COMMANDS_PER_COMMIT="1")
        state = _state(grouped)

        def raw(db: psycopg.Connection) -> Command:
            statement = "INSERT INTO raw (id, version, topic, state) VALUES (%s,1,'lesson.drafted',%s)"
            return lambda: db.execute(statement, (uuid4(), state))

        yield {
            "raw": lambda writers: [raw(db) for db in connections[:writers]],
            "one by one": saving(single),
            "group commit": saving(grouped),
        }


def opened(stack: ExitStack, **env: str) -> EventStore:
    store = EventStore(env)
    stack.callback(store.close)
    return store


def saving(store: EventStore) -> Way:
    return lambda writers: [lambda: store.save(a_lesson())] * writers


def a_lesson() -> Lesson:
    return Lesson.draft_new(uuid4(), RECORD, owner="kari")


def _state(store: EventStore) -> bytes:
    """Of one such command, so that the raw way writes the same bytes."""
    with acting("kari", request_id="bench"):
        store.save(a_lesson())
    return store.read(0, 1)[0].state


def main() -> None:
    arguments = argparse.ArgumentParser(description="Commands a second against raw INSERT and commit.")
    arguments.add_argument("address", help="of an empty PostgreSQL database")
    arguments.add_argument("--rounds", type=int, default=20)
    given = arguments.parse_args()
    for row in run(given.address, rounds=given.rounds):
        print(row)


if __name__ == "__main__":
    main()
