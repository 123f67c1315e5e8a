"""Who signs checkpoints, and when: only what was counted once more and begins with all that was signed before."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread

import structlog

from store.database import Session, micros
from store.ledger.note import BadNote, Checkpoint, Signer, signed
from store.ledger.reading import Ledger
from store.ledger.recount import OTHER_HISTORY, SHORTER, UNREADABLE, Finding, Recount
from store.ledger.rows import read_frontier, read_size
from store.ledger.tree import EMPTY as EMPTY_ROOT
from store.ledger.tree import Frontier
from store.unavailable import LedgerDamaged, StoreDamaged

EVERY_S = 5.0
"""At least every ten seconds while there are new leaves: half of it leaves time for the counting."""
AT_MOST = 20
"""Findings that a refusal names."""
EMPTY = Checkpoint("", 0, EMPTY_ROOT)

log = structlog.get_logger()


class Refusal(Exception):
    """The ledger is not one that can be signed: the findings say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = tuple(findings)


class Sealer:
    """`folder` is what leaves the machine: a file for each checkpoint, in a folder for each day; what is there is never
    changed. What was signed last is known from there and from the database, so that neither can go back alone."""

    def __init__(self, ledger: Ledger, key: bytes, signers: Sequence[Signer], folder: Path) -> None:
        self._database = ledger.database
        self._events = ledger.events
        self._key = key
        self._signers = tuple(signers)
        self._folder = folder

    def seal(self, stopping: Event | None = None) -> Checkpoint | None:
        """The new checkpoint; None where there is nothing new to sign, and where it was stopped half-way. A newest
        checkpoint that a key of ours has not signed yet, that is in the folder alone (it was kept there just before
        the program ended), or after which a refusal stands, is signed once more.

        Raises `Refusal`, `StoreUnavailable`, `OSError`."""
        try:
            with self._database.reading() as db:
                before = self._signed_before(db)
                size = read_size(db)  # after it: what another sealer signs meanwhile may have more leaves
                newest = max(before, key=lambda one: one.size, default=EMPTY)
                if size == newest.size and (not size or self._is_settled(db, newest)):
                    return None
                root = self._counted(db, size, before, stopping)
        except Refusal as refusal:
            raise self._refused(refusal) from None
        except LedgerDamaged:
            raise self._refused(Refusal([Finding(OTHER_HISTORY)])) from None
        except StoreDamaged:
            raise self._refused(Refusal([Finding(UNREADABLE)])) from None
        if root is None:
            return None
        checkpoint = signed(self._signers[0].name, size, root, self._signers)
        if newest.size == size:
            others = tuple(line for line in newest.signatures if line not in checkpoint.signatures)
            checkpoint = replace(checkpoint, signatures=checkpoint.signatures + others)
        self._keep(checkpoint)
        return checkpoint

    def _is_settled(self, db: Session, newest: Checkpoint) -> bool:
        return (
            all(newest.signed_by(signer.verifier) for signer in self._signers)
            and bool(db.execute("SELECT 1 FROM ledger_checkpoints WHERE size=?", [newest.size]))
            and not db.execute("SELECT 1 FROM ledger_refusals LIMIT 1")
        )

    def _counted(self, db: Session, size: int, before: Sequence[Checkpoint], stopping: Event | None) -> bytes | None:
        """The root; None when it is to stop."""
        recount = Recount(db, self._events, self._key, self._continued(db, size, before), size)
        try:
            findings = list(islice(recount.findings(told=lambda leaves: _go_on(stopping)), AT_MOST))
        except _Stopped:
            return None
        if findings:
            raise Refusal(findings)
        return recount.frontier.root

    def _continued(self, db: Session, size: int, before: Sequence[Checkpoint]) -> Frontier:
        """Where to count on from: the newest checkpoint. All of them are still the beginning of the ledger."""
        frontier = Frontier()
        for one in sorted(before, key=lambda one: one.size):
            if size < one.size:
                raise Refusal([Finding(SHORTER, leaf=one.size - 1)])
            frontier = read_frontier(db, one.size)
            if frontier.root != one.root:
                raise Refusal([Finding(OTHER_HISTORY, leaf=one.size - 1)])
        return frontier

    def _signed_before(self, db: Session) -> list[Checkpoint]:
        """The newest that we have signed: of the folder and of the database."""
        rows = db.execute("SELECT note FROM ledger_checkpoints ORDER BY size DESC LIMIT 1")
        found = [row["note"] for row in rows]
        if (newest := self._newest_file()) is not None:
            found.append(newest.read_text(errors="replace"))
        checkpoints = list[Checkpoint]()
        for note in found:
            try:
                checkpoint = Checkpoint.parse(note)
            except BadNote:
                raise Refusal([Finding("A checkpoint that was kept cannot be read.")]) from None
            if any(checkpoint.signed_by(signer.verifier) for signer in self._signers):
                checkpoints.append(checkpoint)
        return checkpoints

    def _newest_file(self) -> Path | None:
        """Of the newest day that has one: there are many days, and many files in each."""
        for day in sorted((one for one in self._folder.glob("*") if one.is_dir()), reverse=True):
            if files := list(day.glob("*.checkpoint")):
                return max(files, key=lambda file: file.name)
        return None

    def _keep(self, checkpoint: Checkpoint) -> None:
        now = datetime.now(UTC)
        folder = self._folder / f"{now:%Y-%m-%d}"
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / f".{token_hex(8)}"
        with open(made, "w") as file:
            file.write(checkpoint.note())
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, folder / f"{checkpoint.size:012}.checkpoint")
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO ledger_checkpoints (size, at, note) VALUES (?,?,?)"
                " ON CONFLICT (size) DO UPDATE SET note=excluded.note",
                [checkpoint.size, micros(now), checkpoint.note()],
            )
            db.execute("DELETE FROM ledger_refusals")

    def _refused(self, refusal: Refusal) -> Refusal:
        log.error("the ledger is not signed", findings=[str(one) for one in refusal.findings])
        with self._database.writing() as db:
            if not db.execute("SELECT 1 FROM ledger_refusals WHERE why=?", [str(refusal)]):
                now = micros(datetime.now(UTC))
                db.execute("INSERT INTO ledger_refusals (at, why) VALUES (?,?)", [now, str(refusal)])
        return refusal


class _Stopped(Exception):
    pass


def _go_on(stopping: Event | None) -> None:
    if stopping is not None and stopping.is_set():
        raise _Stopped


class Sealing:
    """A thread that seals until it is stopped; whatever fails is logged and tried again."""

    def __init__(self, sealer: Callable[[], Sealer], *, every_s: float = EVERY_S) -> None:
        """`sealer` is asked for one each time, which signs with the keys of then."""
        self._sealer = sealer
        self._every_s = every_s
        self._stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = Thread(target=self._run, name="sealer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Waits for what is being signed, not for a count."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while True:
            try:
                self._sealer().seal(self._stopping)
            except Refusal:
                pass  # told and kept by the sealer
            except Exception as error:  # whatever it was: a thread that ends would leave all that follows unsigned
                log.warning("the ledger cannot be sealed now", why=str(error), kind=type(error).__name__)
            if self._stopping.wait(self._every_s):
                return
