"""What every event store of a test is opened with, and its ledger signed when a test says so."""

from pathlib import Path

from api.settings import Seals
from api.wiring import System
from store.ledger.keys import Keys
from store.ledger.note import Checkpoint
from store.ledger.sealer import Sealer

KEY = {"LEDGER_KEY": "5e" * 32}


def sealer(system: System, data: Path) -> Sealer:
    """As the one that runs beside the system on the folder."""
    seals = Seals.within(data)
    keys = Keys(seals.keys)
    return Sealer(system.ledger, keys.ledger(make=False), keys.signers(make=True), seals.checkpoints)


def seal(system: System, data: Path) -> Checkpoint:
    """The newest checkpoint, of everything there is."""
    sealer(system, data).seal()
    newest = system.ledger.checkpoint()
    assert newest is not None
    return newest
