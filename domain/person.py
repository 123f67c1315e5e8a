"""A person's dated appointments: what they may do follows from these, and from nothing else."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.aggregate import Aggregate, Event
from domain.dates import PartialDate, Span, first_day
from domain.errors import Invalid, NotFound, WrongState


class Role(StrEnum):
    CLUSTER_MANAGER = "cluster-manager"
    CLUSTER_CONTRIBUTOR = "cluster-contributor"
    PROCESS_LEADER = "process-leader"
    PROGRAMME_STAFF = "programme-staff"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


OF: dict[Role, str | None] = {
    Role.CLUSTER_MANAGER: "cluster",
    Role.CLUSTER_CONTRIBUTOR: "cluster",
    Role.PROCESS_LEADER: "process",
    Role.PROGRAMME_STAFF: "programme",
    Role.AUDITOR: None,
    Role.ADMINISTRATOR: None,
}
"""The kind of what a role is held of; None for one that is held of the whole."""


@dataclass(frozen=True, slots=True)
class Part:
    """A role, and what it is held of."""

    role: Role
    of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """Held from `since`, which counts, to `until`, which does not; no end: it goes on."""

    part: Part
    since: str
    until: str | None = None

    def covers(self, day: date) -> bool:
        return first_day(self.since) <= day and (self.until is None or day < first_day(self.until))


class Person(Aggregate):
    """Of the same id as the person's line in the register, and without a word of what stands there."""

    kind: ClassVar[str] = "person"

    class Appointed(Event, topic="person.appointed"):
        role: Role
        of: UUID | None = None
        since: PartialDate

        def apply(self, aggregate: "Person") -> None:
            part = Part(self.role, self.of)
            aggregate.appointments = (*aggregate.appointments, Appointment(part, self.since))
            aggregate.turns += 1
            aggregate.given_at = self.recorded_at

    class StoodDown(Event, topic="person.stood-down"):
        role: Role
        of: UUID | None = None
        until: PartialDate

        def apply(self, aggregate: "Person") -> None:
            part = Part(self.role, self.of)
            aggregate.appointments = tuple(
                replace(a, until=self.until) if a.part == part and a.until is None else a
                for a in aggregate.appointments
            )
            aggregate.turns += 1

    class GlassBroken(Event, topic="person.glass-broken"):
        """An administrator opened one restricted thing to themselves for a while; the reason is required."""

        thing: UUID
        until: AwareDatetime

        def apply(self, aggregate: "Person") -> None:
            aggregate.opened = {**aggregate.opened, self.thing: self.until}

    class ErasureAsked(Event, topic="person.erasure-asked"):
        def apply(self, aggregate: "Person") -> None:
            aggregate.erasure_asked = True

    class Forgotten(Event, topic="person.forgotten"):
        """Their name, address and ways in are erased, and all their parts end; the reason is required."""

        def apply(self, aggregate: "Person") -> None:
            day = self.recorded_at.date()
            aggregate.appointments = tuple(_ended(a, day) for a in aggregate.appointments)
            aggregate.opened = {}
            aggregate.forgotten = True
            aggregate.turns += 1

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.appointments: tuple[Appointment, ...] = ()
        self.opened: dict[UUID, datetime] = {}
        self.erasure_asked = False
        self.forgotten = False
        self.turns = 0
        """How often the appointments were changed: what was signed in before a change ends with it."""
        self.given_at: datetime | None = None
        """When the latest part was given: an invitation from before is no way into it."""

    def parts(self, day: date) -> frozenset[Part]:
        return frozenset(a.part for a in self.appointments if a.covers(day))

    def holds(self, part: Part) -> bool:
        """Now or in time to come: appointed and not stood down."""
        return any(a.part == part and a.until is None for a in self.appointments)

    def appoint(self, part: Part, since: str) -> None:
        if (part.of is None) != (OF[part.role] is None):
            raise Invalid("Say what the role is held of. Auditors and administrators hold it of the whole.", field="of")
        if self.holds(part):
            raise WrongState("This person holds the role already.", field="role")
        self.record(self.Appointed, role=part.role, of=part.of, since=since)

    def stand_down(self, part: Part, until: str) -> None:
        held = next((a for a in self.appointments if a.part == part and a.until is None), None)
        if held is None:
            raise NotFound("This person does not hold the role.", field="role")
        try:
            Span(start=held.since, end=until)
        except ValueError:
            raise Invalid("The date comes before the one it follows.", field="until") from None
        self.record(self.StoodDown, role=part.role, of=part.of, until=until)

    def break_glass(self, thing: UUID, reason: str, *, until: datetime) -> None:
        if not reason.strip():
            raise Invalid("Say why you have to read it.", field="reason")
        self.record(self.GlassBroken, thing=thing, until=until, reason=reason.strip())

    def ask_erasure(self) -> None:
        if not self.erasure_asked:
            self.record(self.ErasureAsked)

    def forget(self, reason: str) -> None:
        if not reason.strip():
            raise Invalid("Say why they are forgotten.", field="reason")
        if self.forgotten:
            raise WrongState("This person is forgotten already.")
        self.record(self.Forgotten, reason=reason.strip())


def _ended(appointment: Appointment, day: date) -> Appointment:
    """Not held from that day on; one that was to begin later was never held."""
    if appointment.until is not None and first_day(appointment.until) <= day:
        return appointment
    begun = first_day(appointment.since) <= day
    return replace(appointment, until=day.isoformat() if begun else appointment.since)
