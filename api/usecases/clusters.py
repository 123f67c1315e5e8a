"""Registering clusters and keeping their dated names, memberships, managers and members."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict

from api.usecases.changing import change, merged, partial, require
from api.usecases.people import of_register, with_parts
from api.usecases.persons import not_oneself
from api.wiring import System
from domain.aggregate import Aggregate
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord, MemberKind
from domain.dates import PartialDate
from domain.names import NameClaim, claim_id
from domain.person import Part, Person, Role
from domain.policy import Action, allow
from domain.programme import Programme
from domain.text import Line, Note
from domain.viewer import Viewer


class NewCluster(ClusterRecord):
    """A name is enough."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "NCE Smart Energy Markets", "county": "Østfold", "sector": "smart energy"}]
        }
    )

    name: Line
    named_since: PartialDate | None = None


if TYPE_CHECKING:
    ClusterChanges: TypeAlias = BaseModel
else:
    ClusterChanges = partial(ClusterRecord, "ClusterChanges", reason=(Note | None, None))


def register_cluster(system: System, viewer: Viewer, new: NewCluster, *, id: UUID | None = None) -> Cluster:
    """Raises `NameTaken` when a cluster of the same country bears the name now."""
    cluster, claim = new_cluster(system, viewer, new, id=id)
    system.save(cluster, claim)
    return cluster


def new_cluster(
    system: System, viewer: Viewer, new: NewCluster, *, id: UUID | None = None
) -> tuple[Cluster, NameClaim]:
    """The cluster and the claim on its name, not yet saved."""
    allow(viewer, "make", Cluster)
    record = ClusterRecord.model_validate(new.model_dump(exclude={"name", "named_since"}))
    cluster = Cluster.register(id or uuid4(), new.name, record, named_since=new.named_since)
    claim = _claim(system, new.name, record.country)
    claim.claim(cluster.id)
    return cluster, claim


def describe_cluster(system: System, viewer: Viewer, id: UUID, version: int, changes: dict[str, Any]) -> Cluster:
    reason = changes.pop("reason", None)
    return _change(system, viewer, id, version, lambda c: c.describe(merged(c.current, changes)), reason, "describe")


def rename_cluster(
    system: System, viewer: Viewer, id: UUID, version: int, name: str, on: str | None, reason: str | None = None
) -> Cluster:
    """The old name is free from then on. Raises `NameTaken`."""

    def claims(cluster: Cluster) -> tuple[Aggregate, ...]:
        old, new = (_claim(system, n, cluster.current.country) for n in (cluster.name, name))
        if old.id == new.id:
            return ()
        old.free(cluster.id)
        new.claim(cluster.id)
        return old, new

    return change(
        system, viewer, Cluster, id, version, "register", lambda c: c.rename(name, on), reason=reason, beside=claims
    )


def admit_cluster(
    system: System, viewer: Viewer, id: UUID, version: int, programme: UUID, on: str | None, reason: str | None = None
) -> Cluster:
    require(system, viewer, Programme, "programme", programme)
    return _change(system, viewer, id, version, lambda c: c.admit(programme, on), reason)


def graduate_cluster(
    system: System,
    viewer: Viewer,
    id: UUID,
    version: int,
    programme: UUID,
    to: UUID,
    on: str | None,
    reason: str | None = None,
) -> Cluster:
    require(system, viewer, Programme, "to", to)
    return _change(system, viewer, id, version, lambda c: c.graduate(programme, to, on), reason)


def end_membership(
    system: System, viewer: Viewer, id: UUID, version: int, programme: UUID, on: str, reason: str | None = None
) -> Cluster:
    return _change(system, viewer, id, version, lambda c: c.end_membership(programme, on), reason)


def appoint_manager(
    system: System, viewer: Viewer, id: UUID, version: int, person: str, on: str, reason: str | None = None
) -> Cluster:
    """The person gets the part in the same transaction."""
    part = Part(Role.CLUSTER_MANAGER, id)

    def decide(cluster: Cluster, people: Sequence[Person]) -> None:
        not_oneself(viewer, person)
        cluster.appoint_manager(person, on)
        for one in people:
            if not one.holds(part):
                one.appoint(part, on)

    return _with_person(system, viewer, id, version, person, "appoint-manager", decide, reason)


def manager_left(
    system: System, viewer: Viewer, id: UUID, version: int, person: str, on: str, reason: str | None = None
) -> Cluster:
    """The person loses the part in the same transaction."""
    part = Part(Role.CLUSTER_MANAGER, id)

    def decide(cluster: Cluster, people: Sequence[Person]) -> None:
        cluster.manager_left(person, on)
        for one in people:
            if one.holds(part):
                one.stand_down(part, on)

    return _with_person(system, viewer, id, version, person, "appoint-manager", decide, reason, leaves=True)


def appoint_contributor(
    system: System, viewer: Viewer, id: UUID, version: int, person: str, on: str, reason: str | None = None
) -> Cluster:
    """The cluster stays at its version: who contributes is known of the person alone."""

    def decide(_: Cluster, people: Sequence[Person]) -> None:
        not_oneself(viewer, person)
        for one in people:
            one.appoint(Part(Role.CLUSTER_CONTRIBUTOR, id), on)

    return _with_person(system, viewer, id, version, person, "appoint-contributor", decide, reason)


def contributor_left(
    system: System, viewer: Viewer, id: UUID, version: int, person: str, on: str, reason: str | None = None
) -> Cluster:
    def decide(_: Cluster, people: Sequence[Person]) -> None:
        for one in people:
            one.stand_down(Part(Role.CLUSTER_CONTRIBUTOR, id), on)

    return _with_person(system, viewer, id, version, person, "appoint-contributor", decide, reason, leaves=True)


def add_member(
    system: System, viewer: Viewer, id: UUID, version: int, name: str, kind: MemberKind, reason: str | None = None
) -> Cluster:
    return _change(system, viewer, id, version, lambda c: c.add_member(name, kind), reason, "describe")


def remove_member(
    system: System, viewer: Viewer, id: UUID, version: int, name: str, reason: str | None = None
) -> Cluster:
    return _change(system, viewer, id, version, lambda c: c.remove_member(name), reason, "describe")


def _change(
    system: System,
    viewer: Viewer,
    id: UUID,
    version: int,
    decide: Callable[[Cluster], None],
    reason: str | None,
    action: Action = "register",
) -> Cluster:
    return change(system, viewer, Cluster, id, version, action, decide, reason=reason)


def _with_person(
    system: System,
    viewer: Viewer,
    id: UUID,
    version: int,
    person: str,
    action: Action,
    decide: Callable[[Cluster, Sequence[Person]], None],
    reason: str | None,
    *,
    leaves: bool = False,
) -> Cluster:
    """Who `leaves` may have been forgotten. `decide` is given nobody where the id is none to hold a part under."""
    people: list[Person] = []

    def beside(_: Cluster) -> tuple[Aggregate, ...]:
        people.extend(with_parts(system, person) if leaves else of_register(system, person, "person"))
        return tuple(people)

    return change(
        system, viewer, Cluster, id, version, action, lambda c: decide(c, people), reason=reason, beside=beside
    )


def _claim(system: System, name: str, country: str) -> NameClaim:
    id = claim_id("cluster", country, name)
    return system.store.find(NameClaim, id) or NameClaim(id)
