"""Driving forces, and what each assessor thinks of them."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.errors import Invalid, NotFound, Refused, WrongState
from domain.foresight.forces import MOST_FORCES, Assessed, Force, ForceRecord, Rated, Score, Standing, Steep
from domain.foresight.participation import Commitment
from domain.foresight.process import ForesightProcess
from domain.text import Title
from tests.domain.processes import (
    ANNE,
    AXIS,
    BO,
    FORCE,
    GRID_LAW,
    NOWHERE,
    OPENNESS,
    PRICE,
    Decided,
    Decision,
    Refusal,
    a_process,
    answered,
    assessed,
    check_nothing,
    check_refusal,
    committed,
    invited,
    named,
)  # fmt: skip

CRITICAL = FORCE.model_copy(update={"standing": Standing.CRITICAL})
LAW = ForceRecord(title=Title(en="The grid is opened by law"), steep=Steep.POLITICAL)


def named_law(process: ForesightProcess) -> None:
    process.name_force(GRID_LAW, LAW)


def score(impact: int, uncertainty: int, force: UUID = PRICE) -> Score:
    return Score(force=force, impact=impact, uncertainty=uncertainty)


def test_what_is_recorded(decided: Decided) -> None:
    process = a_process(committed(ANNE))
    named(process)
    named_law(process)
    process.change_force(PRICE, CRITICAL)
    process.assess(ANNE, [score(5, 4), score(2, 1, GRID_LAW)])
    process.clear_scores(ANNE, [GRID_LAW, GRID_LAW])
    process.drop_force(GRID_LAW)
    assert decided(process) == [
        ("process.force-named", {"force": PRICE, "record": FORCE}),
        ("process.force-named", {"force": GRID_LAW, "record": LAW}),
        ("process.force-changed", {"force": PRICE, "record": CRITICAL}),
        ("process.forces-assessed", {"participant": ANNE, "scores": (score(5, 4), score(2, 1, GRID_LAW))}),
        ("process.scores-cleared", {"participant": ANNE, "forces": (GRID_LAW,)}),
        ("process.force-dropped", {"force": GRID_LAW}),
    ]
    assert process.forces == {PRICE: Force(PRICE, CRITICAL)}
    assert list(process.assessed()) == [Assessed(Force(PRICE, CRITICAL), {ANNE: Rated(5, 4)})]


NOTHING: list[tuple[tuple[Decision, ...], Decision]] = [
    ((named,), named),
    ((named,), lambda p: p.change_force(PRICE, FORCE)),
    ((committed(ANNE), named, assessed(ANNE, 5, 4)), assessed(ANNE, 5, 4)),
    ((committed(ANNE), named), lambda p: p.clear_scores(ANNE, [PRICE])),
]


def as_many_as_there_may_be(process: ForesightProcess) -> None:
    for n in range(MOST_FORCES):
        process.name_force(UUID(int=1000 + n), FORCE)


NO_ASSESSOR = (Invalid, "Only participants assess driving forces: invite them first.", "participant")
NO_FORCE = (Invalid, "Give scores of driving forces that this process has.", "scores")
NOTHING_TO_CLEAR = (Invalid, "Name driving forces that this process has.", "forces")
NOT_THERE = (NotFound, "There is no such driving force.", "force")
REFUSALS: list[Refusal] = [
    ((named,), lambda p: p.name_force(PRICE, LAW),
     (WrongState, "This driving force was named already: change it.", "force")),
    ((as_many_as_there_may_be,), named, (Invalid, "A process has at most 500 driving forces.", None)),
    ((), lambda p: p.change_force(PRICE, FORCE), NOT_THERE),
    ((), lambda p: p.drop_force(PRICE), NOT_THERE),
    ((named, lambda p: p.draw_axis(OPENNESS, AXIS.model_copy(update={"force": PRICE}))), lambda p: p.drop_force(PRICE),
     (WrongState, "An axis is drawn of this driving force: remove the axis first.", "force")),
    ((named,), assessed(ANNE, 5, 4), NO_ASSESSOR),
    ((named, invited(ANNE), answered(ANNE, Commitment.DECLINED, "2026-02-01")), assessed(ANNE, 5, 4), NO_ASSESSOR),
    ((committed(ANNE), named), assessed(ANNE, 5, 4, NOWHERE), NO_FORCE),
    ((committed(ANNE), named), lambda p: p.assess(ANNE, []), NO_FORCE),
    ((committed(ANNE), named), lambda p: p.assess(ANNE, [score(5, 4), score(1, 1)]),
     (Invalid, "A driving force comes twice.", "scores")),
    ((named,), lambda p: p.clear_scores(ANNE, [PRICE]), (NotFound, "There is no such participant.", "participant")),
    ((committed(ANNE), named), lambda p: p.clear_scores(ANNE, [PRICE, NOWHERE]), NOTHING_TO_CLEAR),
    ((committed(ANNE), named), lambda p: p.clear_scores(ANNE, []), NOTHING_TO_CLEAR),
]  # fmt: skip


@pytest.mark.parametrize(("given", "decide"), NOTHING)
def test_what_changes_nothing_records_nothing(given: tuple[Decision, ...], decide: Decision) -> None:
    check_nothing(given, decide)


@pytest.mark.parametrize(("given", "decide", "expected"), REFUSALS)
def test_refusals(
    given: tuple[Decision, ...], decide: Decision, expected: tuple[type[Refused], str, str | None]
) -> None:
    check_refusal(given, decide, expected)


@pytest.mark.parametrize(("impact", "uncertainty"), [(6, 1), (1, 6), (0, 1), (1, 0), (2.5, 1), ("3", 1), (True, 1)])
def test_a_score_is_a_whole_number_from_1_to_5(impact: object, uncertainty: object) -> None:
    with pytest.raises(ValidationError):
        Score.model_validate({"force": PRICE, "impact": impact, "uncertainty": uncertainty})


def test_the_lowest_and_the_highest_score_are_taken() -> None:
    process = a_process(committed(ANNE), named, assessed(ANNE, 1, 5))
    assert process.scores == {ANNE: {PRICE: Rated(1, 5)}}


def test_only_what_is_new_of_an_assessment_is_recorded_and_replaces_what_was(decided: Decided) -> None:
    process = a_process(committed(ANNE), named, named_law, assessed(ANNE, 5, 4))
    process.assess(ANNE, [score(5, 4), score(2, 1, GRID_LAW)])
    assessed(ANNE, 3, 3)(process)
    assert decided(process) == [
        ("process.forces-assessed", {"participant": ANNE, "scores": (score(2, 1, GRID_LAW),)}),
        ("process.forces-assessed", {"participant": ANNE, "scores": (score(3, 3),)}),
    ]
    assert process.scores == {ANNE: {PRICE: Rated(3, 3), GRID_LAW: Rated(2, 1)}}


def test_each_assessor_has_a_score_of_their_own_and_the_mean_is_of_all() -> None:
    price, law = a_process(
        committed(ANNE), invited(BO), named, named_law, assessed(ANNE, 5, 4), assessed(BO, 2, 2)
    ).assessed()
    assert (price.scores, price.impact, price.uncertainty) == ({ANNE: Rated(5, 4), BO: Rated(2, 2)}, 3.5, 3.0)
    assert (law.scores, law.impact, law.uncertainty) == ({}, None, None)


def test_scores_that_were_taken_back_count_no_longer() -> None:
    process = a_process(committed(ANNE), invited(BO), named, named_law, assessed(ANNE, 5, 4), assessed(BO, 1, 1))
    process.assess(ANNE, [score(2, 1, GRID_LAW)])
    process.clear_scores(ANNE, [PRICE])
    process.clear_scores(BO, [PRICE, GRID_LAW])
    price, law = process.assessed()
    assert (price.scores, law.scores, list(process.scores)) == ({}, {ANNE: Rated(2, 1)}, [ANNE])


def test_a_score_of_a_force_that_was_dropped_is_taken_back_before_it_comes_again() -> None:
    process = a_process(committed(ANNE), named, assessed(ANNE, 5, 4), lambda p: p.drop_force(PRICE))
    process.clear_scores(ANNE, [PRICE])
    named(process)
    assert [a.scores for a in process.assessed()] == [{}]


def test_who_withdrew_later_has_still_assessed() -> None:
    process = a_process(committed(ANNE), answered(ANNE, Commitment.WITHDREW, "2026-03-01"), named)
    assessed(ANNE, 5, 4)(process)
    assert process.scores == {ANNE: {PRICE: Rated(5, 4)}}


def test_a_force_that_was_dropped_by_mistake_comes_back_with_its_scores() -> None:
    process = a_process(committed(ANNE), named, assessed(ANNE, 5, 4), lambda p: p.drop_force(PRICE), named)
    assert [a.scores for a in process.assessed()] == [{ANNE: Rated(5, 4)}]
