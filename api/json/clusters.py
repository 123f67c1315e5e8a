"""Clusters: `/api/v1/clusters`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Response
from pydantic import Field

from api.access.given import TheSystem, TheVersion, TheViewer
from api.json.route import AsOfThen, Id, answered, looked_at, router
from api.json.routing import History, Limit, Listing, Offset, On, ThePart, Why, body, history_shape, listing
from api.json.shapes import ClusterShape
from api.usecases import clusters, handing_over
from api.usecases.clusters import ClusterChanges, NewCluster
from domain.cluster import Cluster
from domain.cluster_record import MemberKind
from domain.dates import PartialDate
from domain.text import Line

routes = router("clusters")


class Renaming(On):
    """The name from then on."""

    model_config = body({"name": "NCE Eyde", "on": "2015"})

    name: Line


class Admission(On):
    """The programme that the cluster came into."""

    model_config = body({"programme": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11", "on": "2007-06"})

    programme: UUID


class Graduation(Admission):
    """From one `programme` to another."""

    model_config = body(
        {
            "programme": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11",
            "to": "5a1d2c7e-9b3f-4d6a-8e21-7c4b9f0d3a22",
            "on": "2015",
        }
    )

    to: UUID


class MembershipEnd(Why):
    """When the cluster left the programme."""

    model_config = body(
        {"programme": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11", "on": "2025", "reason": "The period was over."}
    )

    programme: UUID
    on: PartialDate


class Managing(Why):
    """Who begins or ends to manage the cluster, and when."""

    model_config = body({"person": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11", "on": "2020-08"})

    person: str = Field(max_length=100, description="Person id.")
    on: PartialDate


class HandingOver(Why):
    """Who manages the cluster from the day on, and who leaves it: all managers, where nobody is named."""

    model_config = body(
        {"to": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11", "on": "2026-08-01", "reason": "Mona goes on to another cluster."}
    )

    to: str = Field(max_length=100, description="Person id.")
    on: PartialDate
    leaving: list[Annotated[str, Field(max_length=100)]] | None = Field(
        default=None, max_length=20, description="Person ids."
    )


class Joining(Why):
    """An organisation that became a member."""

    model_config = body({"name": "Elkem", "kind": "company"})

    name: Line
    kind: MemberKind


class Leaving(Why):
    """A member organisation, by the name it joined under."""

    model_config = body({"name": "Elkem", "reason": "Merged with another member."})

    name: Line


@routes.get("")
def list_clusters(system: TheSystem, viewer: TheViewer, limit: Limit = 50, offset: Offset = 0) -> Listing:
    """All clusters, most lately changed first."""
    return listing(system, viewer, "cluster", "clusters", None, limit, offset)


@routes.post("", status_code=201, response_model=ClusterShape)
def register_cluster(system: TheSystem, viewer: TheViewer, new: NewCluster) -> Response:
    """The name is unique in its country, as long as it is borne."""
    return answered(system, viewer, clusters.register_cluster(system, viewer, new), 201)


@routes.get("/{id}", response_model=ClusterShape)
def get_cluster(system: TheSystem, viewer: TheViewer, id: Id, as_of: AsOfThen = None) -> Response:
    """The cluster as it is now or, with `as_of`, as it was, with its names, memberships and managers by date."""
    return looked_at(system, viewer, Cluster, id, as_of)


@routes.patch("/{id}", response_model=ClusterShape)
def describe_cluster(
    system: TheSystem,
    viewer: TheViewer,
    id: Id,
    version: TheVersion,
    changes: Annotated[ClusterChanges, Body(examples=[{"county": "Agder", "website": "https://example.org"}])],
) -> Response:
    """Fields left out stay, null clears."""
    return answered(
        system, viewer, clusters.describe_cluster(system, viewer, id, version, changes.model_dump(exclude_unset=True))
    )


@routes.post("/{id}/rename", response_model=ClusterShape)
def rename_cluster(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, to: Renaming) -> Response:
    """The old name stays in the history and is free for others."""
    return answered(system, viewer, clusters.rename_cluster(system, viewer, id, version, to.name, to.on, to.reason))


@routes.post("/{id}/admit", response_model=ClusterShape)
def admit_cluster(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, to: Admission) -> Response:
    """Admitted to a programme."""
    return answered(system, viewer, clusters.admit_cluster(system, viewer, id, version, to.programme, to.on, to.reason))


@routes.post("/{id}/graduate", response_model=ClusterShape)
def graduate_cluster(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, to: Graduation) -> Response:
    """From one programme to the next, such as Arena to NCE."""
    done = clusters.graduate_cluster(system, viewer, id, version, to.programme, to.to, to.on, to.reason)
    return answered(system, viewer, done)


@routes.post("/{id}/end", response_model=ClusterShape)
def end_membership(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, end: MembershipEnd) -> Response:
    """The membership of a programme ended."""
    return answered(
        system, viewer, clusters.end_membership(system, viewer, id, version, end.programme, end.on, end.reason)
    )


@routes.post("/{id}/appoint", response_model=ClusterShape)
def appoint_manager(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, who: Managing) -> Response:
    """A person of the register begins to manage the cluster."""
    return answered(
        system, viewer, clusters.appoint_manager(system, viewer, id, version, who.person, who.on, who.reason)
    )


@routes.post("/{id}/stand-down", response_model=ClusterShape)
def manager_left(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, who: Managing) -> Response:
    """A manager stood down."""
    return answered(system, viewer, clusters.manager_left(system, viewer, id, version, who.person, who.on, who.reason))


@routes.post("/{id}/hand-over", response_model=ClusterShape)
def hand_over_cluster(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, over: HandingOver) -> Response:
    """From the managers who leave to the next one, with the lessons of the cluster that they own: one step."""
    done = handing_over.hand_over_cluster(
        system, viewer, id, version, over.to, over.on, over.reason, leaving=over.leaving
    )
    return answered(system, viewer, done)


@routes.post("/{id}/join", response_model=ClusterShape)
def add_member(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, who: Joining) -> Response:
    """A member organisation joined."""
    return answered(system, viewer, clusters.add_member(system, viewer, id, version, who.name, who.kind, who.reason))


@routes.post("/{id}/leave", response_model=ClusterShape)
def remove_member(system: TheSystem, viewer: TheViewer, id: Id, version: TheVersion, who: Leaving) -> Response:
    """A member organisation left."""
    return answered(system, viewer, clusters.remove_member(system, viewer, id, version, who.name, who.reason))


@routes.get("/{id}/history")
def cluster_history(system: TheSystem, viewer: TheViewer, id: Id, part: ThePart) -> History:
    """Everything that happened to it: who, when, why, and what changed."""
    return history_shape(system, viewer, Cluster, id, part)
