"""Between our events and stored rows: one JSON document a row, read back only through the closed registry of topics."""

from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from domain.aggregate import Event
from domain.registry import UnknownTopic, event_class
from store.redacting import REDACTED


class UnreadableEvent(ValueError):
    """A stored row that this program cannot read: an unknown topic, a damaged state, a version from the future."""


class EventMapper(Mapper[UUID]):
    """Replaces the library's mapper, which imports the module that a row's topic names."""

    def __init__(self) -> None:
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        event = cast(Event, domain_event)
        state = event.model_dump(mode="json", exclude={"originator_id", "originator_version"})
        return StoredEvent(
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=event.topic,
            state=to_json({"schema": event.schema_version, **state}),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Event:
        """Raises `UnreadableEvent`, naming the row and never its content."""
        try:
            cls = event_class(stored_event.topic)
            if _plain(stored_event.state, cls.schema_version):
                return cls.model_validate_json(_with_origin(stored_event))
            state: dict[str, Any] = from_json(stored_event.state)
            state.pop(REDACTED, None)  # what can be read by nobody
            state = cls.upcast(state, state.pop("schema", 1))
            return cls.model_validate(
                state
                | {
                    "originator_id": stored_event.originator_id,
                    "originator_version": stored_event.originator_version,
                }
            )
        except UnknownTopic as error:
            raise UnreadableEvent(f"{error} {_where(stored_event)}") from None
        except (ValueError, TypeError, AttributeError, ValidationError) as error:
            raise UnreadableEvent(
                f"A stored event is damaged ({type(error).__name__}). {_where(stored_event)}"
            ) from None


def _plain(state: bytes, schema_version: int) -> bool:
    """Whether it is as `to_stored_event` writes it today, as nearly all are: of these nothing is made but the event."""
    begins = state.startswith(b'{"schema":%d,' % schema_version)
    return begins and state.endswith(b"}") and _REDACTED not in state


_REDACTED = b'"%s":' % REDACTED.encode()


def _with_origin(stored: StoredEvent) -> bytes:
    """The state without its schema and with the aggregate and version, which come last, so that they count."""
    _, _, fields = stored.state[:-1].partition(b",")
    return b'{%s,"originator_id":"%s","originator_version":%d}' % (
        fields,
        str(stored.originator_id).encode(),
        stored.originator_version,
    )


def _where(stored_event: StoredEvent) -> str:
    return f"Aggregate {stored_event.originator_id}, version {stored_event.originator_version}."
