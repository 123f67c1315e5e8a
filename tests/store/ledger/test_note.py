"""Keys, checkpoints, cosignatures and proofs as text: read back as they were written, and refused when they are not."""

from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.ledger.note import (
    COSIGNATURE,
    ED25519,
    BadNote,
    Checkpoint,
    Signer,
    Verifier,
    new_signer,
    proof_text,
    signed,
)
from store.ledger.tree import EMPTY

LOG = Signer("laerdom/log", ED25519, bytes(range(32)))
WITNESS = Signer("auditor.example/w", COSIGNATURE, bytes(range(1, 33)))
CHECKPOINT = signed("laerdom/log", 7, EMPTY, [LOG])
# The public key that belongs to the seed 00 01 … 1f.
KEY = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")


def test_a_key_has_the_form_of_others() -> None:
    id = LOG.verifier.id.hex()
    assert str(LOG.verifier) == f"laerdom/log+{id}+{b64encode(bytes([1]) + KEY).decode()}"
    assert LOG.text() == f"PRIVATE+KEY+laerdom/log+{id}+{b64encode(bytes([1, *range(32)])).decode()}"


@pytest.mark.parametrize("signer", [LOG, WITNESS, new_signer("x", COSIGNATURE)])
def test_keys_are_read_back(signer: Signer) -> None:
    assert Signer.parse(signer.text() + "\n") == signer
    assert Verifier.parse(f" {signer.verifier}\n") == signer.verifier


def test_a_private_key_is_not_shown() -> None:
    assert LOG.text().rpartition("+")[2] not in repr(LOG)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b"])
def test_a_name_no_key_can_bear(name: str) -> None:
    with pytest.raises(BadNote, match="without spaces and plus signs"):
        new_signer(name)


@given(st.integers(0, 10_000))
@settings(deadline=None)
def test_no_flipped_bit_of_a_key_goes_unseen(bit: int) -> None:
    text = str(LOG.verifier).encode()
    bit %= 8 * len(text)
    changed = bytearray(text)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadNote):
        Verifier.parse(changed.decode(errors="replace"))


@pytest.mark.parametrize("text", ["", "a", "a+b", "a+12345678+", "a+12345678+AAAA", "PRIVATE+KEY+a", LOG.text()])
def test_what_is_no_verification_key(text: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(text)


@pytest.mark.parametrize("text", ["", str(LOG.verifier), "PRIVATE+KEY+a+12345678+AAAA", LOG.text()[:-2] + "A="])
def test_what_is_no_signing_key_and_is_not_repeated(text: str) -> None:
    with pytest.raises(BadNote) as refused:
        Signer.parse(text)
    assert not text or text not in str(refused.value)


def test_a_checkpoint_has_the_form_of_others() -> None:
    assert CHECKPOINT.text == "laerdom/log\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    assert CHECKPOINT.note().startswith(CHECKPOINT.text + "\n\u2014 laerdom/log ")
    assert Checkpoint.parse(CHECKPOINT.note()) == CHECKPOINT


def test_it_is_signed_by_those_who_signed() -> None:
    both = signed("laerdom/log", 7, EMPTY, [LOG, new := new_signer("laerdom/log")])
    assert both.signed_by(LOG.verifier)
    assert both.signed_by(new.verifier)
    assert not CHECKPOINT.signed_by(new.verifier)
    assert not replace(CHECKPOINT, size=8).signed_by(LOG.verifier)
    assert not replace(CHECKPOINT, signatures=()).signed_by(LOG.verifier)


def test_a_cosignature_tells_its_time_and_is_of_its_kind() -> None:
    line = WITNESS.line(CHECKPOINT.text, at_s=1_790_000_000)
    cosigned = replace(CHECKPOINT, signatures=(*CHECKPOINT.signatures, line))
    assert cosigned.signed_by(WITNESS.verifier)
    assert cosigned.signed_by(LOG.verifier)
    as_log = Signer(WITNESS.name, ED25519, WITNESS.seed)
    assert not cosigned.signed_by(as_log.verifier)
    assert not WITNESS.verifier.verifies(CHECKPOINT.text, b"short")


@given(st.integers(0, 100_000))
@settings(deadline=None)
def test_no_flipped_bit_of_a_checkpoint_is_taken_for_signed(bit: int) -> None:
    note = CHECKPOINT.note().encode()
    bit %= 8 * len(note)
    changed = bytearray(note)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        found = Checkpoint.parse(changed.decode(errors="replace"))
    except BadNote:
        return
    assert not found.signed_by(LOG.verifier)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "a\n1\n",
        CHECKPOINT.text,
        CHECKPOINT.note().replace("\n7\n", "\n07\n"),
        CHECKPOINT.note().replace("\n7\n", "\n-7\n"),
        CHECKPOINT.note().replace("\n7\n", "\n\u0667\n"),
        CHECKPOINT.note().replace("\n7\n", "\n7\nmore\n"),
        CHECKPOINT.note().replace("laerdom/log\n", "\n", 1),
        CHECKPOINT.note().replace("FU=", "FV="),
        CHECKPOINT.note().replace("FU=", ""),
        CHECKPOINT.note().replace("\n", "\r\n"),
        CHECKPOINT.note() + "no signature\n",
    ],
)
def test_what_is_no_checkpoint(note: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(note)


def test_a_proof_has_the_form_of_others() -> None:
    note = CHECKPOINT.note()
    hash = b64encode(EMPTY).decode()
    assert proof_text(3, [EMPTY], CHECKPOINT) == f"c2sp.org/tlog-proof@v1\nindex 3\n{hash}\n\n{note}"
    assert proof_text(3, [], CHECKPOINT, leaf=b"x") == f"c2sp.org/tlog-proof@v1\nextra eA==\nindex 3\n\n{note}"
