"""What is not a whole backup is not restored, and what is in the way stays: in both cases nothing has happened."""

import json
import resource
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest

from api.wiring import FolderInUse
from store.backup.folder import made
from store.backup.manifest import BackupFailed, BadBackup
from store.backup.sqlite import ASIDE
from store.ledger.keys import LEDGER
from store.migrations import STEPS
from store.refused import OtherKey
from tests.backup.record import Record, lesson
from tests.keeping import KEY


@pytest.fixture
def backup(record: Record, tmp_path: Path) -> Path:
    record.back_up(tmp_path / "backup")
    return tmp_path / "backup"


def flip_a_bit(folder: Path) -> str:
    file = next(file for file in folder.iterdir() if "events." in file.name)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    return f"{file.name} is not the file that was written"


def lose_a_part(folder: Path) -> str:
    file = next(file for file in folder.iterdir() if "people." in file.name)
    file.unlink()
    return f"{file.name} is missing from the backup"


def never_finish(folder: Path) -> str:
    (folder / "manifest.json").unlink()
    return "it is not a backup, or one that was not finished"


def cut_the_manifest_short(folder: Path) -> str:
    file = folder / "manifest.json"
    file.write_bytes(file.read_bytes()[:-40])
    return "manifest.json cannot be read"


def changed(folder: Path, change: Callable[[Any], None]) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    change(manifest)
    file.write_text(json.dumps(manifest))


def claim_more_events(folder: Path) -> str:
    changed(folder, lambda manifest: manifest["contents"].update(position=10))
    return "not the one that the manifest describes"


def name_another_root(folder: Path) -> str:
    def change(manifest: Any) -> None:
        name, size, _, *rest = manifest["contents"]["checkpoint"].split("\n")
        root = "A" * 43 + "="
        manifest["contents"]["checkpoint"] = "\n".join((name, size, root, *rest))

    changed(folder, change)
    return "not the one that the manifest describes"


def be_of_the_other_engine(folder: Path) -> str:
    def change(manifest: Any) -> None:
        manifest["engine"] = {"sqlite": "postgresql", "postgresql": "sqlite"}[manifest["engine"]]

    changed(folder, change)
    return "one is not restored to the other"


@pytest.mark.parametrize(
    "spoil",
    [
        flip_a_bit,
        lose_a_part,
        never_finish,
        cut_the_manifest_short,
        claim_more_events,
        name_another_root,
        be_of_the_other_engine,
    ],
)
def test_what_is_not_a_whole_backup(backup: Path, elsewhere: Record, spoil: Callable[[Path], str]) -> None:
    why = spoil(backup)
    with pytest.raises(BadBackup, match=why):
        elsewhere.restore(backup)
    assert not elsewhere.is_there()


def test_a_record_that_was_altered_before_the_backup(record: Record, elsewhere: Record, tmp_path: Path) -> None:
    record.alter(3)
    record.back_up(tmp_path / "backup")
    with pytest.raises(BadBackup, match=r"event 3, leaf 2: The event is not the one that was entered\.$"):
        elsewhere.restore(tmp_path / "backup")
    assert not elsewhere.is_there()


def test_without_the_ledgers_key(backup: Path, elsewhere: Record) -> None:
    (elsewhere.place.seals.keys / LEDGER).unlink()
    with pytest.raises(BadBackup, match=r"^Put the ledger\.key that is kept apart"):
        elsewhere.restore(backup)
    assert not elsewhere.is_there()


def test_with_the_key_of_another_ledger(backup: Path, elsewhere: Record) -> None:
    (elsewhere.place.seals.keys / LEDGER).write_text(KEY["LEDGER_KEY"])
    with pytest.raises(OtherKey):
        elsewhere.restore(backup)
    assert not elsewhere.is_there()


def test_over_a_record_that_is_there(record: Record, backup: Path) -> None:
    with record.open() as system:
        saved = system.store.save(lesson("Newer than the backup"))
    with pytest.raises(BadBackup, match="There is a record in"):
        record.restore(backup)
    with record.open() as system:
        assert system.store.position == saved


def test_where_others_are_at_work(backup: Path, elsewhere: Record) -> None:
    with elsewhere.at_work(), pytest.raises((FolderInUse, BadBackup), match=r"^(Another process|Workers or a)"):
        elsewhere.restore(backup)
    assert not elsewhere.is_there()
    elsewhere.restore(backup)
    assert elsewhere.is_there()


@pytest.mark.parametrize("kind", ["embedded"])
def test_what_an_interrupted_restore_has_left_is_removed(backup: Path, elsewhere: Record) -> None:
    left = elsewhere.place.data / ASIDE
    left.mkdir()
    (left / "people.sqlite").write_text("half of it")
    elsewhere.restore(backup)
    assert not left.exists()


@pytest.mark.parametrize("kind", ["scaled"])
def test_of_tables_that_this_program_does_not_know(backup: Path, elsewhere: Record) -> None:
    changed(backup, lambda manifest: manifest.update(step=len(STEPS) + 1))
    with pytest.raises(BadBackup, match="made by a newer Lærdom"):
        elsewhere.restore(backup)
    assert not elsewhere.is_there()


@pytest.mark.parametrize("kind", ["scaled"])
def test_tables_that_are_there_and_empty_are_not_in_the_way(backup: Path, elsewhere: Record) -> None:
    with elsewhere.at_work():
        """Which migrates them."""
    elsewhere.restore(backup)
    with elsewhere.open() as system:
        assert system.store.position == 9


def test_a_folder_that_has_something_in_it(record: Record, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(BadBackup, match="is not an empty folder"):
        record.back_up(tmp_path / "full")
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("keys", ["backup", "backup/keys", "."])
def test_keys_beside_what_they_protect(record: Record, tmp_path: Path, keys: str) -> None:
    with pytest.raises(BadBackup, match="The keys belong apart from the backup"):
        record.back_up(tmp_path / "backup", keys=tmp_path / keys)
    assert not (tmp_path / "backup").exists()


def test_a_disk_that_takes_no_more(record: Record, tmp_path: Path) -> None:
    """The limit of a file's size stands for it: writing fails half-way just so."""
    (tmp_path / "was-there").mkdir()
    largest = max(part.bytes for part in record.back_up(tmp_path / "whole").parts)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for folder in (tmp_path / "backup", tmp_path / "was-there"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest - 1, hard))
        try:
            with pytest.raises(BackupFailed, match=r"^The backup was not made: .* Nothing is left in .*\.$"):
                record.back_up(folder)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert not (tmp_path / "backup").exists()
    assert list((tmp_path / "was-there").iterdir()) == []
    record.back_up(tmp_path / "was-there")


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    with (
        pytest.raises(
            BackupFailed, match=r"^The disk is full: make room, or give a folder elsewhere\. Nothing is left"
        ),
        made(tmp_path / "backup"),
    ):
        raise OSError(ENOSPC, "No space left on device")
