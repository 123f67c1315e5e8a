"""A foresight process as a whole: opened, described, shared, its phases, its leaders, and warnings that were waived."""

import pytest
from pydantic import ValidationError

from domain.errors import Invalid, NotFound, Refused, WrongState
from domain.foresight.checks import Check
from domain.foresight.process import MOST_ENTRIES, ForesightProcess, Waiver
from domain.foresight.record import Leader, ProcessLeader, ProcessRecord
from domain.lesson_record import Phase
from domain.release import Visibility
from domain.source import Source
from domain.text import Title
from tests.domain.processes import (
    ANNE,
    MAKER,
    NOWHERE,
    PROCESS,
    RECORD,
    Decided,
    Decision,
    Refusal,
    a_process,
    check_nothing,
    check_refusal,
    drawn,
    invited,
    named,
    planned,
    proposed,
    withdrawn,
    written,
)

DESCRIBED = RECORD.model_copy(update={"focal_question": Title(en="What do we sell in 2035?")})
FACILITATOR = ProcessLeader(organisation="Futures Ltd", external=True, neutral=True)
INSIDER = Leader(person="ola")
PHASES = (Phase.PLANNING, Phase.SCOPING)


def entered(phase: Phase, on: str) -> Decision:
    return lambda process: process.enter_phase(phase, on)


def waived(reason: str) -> Decision:
    return lambda process: process.waive(Check.CATCH_UP, reason)


def test_what_is_recorded(decided: Decided) -> None:
    process = ForesightProcess.open(PROCESS, RECORD, Visibility.PROGRAMME)
    process.describe(DESCRIBED)
    process.share(Visibility.PUBLIC)
    process.enter_phase(Phase.PLANNING, "2026-01-05")
    process.name_process_leader(FACILITATOR)
    process.name_project_leader(INSIDER)
    process.waive(Check.CATCH_UP, " Nobody joins later. ")
    assert process.waivers == {Check.CATCH_UP: Waiver("Nobody joins later.", "kari")}
    process.end_waiver(Check.CATCH_UP)
    process.withdraw(" Opened twice. ")
    assert [event.reason for event in process.pending][-3:] == ["Nobody joins later.", None, "Opened twice."]
    assert decided(process) == [
        ("process.opened", {"record": RECORD, "visibility": Visibility.PROGRAMME}),
        ("process.described", {"record": DESCRIBED}),
        ("process.shared", {"visibility": Visibility.PUBLIC}),
        ("process.phase-entered", {"phase": Phase.PLANNING, "on": "2026-01-05"}),
        ("process.process-leader-named", {"leader": FACILITATOR}),
        ("process.project-leader-named", {"leader": INSIDER}),
        ("process.check-waived", {"check": Check.CATCH_UP}),
        ("process.waiver-ended", {"check": Check.CATCH_UP}),
        ("process.withdrawn", {}),
    ]
    assert (process.current, process.visibility, process.phase) == (DESCRIBED, Visibility.PUBLIC, Phase.PLANNING)
    assert (process.process_leader, process.project_leader) == (FACILITATOR, INSIDER)
    assert (process.waivers, process.withdrawn) == ({}, True)


NOTHING: list[tuple[tuple[Decision, ...], Decision]] = [
    ((), lambda p: p.describe(RECORD)),
    ((), lambda p: p.share(Visibility.OWN_CLUSTER)),
    ((entered(Phase.SCOPING, "2026-01-05"),), entered(Phase.SCOPING, "2026-01-05")),
    ((lambda p: p.name_process_leader(FACILITATOR),), lambda p: p.name_process_leader(FACILITATOR)),
    ((lambda p: p.name_project_leader(INSIDER),), lambda p: p.name_project_leader(INSIDER)),
    ((waived("Small."),), waived(" Small. ")),
]


@pytest.mark.parametrize(("given", "decide"), NOTHING)
def test_what_changes_nothing_records_nothing(given: tuple[Decision, ...], decide: Decision) -> None:
    check_nothing(given, decide)


