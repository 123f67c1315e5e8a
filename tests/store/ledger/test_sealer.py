"""The sealer signs what fits, refuses what does not and tells so, and signs again when it is mended."""

from pathlib import Path
from threading import Event

import pytest
from structlog.testing import capture_logs

from store.ledger.keys import CHECKPOINT
from store.ledger.note import COSIGNATURE, BadNote, Checkpoint, new_signer
from store.ledger.recount import ALTERED, NO_LEAF, OTHER_HISTORY, SHORTER, Finding
from store.ledger.sealer import Refusal, Sealer, Sealing
from tests.store.ledger.held import LEDGER_KEY, Held


def refused(held: Held) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        held.sealer().seal()
    return refusal.value


def test_it_signs_once_what_is_new(held: Held) -> None:
    checkpoint = held.sealer().seal()
    assert checkpoint is not None
    assert checkpoint.size == 24
    assert held.sealer().seal() is None
    assert held.ledger.checkpoint() == checkpoint
    assert [Checkpoint.parse(one.note).size for one in held.kept()] == [22, 24]
    assert held.verify(*held.kept()).found == 0
    state = held.ledger.state()
    assert (state.size, state.sealed, state.refused) == (24, 24, None)


def test_what_the_folder_alone_was_told_is_told_to_the_database_too(held: Held) -> None:
    """A program that ends between the two, or another sealer that is between them at this very moment."""
    checkpoint = held.sealer().seal()
    held.execute("DELETE FROM ledger_checkpoints")
    assert held.ledger.checkpoint() is None
    assert held.sealer().seal() == checkpoint
    assert held.ledger.checkpoint() == checkpoint
    assert held.sealer().seal() is None


def test_an_inconsistent_ledger_is_refused_with_an_alarm_until_it_is_mended(held: Held) -> None:
    [row] = held.execute(f"SELECT state FROM {held.events} WHERE notification_id=24")
    held.execute(f"UPDATE {held.events} SET state=? WHERE notification_id=24", [b"{}"])
    with capture_logs() as logs:
        refusal = refused(held)
    assert refusal.findings == (Finding(ALTERED, 24, 23),)
    assert [(one["log_level"], one["findings"]) for one in logs] == [("error", [f"event 24, leaf 23: {ALTERED}"])]
    assert held.ledger.state().refused == f"event 24, leaf 23: {ALTERED}"
    assert str(refused(held)) == str(refusal)
    assert len(held.execute("SELECT why FROM ledger_refusals")) == 1
    held.execute(f"UPDATE {held.events} SET state=? WHERE notification_id=24", [row["state"]])
    held.seal()
    assert held.ledger.state().refused is None
    assert len(held.kept()) == 2


def test_a_ledger_that_was_cut_is_refused_until_it_is_mended(held: Held) -> None:
    held.seal()
    leaves = held.execute("SELECT leaf, position, digest, salt, mac FROM ledger_leaves WHERE leaf=23")
    held.execute("DELETE FROM ledger_leaves WHERE leaf=23")
    assert refused(held).findings == (Finding(SHORTER, leaf=23),)
    held.execute(
        "INSERT INTO ledger_leaves (leaf, position, digest, salt, mac) VALUES (?,?,?,?,?)", list(leaves[0].values())
    )
    held.seal()  # nothing is new, and the alarm is over
    assert held.ledger.state().refused is None
    assert held.sealer().seal() is None


@pytest.mark.parametrize("known_from", ["folder", "database"])
def test_what_does_not_begin_with_what_was_signed_is_refused(held: Held, known_from: str) -> None:
    """Neither the folder nor the database can go back alone."""
    notes = held.execute("SELECT size, at, note FROM ledger_checkpoints")
    held.execute(f"UPDATE {held.events} SET state=? WHERE notification_id=5", [b"{}"])
    held.rewrite()
    if known_from == "database":
        held.execute("INSERT INTO ledger_checkpoints (size, at, note) VALUES (?,?,?)", list(notes[0].values()))
        for file in held.checkpoints.rglob("*.checkpoint"):
            file.unlink()
    assert refused(held).findings == (Finding(OTHER_HISTORY, leaf=21),)


def test_a_node_that_is_gone_is_refused(held: Held) -> None:
    held.execute("DELETE FROM ledger_leaves WHERE leaf=23")
    held.execute("DELETE FROM ledger_nodes WHERE place=30")
    assert refused(held).findings == (Finding(OTHER_HISTORY),)


def test_a_leaf_that_is_gone_in_the_middle_is_refused(held: Held) -> None:
    held.execute("DELETE FROM ledger_leaves WHERE leaf=22")
    assert Finding(NO_LEAF, leaf=22) in refused(held).findings


@pytest.mark.parametrize("note", ["noise", ""])
def test_a_checkpoint_that_cannot_be_read_is_refused(held: Held, note: str) -> None:
    held.execute("UPDATE ledger_checkpoints SET note=?", [note])
    assert str(refused(held)) == "the ledger: A checkpoint that was kept cannot be read."


def test_a_new_key_signs_what_was_signed_already(held: Held) -> None:
    """Else the end of the old key would be the end of what is known to be signed."""
    held.seal()
    [old] = held.keys.signers(make=False)
    new = held.keys.begin_rotation()
    held.seal()
    newest = held.ledger.checkpoint()
    assert newest is not None
    assert newest.signed_by(old.verifier)
    assert newest.signed_by(new.verifier)
    held.keys.end_rotation()
    assert held.sealer().seal() is None
    held.execute(f"UPDATE {held.events} SET state=? WHERE notification_id=5", [b"{}"])
    held.rewrite()
    held.write(1)
    assert refused(held).findings == (Finding(OTHER_HISTORY, leaf=23),)


def test_a_witness_may_still_sign_while_the_log_goes_on(held: Held) -> None:
    witness = new_signer("auditor.example", COSIGNATURE)
    seen = held.ledger.checkpoint()
    assert seen is not None
    held.seal()
    line = witness.line(seen.text, at_s=1)
    for _ in range(2):
        cosigned = held.ledger.cosign(line, witness.verifier)
        assert (cosigned.size, cosigned.signatures) == (22, (*seen.signatures, line))
    with pytest.raises(BadNote, match="not this key's signature"):
        held.ledger.cosign(witness.line("other", at_s=1), witness.verifier)


def test_a_count_ends_when_it_is_to_stop(held: Held) -> None:
    stopping = Event()
    stopping.set()
    assert held.sealer().seal(stopping) is None
    assert held.ledger.state().sealed == 22


def test_the_thread_goes_on_whatever_fails(held: Held) -> None:
    """A key that others can read, then a folder that cannot be written, then all is well."""
    turn, done = iter(range(10)), Event()

    def sealer() -> Sealer:
        match next(turn):
            case 0:
                (held.keys.folder / CHECKPOINT).chmod(0o644)
            case 1:
                (held.keys.folder / CHECKPOINT).chmod(0o600)
                return Sealer(held.ledger, LEDGER_KEY, held.keys.signers(make=False), Path("/dev/null"))
            case 2:
                raise RuntimeError("unforeseen")
            case 3:
                pass
            case _:
                done.set()
        return held.sealer()

    sealing = Sealing(sealer, every_s=0.01)
    sealing.start()
    assert done.wait(60)
    sealing.stop()
    assert held.ledger.state().sealed == 24
