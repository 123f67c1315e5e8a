"""The parts, joined: what the faces are handed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from domain.aggregate import Aggregate
from projections.catalogue import Catalogue
from projections.dead_letters import DeadLetters
from projections.event_log import EventLog
from projections.meaning_feed import MeaningFeed
from projections.projection import Projection
from projections.runner import Projector
from projections.search_feed import SearchFeed
from projections.views import Views
from projections.vocabulary import Vocabulary
from search.finder import Finder
from search.index import Document, SearchIndex
from search.vectors import VectorCache
from store.database import Database
from store.erasures import Erasures
from store.event_store import EventStore
from store.kept_searches import KeptSearches
from store.ledger.reading import Ledger
from store.missed import MissedSearches
from store.people import People
from store.sign_ins import SignIns

log = structlog.get_logger()


class RebuildUnderWay(RuntimeError):
    """Another process rebuilds or tidies the index."""

    def __init__(self) -> None:
        super().__init__("Another rebuild is under way. Wait for its end.")


@dataclass(frozen=True)
class System:
    """`leads` says whether this process keeps views and index up with the log by itself; `positions` are how far they
    are, whoever does it; `rebuilding` is held by the one that replaces the index; `rows` are all places in which rows
    are kept."""

    store: EventStore
    ledger: Ledger
    people: People
    sign_ins: SignIns
    kept_searches: KeptSearches
    missed: MissedSearches
    views: Views
    catalogue: Catalogue
    event_log: EventLog
    vocabulary: Vocabulary
    dead_letters: DeadLetters
    index: SearchIndex
    feed: SearchFeed
    finder: Finder
    meaning: MeaningFeed | None
    projections: tuple[Projection, ...]
    projector: Projector
    leads: bool
    positions: Callable[[], dict[str, int]]
    erasures: Erasures
    vectors: VectorCache
    rows: tuple[Database, ...]
    rebuilding: Callable[[], AbstractContextManager[None]]
    start_following: Callable[[], None]
    _running: list[bool] = field(default_factory=list[bool])

    def save(self, subject: Aggregate, *others: Aggregate) -> None:
        """Durable on return; and, unless that takes over 2 s, seen by every search and list that follows."""
        position = self.store.save(subject, *others)
        if self._running and not self.projector.progress.wait_for(position):
            log.warning("views and index are behind", reached=self.projector.progress.positions, position=position)

    def start(self) -> None:
        """From now on views and index are kept up with the log, or the process that does so is followed.

        Raises `FolderInUse` when that would be a second one on a data folder."""
        self.start_following()
        self._running.append(True)

    def documents_of(self, ids: Iterable[UUID]) -> Iterator[Document]:
        """What search keeps of the things as they are now."""
        return self.feed.documents_of(ids)

    def without_meaning(self) -> int | None:
        """Events whose things may so far be found by their words alone; None where no model tells what texts mean."""
        return None if self.meaning is None else max(0, self.store.position - self.meaning.position)

    def lag(self) -> dict[str, int]:
        """Events not yet applied, by projection; below 0 for one that was made from events that are no longer there."""
        reached = self.positions()
        newest = self.store.position
        return {name: newest - position for name, position in reached.items()}
