"""The one composition root: builds the parts and joins them. Production and tests use it alike."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from api.settings import Seals, Servers
from api.wiring.embedded import FolderInUse, open_embedded
from api.wiring.scaled import RebuildUnderWay, open_scaled
from api.wiring.system import System
from search.embedder import Embedder


@contextmanager
def open_system(
    data: Path, servers: Servers | None = None, embedder: Embedder | None = None, seals: Seals | None = None
) -> Generator[System]:
    """Everything on one folder, made where it is missing; or, with `servers`, on those. Closed at the end. Without an
    `embedder` words alone find; without `seals` the ledger's keys and checkpoints are in the folder."""
    seals = seals or Seals.within(data)
    with open_embedded(data, embedder, seals) if servers is None else open_scaled(servers, embedder) as system:
        yield system


__all__ = ["FolderInUse", "RebuildUnderWay", "System", "open_system"]
