"""A restored record, counted once more before it becomes one."""

from collections.abc import Callable, Iterable
from itertools import islice

from store.backup.manifest import BadBackup, Contents
from store.database import Session
from store.ledger.note import Checkpoint
from store.ledger.recount import OTHER_HISTORY, SHORTER, Finding, Recount
from store.ledger.rows import check_key
from store.ledger.tree import Frontier

AT_MOST = 5
"""Findings that a refusal names."""


def check(
    db: Session,
    events: str,
    key: bytes,
    contents: Contents,
    checkpoints: Iterable[Checkpoint],
    told: Callable[[int], None],
) -> None:
    """The record is what was copied, every event is the one that was entered, and the ledger is the one that all
    `checkpoints` are of. `events`: the select of the engine; `told` hears how many leaves are done. Raises `BadBackup`
    and `OtherKey`."""
    if Contents.of(db, events) != contents:
        raise BadBackup("The record is not the one that the manifest describes.")
    check_key(db, key)
    signed = list(checkpoints)
    recount = Recount(db, events, key, Frontier(), contents.leaves)
    found = list(islice(recount.findings(sizes={one.size for one in signed}, told=told), AT_MOST))
    if not found:
        for one in signed:
            if one.size > contents.leaves:
                found.append(Finding(SHORTER, leaf=one.size - 1))
            elif recount.roots[one.size] != one.root:
                found.append(Finding(OTHER_HISTORY, leaf=one.size - 1))
    if found:
        raise BadBackup(f"The record does not fit its ledger: {'; '.join(map(str, found[:AT_MOST]))}")
