"""A record on either store, and a second place, empty, that has the ledger's key and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.settings import Seals, Servers
from api.wiring.backup import Place
from domain.acting import acting
from tests.backup.record import TITLES, Record, lesson
from tests.faults.servers import own_database


@pytest.fixture(autouse=True)
def kari() -> Iterator[None]:
    with acting("kari", request_id="request-1"):
        yield


@pytest.fixture(params=["embedded", "scaled"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def servers_or_none(kind: str, request: pytest.FixtureRequest) -> Servers | None:
    return request.getfixturevalue("servers") if kind == "scaled" else None


@pytest.fixture
def record(servers_or_none: Servers | None, tmp_path: Path) -> Record:
    """With three lessons, a person with an account, and everything of it signed."""
    data = tmp_path / "data"
    seals = servers_or_none.seals if servers_or_none else Seals.within(data)
    record = Record(Place(data, servers_or_none, seals))
    with record.open() as system:
        for title in TITLES:
            system.store.save(lesson(title))
        system.people.add("Kari Nordmann", id="kari")
        system.sign_ins.accounts.open("kari", login="kari@example.org")
        record.seal(system)
    return record


@pytest.fixture
def elsewhere(record: Record, servers_or_none: Servers | None, request: pytest.FixtureRequest) -> Iterator[Record]:
    """Another folder, or another database; without checkpoints."""
    folder = request.getfixturevalue("tmp_path") / "elsewhere"
    seals = Seals.within(folder)
    seals.keys.mkdir(parents=True, mode=0o700)
    for name in ("ledger.key", "checkpoint.key"):
        copy = seals.keys / name
        copy.touch(mode=0o600)
        copy.write_bytes((record.place.seals.keys / name).read_bytes())
    if servers_or_none is None:
        yield Record(Place(folder, None, seals))
        return
    with own_database(request.getfixturevalue("postgres")) as database:
        yield Record(Place(folder, replace(servers_or_none, database=database, seals=seals), seals))
