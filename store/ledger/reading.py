"""What can be asked of the ledger: its newest checkpoint, proofs, and the receipt of an event."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from store.database import Database, Row, Session, instant
from store.ledger.leaf import Leaf
from store.ledger.note import BadNote, Checkpoint, Verifier, proof_text
from store.ledger.rows import nodes_at, read_size
from store.ledger.tree import Range, consistency, inclusion, place, places_of, roots_of
from store.unavailable import LedgerDamaged

NEWEST = 500
"""Checkpoints that a witness may still sign: those of three quarters of an hour, where something always happens."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an event was entered. `hash` is of the leaf's bytes: with a later proof it shows that nothing was left
    out or changed since."""

    position: int
    leaf: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class State:
    """`sealed` of `size` leaves are in the newest checkpoint, signed at `sealed_at`. `refused`: why the sealer does not
    sign; None where it does."""

    size: int
    sealed: int
    sealed_at: datetime | None
    refused: str | None


class Ledger:
    """All methods raise `StoreUnavailable`, and `LedgerDamaged` where nodes are missing."""

    def __init__(self, database: Database, events: str) -> None:
        """`events`: the select of the engine, of `store.ledger.rows`."""
        self.database = database
        self.events = events

    def state(self) -> State:
        with self.database.reading() as db:
            rows = db.execute("SELECT size, at FROM ledger_checkpoints ORDER BY size DESC LIMIT 1")
            size = read_size(db)
            refused = db.execute("SELECT why FROM ledger_refusals ORDER BY at DESC LIMIT 1")
        [row] = rows or [{"size": 0, "at": None}]
        at = None if row["at"] is None else instant(row["at"])
        return State(size, row["size"], at, refused[0]["why"] if refused else None)

    def checkpoint(self, size: int | None = None) -> Checkpoint | None:
        """Of so many leaves, or else the newest, with all signatures and cosignatures; None where there is none."""
        with self.database.reading() as db:
            if size is None:
                return newest_of(db)
            rows = db.execute("SELECT note FROM ledger_checkpoints WHERE size=?", [size])
        return _parsed(rows[0]["note"]) if rows else None

    def receipt(self, position: int) -> Receipt | None:
        with self.database.reading() as db:
            return _receipt(db, position)

    def proof(self, position: int, *, whole: bool) -> str | None:
        """That the event is in the log of the newest checkpoint (tlog-proof); None where there is no such event, or no
        checkpoint of it yet. `whole`: with the bytes that were hashed."""
        with self.database.reading() as db:
            checkpoint, receipt = newest_of(db), _receipt(db, position)
            if checkpoint is None or receipt is None or receipt.leaf >= checkpoint.size:
                return None
            path = inclusion_of(db, receipt.leaf, checkpoint.size)
            data = self._leaf(db, position).data() if whole else None
        return proof_text(receipt.leaf, path, checkpoint, leaf=data)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """That the first `old` leaves are the beginning of the first `new` (RFC 6962, 2.1.2). Raises `ValueError` where
        the ledger has not so many, or `old` is 0 or more than `new`."""
        with self.database.reading() as db:
            return consistency_of(db, old, new)

    def leaf(self, position: int) -> Leaf | None:
        """What was hashed of the event there."""
        with self.database.reading() as db:
            return self._leaf(db, position) if _receipt(db, position) else None

    def cosign(self, line: str, verifier: Verifier) -> Checkpoint:
        """The checkpoint with one more signature line, which is the verifier's: one of the newest, for the log goes on
        while a witness signs. Raises `BadNote`."""
        with self.database.writing() as db:
            rows = db.execute("SELECT note FROM ledger_checkpoints ORDER BY size DESC LIMIT ?", [NEWEST])
            for signed in (_parsed(row["note"]) for row in rows):
                if not replace(signed, signatures=(line,)).signed_by(verifier):
                    continue
                if line in signed.signatures:
                    return signed
                cosigned = replace(signed, signatures=(*signed.signatures, line))
                db.execute("UPDATE ledger_checkpoints SET note=? WHERE size=?", [cosigned.note(), cosigned.size])
                return cosigned
        if not rows:
            raise BadNote("There is no checkpoint to sign yet.")
        raise BadNote("This is not this key's signature on the newest checkpoint. Fetch that and sign it again.")

    def _leaf(self, db: Session, position: int) -> Leaf:
        events = db.execute(f"SELECT * FROM ({self.events}) AS e WHERE position=?", [position])
        kept = db.execute("SELECT digest, salt FROM ledger_leaves WHERE position=?", [position])
        if not events or not kept:
            raise _damaged()
        [event], [leaf] = events, kept
        return Leaf(position, event["aggregate"], event["version"], event["topic"], leaf["digest"], leaf["salt"])


def newest_of(db: Session) -> Checkpoint | None:
    rows = db.execute("SELECT note FROM ledger_checkpoints ORDER BY size DESC LIMIT 1")
    return _parsed(rows[0]["note"]) if rows else None


def inclusion_of(db: Session, leaf: int, size: int) -> list[bytes]:
    return _roots(db, inclusion(leaf, size))


def consistency_of(db: Session, old: int, new: int) -> list[bytes]:
    """Raises `ValueError` and `LedgerDamaged`."""
    if new > read_size(db):
        raise ValueError("The ledger is not that long.")
    return _roots(db, consistency(old, new))


def _receipt(db: Session, position: int) -> Receipt | None:
    rows: list[Row] = db.execute("SELECT leaf FROM ledger_leaves WHERE position=?", [position])
    if not rows:
        return None
    at = place(0, rows[0]["leaf"])
    nodes = nodes_at(db, [at])
    if at not in nodes:
        raise _damaged()
    return Receipt(position, rows[0]["leaf"], nodes[at])


def _roots(db: Session, path: Sequence[Range]) -> list[bytes]:
    try:
        return roots_of(path, nodes_at(db, places_of(path)))
    except KeyError:
        raise _damaged() from None


def _parsed(note: str) -> Checkpoint:
    try:
        return Checkpoint.parse(note)
    except BadNote:
        raise _damaged() from None


def _damaged() -> LedgerDamaged:
    return LedgerDamaged("The ledger is damaged. Run laerdom audit verify, and see docs/audit.md.")
