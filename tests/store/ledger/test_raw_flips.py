"""Bits flipped in the very file: found as damage or named, or nothing that is kept has changed."""

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.ledger.recount import UNREADABLE, Finding
from store.ledger.snapshot import of_file
from store.ledger.verifying import verify
from store.refused import NoLedger
from store.unavailable import StoreDamaged
from tests.store.ledger.held import LEDGER_KEY, Held, copied

FLIPS = 300
ROOT = os.geteuid() == 0
"""Who may write everywhere."""


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def whole(held: Held, file: Path, tmp_path: Path) -> Path:
    held.write(40)
    held.seal()
    return copied(file, tmp_path / "whole.sqlite")


def kept_in(file: Path) -> object:
    with closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as db:
        db.text_factory = bytes
        try:
            return [
                db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
                for table in ("stored_events", "ledger_leaves", "ledger_nodes")
            ]
        except sqlite3.DatabaseError as error:
            return str(error)


def findings_of(file: Path) -> list[Finding]:
    try:
        with of_file(file) as snapshot:
            return list(verify(snapshot, LEDGER_KEY, [], []).findings)
    except StoreDamaged as error:
        return [Finding(f"{UNREADABLE} {error}")]


def test_a_flipped_bit_is_found_or_changes_nothing(whole: Path, tmp_path: Path) -> None:
    raw, before, chance, named = whole.read_bytes(), kept_in(whole), random.Random(8), 0
    assert findings_of(whole) == []
    damaged = tmp_path / "damaged.sqlite"
    for _ in range(FLIPS):
        bits = bytearray(raw)
        at = chance.randrange(len(bits))
        bits[at] ^= 1 << chance.randrange(8)
        damaged.write_bytes(bits)
        try:
            found = findings_of(damaged)
        except NoLedger:  # its name was hit: told as what could not be checked
            assert kept_in(damaged) != before
            continue
        named += any(one.position is not None or one.leaf is not None for one in found)
        assert found or kept_in(damaged) == before, at
    assert named > FLIPS / 10


@pytest.mark.parametrize("table", ["stored_events", "ledger_leaves", "ledger_nodes"])
def test_a_page_that_cannot_be_read_hides_no_other(whole: Path, table: str) -> None:
    with closing(sqlite3.connect(whole)) as db:
        [(size,)] = db.execute("PRAGMA page_size")
        pages = [n for (n,) in db.execute("SELECT pageno FROM dbstat WHERE name=? AND pagetype='leaf'", [table])]
    page = pages[len(pages) // 2]
    with whole.open("r+b") as file:
        file.seek(size * (page - 1))
        file.write(b"\xff" * size)
    found = findings_of(whole)
    named = {one.leaf for one in found if one.leaf is not None}
    assert len(pages) > 1
    assert 0 < len(named) < 104 / 2
    assert any(one.what.startswith(UNREADABLE) for one in found)


def test_what_is_no_store_is_told(tmp_path: Path) -> None:
    for looked_at in (tmp_path / "none", tmp_path):
        with pytest.raises(NoLedger), of_file(looked_at):
            pass
    empty = tmp_path / "empty.sqlite"
    sqlite3.connect(empty).close()
    empty.touch()
    with pytest.raises(NoLedger), of_file(empty):
        pass
    noise = tmp_path / "noise.sqlite"
    noise.write_bytes(b"noise" * 1000)
    with pytest.raises(StoreDamaged), of_file(noise):
        pass
    assert sorted(file.name for file in tmp_path.iterdir()) == ["empty.sqlite", "noise.sqlite"]


def test_a_folder_that_nothing_may_be_written_to_is_read(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    file = folder / "events.sqlite"
    whole.rename(file)
    folder.chmod(0o500)
    try:
        assert findings_of(file) == []
        assert ROOT or [one.name for one in folder.iterdir()] == ["events.sqlite"]
    finally:
        folder.chmod(0o700)
