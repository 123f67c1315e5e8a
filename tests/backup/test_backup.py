"""A backup is made while others write, holds all that was acknowledged before it began, and comes back whole."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from domain.acting import acting
from store.backup import postgres, sqlite
from store.backup.manifest import Manifest
from tests.backup.record import TITLES, Record, found, lesson, rebuilt

WRITERS = 4


def test_what_was_acknowledged_before_it_began_comes_back(
    record: Record, elsewhere: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PAGES", 1)  # so that it takes many steps, with writes between them
    ended, begun = Event(), [Event() for _ in range(WRITERS)]
    acknowledged: list[int] = []
    with record.open() as system:

        def write(n: int) -> None:
            with acting("kari"):
                while not ended.is_set():
                    acknowledged.append(system.store.save(lesson(f"Written by {n}")))
                    begun[n].set()

        writers = [Thread(target=write, args=(n,)) for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        assert all(one.wait(60) for one in begun)
        before = max(acknowledged)
        try:
            made = record.back_up(tmp_path / "backup")
        finally:
            ended.set()
            for writer in writers:
                writer.join()
        assert system.store.position > made.contents.position >= before
    restored = elsewhere.restore(tmp_path / "backup")
    assert restored == made
    with elsewhere.open() as system:
        assert (system.store.position, system.ledger.state().size) == (made.contents.position, made.contents.leaves)
        told = rebuilt(system)
        assert told.documents == made.contents.position / 3  # a lesson is drafted, submitted and published
        assert found(system, "commitment") == [TITLES[1]]
        assert system.people.names(["kari"]) == {"kari": "Kari Nordmann"}
        account = system.sign_ins.accounts.by_login("kari@example.org")
        assert account is not None
        assert account.person == "kari"
        assert system.store.save(lesson("Goes on")) > made.contents.position
        assert system.ledger.state().size == made.contents.leaves + 3


@pytest.mark.parametrize("kind", ["embedded"])
def test_writes_do_not_make_the_copying_begin_anew(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PAGES", 1)
    steps: list[int] = []
    with record.open() as system:

        def counting(_what: str, _total: int | None, _unit: str) -> nullcontext[Callable[[int], None]]:
            return nullcontext(write)

        def write(bytes: int) -> None:
            steps.append(bytes)
            if len(steps) <= 5:
                system.store.save(lesson("Between two steps"))

        made = record.back_up(tmp_path / "backup", counting)
    page, whole = steps[0], next(part.bytes for part in made.parts if part.name == sqlite.EVENTS)
    assert whole > 5 * page
    assert steps[: whole // page] == list(range(page, whole + 1, page))
    assert made.contents.position == 9


def test_the_lists_say_the_same_after_it(record: Record, elsewhere: Record, tmp_path: Path) -> None:
    with record.open() as system:
        before = rebuilt(system)
    record.back_up(tmp_path / "backup")
    elsewhere.restore(tmp_path / "backup")
    with elsewhere.open() as system:
        after = rebuilt(system)
    assert (after.digest, after.documents) == (before.digest, len(TITLES))


def test_it_comes_back_to_where_it_was_lost(record: Record, tmp_path: Path) -> None:
    made = record.back_up(tmp_path / "backup")
    record.lose()
    record.restore(tmp_path / "backup")
    with record.open() as system:
        rebuilt(system)
        assert system.store.position == made.contents.position
        assert found(system, "recruit") == [TITLES[0]]
        assert system.ledger.state().sealed == made.contents.leaves
        name = record.seal(system)
        checkpoint = system.ledger.checkpoint()
        assert checkpoint is not None
        assert (checkpoint.origin, checkpoint.note()) == (name, made.contents.checkpoint)


def test_checkpoints_come_back(record: Record, elsewhere: Record, tmp_path: Path) -> None:
    record.back_up(tmp_path / "backup")
    elsewhere.restore(tmp_path / "backup")
    [kept] = record.place.seals.checkpoints.rglob("*.checkpoint")
    [restored] = elsewhere.place.seals.checkpoints.rglob("*.checkpoint")
    assert restored.relative_to(elsewhere.place.seals.checkpoints) == kept.relative_to(record.place.seals.checkpoints)
    assert restored.read_text() == kept.read_text()


def test_keys_are_copied_apart_and_only_when_asked_for(record: Record, tmp_path: Path) -> None:
    record.back_up(tmp_path / "without")
    record.back_up(tmp_path / "with", keys=tmp_path / "keys")
    names = {file.name for file in (tmp_path / "with").iterdir()}
    assert names == {file.name for file in (tmp_path / "without").iterdir()}
    kept = {file.name: file.read_bytes() for file in record.place.seals.keys.iterdir()}
    assert {file.name: file.read_bytes() for file in (tmp_path / "keys").iterdir()} == kept
    for file in (tmp_path / "with").iterdir():
        assert not [key for key in kept.values() if key.strip() in file.read_bytes()], file.name


def test_nobody_else_can_read_it(record: Record, elsewhere: Record, tmp_path: Path) -> None:
    record.back_up(tmp_path / "backup", keys=tmp_path / "keys")
    elsewhere.restore(tmp_path / "backup")
    for folder in (tmp_path / "backup", tmp_path / "keys"):
        assert [oct(path.stat().st_mode & 0o777) for path in (folder, *folder.iterdir())] == [
            "0o700",
            *["0o600"] * len(list(folder.iterdir())),
        ]
    for name in sqlite.PARTS if elsewhere.place.servers is None else ():
        assert (elsewhere.place.data / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["embedded"])
def test_a_bare_copy_of_the_file_loses_what_is_not_in_it_yet(record: Record, tmp_path: Path) -> None:
    """What `laerdom backup` is for."""
    with record.open() as system:
        saved = system.store.save(lesson("In the log that is written ahead"))
        shutil.copy(record.place.data / "events.sqlite", tmp_path / "copied.sqlite")
        record.back_up(tmp_path / "backup")

    def newest(file: Path) -> int:
        with closing(sqlite3.connect(file)) as db:
            return db.execute("SELECT max(notification_id) FROM stored_events").fetchone()[0]

    assert newest(tmp_path / "copied.sqlite") < saved
    assert newest(tmp_path / "backup" / "events.sqlite") == saved


@pytest.mark.parametrize("kind", ["embedded"])
def test_what_was_deleted_is_not_in_the_copy(record: Record, tmp_path: Path) -> None:
    with record.open() as system:
        for n in range(100):
            system.people.add(f"Canary {n}", id=f"canary-{n}")
        with closing(sqlite3.connect(record.place.data / "people.sqlite")) as db, db:
            db.execute("DELETE FROM people WHERE id LIKE 'canary-%'")
        record.back_up(tmp_path / "backup")
    assert b"Canary" not in (tmp_path / "backup" / "people.sqlite").read_bytes()


@pytest.mark.parametrize("kind", ["scaled"])
def test_every_table_of_the_record_is_in_it(record: Record) -> None:
    servers = record.place.servers
    assert servers is not None
    with psycopg.connect(servers.database) as db:
        names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        there = {name for (name,) in db.execute(names)}
    assert there == {*postgres.TABLES, *postgres.LEFT_OUT, "laerdom_migrations"}


def test_the_manifest_tells_of_the_copy(record: Record, tmp_path: Path) -> None:
    made = record.back_up(tmp_path / "backup")
    with record.open() as system:
        system.store.save(lesson("Later"))
        checkpoint = system.ledger.checkpoint()
    assert made.contents.model_dump() == {
        "position": 9,
        "leaves": 9,
        "checkpoint": checkpoint and checkpoint.note(),
    }
    assert Manifest.read(tmp_path / "backup", made.engine) == made
    assert {part.name for part in made.parts} | {"manifest.json"} == {f.name for f in (tmp_path / "backup").iterdir()}
