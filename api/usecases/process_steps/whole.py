"""Steps of a process as a whole: what it is about, who leads it, where it is, which checks count."""

from typing import Any
from uuid import UUID

from pydantic import Field

from api.usecases.process_steps.step import AN_ID, ANOTHER_ID, Asked, Because, Step, day_of, example, part_of
from domain.dates import Day
from domain.foresight.checks import Check
from domain.foresight.record import Leader, ProcessLeader, ProcessRecord
from domain.lesson_record import Phase
from domain.release import Visibility


class Describe(ProcessRecord, Asked):
    """What the process is about, as a whole: what is left out is taken away."""

    model_config = example(title={"en": "Smart energy 2035"}, horizon=2035, cluster=AN_ID, begins="2026-01")


class Share(Asked):
    """Who may read it besides those who run it."""

    model_config = example(visibility="managers")

    visibility: Visibility


class ConsentToCase(Asked):
    """That a case which was drafted from the process may be published, in place of what was consented to before: as
    long as it is shared no more widely than `visibility` and `programmes` say; a `visibility` of null takes it back."""

    model_config = example(case=AN_ID, visibility="managers", programmes=[ANOTHER_ID])

    case: UUID
    visibility: Visibility | None
    programmes: tuple[UUID, ...] = Field(default=(), max_length=20)


class EnterPhase(Asked):
    """The phase that the process is in from the day on; today where none is given."""

    model_config = example(phase="recruitment", on="2026-02-02")

    phase: Phase
    on: Day | None = None


class NameProcessLeader(ProcessLeader, Asked):
    """Who facilitates it. A person gets to read and write the process with this."""

    model_config = example(
        organisation="Futures Ltd", external=True, neutral=True, checked="No owner or customer among our members."
    )


class NameProjectLeader(Leader, Asked):
    """Who answers for it inside the cluster."""

    model_config = example(organisation="The cluster office")


class WaiveCheck(Because):
    """That a check does not count here, and why."""

    model_config = example(check="catch-up", reason="Nobody joined later.")

    check: Check


class EndWaiver(Asked):
    """That a check counts again."""

    model_config = example(check="catch-up")

    check: Check


STEPS: tuple[Step[Any], ...] = (
    Step("describe", Describe, lambda p, a: p.describe(part_of(ProcessRecord, a))),
    Step("share", Share, lambda p, a: p.share(a.visibility), "share"),
    Step("withdraw", Because, lambda p, a: p.withdraw(a.reason), "withdraw"),
    Step("consent", ConsentToCase, lambda p, a: p.consent(a.case, a.visibility, a.programmes), "consent"),
    Step("enter-phase", EnterPhase, lambda p, a: p.enter_phase(a.phase, day_of(a.on))),
    Step(
        "name-process-leader",
        NameProcessLeader,
        lambda p, a: p.name_process_leader(part_of(ProcessLeader, a)),
        "appoint",
    ),
    Step("name-project-leader", NameProjectLeader, lambda p, a: p.name_project_leader(part_of(Leader, a))),
    Step("waive-check", WaiveCheck, lambda p, a: p.waive(a.check, a.reason)),
    Step("end-waiver", EndWaiver, lambda p, a: p.end_waiver(a.check)),
)
