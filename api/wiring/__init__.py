"""The one composition root: builds the parts and joins them. Production and tests use it alike."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from api.settings import Seals, Servers
from api.wiring.embedded import FolderInUse, open_embedded
from api.wiring.system import RebuildUnderWay, System
from search.embedder import Embedder


@contextmanager
def open_system(
    data: Path, servers: Servers | None = None, embedder: Embedder | None = None, seals: Seals | None = None
) -> Generator[System]:
    """Everything on one folder, made where it is missing; or, with `servers`, on those. Closed at the end. Without an
    `embedder` words alone find; without `seals` the ledger's keys and checkpoints are in the folder."""
    if servers is None:
        opening = open_embedded(data, embedder, seals or Seals.within(data))
    else:
        # Here, since a third of a second goes by until the clients of the two servers are loaded.
        from api.wiring.scaled import open_scaled

        opening = open_scaled(servers, embedder)
    with opening as system:
        yield system


__all__ = ["FolderInUse", "RebuildUnderWay", "System", "open_system"]
