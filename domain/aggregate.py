"""What every aggregate and event has: identity, version, stamp, and the way from event to state.

The shapes are those that the `eventsourcing` library asks for (an event with `originator_id` and `originator_version`,
an aggregate with `collect_events`), written as plain pydantic models and classes: only `store` knows the library.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.acting import current_act


class Event(BaseModel):
    """Something that happened to one aggregate; never changed afterwards.

    Subclasses name a `topic`, which is what is stored: moving or renaming the class changes no data. A field that is
    added later gets a default; anything more raises `schema_version` and says in `upcast` how old states are read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: ClassVar[str] = ""
    schema_version: ClassVar[int] = 1

    originator_id: UUID
    originator_version: int
    event_id: UUID = Field(default_factory=uuid4)
    recorded_at: AwareDatetime
    actor: str
    request_id: str
    reason: str | None = None

    def __init_subclass__(cls, *, topic: str = "", schema_version: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.topic = topic
        cls.schema_version = schema_version

    @classmethod
    def upcast(cls, state: dict[str, Any], schema_version: int) -> dict[str, Any]:
        """`state` as this version of the class reads it. Raises `ValueError` for a version from the future."""
        if schema_version != cls.schema_version:
            raise ValueError(f"{cls.topic} has no schema version {schema_version}")
        return state

    def apply(self, aggregate: Any) -> None:
        """Change the state of `aggregate`. Never refuses: what happened, happened."""
        raise NotImplementedError(type(self).__qualname__)


class Aggregate:
    """The unit of consistency. `version` counts its events and is the ETag of everything shown of it."""

    kind: ClassVar[str]

    def __init__(self, id: UUID) -> None:
        self.id = id
        self.version = 0
        self.created_at: datetime | None = None
        self.modified_at: datetime | None = None
        self._pending: list[Event] = []

    @classmethod
    def events(cls) -> dict[str, type[Event]]:
        """The event classes nested in the aggregate and in those it is made of, by topic."""
        members = (member for part in reversed(cls.__mro__) for member in vars(part).values())
        nested = (m for m in members if isinstance(m, type) and issubclass(m, Event))
        return {e.topic: e for e in nested}

    @classmethod
    def replay(cls, id: UUID, events: Iterable[Event]) -> Self:
        aggregate = cls(id)
        for event in events:
            aggregate.take(event)
        return aggregate

    def record(self, event_class: type[Event], *, reason: str | None = None, **fields: Any) -> None:
        """Decide: stamp the event with who, when and why, apply it and keep it for the store."""
        act = current_act()
        event = event_class(
            originator_id=self.id,
            originator_version=self.version + 1,
            recorded_at=act.clock(),
            actor=act.actor,
            request_id=act.request_id,
            reason=reason or act.reason,
            **fields,
        )
        self.take(event)
        self._pending.append(event)

    def take(self, event: Event) -> None:
        """Apply the next event. Raises `ValueError` when it is another aggregate's, or not the next one."""
        if event.originator_id != self.id or event.originator_version != self.version + 1:
            raise ValueError(f"{event.topic} {event.originator_version} does not follow version {self.version}")
        event.apply(self)
        self.version = event.originator_version
        self.modified_at = event.recorded_at
        if self.created_at is None:
            self.created_at = event.recorded_at

    @property
    def pending(self) -> tuple[Event, ...]:
        """What was decided and not yet saved, in order."""
        return tuple(self._pending)

    def collect_events(self) -> list[Event]:
        """Hand the pending events over, once. (The library's name.)"""
        events, self._pending = self._pending, []
        return events


A = TypeVar("A", bound=Aggregate)
