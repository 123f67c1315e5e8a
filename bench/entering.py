"""What the ledger costs: a commit with it and without, and how its work grows with the number of events."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from unittest.mock import patch
from uuid import UUID

from bench.commits import KEY, Way, opened, rate_of, saving
from bench.places import database, folder
from bench.report import Growth, Row
from store.database import SqliteSession
from store.event_store import EventStore
from store.ledger import rows as ledger
from store.ledger.leaf import Leaf
from store.ledger.recount import Recount
from store.ledger.tree import Frontier, includes, inclusion, place, places_of, roots_of
from store.migrations import migrate
from tools.services.both import Services

SECONDS = 0.3
STATE = b"x" * 600
"""As long as a lesson's."""
AT_ONCE = 5_000
LOOKS = 50


def run(services: Services, *, rounds: int = 10, seconds: float = SECONDS) -> Iterator[Row]:
    """Commits of one event, by one and by eight writers, with the ledger and, as nowhere in the product, without."""
    with ExitStack() as stack:
        data, address = stack.enter_context(folder()), stack.enter_context(database(services))
        migrate(address)
        places = {
            "SQLite": {"PERSISTENCE_MODULE": "store.sqlite:Factory", "SQLITE_DBNAME": str(data / "events.sqlite")},
            "PostgreSQL": {"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": address},
        }
        for name, env in places.items():
            store = opened(stack, **env | KEY)
            for writers in (1, 8):
                ours, raw = _turns(store, writers, rounds, seconds)
                what = f"commits, {name}, {writers} writer{'s' * (writers > 1)}"
                yield Row(what, "commands/s", ours, raw, f"without the ledger: {what}")


def grow(sizes: Sequence[int]) -> Iterator[Growth]:
    """At each size: entering one more event, a proof and its verification, and counting everything once more."""
    figures: dict[tuple[str, str], dict[int, float]] = {}
    with folder() as data:
        file = data / "events.sqlite"
        EventStore({"PERSISTENCE_MODULE": "store.sqlite:Factory", "SQLITE_DBNAME": str(file)} | KEY).close()
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            db, entered = SqliteSession(connection), 0
            for size in sizes:
                enter(db, entered, size)
                entered = size
                for what, unit, figure in _at(db, file, size):
                    figures.setdefault((what, unit), {})[size] = figure
    yield from (Growth(what, unit, found) for (what, unit), found in figures.items())


def enter(db: SqliteSession, after: int, until: int) -> None:
    """Events and their leaves, a thousand versions an aggregate, up to so many events."""
    key = bytes.fromhex(KEY["LEDGER_KEY"])
    for first in range(after, until, AT_ONCE):
        db.execute("BEGIN IMMEDIATE")
        leaves = list[Leaf]()
        for n in range(first, min(first + AT_ONCE, until)):
            id, version, state = UUID(int=n // 1000 + 1), n % 1000 + 1, STATE + str(n).encode()
            db.execute(
                "INSERT INTO stored_events (notification_id, originator_id, originator_version, topic, state)"
                " VALUES (?,?,?,'lesson.drafted',?)",
                (n + 1, id.hex, version, state),
            )
            digest, salt = sha256(state).digest(), Random(n).randbytes(16)
            leaves.append(Leaf(n + 1, id.hex.encode(), version, b"lesson.drafted", digest, salt))
        ledger.append(db, key, leaves)
        db.execute("COMMIT")


def _turns(store: EventStore, writers: int, rounds: int, seconds: float) -> tuple[list[float], list[float]]:
    way: Way = saving(store)
    ours, raw = list[float](), list[float]()
    for n in range(rounds):
        for entered in (True, False) if n % 2 else (False, True):
            with ExitStack() as stack:
                if not entered:
                    stack.enter_context(patch.object(ledger, "append", _nothing))
                (ours if entered else raw).append(rate_of(way(writers), seconds))
    return ours, raw


def _nothing(*_: object) -> None:
    pass


def _at(db: SqliteSession, file: Path, size: int) -> Iterator[tuple[str, str, float]]:
    random, key = Random(size), bytes.fromhex(KEY["LEDGER_KEY"])

    def one_more() -> None:
        db.execute("BEGIN IMMEDIATE")
        ledger.append(db, key, [Leaf(10**9, b"0" * 32, 1, b"lesson.drafted", b"0" * 32, b"0" * 16)])
        db.execute("ROLLBACK")

    def proof() -> None:
        path = inclusion(random.randrange(size), size)
        roots_of(path, ledger.nodes_at(db, places_of(path)))

    yield "entering one more event, without waiting for the disk", "ms", _median_ms(one_more)
    yield "a proof that an event is in the log", "ms", _median_ms(proof)
    path, root = inclusion(size // 3, size), ledger.read_frontier(db, size).root
    hashes = roots_of(path, ledger.nodes_at(db, places_of(path)))
    hash = ledger.nodes_at(db, [place(0, size // 3)])[place(0, size // 3)]
    assert includes(root, size, size // 3, hash, hashes)
    yield "verifying it", "ms", _median_ms(lambda: includes(root, size, size // 3, hash, hashes))
    began = perf_counter()
    recount = Recount(db, ledger.SQLITE_EVENTS, key, Frontier(), size)
    found = list(recount.findings())
    took = perf_counter() - began
    assert not found, found[:3]
    yield "counting everything once more, per million events", "s", took / size * 1_000_000
    yield "the ledger beside an event of 600 bytes, bytes per event", "bytes", _bytes(file, size)


def _median_ms(do: Callable[[], object]) -> float:
    took = list[float]()
    for _ in range(LOOKS):
        began = perf_counter()
        do()
        took.append((perf_counter() - began) * 1000)
    return median(took)


def _bytes(file: Path, size: int) -> float:
    with closing(sqlite3.connect(file)) as db:
        [(total,)] = db.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%ledger%'")
    return total / size
