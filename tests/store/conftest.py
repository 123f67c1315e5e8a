"""Every event store there is, empty, under the same tests: `open_store` opens it (again), `plant` puts a row into it
behind its back. A module of one store alone overrides `kind`."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.acting import acting
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.source import Source
from domain.text import Prose, Title
from store.connections import Postgres
from store.database import Database, SqliteFile
from store.event_store import EventStore
from store.migrations import migrate
from store.postgres_database import PostgresDatabase
from store.recent import LONG
from store.sign_ins import SCHEMA, SignIns
from tests.faults.servers import own_database
from tests.keeping import KEY
from tests.store.proxy import Proxy


@pytest.fixture(autouse=True)
def kari() -> Iterator[None]:
    with acting("kari", request_id="request-1"):
        yield


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.sqlite"


@pytest.fixture(scope="session")
def with_tables(postgres: str) -> Iterator[str]:
    """The name of a database with the tables of the record in it, and nothing else."""
    with own_database(postgres) as address:
        assert migrate(address) == [1, 2, 3, 4]
        yield address.rpartition("/")[2]


@pytest.fixture
def migrated(postgres: str, with_tables: str) -> Iterator[str]:
    """Address of a PostgreSQL database of the test's own with the tables of the record in it."""
    with own_database(postgres, like=with_tables) as address:
        yield address


@pytest.fixture
def postgres_pool(migrated: str) -> Iterator[Postgres]:
    with closing(Postgres(migrated)) as postgres:
        yield postgres


@pytest.fixture
def proxy(migrated: str) -> Iterator[Proxy]:
    with closing(Proxy(migrated)) as proxy:
        yield proxy


@pytest.fixture
def env(request: pytest.FixtureRequest, kind: str) -> dict[str, str]:
    if kind == "sqlite":
        return {
            "PERSISTENCE_MODULE": "store.sqlite:Factory",
            "SQLITE_DBNAME": str(request.getfixturevalue("file")),
            **KEY,
        }
    return {"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": request.getfixturevalue("migrated"), **KEY}


@pytest.fixture
def open_store(env: dict[str, str]) -> Iterator[Callable[[], EventStore]]:
    """Each call gives one more store on the same events, as another process would have it."""
    with ExitStack() as stack:

        def opened() -> EventStore:
            store = EventStore(env)
            stack.callback(store.close)
            return store

        yield opened


@pytest.fixture
def store(open_store: Callable[[], EventStore]) -> EventStore:
    return open_store()


@pytest.fixture
def open_rows(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Each call gives the rows behind sign-in once more, as another process would have them."""
    with ExitStack() as stack:

        def opened() -> Database:
            if kind == "sqlite":
                return SqliteFile(tmp_path / "accounts.sqlite", *SCHEMA, durable=True)
            postgres = Postgres(request.getfixturevalue("migrated"))
            stack.callback(postgres.close)
            return PostgresDatabase(postgres)

        yield opened


@pytest.fixture
def here(open_rows: Callable[[], Database]) -> SignIns:
    return SignIns.on(open_rows(), bytes(32))


@pytest.fixture
def there(open_rows: Callable[[], Database]) -> SignIns:
    """The same, in another process."""
    return SignIns.on(open_rows(), bytes(32))


@pytest.fixture
def a_lesson() -> Callable[..., Lesson]:
    """Each call gives a new one, with an id of its own or with the one that is given."""
    record = LessonRecord(
        title=Title(en="Start early"), lesson=Prose(en="Begin."), source=Source(url="https://example.org")
    )

    def one(id: UUID | None = None) -> Lesson:
        return Lesson.draft_new(id or uuid4(), record, owner="kari")

    return one


@pytest.fixture
def a_long(store: EventStore, a_lesson: Callable[..., Lesson]) -> Callable[[], Lesson]:
    """Each call gives and saves one of so many events that it is kept in memory."""

    def one() -> Lesson:
        lesson = a_lesson()
        for n in range(LONG):
            lesson.hand_over(f"person-{n}")
        store.save(lesson)
        return lesson

    return one


@pytest.fixture
def long(a_long: Callable[[], Lesson]) -> Lesson:
    return a_long()


@pytest.fixture
def plant(store: EventStore, env: dict[str, str]) -> Callable[[UUID, int, str, bytes], None]:
    assert store.position == 0

    def put(id: UUID, version: int, topic: str, state: bytes) -> None:
        if "SQLITE_DBNAME" in env:
            with closing(sqlite3.connect(env["SQLITE_DBNAME"])) as db, db:
                db.execute(
                    "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)",
                    (id.hex, version, topic, state),
                )
            return
        with psycopg.connect(env["POSTGRES_URL"]) as db:
            db.execute(
                "INSERT INTO laerdom_events (originator_id, originator_version, topic, state) VALUES (%s,%s,%s,%s)",
                (id, version, topic, state),
            )

    return put


@pytest.fixture
def replace(env: dict[str, str]) -> Callable[[UUID, int, str, bytes], None]:
    """Puts another row in the place of one."""

    def put(id: UUID, version: int, topic: str, state: bytes) -> None:
        if "SQLITE_DBNAME" in env:
            with closing(sqlite3.connect(env["SQLITE_DBNAME"])) as db, db:
                db.execute(
                    "UPDATE stored_events SET topic=?, state=? WHERE originator_id=? AND originator_version=?",
                    (topic, state, id.hex, version),
                )
            return
        with psycopg.connect(env["POSTGRES_URL"]) as db:
            db.execute(
                "UPDATE laerdom_events SET topic=%s, state=%s WHERE originator_id=%s AND originator_version=%s",
                (topic, state, id, version),
            )

    return put
