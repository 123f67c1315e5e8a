"""The ledger written out for somebody who has none of our programs: `tools/verify` reads it, and so can others.

A bundle is a folder. `checkpoint`: the newest, with all signatures. `keys`: the verification keys, one a line.
`checkpoints/`: the older ones. `events.jsonl`: one event a line, in the order of the leaves; each has what is hashed of
it (`store.ledger.leaf`), the hash that was entered, and its proof, in a bundle of some of the events or where that is
asked for.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from store.database import Row, Session
from store.ledger.note import Verifier
from store.ledger.reading import inclusion_of, newest_of
from store.ledger.recount import REDACTED
from store.ledger.rows import nodes_at
from store.ledger.snapshot import Snapshot
from store.ledger.tree import place
from store.ledger.verifying import Kept

AT_ONCE = 500


class NothingSigned(Exception):
    """There is no checkpoint yet, so nothing can be proved."""


@dataclass(frozen=True, slots=True)
class Part:
    """Positions `first` to `last`, both included; all events where both are None."""

    first: int | None = None
    last: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.first is None and self.last is None


def write(
    snapshot: Snapshot,
    folder: Path,
    verifiers: Sequence[Verifier],
    older: Sequence[Kept],
    part: Part,
    *,
    proofs: bool,
    told: Callable[[int], None] = lambda leaves: None,
) -> int:
    """How many events. `folder` is there and empty. Raises `NothingSigned`, `StoreUnavailable`, `OSError`."""
    newest = newest_of(snapshot.db)
    if newest is None:
        raise NothingSigned
    (folder / "checkpoint").write_text(newest.note(), "utf-8")
    (folder / "keys").write_text("".join(f"{one}\n" for one in verifiers), "utf-8")
    (folder / "checkpoints").mkdir()
    for n, one in enumerate(older):
        (folder / "checkpoints" / f"{n:06}.checkpoint").write_text(one.note, "utf-8")
    count = 0
    with (folder / "events.jsonl").open("w", encoding="utf-8") as out:
        for row in _rows(snapshot, newest.size, part, told):
            proof = inclusion_of(snapshot.db, row["leaf"], newest.size) if proofs or not part.is_whole else None
            out.write(json.dumps(_line(row, proof), ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count


def _rows(snapshot: Snapshot, size: int, part: Part, told: Callable[[int], None]) -> Iterator[Row]:
    """In a part also those that say what took the place of a state: without them it could not be checked."""
    first, last = part.first or 0, (1 << 62) if part.last is None else part.last
    for start in range(0, size, AT_ONCE):
        end = min(start + AT_ONCE, size)
        rows = _joined(snapshot.db, snapshot.events, start, end)
        yield from (row for row in rows if first <= row["position"] <= last or row["topic"] == REDACTED)
        told(end)


def _joined(db: Session, events: str, start: int, end: int) -> list[Row]:
    """Leaves with their events; a leaf without an event is left out, and so missed."""
    leaves = db.execute(
        "SELECT leaf, position, digest, salt FROM ledger_leaves WHERE leaf >= ? AND leaf < ? ORDER BY leaf",
        [start, end],
    )
    if not leaves:
        return []
    marks = ",".join("?" * len(leaves))
    found = db.execute(
        f"SELECT * FROM ({events}) AS e WHERE position IN ({marks})", [leaf["position"] for leaf in leaves]
    )
    at = {row["position"]: row for row in found}
    hashes = nodes_at(db, [place(0, leaf["leaf"]) for leaf in leaves])
    return [
        leaf | at[leaf["position"]] | {"hash": hashes.get(place(0, leaf["leaf"]), b"")}
        for leaf in leaves
        if leaf["position"] in at
    ]


def _line(row: Row, proof: Sequence[bytes] | None) -> dict[str, object]:
    line: dict[str, object] = {
        "leaf": row["leaf"],
        "position": row["position"],
        "aggregate": _text(row["aggregate"]),
        "version": row["version"],
        "topic": _text(row["topic"]),
        "state": _base64(row["state"]),
        "digest": _base64(row["digest"]),
        "salt": _base64(row["salt"]),
        "hash": _base64(row["hash"]),
    }
    return line if proof is None else line | {"proof": [_base64(one) for one in proof]}


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()
