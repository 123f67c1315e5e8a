"""A foresight process as a whole: what it is about, who leads it, where it is, and which warnings were waived."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from domain.aggregate import Event
from domain.consent_record import Consent
from domain.dates import Day
from domain.errors import Invalid, NotFound, WrongState
from domain.foresight.checks import Check
from domain.foresight.evaluation import Evaluation
from domain.foresight.record import Leader, ProcessLeader, ProcessRecord
from domain.foresight.scenarios import Scenario
from domain.lesson_record import Phase
from domain.release import Visibility

MOST_ENTRIES = 200
"""Times that phases are entered."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a process said of itself in words, from an instant on until the next."""

    since: datetime
    record: ProcessRecord
    phases: tuple[tuple[str, Phase], ...]
    scenarios: Mapping[UUID, Scenario]


@dataclass(frozen=True, slots=True)
class Waiver:
    reason: str
    by: str
    """Person id."""


class ForesightProcess(Evaluation):
    """Phases are entered in any order and again: they are logical, not chronological (ForLearn)."""

    kind: ClassVar[str] = "process"

    class Opened(Event, topic="process.opened"):
        record: ProcessRecord
        visibility: Visibility

        def apply(self, aggregate: "ForesightProcess") -> None:
            aggregate.current = self.record
            aggregate.visibility = self.visibility

    class Described(Event, topic="process.described"):
        record: ProcessRecord

        def apply(self, aggregate: "ForesightProcess") -> None:
            aggregate.current = self.record

    class Shared(Event, topic="process.shared"):
        visibility: Visibility

        def apply(self, aggregate: "ForesightProcess") -> None:
            aggregate.visibility = self.visibility

    class Withdrawn(Event, topic="process.withdrawn"):
        """Opened by mistake, or broken off; nothing of it is lost."""

        def apply(self, aggregate: "ForesightProcess") -> None:
            aggregate.withdrawn = True

    class Consented(Event, topic="process.consented"):
        """A case that was drafted from it may be published, as long as it is shared no more widely than this; a
        `visibility` of None: no longer."""

        case: UUID
        visibility: Visibility | None
        programmes: tuple[UUID, ...] = ()

        def apply(self, aggregate: "ForesightProcess") -> None:
            others = {case: given for case, given in aggregate.consents.items() if case != self.case}
            given = {self.case: Consent((), self.visibility, self.programmes)} if self.visibility else {}
            aggregate.consents = others | given

    class PhaseEntered(Event, topic="process.phase-entered"):
        phase: Phase
        on: Day

        def apply(self, aggregate: "ForesightProcess") -> None:
            aggregate.phases = tuple(sorted((*aggregate.phases, (self.on, self.phase)), key=lambda entry: entry[0]))

    class ProcessLeaderNamed(Event, topic="process.process-leader-named"):
        leader: ProcessLeader

        def apply(self, aggregate: "ForesightProcess") -> None:
            aggregate.process_leader = self.leader

    class ProjectLeaderNamed(Event, topic="process.project-leader-named"):
        leader: Leader

        def apply(self, aggregate: "ForesightProcess") -> None:
            aggregate.project_leader = self.leader

    class CheckWaived(Event, topic="process.check-waived"):
        check: Check

        def apply(self, aggregate: "ForesightProcess") -> None:
            aggregate.waivers = {**aggregate.waivers, self.check: Waiver(self.reason or "", self.actor)}

    class WaiverEnded(Event, topic="process.waiver-ended"):
        check: Check

        def apply(self, aggregate: "ForesightProcess") -> None:
            aggregate.waivers = {check: one for check, one in aggregate.waivers.items() if check is not self.check}

    current: ProcessRecord

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.visibility = Visibility.OWN_CLUSTER
        self.withdrawn = False
        self.phases: tuple[tuple[str, Phase], ...] = ()
        """Each entry with its day, earliest first."""
        self.process_leader: ProcessLeader | None = None
        self.project_leader: Leader | None = None
        self.waivers: dict[Check, Waiver] = {}
        self.consents: dict[UUID, Consent] = {}
        self.editions: tuple[Edition, ...] = ()
        """Oldest first: as it is found in a search as of any day."""

    @property
    def parts(self) -> Mapping[str, Mapping[UUID, Any]]:
        """Everything in it that has an id of its own, by the field of the events that names it."""
        return {
            "participant": self.participants,
            "gathering": self.gatherings,
            "force": self.forces,
            "axis": self.axes,
            "scenario": self.scenarios,
            "option": self.options,
            "signpost": self.signposts,
            "action": self.actions,
        }

    @property
    def phase(self) -> Phase | None:
        """The one it is in: the last that was entered."""
        return self.phases[-1][1] if self.phases else None

    def record(self, event_class: type[Event], *, reason: str | None = None, **fields: Any) -> None:
        """Raises `WrongState` for a process that was withdrawn, whatever is decided."""
        if self.withdrawn:
            raise WrongState("This process is withdrawn; it can no longer be changed.")
        super().record(event_class, reason=reason, **fields)

    def take(self, event: Event) -> None:
        super().take(event)
        now = Edition(event.recorded_at, self.current, self.phases, self.scenarios)
        if not self.editions or not _says_the_same(self.editions[-1], now):
            self.editions = (*self.editions, now)

    @classmethod
    def open(
        cls, id: UUID, record: ProcessRecord, visibility: Visibility = Visibility.OWN_CLUSTER
    ) -> "ForesightProcess":
        if record.cluster is None and not record.sources:
            raise Invalid("Name the cluster of the process, or the source that it is known from.", field="cluster")
        process = cls(id)
        process.record(cls.Opened, record=record, visibility=visibility)
        return process

    def describe(self, record: ProcessRecord) -> None:
        if record.cluster != self.current.cluster:
            raise Invalid("A process stays with its cluster: open a new one.", field="cluster")
        if record != self.current:
            self.record(self.Described, record=record)

    def share(self, visibility: Visibility) -> None:
        if visibility is not self.visibility:
            self.record(self.Shared, visibility=visibility)

    def consent(self, case: UUID, visibility: Visibility | None, programmes: tuple[UUID, ...]) -> None:
        given = Consent((), visibility, programmes) if visibility else None
        if given != self.consents.get(case):
            self.record(self.Consented, case=case, visibility=visibility, programmes=programmes if given else ())

    def withdraw(self, reason: str) -> None:
        if not reason.strip():
            raise Invalid("Say why the process is withdrawn.", field="reason")
        self.record(self.Withdrawn, reason=reason.strip())

    def enter_phase(self, phase: Phase, on: str) -> None:
        there = [entered for day, entered in self.phases if day == on]
        if there[-1:] != [phase]:  # it may be left and entered again within a day
            if len(self.phases) >= MOST_ENTRIES:
                raise Invalid("A process enters phases at most {most} times.", most=MOST_ENTRIES)
            self.record(self.PhaseEntered, phase=phase, on=on)

    def name_process_leader(self, leader: ProcessLeader) -> None:
        if leader != self.process_leader:
            self.record(self.ProcessLeaderNamed, leader=leader)

    def name_project_leader(self, leader: Leader) -> None:
        if leader != self.project_leader:
            self.record(self.ProjectLeaderNamed, leader=leader)

    def waive(self, check: Check, reason: str) -> None:
        """The check no longer warns. The reason stays in the history."""
        if not reason.strip():
            raise Invalid("Say why this check does not count here.", field="reason")
        if check not in self.waivers or self.waivers[check].reason != reason.strip():
            self.record(self.CheckWaived, check=check, reason=reason.strip())

    def end_waiver(self, check: Check) -> None:
        if check not in self.waivers:
            raise NotFound("This check was not waived.", field="check")
        self.record(self.WaiverEnded, check=check)


def _says_the_same(before: Edition, now: Edition) -> bool:
    """Events put new state in the place of old: what is the same object says the same."""
    return before.record is now.record and before.phases is now.phases and before.scenarios is now.scenarios
