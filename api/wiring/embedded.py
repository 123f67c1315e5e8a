"""The embedded mode: one process, everything in files of one folder."""

import fcntl
import os
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from typing import IO

import structlog

from api.settings import Seals
from api.wiring.meaning import finder_of
from api.wiring.system import System
from projections.catalogue import Catalogue
from projections.dead_letters import DeadLetters
from projections.event_log import EventLog
from projections.meaning_feed import MeaningFeed
from projections.runner import Projector
from projections.search_feed import SearchFeed
from projections.views import Views
from projections.views_file import open_views_file
from projections.views_schema import SCHEMA as VIEWS
from projections.vocabulary import Vocabulary
from search.embedded import TantivyIndex
from search.embedder import Embedder
from search.meaning import Meaning
from search.vectors import VectorFiles
from store import kept_searches, missed, people, sign_ins
from store.database import SqliteFile
from store.erasures import Erasures
from store.event_store import EventStore
from store.kept_searches import KeptSearches
from store.ledger.keys import Keys
from store.ledger.reading import Ledger
from store.ledger.rows import SQLITE_EVENTS
from store.ledger.sealer import Sealer, Sealing
from store.missed import MissedSearches
from store.people import People
from store.sign_ins import SignIns

ENV = {"PERSISTENCE_MODULE": "store.sqlite:Factory"}
log = structlog.get_logger()


class FolderInUse(RuntimeError):
    """Another process serves this data folder."""

    def __init__(self) -> None:
        super().__init__("Another process serves this folder. Stop it, or give another folder with --data.")


@contextmanager
def open_embedded(data: Path, embedder: Embedder | None, seals: Seals) -> Generator[System]:
    data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        leads = _lead(data, stack)
        events = data / "events.sqlite"
        keys = Keys(seals.keys)
        ledger_key = keys.ledger(make=True)
        store = EventStore(ENV | {"SQLITE_DBNAME": str(events), "LEDGER_KEY": ledger_key.hex()})
        stack.callback(store.close)

        def kept(file: SqliteFile) -> SqliteFile:
            stack.callback(file.close)
            return file

        ledger = Ledger(kept(SqliteFile(events, durable=True)), SQLITE_EVENTS)
        sealing = Sealing(lambda: Sealer(ledger, ledger_key, keys.signers(make=True), seals.checkpoints))
        stack.callback(sealing.stop)
        file = kept(open_views_file(data / "views.sqlite", VIEWS))
        views = Views(file)
        vectors = VectorFiles(data / "vectors", writable=leads)
        index = TantivyIndex(data / "index", vectors, writable=leads)
        stack.callback(index.close)
        if leads and max(index.position, *views.positions().values(), 0) > store.position:
            log.warning("views and index are ahead of the events, as after a backup was restored; they are made anew")
            file.close()  # or what is thrown away would stay on the disk for as long as this runs
            views = Views(kept(open_views_file(data / "views.sqlite", VIEWS, anew=True)))
            index.adopt(index.fresh())
            index.tidy()
        catalogue, event_log, vocabulary = Catalogue(store, views), EventLog(store, views), Vocabulary(views)
        feed = SearchFeed(store, catalogue, index)
        projections = (catalogue, event_log, vocabulary, feed)
        letters = DeadLetters(views)
        meaning = MeaningFeed(store, feed, index, Meaning(embedder, vectors), views) if embedder else None
        projector = Projector(store, projections, letters, slow=[meaning] if meaning else [])
        stack.callback(projector.stop)
        if meaning:
            stack.callback(meaning.stopping.set)

        def alone() -> None:
            if not leads:
                raise FolderInUse

        @contextmanager
        def rebuilding() -> Generator[None]:
            alone()
            yield

        def start() -> None:
            alone()
            projector.start()
            sealing.start()

        register = kept(SqliteFile(data / "people.sqlite", *people.SCHEMA, *kept_searches.SCHEMA, durable=True))
        missing = SqliteFile(_private(data / "searches.sqlite"), *missed.SCHEMA, durable=False, wiping=True)
        searches = MissedSearches(missing)
        stack.callback(searches.close)
        accounts = kept(SqliteFile(_private(data / "accounts.sqlite"), *sign_ins.SCHEMA, durable=True))
        rows = (ledger.database, register, accounts, missing, views.database)
        yield System(
            store=store,
            ledger=ledger,
            people=People(register),
            sign_ins=SignIns.on(accounts, ledger_key),
            kept_searches=KeptSearches(register),
            missed=searches,
            views=views,
            catalogue=catalogue,
            event_log=event_log,
            vocabulary=vocabulary,
            dead_letters=letters,
            index=index,
            feed=feed,
            finder=finder_of(index, meaning, lambda: index.position),
            meaning=meaning,
            projections=projections,
            projector=projector,
            leads=leads,
            positions=lambda: {p.name: p.position for p in projections},
            erasures=Erasures(seals.erasures),
            vectors=vectors,
            rows=rows,
            rebuilding=rebuilding,
            start_following=start,
        )


@contextmanager
def alone_on(data: Path) -> Generator[None]:
    """The folder, made where it is missing, on which no server works meanwhile. Raises `FolderInUse`."""
    data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        if not _lead(data, stack):
            raise FolderInUse
        yield


def remove_derived(data: Path) -> None:
    """What was made from other events than those that are in the folder next."""
    for file in data.glob("views.sqlite*"):
        file.unlink()
    if (data / "index").exists():
        rmtree(data / "index")


def _private(file: Path) -> Path:
    """There, and for its owner alone, before a secret is in it; SQLite gives `-wal` and `-shm` the mode of the file."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    return file


def _lead(data: Path, stack: ExitStack) -> bool:
    """Whether this process is the first on the folder. The lock goes with the process, however it ends."""
    lock: IO[str] = stack.enter_context((data / "lock").open("a"))
    os.set_inheritable(lock.fileno(), False)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
