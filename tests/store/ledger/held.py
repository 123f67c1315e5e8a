"""What the tests of the ledger hold in their hands: the program, and what somebody does past it."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from store.database import Row
from store.ledger import rows
from store.ledger.keys import Keys
from store.ledger.reading import Ledger
from store.ledger.sealer import Sealer
from store.ledger.verifying import Kept, Verified, kept_in
from tests.keeping import KEY

LEDGER_KEY = bytes.fromhex(KEY["LEDGER_KEY"])
LEDGER = ("ledger_leaves", "ledger_nodes", "ledger_checkpoints")


@dataclass(frozen=True)
class Held:
    """`execute` is what an attacker with the rights of the owner does; `events` the table of the events."""

    kind: str
    events: str
    ledger: Ledger
    keys: Keys
    checkpoints: Path
    write: Callable[[int], None]
    execute: Callable[..., list[Row]]
    look: Callable[..., Verified]

    def sealer(self) -> Sealer:
        return Sealer(self.ledger, LEDGER_KEY, self.keys.signers(make=True), self.checkpoints)

    def seal(self) -> None:
        assert self.sealer().seal() is not None

    def verify(self, *kept: Kept, key: bytes | None = LEDGER_KEY) -> Verified:
        return self.look(kept, key)

    def kept(self) -> list[Kept]:
        return kept_in(self.checkpoints)

    def rewrite(self) -> None:
        """The ledger made anew from the events that are there, with the stolen key."""
        for table in LEDGER:
            self.execute(f"DELETE FROM {table}")
        with self.ledger.database.writing() as db:
            rows.begin(db, LEDGER_KEY, self.ledger.events)


def copied(file: Path, to: Path) -> Path:
    """All of an SQLite database in one file."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(file, to)
    return to
