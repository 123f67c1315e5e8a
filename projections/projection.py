"""What the loop asks of a projection."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.aggregate import Event
from domain.redaction import Redaction


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event and its place in the log."""

    position: int
    event: Event

    @property
    def aggregate_id(self) -> UUID:
        return self.event.originator_id

    @property
    def touched(self) -> tuple[UUID, ...]:
        """What says something else after it: its own aggregate, and the thing from which something was removed."""
        event = self.event
        return (self.aggregate_id, event.of) if isinstance(event, Redaction.Made) else (self.aggregate_id,)


class Projection(Protocol):
    """Something derived from the log. Applying the same events twice leaves it as applying them once."""

    name: str

    @property
    def position(self) -> int:
        """Up to where it is complete. Kept with what it derived, never ahead of it."""
        ...

    def apply(self, events: Sequence[Recorded], position: int) -> None:
        """All of them, in order, and then the position; or, when it raises, none. `events` may be empty."""
        ...


class TryAgain(Exception):
    """What a projection writes to cannot be reached now: nothing is wrong with the events."""
