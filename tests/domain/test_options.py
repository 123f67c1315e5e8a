"""Options tried against scenarios, and signposts with their readings."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.errors import Invalid, NotFound, Refused, WrongState
from domain.foresight.actions import ActionRecord
from domain.foresight.options import (
    MOST_OPTIONS,
    MOST_SIGNPOSTS,
    Option,
    OptionRating,
    OptionRecord,
    Reading,
    Signpost,
    SignpostRecord,
)
from domain.foresight.process import ForesightProcess
from domain.text import Title
from tests.domain.processes import (
    BATTERY,
    ISLANDS,
    NOWHERE,
    OPTION,
    Decided,
    Decision,
    Refusal,
    a_process,
    check_nothing,
    check_refusal,
    drawn,
    proposed,
    written,
)  # fmt: skip

POST, TOLD = UUID(int=80), OptionRecord(title=Title(nb="Et felles batteri"))
FREE_HOURS = SignpostRecord(indicator=Title(en="Hours with a price of zero"), threshold="500 a year")
OF_ISLANDS = FREE_HOURS.model_copy(update={"scenario": ISLANDS})
READING = Reading(on="2026-12-31", value="312", reached=False)


def rated(rating: int, why: str | None = None) -> Decision:
    return lambda process: process.rate_option(BATTERY, ISLANDS, rating, why)


def set_post(process: ForesightProcess) -> None:
    process.set_signpost(POST, FREE_HOURS)


def read(reading: Reading = READING) -> Decision:
    return lambda process: process.read_signpost(POST, reading)


def test_what_is_recorded(decided: Decided) -> None:
    process = a_process(drawn, written)
    decisions: tuple[Decision, ...] = (
        proposed, rated(4, "Pays."), lambda p: p.propose_option(BATTERY, TOLD), set_post, read(),
        lambda p: p.set_signpost(POST, OF_ISLANDS),
    )  # fmt: skip
    for decide in decisions:
        decide(process)
    assert process.options == {BATTERY: Option(BATTERY, TOLD, {ISLANDS: OptionRating(4, "Pays.")})}
    assert process.signposts == {POST: Signpost(POST, OF_ISLANDS, (READING,))}
    process.clear_rating(BATTERY, ISLANDS)
    assert process.options == {BATTERY: Option(BATTERY, TOLD, {})}
    process.drop_option(BATTERY)
    process.remove_signpost(POST)
    assert decided(process) == [
        ("process.option-proposed", {"option": BATTERY, "record": OPTION}),
        ("process.option-rated", {"option": BATTERY, "scenario": ISLANDS, "rating": 4, "why": "Pays."}),
        ("process.option-proposed", {"option": BATTERY, "record": TOLD}),
        ("process.signpost-set", {"signpost": POST, "record": FREE_HOURS}),
        ("process.signpost-read", {"signpost": POST, "reading": READING}),
        ("process.signpost-set", {"signpost": POST, "record": OF_ISLANDS}),
        ("process.option-rating-cleared", {"option": BATTERY, "scenario": ISLANDS}),
        ("process.option-dropped", {"option": BATTERY}),
        ("process.signpost-removed", {"signpost": POST}),
    ]
    assert (process.options, process.signposts) == ({}, {})


NOTHING: list[tuple[tuple[Decision, ...], Decision]] = [
    ((proposed,), proposed),
    ((drawn, written, proposed, rated(4, "Pays.")), rated(4, "Pays.")),
    ((drawn, written, proposed), lambda p: p.clear_rating(BATTERY, ISLANDS)),
    ((set_post,), set_post),
    ((set_post, read()), read()),
]


def all_options(process: ForesightProcess) -> None:
    for n in range(MOST_OPTIONS):
        process.propose_option(UUID(int=1000 + n), OPTION)


def all_signposts(process: ForesightProcess) -> None:
    for n in range(MOST_SIGNPOSTS):
        process.set_signpost(UUID(int=1000 + n), FREE_HOURS)


def carried_out(process: ForesightProcess) -> None:
    process.agree_action(NOWHERE, ActionRecord(title=Title(en="Buy it"), option=BATTERY))


NO_OPTION = (NotFound, "There is no such option.", "option")
NO_SCENARIO = (NotFound, "There is no such scenario.", "scenario")
NO_POST = (NotFound, "There is no such signpost.", "signpost")
REFUSALS: list[Refusal] = [
    ((all_options,), proposed, (Invalid, "A process has at most 100 options.", None)),
    ((), lambda p: p.drop_option(BATTERY), NO_OPTION),
    ((proposed, carried_out), lambda p: p.drop_option(BATTERY),
     (WrongState, "An action carries out this option: change the action first.", "option")),
    ((drawn, written), rated(4), NO_OPTION),
    ((proposed,), rated(4), NO_SCENARIO),
    ((proposed,), lambda p: p.clear_rating(BATTERY, ISLANDS), NO_SCENARIO),
    ((drawn, written), lambda p: p.clear_rating(BATTERY, ISLANDS), NO_OPTION),
    ((drawn, written, proposed, lambda p: p.drop_scenario(ISLANDS)), rated(4), NO_SCENARIO),
    ((), lambda p: p.set_signpost(POST, OF_ISLANDS), NO_SCENARIO),
    ((all_signposts,), set_post, (Invalid, "A process has at most 100 signposts.", None)),
    ((), read(), NO_POST),
    ((), lambda p: p.remove_signpost(POST), NO_POST),
]  # fmt: skip


@pytest.mark.parametrize(("given", "decide"), NOTHING)
def test_what_changes_nothing_records_nothing(given: tuple[Decision, ...], decide: Decision) -> None:
    check_nothing(given, decide)


@pytest.mark.parametrize(("given", "decide", "expected"), REFUSALS)
def test_refusals(
    given: tuple[Decision, ...], decide: Decision, expected: tuple[type[Refused], str, str | None]
) -> None:
    check_refusal(given, decide, expected)


@pytest.mark.parametrize("rating", [0, 6])
def test_a_rating_from_outside_1_to_5_is_refused_as_a_field_at_fault(rating: int) -> None:
    process = a_process(drawn, written, proposed)
    with pytest.raises(ValidationError) as refused:
        rated(rating)(process)
    assert [error["loc"] for error in refused.value.errors()] == [("rating",)]
    assert process.pending == ()


def test_the_last_rating_counts_and_outlives_its_scenario() -> None:
    process = a_process(drawn, written, proposed, rated(1), rated(5, "Thrives."), lambda p: p.drop_scenario(ISLANDS))
    assert process.option(BATTERY).ratings == {ISLANDS: OptionRating(5, "Thrives.")}


def test_readings_are_in_the_order_of_their_days() -> None:
    earlier = Reading(on="2025-12-31", value="88", reached=False)
    assert a_process(set_post, read(), read(earlier)).signpost(POST).readings == (earlier, READING)
