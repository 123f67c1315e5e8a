"""A backup that is older than what was signed: nothing goes on under the old name, and nothing is hidden."""

import tarfile
from pathlib import Path

import pytest

from store.backup.manifest import BadBackup
from store.ledger.keys import CHECKPOINT, Keys
from store.ledger.note import Checkpoint
from store.ledger.sealer import Refusal
from tests.backup.record import Record, lesson


@pytest.fixture
def backup(record: Record, tmp_path: Path) -> Path:
    """Of nine events. Then there were three more, which were signed, and everything was lost."""
    record.back_up(tmp_path / "backup")
    with record.open() as system:
        system.store.save(lesson("Never to be seen again"))
        record.seal(system)
    record.lose()
    return tmp_path / "backup"


def signed(folder: Path) -> list[int]:
    """Sizes of the checkpoints in the folder, at any depth."""
    return sorted(Checkpoint.parse(file.read_text()).size for file in folder.rglob("*.checkpoint"))


def test_it_is_said_before_anything_is_lost(record: Record, backup: Path) -> None:
    with pytest.raises(BadBackup, match=r"is of 12 events, and the backup has 9\..* without the other 3, .*--new-log"):
        record.restore(backup)
    assert not record.is_there()


def test_the_sealer_does_not_sign_what_contradicts_what_it_has_signed(record: Record, backup: Path) -> None:
    """Where the checkpoints come to light only afterwards."""
    kept = record.place.seals.checkpoints
    kept.rename(kept.with_name("away"))
    record.restore(backup)
    for file in kept.with_name("away").glob("*/*"):
        (kept / file.parent.name).mkdir(exist_ok=True)
        file.replace(kept / file.parent.name / file.name)
    with record.open() as system:
        system.store.save(lesson("After the restore"), lesson("And more than there were"))
        with pytest.raises(Refusal):
            record.seal(system)
        assert system.ledger.state().refused is not None


def test_another_log_begins_with_a_key_of_its_own(record: Record, backup: Path, tmp_path: Path) -> None:
    keys, checkpoints = Keys(record.place.seals.keys), record.place.seals.checkpoints
    [old] = keys.signers(make=False)
    made = record.restore(backup, new_log=True)
    [ended] = checkpoints.iterdir()
    with tarfile.open(ended) as tar:
        tar.extractall(tmp_path / "ended", filter="data")
    assert signed(tmp_path / "ended") == [9, 9, 12]
    [kept] = (tmp_path / "ended" / "cosigned").iterdir()
    assert kept.read_text() == made.contents.checkpoint
    [old_key] = keys.folder.glob(f"ended-*/{CHECKPOINT}")
    assert old_key.read_text().strip() == old.text()
    with record.open() as system:
        assert system.ledger.checkpoint() is None
        name = record.seal(system)
        checkpoint = system.ledger.checkpoint()
        assert checkpoint is not None
        assert (checkpoint.origin, checkpoint.size) == (name, 9)
        assert name != old.name
        [new] = keys.signers(make=False)
        assert checkpoint.signed_by(new.verifier)
        assert not checkpoint.signed_by(old.verifier)
        # Whoever has a checkpoint of the ended log sees that the new one begins as that did, as far as it goes.
        assert checkpoint.root == Checkpoint.parse(kept.read_text()).root
        system.store.save(lesson("Goes on"))
        record.seal(system)
        assert system.ledger.state().sealed == 12
        assert system.ledger.state().refused is None
    assert signed(checkpoints) == [9, 12]
    record.back_up(tmp_path / "next")
    with tarfile.open(tmp_path / "next" / "checkpoints.tar") as tar:
        assert sorted(name.rpartition("/")[2] for name in tar.getnames()) == [
            "000000000009.checkpoint",
            "000000000012.checkpoint",
            ended.name,
        ]
