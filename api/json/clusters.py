"""Clusters: `/api/v1/clusters`."""

from uuid import UUID

from fastapi import Response

from api.access.given import TheSystem, TheVersion, TheViewer
from api.json.routing import History, Limit, Listing, Offset, On, Why, answered, history_of, listing, router
from api.json.shapes import ClusterShape
from api.usecases import clusters
from api.usecases.changing import load
from api.usecases.clusters import ClusterChanges, NewCluster
from domain.cluster import Cluster
from domain.cluster_record import MemberKind
from domain.dates import PartialDate
from domain.text import Line

routes = router("clusters")


class Renaming(On):
    name: Line


class Admission(On):
    programme: UUID


class Graduation(Admission):
    to: UUID


class MembershipEnd(Why):
    programme: UUID
    on: PartialDate


class Managing(Why):
    person: str
    on: PartialDate


class Joining(Why):
    name: Line
    kind: MemberKind


class Leaving(Why):
    name: Line


@routes.get("")
def list_clusters(system: TheSystem, viewer: TheViewer, limit: Limit = 50, offset: Offset = 0) -> Listing:
    return listing(system, viewer, "cluster", "clusters", None, limit, offset)


@routes.post("", status_code=201, response_model=ClusterShape)
def register_cluster(system: TheSystem, viewer: TheViewer, new: NewCluster) -> Response:
    """The name is unique in its country, as long as it is borne."""
    return answered(clusters.register_cluster(system, viewer, new), 201)


@routes.get("/{id}", response_model=ClusterShape)
def get_cluster(system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
    return answered(load(system, viewer, Cluster, id))


@routes.patch("/{id}", response_model=ClusterShape)
def describe_cluster(
    system: TheSystem,
    viewer: TheViewer,
    id: UUID,
    version: TheVersion,
    changes: ClusterChanges,
) -> Response:
    """Fields left out stay, null clears."""
    return answered(clusters.describe_cluster(system, viewer, id, version, changes.model_dump(exclude_unset=True)))


@routes.post("/{id}/rename", response_model=ClusterShape)
def rename_cluster(system: TheSystem, viewer: TheViewer, id: UUID, version: TheVersion, to: Renaming) -> Response:
    """The old name stays in the history and is free for others."""
    return answered(clusters.rename_cluster(system, viewer, id, version, to.name, to.on, to.reason))


@routes.post("/{id}/admit", response_model=ClusterShape)
def admit_cluster(system: TheSystem, viewer: TheViewer, id: UUID, version: TheVersion, to: Admission) -> Response:
    """Admitted to a programme."""
    return answered(clusters.admit_cluster(system, viewer, id, version, to.programme, to.on, to.reason))


@routes.post("/{id}/graduate", response_model=ClusterShape)
def graduate_cluster(system: TheSystem, viewer: TheViewer, id: UUID, version: TheVersion, to: Graduation) -> Response:
    """From one programme to the next, such as Arena to NCE."""
    done = clusters.graduate_cluster(system, viewer, id, version, to.programme, to.to, to.on, to.reason)
    return answered(done)


@routes.post("/{id}/end", response_model=ClusterShape)
def end_membership(system: TheSystem, viewer: TheViewer, id: UUID, version: TheVersion, end: MembershipEnd) -> Response:
    """The membership of a programme ended."""
    return answered(clusters.end_membership(system, viewer, id, version, end.programme, end.on, end.reason))


@routes.post("/{id}/appoint", response_model=ClusterShape)
def appoint_manager(system: TheSystem, viewer: TheViewer, id: UUID, version: TheVersion, who: Managing) -> Response:
    return answered(clusters.appoint_manager(system, viewer, id, version, who.person, who.on, who.reason))


@routes.post("/{id}/stand-down", response_model=ClusterShape)
def manager_left(system: TheSystem, viewer: TheViewer, id: UUID, version: TheVersion, who: Managing) -> Response:
    return answered(clusters.manager_left(system, viewer, id, version, who.person, who.on, who.reason))


@routes.post("/{id}/join", response_model=ClusterShape)
def add_member(system: TheSystem, viewer: TheViewer, id: UUID, version: TheVersion, who: Joining) -> Response:
    """A member organisation joined."""
    return answered(clusters.add_member(system, viewer, id, version, who.name, who.kind, who.reason))


@routes.post("/{id}/leave", response_model=ClusterShape)
def remove_member(system: TheSystem, viewer: TheViewer, id: UUID, version: TheVersion, who: Leaving) -> Response:
    """A member organisation left."""
    return answered(clusters.remove_member(system, viewer, id, version, who.name, who.reason))


@routes.get("/{id}/history")
def cluster_history(system: TheSystem, viewer: TheViewer, id: UUID) -> History:
    """Everything that happened to it: who, when, why, and what changed."""
    return history_of(system, viewer, Cluster, id)
