"""The whole ledger counted once more, and compared with checkpoints that were kept elsewhere."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from store.database import Session
from store.ledger.note import BadNote, Checkpoint, Verifier
from store.ledger.recount import OTHER_HISTORY, SHORTER, UNREADABLE, Finding, Recount
from store.ledger.rows import read_size
from store.ledger.snapshot import Snapshot
from store.ledger.tree import Frontier
from store.unavailable import StoreDamaged

AT_MOST = 1_000
"""Findings that are told one by one; the rest is only counted."""
NO_CHECKPOINT = "This is not a checkpoint: it cannot be read."
UNSIGNED = "None of the keys has signed this checkpoint."
SPLIT = "Two checkpoints of the same number of leaves have different roots: not everybody was shown the same ledger."


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that was kept somewhere, under the name by which findings call it."""

    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Verified:
    """`root` of all leaves, None where the tree is broken off. `fitting`: checkpoints that fit, out of `compared`;
    `proved` leaves are in the largest of them. `findings`: at most 1,000 of the `found`."""

    size: int
    root: bytes | None
    compared: int
    fitting: int
    proved: int
    findings: tuple[Finding, ...]
    found: int


def verify(
    snapshot: Snapshot,
    key: bytes | None,
    kept: Sequence[Kept],
    verifiers: Sequence[Verifier],
    told: Callable[[int], None] = lambda leaves: None,
) -> Verified:
    """`key`: the ledger's; without it the marks of leaves are not looked at. Each checkpoint has to be signed by one of
    the `verifiers`. Raises `StoreUnavailable`, and nothing for a store that is damaged: that is a finding."""
    found = [Finding(f"{UNREADABLE} {fault}") for fault in snapshot.faults]
    checkpoints = list[tuple[str, Checkpoint]]()
    for one in kept:
        try:
            checkpoint = Checkpoint.parse(one.note)
        except BadNote:
            found.append(Finding(NO_CHECKPOINT, checkpoint=one.name))
            continue
        checkpoints.append((one.name, checkpoint))
        if not any(checkpoint.signed_by(verifier) for verifier in verifiers):
            found.append(Finding(UNSIGNED, checkpoint=one.name))
    checkpoints.sort(key=lambda one: one[1].size)
    found += _split(checkpoints)
    try:
        recount = Recount(snapshot.db, snapshot.events, key, Frontier(), read_size(snapshot.db))
        counted = recount.findings(sizes={one.size for _, one in checkpoints}, told=told)
        found += islice(counted, AT_MOST)
        rest = sum(1 for _ in counted)
    except StoreDamaged as error:
        found.append(Finding(f"{UNREADABLE} {error}"))
        return Verified(0, None, len(checkpoints), 0, 0, tuple(found[:AT_MOST]), len(found))
    size = recount.size
    fitting = [one for _, one in checkpoints if recount.roots.get(one.size) == one.root]
    found += _first_misfit(checkpoints, recount.roots, size)
    root = recount.frontier.root if recount.frontier.size == size else None
    proved = max((one.size for one in fitting), default=0)
    return Verified(size, root, len(checkpoints), len(fitting), proved, tuple(found[:AT_MOST]), len(found) + rest)


def kept_in(folder: Path) -> list[Kept]:
    """Every checkpoint of a folder, at any depth, by name."""
    return [Kept(str(file.relative_to(folder)), read(file)) for file in sorted(folder.rglob("*.checkpoint"))]


def kept_in_table(db: Session) -> list[Kept]:
    """Raises `StoreDamaged`."""
    rows = db.execute("SELECT size, note FROM ledger_checkpoints ORDER BY size")
    return [Kept(f"{row['size']} of the store", str(row["note"])) for row in rows]


def read(file: Path) -> str:
    return file.read_bytes().decode(errors="replace")


def _split(checkpoints: Sequence[tuple[str, Checkpoint]]) -> Iterator[Finding]:
    """`checkpoints` by size."""
    for (_, one), (name, other) in pairwise(checkpoints):
        if (one.origin, one.size) == (other.origin, other.size) and one.root != other.root:
            yield Finding(SPLIT, checkpoint=name)


def _first_misfit(
    checkpoints: Sequence[tuple[str, Checkpoint]], roots: dict[int, bytes], size: int
) -> Iterator[Finding]:
    """All that follow the first do not fit either."""
    for name, one in checkpoints:
        if one.size > size:
            yield Finding(SHORTER, leaf=size, checkpoint=name)
            return
        if roots.get(one.size) != one.root:
            yield Finding(OTHER_HISTORY, leaf=one.size - 1, checkpoint=name)
            return
