"""Every event store there is, empty, under the same tests: `open_store` opens it (again), `plant` puts a row into it
behind its back."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import UUID

import pytest

from domain.acting import acting
from store.event_store import EventStore


@pytest.fixture(autouse=True)
def kari() -> Iterator[None]:
    with acting("kari", request_id="request-1"):
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.sqlite"


@pytest.fixture(params=["sqlite"])
def open_store(request: pytest.FixtureRequest, file: Path) -> Iterator[Callable[[], EventStore]]:
    """Each call gives one more store on the same events, as another process would have it."""
    envs = {"sqlite": {"PERSISTENCE_MODULE": "store.sqlite:Factory", "SQLITE_DBNAME": str(file)}}
    with ExitStack() as stack:

        def opened() -> EventStore:
            store = EventStore(envs[request.param])
            stack.callback(store.close)
            return store

        yield opened


@pytest.fixture
def store(open_store: Callable[[], EventStore]) -> EventStore:
    return open_store()


@pytest.fixture
def plant(store: EventStore, file: Path) -> Callable[[UUID, int, str, bytes], None]:
    assert store.position == 0

    def put(id: UUID, version: int, topic: str, state: bytes) -> None:
        with closing(sqlite3.connect(file)) as db, db:
            db.execute(
                "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)",
                (id.hex, version, topic, state),
            )

    return put
