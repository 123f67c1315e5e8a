"""A cluster: names, programme memberships, managers and member organisations, each with its dates."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.aggregate import Aggregate, Event
from domain.cluster_record import ClusterRecord, MemberKind
from domain.dates import PartialDate, Span, first_day
from domain.errors import Invalid, NotFound, WrongState
from domain.text import Line


@dataclass(frozen=True, slots=True)
class Dated:
    """`value` held from `since` to `until`, both as precise as they are known; either may be unknown."""

    value: str
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A stay in a programme: admitted, then graduated to another programme or ended."""

    programme: UUID
    admitted: str | None
    ended: str | None = None
    graduated_to: UUID | None = None

    def covers(self, day: date) -> bool:
        if self.ended is not None and day >= first_day(self.ended):
            return False
        return self.admitted is None or first_day(self.admitted) <= day


@dataclass(frozen=True, slots=True)
class MemberOrganisation:
    name: str
    kind: MemberKind


class Cluster(Aggregate):
    kind: ClassVar[str] = "cluster"

    class Registered(Event, topic="cluster.registered"):
        name: Line
        named_since: PartialDate | None = None
        record: ClusterRecord

        def apply(self, aggregate: "Cluster") -> None:
            aggregate.names = (Dated(self.name, self.named_since),)
            aggregate.current = self.record

    class Described(Event, topic="cluster.described"):
        record: ClusterRecord

        def apply(self, aggregate: "Cluster") -> None:
            aggregate.current = self.record

    class Renamed(Event, topic="cluster.renamed"):
        name: Line
        on: PartialDate | None = None

        def apply(self, aggregate: "Cluster") -> None:
            *before, last = aggregate.names
            aggregate.names = (*before, replace(last, until=self.on), Dated(self.name, self.on))

    class Admitted(Event, topic="cluster.admitted"):
        programme: UUID
        on: PartialDate | None = None

        def apply(self, aggregate: "Cluster") -> None:
            aggregate.memberships = (*aggregate.memberships, Membership(self.programme, self.on))

    class Graduated(Event, topic="cluster.graduated"):
        """From one programme to the next in one step: the first membership ends where the second begins."""

        programme: UUID
        to: UUID
        on: PartialDate | None = None

        def apply(self, aggregate: "Cluster") -> None:
            aggregate.memberships = (
                *(
                    replace(m, ended=self.on or m.admitted, graduated_to=self.to)
                    if m.programme == self.programme and m in aggregate.open_memberships()
                    else m
                    for m in aggregate.memberships
                ),
                Membership(self.to, self.on),
            )

    class MembershipEnded(Event, topic="cluster.membership-ended"):
        programme: UUID
        on: PartialDate

        def apply(self, aggregate: "Cluster") -> None:
            aggregate.memberships = tuple(
                replace(m, ended=self.on) if m.programme == self.programme and m in aggregate.open_memberships() else m
                for m in aggregate.memberships
            )

    class ManagerAppointed(Event, topic="cluster.manager-appointed"):
        person: str
        on: PartialDate

        def apply(self, aggregate: "Cluster") -> None:
            aggregate.managers = (*aggregate.managers, Dated(self.person, self.on))

    class ManagerLeft(Event, topic="cluster.manager-left"):
        person: str
        on: PartialDate

        def apply(self, aggregate: "Cluster") -> None:
            aggregate.managers = tuple(
                replace(m, until=self.on) if m.value == self.person and m.until is None else m
                for m in aggregate.managers
            )

    class MemberJoined(Event, topic="cluster.member-joined"):
        name: Line
        member_kind: MemberKind

        def apply(self, aggregate: "Cluster") -> None:
            aggregate.members = (*aggregate.members, MemberOrganisation(self.name, self.member_kind))

    class MemberLeft(Event, topic="cluster.member-left"):
        name: Line

        def apply(self, aggregate: "Cluster") -> None:
            aggregate.members = tuple(m for m in aggregate.members if m.name != self.name)

    current: ClusterRecord

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.names: tuple[Dated, ...] = ()
        self.memberships: tuple[Membership, ...] = ()
        self.managers: tuple[Dated, ...] = ()
        self.members: tuple[MemberOrganisation, ...] = ()

    @property
    def name(self) -> str:
        return self.names[-1].value

    def open_memberships(self) -> tuple[Membership, ...]:
        """Those that have neither ended nor led on to another programme."""
        return tuple(m for m in self.memberships if m.ended is None and m.graduated_to is None)

    def programmes_on(self, day: date) -> tuple[UUID, ...]:
        """The programmes it was in that day, in the order of admission."""
        return tuple(dict.fromkeys(m.programme for m in self.memberships if m.covers(day)))

    @classmethod
    def register(cls, id: UUID, name: str, record: ClusterRecord, *, named_since: str | None = None) -> "Cluster":
        cluster = cls(id)
        cluster.record(cls.Registered, name=name, named_since=named_since, record=record)
        return cluster

    def describe(self, record: ClusterRecord) -> None:
        if record.country != self.current.country:
            raise Invalid("A cluster does not change country: register a new one.", field="country")
        if record != self.current:
            self.record(self.Described, record=record)

    def rename(self, name: str, on: str | None) -> None:
        _in_order(self.names[-1].since, on)
        if name != self.name:
            self.record(self.Renamed, name=name, on=on)

    def admit(self, programme: UUID, on: str | None) -> None:
        if any(m.programme == programme for m in self.open_memberships()):
            raise WrongState("The cluster is in this programme already.", field="programme")
        self.record(self.Admitted, programme=programme, on=on)

    def graduate(self, programme: UUID, to: UUID, on: str | None) -> None:
        if programme == to:
            raise Invalid("Graduating leads to another programme.", field="to")
        left = self._open(programme)
        if any(m.programme == to for m in self.open_memberships()):
            raise WrongState("The cluster is in this programme already.", field="to")
        _in_order(left.admitted, on)
        self.record(self.Graduated, programme=programme, to=to, on=on)

    def end_membership(self, programme: UUID, on: str) -> None:
        _in_order(self._open(programme).admitted, on)
        self.record(self.MembershipEnded, programme=programme, on=on)

    def appoint_manager(self, person: str, on: str) -> None:
        if any(m.value == person and m.until is None for m in self.managers):
            raise WrongState("This person manages the cluster already.", field="person")
        self.record(self.ManagerAppointed, person=person, on=on)

    def manager_left(self, person: str, on: str) -> None:
        held = next((m for m in self.managers if m.value == person and m.until is None), None)
        if held is None:
            raise NotFound("This person does not manage the cluster.", field="person")
        _in_order(held.since, on)
        self.record(self.ManagerLeft, person=person, on=on)

    def add_member(self, name: str, kind: MemberKind) -> None:
        if any(m.name == name for m in self.members):
            raise WrongState("This organisation is a member already.", field="name")
        self.record(self.MemberJoined, name=name, member_kind=kind)

    def remove_member(self, name: str) -> None:
        if not any(m.name == name for m in self.members):
            raise NotFound("No member organisation has this name.", field="name")
        self.record(self.MemberLeft, name=name)

    def members_by_kind(self) -> Iterator[tuple[MemberKind, list[str]]]:
        """Every kind that has members, in the order of `MemberKind`, names in alphabetical order."""
        for kind in MemberKind:
            names = sorted(m.name for m in self.members if m.kind is kind)
            if names:
                yield kind, names

    def _open(self, programme: UUID) -> Membership:
        for membership in self.open_memberships():
            if membership.programme == programme:
                return membership
        raise NotFound("The cluster is not in this programme now.", field="programme")


def _in_order(since: str | None, on: str | None) -> None:
    if since is not None and on is not None:
        try:
            Span(start=since, end=on)
        except ValueError:
            raise Invalid("The date comes before the one it follows.", field="on") from None
