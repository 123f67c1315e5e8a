"""The one composition root: builds the parts on a data folder and joins them. Production and tests use it alike."""

import fcntl
import os
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import structlog

from domain.aggregate import Aggregate
from projections import catalogue, dead_letters
from projections.catalogue import Catalogue
from projections.dead_letters import DeadLetters
from projections.runner import Projector
from projections.search_feed import SearchFeed
from projections.views import Views
from search.embedded import TantivyIndex
from search.index import SearchIndex
from store.event_store import EventStore
from store.people import People

log = structlog.get_logger()


class FolderInUse(RuntimeError):
    """Another process serves this data folder."""


@dataclass(frozen=True)
class System:
    """The parts, joined. `leads` says whether this process is the one that keeps views and index up to date."""

    data: Path
    store: EventStore
    people: People
    catalogue: Catalogue
    dead_letters: DeadLetters
    index: SearchIndex
    projector: Projector
    leads: bool
    feed: SearchFeed
    _running: list[bool] = field(default_factory=list[bool])

    def save(self, subject: Aggregate, *others: Aggregate) -> None:
        """Durable on return; and, unless that takes over 2 s, seen by every search and list that follows."""
        position = self.store.save(subject, *others)
        if self._running and not self.projector.wait_for(position):
            log.warning("views and index are behind", lag=self.projector.lag())

    def start(self) -> None:
        """Keep views and index up with the log from now on. Raises `FolderInUse` when another process does."""
        if not self.leads:
            raise FolderInUse("Another process serves this folder. Stop it, or give another folder with DATA=.")
        self.projector.start()
        self._running.append(True)


@contextmanager
def open_system(data: Path) -> Generator[System]:
    """Everything on one folder, made where it is missing and closed at the end."""
    data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        leads = _lead(data, stack)
        store = EventStore({"PERSISTENCE_MODULE": "store.sqlite:Factory", "SQLITE_DBNAME": str(data / "events.sqlite")})
        stack.callback(store.close)
        views = Views(data / "views.sqlite", *catalogue.SCHEMA, dead_letters.SCHEMA)
        index = TantivyIndex(data / "index", writable=leads)
        stack.callback(index.close)
        listed = Catalogue(store, views)
        letters = DeadLetters(views)
        feed = SearchFeed(store, listed, index)
        projector = Projector(store, (listed, feed), letters)
        stack.callback(projector.stop)
        people = People(data / "people.sqlite")
        yield System(data, store, people, listed, letters, index, projector, leads, feed)


def _lead(data: Path, stack: ExitStack) -> bool:
    """Whether this process is the first on the folder. The lock goes with the process, however it ends."""
    lock: IO[str] = stack.enter_context((data / "lock").open("a"))
    os.set_inheritable(lock.fileno(), False)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
