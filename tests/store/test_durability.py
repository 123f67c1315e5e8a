"""A PostgreSQL that may lose what it has acknowledged is refused, and the refusal says why and what to set."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from store.event_store import EventStore
from store.migrations import migrate
from store.refused import NotDurable
from tests.keeping import KEY
from tools.services import postgres
from tools.services.process import wait_for


def opened(address: str) -> None:
    EventStore({"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": address, **KEY}).close()


@pytest.mark.parametrize("level", ["off", "local", "remote_write"])
def test_a_commit_that_does_not_wait_for_the_disk(migrated: str, level: str) -> None:
    with psycopg.connect(migrated, autocommit=True) as db:
        db.execute(f"ALTER DATABASE {db.info.dbname} SET synchronous_commit = {level}".encode())
    with pytest.raises(NotDurable) as refused:
        opened(migrated)
    assert str(refused.value) == (
        f"PostgreSQL runs with synchronous_commit={level} (from: database): a commit would be acknowledged before it is"
        " on the disk. Set synchronous_commit = on."
    )


def test_the_address_can_weaken_it_too(migrated: str) -> None:
    with pytest.raises(NotDurable, match=r"synchronous_commit=off \(from: client\)"):
        opened(make_conninfo(migrated, options="-c synchronous_commit=off"))


def test_waiting_for_a_standby_as_well_is_welcome(migrated: str) -> None:
    opened(make_conninfo(migrated, options="-c synchronous_commit=remote_apply"))


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    """One whose settings may be spoilt."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the servers' account has its home inside
        process = postgres.start_postgres(Path(folder), Path(folder), print)
        try:
            wait_for(process, lambda: postgres.answers(process.address), 60)
            migrate(process.address)
            yield process.address
        finally:
            process.stop()


def set_on(server: str, setting: str, value: str) -> None:
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"ALTER SYSTEM SET {setting} = {value}".encode())
        db.execute("SELECT pg_reload_conf()")
    deadline = monotonic() + 60
    while True:
        with psycopg.connect(server) as db:
            if db.execute(f"SHOW {setting}".encode()).fetchone() == (value,):
                return
        assert monotonic() < deadline


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("fsync", "an acknowledged commit would not be on the disk"),
        ("full_page_writes", "a power cut in the middle of a write would damage the tables"),
    ],
)
def test_a_server_that_does_not_write_safely(own_server: str, setting: str, why: str) -> None:
    opened(own_server)
    set_on(own_server, setting, "off")
    try:
        with pytest.raises(NotDurable) as refused:
            opened(own_server)
    finally:
        set_on(own_server, setting, "on")
    assert str(refused.value) == (
        f"PostgreSQL runs with {setting}=off (from: configuration file): {why}. Set {setting} = on."
    )
    opened(own_server)
