"""A witness: signs along what it has seen to grow, and nothing that contradicts it (c2sp.org/tlog-witness)."""

from base64 import b64decode
from collections.abc import Sequence

from pydantic_core import from_json

from store.ledger.note import Checkpoint, Signer, Verifier
from store.ledger.tree import consistent


class Contradiction(Exception):
    """What is presented cannot be signed along: says why."""


SPLIT = "Both have the same number of leaves and different roots: not everybody was shown the same ledger."
REWRITTEN = "The newer checkpoint does not continue the older one: events were put in the place of others."
NO_PROOF = "It has to be shown that the newer continues the older one: give the proof with --proof."


def check_continued(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes] | None) -> None:
    """Raises `Contradiction`. `proof` may be left out for the same size."""
    if old.origin != new.origin:
        raise Contradiction(f"They are of two logs: {old.origin} and {new.origin}.")
    if new.size < old.size:
        raise Contradiction(f"It is older than what was seen before: {new.size} leaves after {old.size}.")
    if new.size == old.size and new.root != old.root:
        raise Contradiction(SPLIT)
    if 0 < old.size < new.size:
        if proof is None:
            raise Contradiction(NO_PROOF)
        if not consistent(old.size, old.root, new.size, new.root, proof):
            raise Contradiction(REWRITTEN)


def cosigned(
    new: Checkpoint,
    log: Sequence[Verifier],
    seen: Checkpoint | None,
    proof: Sequence[bytes] | None,
    *,
    by: Signer,
    at_s: int,
) -> str:
    """The witness's line for a checkpoint that one of the keys of the log has signed. Raises `Contradiction`."""
    if not any(new.signed_by(one) for one in log):
        raise Contradiction("The log's key has not signed this checkpoint.")
    if seen is not None:
        check_continued(seen, new, proof)
    return by.line(new.text, at_s=at_s)


def parsed_proof(text: str) -> list[bytes]:
    """Hashes in base64: one a line, or as `proof` of a JSON object. Raises `ValueError`."""
    try:
        lines = from_json(text)["proof"] if text.lstrip().startswith("{") else text.split()
        found = [b64decode(line, validate=True) for line in lines]
    except (ValueError, KeyError, TypeError):
        found = [b""]
    if any(len(one) != 32 for one in found):
        raise ValueError("A proof is hashes of 32 bytes in base64: one a line, or as the server answers.")
    return found
