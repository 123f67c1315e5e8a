"""Foresight processes are read before anybody asks, so that nobody waits while a large one is read from its events."""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import count, islice
from threading import Event, Thread
from uuid import UUID

import structlog

from api.wiring import System
from domain.audiences import OPERATOR
from domain.foresight.process import ForesightProcess
from store.event_store import UnreadableEvent
from store.unavailable import StoreUnavailable

AHEAD = 50
"""Processes that are read before a server serves; the others follow while it does."""
PAUSE_S = 0.02
"""Between two of those that follow: who asks for something comes first."""
log = structlog.get_logger()


def read_ahead(system: System) -> Iterator[UUID]:
    """Each process as it is read, with what its pictures show, the most lately changed first. The store keeps the long
    ones, in this program alone; it ends where there is no room for the next."""
    for id in _lately_changed(system):
        with suppress(UnreadableEvent):  # told to whoever opens it
            process = system.store.read_ahead(id)
            if not isinstance(process, ForesightProcess):
                return
            process.turnouts()
            for force in process.assessed():
                _ = force.impact, force.uncertainty
            yield id


@contextmanager
def reading_on(ahead: Iterator[UUID], then: Callable[[], None]) -> Generator[None]:
    """Reads the first of those ahead; and the others beside whatever is done within, and `then` does what follows."""
    deque(islice(ahead, AHEAD), maxlen=0)
    ended = Event()

    def read() -> None:
        try:
            for _ in ahead:
                if ended.wait(PAUSE_S):
                    return
        except StoreUnavailable as error:
            log.warning("nothing more is read ahead", error=str(error))
        then()

    thread = Thread(target=read, name="reading ahead", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _lately_changed(system: System) -> Iterator[UUID]:
    for offset in count(0, AHEAD):
        entries = system.catalogue.listing("process", scope=frozenset({OPERATOR}), limit=AHEAD, offset=offset)
        yield from (entry.id for entry in entries)
        if len(entries) < AHEAD:
            return
