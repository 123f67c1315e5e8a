"""Invitations to a cluster to share what others look for. Apart from the cluster, which everybody may read: these are
between programme staff and those of the cluster.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid5

from domain.aggregate import Aggregate, Event
from domain.errors import WrongState
from domain.text import Line, Note

NAMESPACE = UUID("fc6b48d7-1d60-4d61-9274-c933a32ff8f4")
MOST = 20
"""Open at a time; a cluster that is asked for more is asked for nothing."""


def invitations_id(cluster: UUID) -> UUID:
    """Each cluster has one aggregate of them, found by the cluster alone."""
    return uuid5(NAMESPACE, str(cluster))


@dataclass(frozen=True, slots=True)
class Invitation:
    """To share something `about` these words, by this person."""

    about: str
    note: str | None
    by: str
    at: datetime


class Invitations(Aggregate):
    """`open` are those that nobody has closed, oldest first; no two about the same."""

    kind: ClassVar[str] = "invitations"

    class Sent(Event, topic="invitations.sent"):
        cluster: UUID
        about: Line
        note: Note | None = None

        def apply(self, aggregate: "Invitations") -> None:
            sent = Invitation(self.about, self.note, self.actor, self.recorded_at)
            aggregate.open = (*aggregate.open, sent)

    class Closed(Event, topic="invitations.closed"):
        cluster: UUID
        about: Line

        def apply(self, aggregate: "Invitations") -> None:
            aggregate.open = tuple(i for i in aggregate.open if i.about != self.about)

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.open: tuple[Invitation, ...] = ()

    def send(self, cluster: UUID, about: str, note: str | None) -> None:
        if any(i.about.casefold() == about.casefold() for i in self.open):
            raise WrongState("The cluster is invited to share this already.", field="about")
        if len(self.open) >= MOST:
            raise WrongState("The cluster has {most} open invitations. Close one that matters less.", most=MOST)
        self.record(self.Sent, cluster=cluster, about=about, note=note)

    def close(self, cluster: UUID, about: str) -> None:
        if not any(i.about == about for i in self.open):
            raise WrongState("There is no such open invitation.", field="about")
        self.record(self.Closed, cluster=cluster, about=about)
