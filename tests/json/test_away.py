"""What is answered when the store cannot be written: clearly, in bounded time, and reading goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.sqlite import SQLiteConnection
from starlette.testclient import TestClient

import store.sqlite
from api.access.entrance import Entrance
from api.app import create_app
from api.wiring import open_system
from domain.viewer import Viewer

LESSON = {"title": {"en": "x"}, "lesson": {"en": "y"}, "source": {"url": "https://example.org"}}


class Disk:
    """What the store may write to, through every connection that it has and opens."""

    def __init__(self) -> None:
        self._opened: list[SQLiteConnection] = []
        self._pages = 100_000

    def allow(self, pages: int) -> None:
        self._pages = pages
        for connection in self._opened:
            self._limit(connection)

    def opened(self, connection: SQLiteConnection) -> SQLiteConnection:
        self._opened.append(connection)
        self._limit(connection)
        return connection

    def _limit(self, connection: SQLiteConnection) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count={self._pages}")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    create = store.sqlite.DurablePool._create_connection  # pyright: ignore[reportPrivateUsage]

    def limited(pool: store.sqlite.DurablePool) -> SQLiteConnection:
        return disk.opened(create(pool))

    monkeypatch.setattr(store.sqlite.DurablePool, "_create_connection", limited)
    monkeypatch.setattr(store.sqlite, "LOCK_TIMEOUT_S", 0.1)
    return disk


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def client(disk: Disk, data: Path) -> Iterator[TestClient]:
    with open_system(data) as system:
        system.start()
        app = create_app(system, entrance=Entrance(lambda: Viewer("kari", operator=True), frozenset({"testserver"})))
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client


def told(answer: Any) -> tuple[int, str, str | None]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:laerdom:problem:"), answer.headers["retry-after"]


def test_a_full_disk_is_507_and_writing_goes_on_once_there_is_room(client: TestClient, disk: Disk) -> None:
    first = client.post("/api/v1/lessons", json=LESSON)
    disk.allow(pages=1)
    refused = client.post("/api/v1/lessons", json=LESSON | {"lesson": {"en": "y" * 20_000}})
    assert told(refused) == (507, "disk-full", "60")
    assert refused.json()["detail"] == "The disk is full. Nothing was lost; make room and repeat."
    assert client.get(first.headers["location"]).json() == first.json()
    assert client.get("/api/v1/search").status_code == 200
    disk.allow(pages=100_000)
    assert client.post("/api/v1/lessons", json=LESSON).status_code == 201


def test_a_store_that_another_holds_is_503_and_reading_goes_on(client: TestClient, data: Path) -> None:
    first = client.post("/api/v1/lessons", json=LESSON)
    with closing(sqlite3.connect(data / "events.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert told(client.post("/api/v1/lessons", json=LESSON)) == (503, "store-away", "5")
        assert client.get(first.headers["location"]).status_code == 200
    assert client.post("/api/v1/lessons", json=LESSON).status_code == 201
