"""Long aggregates that were loaded lately, so that looking at one again reads what has happened since and no more.

Kept in this process alone and checked against the record at each look, so that several processes agree.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from domain.aggregate import Aggregate

LONG = 50
"""Events from which on it pays to keep an aggregate; most are far shorter."""
MOST_BYTES = 48_000_000
"""Of stored events that went into what is kept. In memory it takes one and a half times as much where processes are
large, two and a half times where they are small."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`aggregate` is never changed: whoever goes on from it takes a copy. `last` is the stored state of its newest
    event, and `redactions` the events of its redaction, by which it is seen whether the record is still the one that it
    was read from."""

    aggregate: Aggregate
    last: bytes
    bytes_: int
    redactions: int = 0


class Recent:
    """The least lately used go first. All methods may be called from any thread."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[UUID, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, id: UUID) -> Kept | None:
        with self._lock:
            if id in self._kept:
                self._kept.move_to_end(id)
            return self._kept.get(id)

    def has_room(self, bytes_: int) -> bool:
        """Whether so many more can be kept and nothing has to go for them."""
        return self._bytes + bytes_ <= self._most_bytes

    def put(self, kept: Kept, *, ahead: bool = False) -> None:
        """In place of what was kept of it before. What is short, or more than there is room for, is not kept. What is
        read `ahead` of its use goes before all that was used."""
        with self._lock:
            self._drop(kept.aggregate.id)
            if kept.aggregate.version >= LONG and kept.bytes_ <= self._most_bytes:
                self._kept[kept.aggregate.id] = kept
                self._kept.move_to_end(kept.aggregate.id, last=not ahead)
                self._bytes += kept.bytes_
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, id: UUID) -> None:
        if (gone := self._kept.pop(id, None)) is not None:
            self._bytes -= gone.bytes_
