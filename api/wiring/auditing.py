"""The ledger for an auditor: read as it is, with nothing made, migrated or mended on the way."""

from collections.abc import Generator
from contextlib import closing, contextmanager

from api.settings import Settings
from store.connections import Postgres
from store.database import SqliteFile
from store.ledger.reading import Ledger
from store.ledger.rows import POSTGRES_EVENTS, SQLITE_EVENTS
from store.ledger.snapshot import Snapshot, of_file, of_postgres
from store.postgres_database import PostgresDatabase
from store.refused import NoLedger

EVENTS = "events.sqlite"


@contextmanager
def open_snapshot(settings: Settings, *, looking: bool = False) -> Generator[Snapshot]:
    """`looking`: at the whole of a file as well. Raises `NoLedger`, `StoreUnavailable`, `StoreDamaged`."""
    servers = settings.servers
    with of_file(settings.data / EVENTS, looking=looking) if servers is None else of_postgres(servers.database) as one:
        yield one


@contextmanager
def open_ledger(settings: Settings) -> Generator[Ledger]:
    """To add a cosignature to what is there. Raises `NoLedger`, `StoreUnavailable`."""
    with open_snapshot(settings):
        pass  # there is one
    if settings.servers is None:
        with closing(SqliteFile(settings.data / EVENTS, durable=True)) as file:
            yield Ledger(file, SQLITE_EVENTS)
        return
    postgres = Postgres(settings.servers.database)
    try:
        yield Ledger(PostgresDatabase(postgres), POSTGRES_EVENTS)
    finally:
        postgres.close()


__all__ = ["NoLedger", "open_ledger", "open_snapshot"]
