"""Axes, and the scenarios at their ends."""

from uuid import UUID

import pytest

from domain.errors import Invalid, NotFound, Refused, WrongState
from domain.foresight.options import SignpostRecord
from domain.foresight.process import ForesightProcess
from domain.foresight.scenarios import MOST_AXES, MOST_SCENARIOS, AtEnd, Axis, End, Scenario, ScenarioRecord
from domain.text import Title
from tests.domain.processes import (
    AXIS,
    CLIMATE,
    CORNER,
    DEMAND,
    HARBOUR,
    ISLANDS,
    NOWHERE,
    OPENNESS,
    PRICE,
    SCENARIO,
    Decided,
    Decision,
    Refusal,
    a_process,
    check_nothing,
    check_refusal,
    drawn,
    named,
    written,
)  # fmt: skip

OF_A_FORCE = AXIS.model_copy(update={"force": PRICE})
FREE = ScenarioRecord(title=Title(en="Harbour"))


def placed(*ends: tuple[UUID, End], id: UUID = HARBOUR) -> Decision:
    record = ScenarioRecord(title=Title(en="Harbour"), place=tuple(AtEnd(axis=a, end=e) for a, e in ends))
    return lambda process: process.write_scenario(id, record)


def test_what_is_recorded(decided: Decided) -> None:
    process = a_process(named)
    drawn(process)
    process.draw_axis(OPENNESS, OF_A_FORCE)
    written(process)
    process.write_scenario(HARBOUR, FREE)
    process.write_scenario(ISLANDS, FREE)
    process.drop_scenario(HARBOUR)
    process.remove_axis(DEMAND)
    assert decided(process) == [
        ("process.axis-drawn", {"axis": OPENNESS, "record": AXIS}),
        ("process.axis-drawn", {"axis": DEMAND, "record": AXIS}),
        ("process.axis-drawn", {"axis": OPENNESS, "record": OF_A_FORCE}),
        ("process.scenario-written", {"scenario": ISLANDS, "record": SCENARIO}),
        ("process.scenario-written", {"scenario": HARBOUR, "record": FREE}),
        ("process.scenario-written", {"scenario": ISLANDS, "record": FREE}),
        ("process.scenario-dropped", {"scenario": HARBOUR}),
        ("process.axis-removed", {"axis": DEMAND}),
    ]
    assert process.axes == {OPENNESS: Axis(OPENNESS, OF_A_FORCE)}
    assert process.scenarios == {ISLANDS: Scenario(ISLANDS, FREE)}


NOTHING: list[tuple[tuple[Decision, ...], Decision]] = [((drawn,), drawn), ((drawn, written), written)]


def all_axes(process: ForesightProcess) -> None:
    for n in range(MOST_AXES):
        process.draw_axis(UUID(int=1000 + n), AXIS)


def all_scenarios(process: ForesightProcess) -> None:
    for n in range(MOST_SCENARIOS):
        process.write_scenario(UUID(int=1000 + n), FREE)


def signposted(process: ForesightProcess) -> None:
    post = SignpostRecord(indicator=Title(en="Free hours"), threshold="500", scenario=ISLANDS)
    process.set_signpost(NOWHERE, post)


NAME_BOTH = (Invalid, "A scenario of a cross lies at an end of two axes: name both.", "place")
REFUSALS: list[Refusal] = [
    ((), lambda p: p.draw_axis(OPENNESS, OF_A_FORCE), (NotFound, "There is no such driving force.", "force")),
    ((all_axes,), drawn, (Invalid, "A process has at most 6 axes.", None)),
    ((), lambda p: p.remove_axis(OPENNESS), (NotFound, "There is no such axis.", "axis")),
    ((drawn, written), lambda p: p.remove_axis(OPENNESS),
     (WrongState, "A scenario lies at an end of this axis: move the scenario first.", "axis")),
    ((), written, (Invalid, "There is no such axis: draw it first.", "place")),
    ((drawn,), placed((OPENNESS, End.LOW), (NOWHERE, End.LOW)),
     (Invalid, "There is no such axis: draw it first.", "place")),
    ((drawn,), placed((OPENNESS, End.LOW)), NAME_BOTH),
    ((drawn,), placed((OPENNESS, End.LOW), (OPENNESS, End.HIGH)), NAME_BOTH),
    ((drawn, written), placed((DEMAND, End.LOW), (OPENNESS, End.HIGH)),
     (Invalid, "Another scenario lies at these ends.", "place")),
    ((all_scenarios,), lambda p: p.write_scenario(HARBOUR, FREE),
     (Invalid, "A process has at most 12 scenarios.", None)),
    ((), lambda p: p.scenario(ISLANDS), (NotFound, "There is no such scenario.", "scenario")),
    ((), lambda p: p.drop_scenario(ISLANDS), (NotFound, "There is no such scenario.", "scenario")),
    ((drawn, written, signposted), lambda p: p.drop_scenario(ISLANDS),
     (WrongState, "A signpost tells of this scenario: remove or change it first.", "scenario")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "decide"), NOTHING)
def test_what_changes_nothing_records_nothing(given: tuple[Decision, ...], decide: Decision) -> None:
    check_nothing(given, decide)


@pytest.mark.parametrize(("given", "decide", "expected"), REFUSALS)
def test_refusals(
    given: tuple[Decision, ...], decide: Decision, expected: tuple[type[Refused], str, str | None]
) -> None:
    check_refusal(given, decide, expected)


def test_scenarios_may_all_stand_free() -> None:
    process = a_process(lambda p: p.write_scenario(ISLANDS, FREE), lambda p: p.write_scenario(HARBOUR, FREE))
    assert (list(process.scenarios), list(process.crosses())) == ([ISLANDS, HARBOUR], [])


def test_a_scenario_may_be_told_anew_where_it_lies() -> None:
    again = SCENARIO.model_copy(update={"title": Title(nb="Lysøyer")})
    assert a_process(drawn, written, lambda p: p.write_scenario(ISLANDS, again)).scenario(ISLANDS).record == again


def test_a_cross_has_its_axes_as_drawn_however_a_scenario_names_them() -> None:
    third = UUID(int=70)
    process = a_process(
        drawn,
        lambda p: p.draw_axis(CLIMATE, AXIS),
        lambda p: p.write_scenario(ISLANDS, SCENARIO),
        placed((DEMAND, End.HIGH), (OPENNESS, End.LOW)),
        placed((CLIMATE, End.HIGH), (DEMAND, End.LOW), id=third),
    )
    openness, demand, climate = process.axes.values()
    assert list(process.crosses()) == [
        (openness, demand, {
            (CORNER[0].end, CORNER[1].end): process.scenario(ISLANDS), (End.LOW, End.HIGH): process.scenario(HARBOUR)
        }),
        (demand, climate, {(End.LOW, End.HIGH): process.scenario(third)}),
    ]  # fmt: skip
