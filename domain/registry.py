"""Every aggregate and every event topic there is. A stored row is read as one of these or refused: never imported."""

from domain.access import Access
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate, Event
from domain.case import Case
from domain.cluster import Cluster
from domain.concept import Concept
from domain.foresight.process import ForesightProcess
from domain.invitations import Invitations
from domain.lesson import Lesson
from domain.names import NameClaim
from domain.person import Person
from domain.programme import Programme
from domain.redaction import Redaction

KINDS: tuple[type[Aggregate], ...] = (
    *(Programme, Cluster, Lesson, Case, ForesightProcess, Adaptation),
    *(NameClaim, Person, Access, Concept, Invitations, Redaction),
)
AGGREGATES: dict[str, type[Aggregate]] = {a.kind: a for a in KINDS}
TOPICS: dict[str, type[Event]] = {topic: event for a in AGGREGATES.values() for topic, event in a.events().items()}


class UnknownTopic(ValueError):
    """A row names a topic that was never released."""


def event_class(topic: str) -> type[Event]:
    """Raises `UnknownTopic`."""
    try:
        return TOPICS[topic]
    except KeyError:
        raise UnknownTopic("A stored event names a topic that this program never released.") from None


def aggregate_class(topic: str) -> type[Aggregate]:
    """The aggregate whose events have this topic. Raises `UnknownTopic`."""
    event_class(topic)
    return AGGREGATES[topic.partition(".")[0]]
