"""The parts, joined: what the faces are handed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import structlog

from domain.aggregate import Aggregate
from projections.access_log import AccessLog
from projections.catalogue import Catalogue
from projections.dead_letters import DeadLetters
from projections.projection import Projection
from projections.runner import Projector
from projections.views import Views
from search.index import SearchIndex
from store.event_store import EventStore
from store.people import People
from store.sign_ins import SignIns

log = structlog.get_logger()


@dataclass(frozen=True)
class System:
    """`leads` says whether this process keeps views and index up with the log by itself; `positions` are how far they
    are, whoever does it; `rebuilding` is held by the one that replaces the index."""

    store: EventStore
    people: People
    sign_ins: SignIns
    views: Views
    catalogue: Catalogue
    access_log: AccessLog
    dead_letters: DeadLetters
    index: SearchIndex
    projections: tuple[Projection, ...]
    projector: Projector
    leads: bool
    positions: Callable[[], dict[str, int]]
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

    def lag(self) -> dict[str, int]:
        """Events not yet applied, by projection; below 0 for one that was made from events that are no longer there."""
        reached = self.positions()
        newest = self.store.position
        return {name: newest - position for name, position in reached.items()}
