"""Inviting a cluster to share what others look for. Nothing of an invitation says who looked."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from api.usecases.looking import load
from api.wiring import System
from domain.cluster import Cluster
from domain.invitations import Invitation, Invitations, invitations_id
from domain.policy import allow
from domain.text import Line, Note
from domain.viewer import Viewer


class NewInvitation(BaseModel):
    """What the cluster is invited to share a lesson `about`, and what else there is to say."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"about": "recruiting busy people", "note": "You did it well in 2015."}]},
    )

    about: Line
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """A cluster of the viewer's, and what it is invited to share."""

    cluster: UUID
    name: str
    open: tuple[Invitation, ...]


def invite_to_share(system: System, viewer: Viewer, cluster: UUID, new: NewInvitation) -> Invitation:
    """Raises `WrongState` for what the cluster is invited to share already."""
    allow(viewer, "invite", load(system, viewer, Cluster, cluster))
    invitations = _of(system, cluster)
    invitations.send(cluster, new.about, new.note)
    system.save(invitations)
    return invitations.open[-1]


def close_invitation(system: System, viewer: Viewer, cluster: UUID, about: str) -> None:
    """It was answered, or will not be. Raises `WrongState` for one that is not open."""
    allow(viewer, "answer", load(system, viewer, Cluster, cluster))
    invitations = _of(system, cluster)
    invitations.close(cluster, about)
    system.save(invitations)


def open_invitations(system: System, viewer: Viewer, cluster: UUID) -> tuple[Invitation, ...]:
    """Oldest first. Raises `NotFound`, `NotAllowed`."""
    allow(viewer, "see-invitations", load(system, viewer, Cluster, cluster))
    return _of(system, cluster).open


def invited(system: System, viewer: Viewer) -> list[Invited]:
    """Those of the viewer's own clusters that have open invitations, by name."""
    clusters = system.store.find_many(viewer.clusters)
    of_each = system.store.find_many(map(invitations_id, clusters))
    found = [
        Invited(cluster.id, cluster.name, invitations.open)
        for cluster in clusters.values()
        if isinstance(cluster, Cluster)
        and isinstance(invitations := of_each.get(invitations_id(cluster.id)), Invitations)
        and invitations.open
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), str(one.cluster)))


def _of(system: System, cluster: UUID) -> Invitations:
    id = invitations_id(cluster)
    return system.store.find(Invitations, id) or Invitations(id)