OVER = (WrongState, "This process is withdrawn; it can no longer be changed.", None)
ANYTHING: tuple[Decision, ...] = (
    withdrawn, waived("Small."), invited(NOWHERE), planned(), named, drawn, proposed,
    lambda p: p.describe(DESCRIBED), lambda p: p.share(Visibility.PUBLIC), entered(Phase.ACTION, "2026-05-13"),
    lambda p: p.name_process_leader(FACILITATOR), lambda p: p.name_project_leader(INSIDER),
)  # fmt: skip
REFUSALS: list[Refusal] = [
    ((), lambda p: p.describe(RECORD.model_copy(update={"cluster": NOWHERE})),
     (Invalid, "A process stays with its cluster: open a new one.", "cluster")),
    ((), lambda p: p.withdraw(" "), (Invalid, "Say why the process is withdrawn.", "reason")),
    ((), waived(" "), (Invalid, "Say why this check does not count here.", "reason")),
    (tuple(entered(PHASES[n % 2], "2026-01-05") for n in range(MOST_ENTRIES)), entered(Phase.ACTION, "2026-01-06"),
     (Invalid, f"A process enters phases at most {MOST_ENTRIES} times.", None)),
    ((), lambda p: p.end_waiver(Check.CATCH_UP), (NotFound, "This check was not waived.", "check")),
    *(((withdrawn,), decide, OVER) for decide in ANYTHING),
]  # fmt: skip


@pytest.mark.parametrize(("given", "decide", "expected"), REFUSALS)
def test_refusals(
    given: tuple[Decision, ...], decide: Decision, expected: tuple[type[Refused], str, str | None]
) -> None:
    check_refusal(given, decide, expected)


def test_a_process_is_of_a_cluster_or_known_from_a_source() -> None:
    of_nobody = ProcessRecord(title=Title(en="Maritime foresight"))
    with pytest.raises(Refused) as refused:
        ForesightProcess.open(PROCESS, of_nobody)
    message = "Name the cluster of the process, or the source that it is known from."
    assert (type(refused.value), str(refused.value), refused.value.field) == (Invalid, message, "cluster")
    known = of_nobody.model_copy(update={"sources": (Source(url="https://example.org/report"),)})
    assert ForesightProcess.open(PROCESS, known).current == known


def test_a_leader_is_somebody() -> None:
    with pytest.raises(ValidationError, match=r"Say which organisation, or which person\."):
        Leader()


def test_phases_are_entered_in_any_order_and_again() -> None:
    scenarios, scanning = Phase.SCENARIOS, Phase.SCANNING
    process = a_process(
        entered(scenarios, "2026-06-01"), entered(scanning, "2026-03-01"), entered(scanning, "2026-09-01")
    )
    assert process.phases == (("2026-03-01", scanning), ("2026-06-01", scenarios), ("2026-09-01", scanning))
    assert process.phase is scanning


def test_a_phase_noted_for_an_earlier_day_is_not_the_one_it_is_in() -> None:
    assert a_process(entered(Phase.ACTION, "2026-06-01"), entered(Phase.PLANNING, "2026-01-01")).phase is Phase.ACTION


def test_a_phase_may_be_left_and_entered_again_on_one_day() -> None:
    day = "2026-06-01"
    process = a_process(entered(Phase.SCENARIOS, day), entered(Phase.SCANNING, day), entered(Phase.SCENARIOS, day))
    assert process.phase is Phase.SCENARIOS


def test_a_process_that_has_entered_none_is_in_no_phase() -> None:
    assert a_process().phase is None


def test_there_is_an_edition_for_each_change_of_what_it_says_and_for_none_of_what_people_say_in_it() -> None:
    process = ForesightProcess.open(PROCESS, RECORD)
    process.enter_phase(Phase.PLANNING, "2026-01-05")
    process.invite(ANNE, MAKER, "2026-01-05")
    named(process)
    process.describe(DESCRIBED)
    process.share(Visibility.PUBLIC)
    drawn(process)
    written(process)
    at, planning = [event.recorded_at for event in process.pending], (("2026-01-05", Phase.PLANNING),)
    assert [(one.since, one.record, one.phases, len(one.scenarios)) for one in process.editions] == [
        (at[0], RECORD, (), 0),
        (at[1], RECORD, planning, 0),
        (at[4], DESCRIBED, planning, 0),
        (at[8], DESCRIBED, planning, 1),
    ]


def test_a_waiver_takes_a_new_reason() -> None:
    assert a_process(waived("Small."), waived("One day.")).waivers == {Check.CATCH_UP: Waiver("One day.", "kari")}


@pytest.mark.parametrize("day", ["yesterday", "2026-05", "2026-02-30", "", "20260513"])
def test_what_is_no_day_is_refused_as_a_field_at_fault_and_records_nothing(day: str) -> None:
    """By the event, as everywhere: `api.problems` tells of it by field."""
    process = a_process()
    for decide in (entered(Phase.ACTION, day), invited(NOWHERE, day)):
        with pytest.raises(ValidationError) as refused:
            decide(process)
        assert [error["loc"] for error in refused.value.errors()] == [("on",)]
    assert process.pending == ()
