"""An adaptation: made, changed, rated by cluster and programme apart, and when its outcome is asked for."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeAlias
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.acting import acting
from domain.adaptation import Adaptation, AdaptationRecord, Outcome, OutcomeRating, Rater
from domain.errors import Invalid, Refused, WrongState
from domain.lesson_record import Phase
from domain.text import Prose
from tests.domain.processes import CLUSTER, PROCESS, Decided

ADAPTATION, LESSON, ARENA = UUID(int=1), UUID(int=2), UUID(int=3)
RECORD = AdaptationRecord(kept=Prose(en="The letter."), why=Prose(en="We are smaller."), phase=Phase.RECRUITMENT)
CHANGED = RECORD.model_copy(update={"dropped": Prose(en="The dinner.")})
OURS, THEIRS = Rater
WORKED, PARTLY, DID_NOT = Outcome
Decision: TypeAlias = Callable[[Adaptation], object]


def an_adaptation(*decisions: Decision, made: date = date(2026, 1, 1)) -> Adaptation:
    with acting("kari", clock=lambda: datetime(made.year, made.month, made.day, 12, tzinfo=UTC)):
        adaptation = Adaptation.make(
            ADAPTATION, RECORD, lesson=LESSON, revision=2, cluster=CLUSTER, programmes=(ARENA,), process=PROCESS
        )
        for decide in decisions:
            decide(adaptation)
    adaptation.collect_events()
    return adaptation


def rated(by: Rater, outcome: Outcome, on: str = "2026-07-01", note: str | None = None) -> Decision:
    return lambda adaptation: adaptation.rate(by, outcome, on, note)


def withdrawn(adaptation: Adaptation) -> None:
    adaptation.withdraw("Never done.")


def test_what_is_recorded(decided: Decided) -> None:
    adaptation = Adaptation.make(
        ADAPTATION, RECORD, lesson=LESSON, revision=2, cluster=CLUSTER, programmes=(ARENA,), process=PROCESS
    )
    adaptation.change(CHANGED)
    adaptation.rate(OURS, PARTLY, "2026-07-01", "Half came.")
    adaptation.withdraw(" Never done. ")
    assert adaptation.pending[-1].reason == "Never done."
    told = {"lesson": LESSON, "revision": 2, "cluster": CLUSTER, "programmes": (ARENA,), "process": PROCESS}
    assert decided(adaptation) == [
        ("adaptation.made", told | {"record": RECORD}),
        ("adaptation.changed", {"record": CHANGED}),
        ("adaptation.outcome-rated", {"by": OURS, "outcome": PARTLY, "on": "2026-07-01", "note": "Half came."}),
        ("adaptation.withdrawn", {}),
    ]
    assert {name: getattr(adaptation, name) for name in told} == told
    assert (adaptation.current, adaptation.made_on, adaptation.withdrawn) == (CHANGED, date(2026, 1, 1), True)
    assert adaptation.ratings == (OutcomeRating(OURS, PARTLY, "2026-07-01", "Half came."),)


def test_it_may_be_made_outside_any_process_and_programme() -> None:
    adaptation = Adaptation.make(ADAPTATION, RECORD, lesson=LESSON, revision=1, cluster=CLUSTER)
    assert (adaptation.process, adaptation.programmes, adaptation.ratings) == (None, (), ())


def test_it_is_told_why() -> None:
    with pytest.raises(ValidationError) as refused:
        AdaptationRecord.model_validate({"kept": {"en": "All."}})
    assert [(error["loc"], error["type"]) for error in refused.value.errors()] == [(("why",), "missing")]


NOTHING: list[tuple[tuple[Decision, ...], Decision]] = [
    ((), lambda a: a.change(RECORD)),
    ((rated(OURS, WORKED),), rated(OURS, WORKED)),
]


@pytest.mark.parametrize(("given", "decide"), NOTHING)
def test_what_changes_nothing_records_nothing(given: tuple[Decision, ...], decide: Decision) -> None:
    adaptation = an_adaptation(*given)
    decide(adaptation)
    assert adaptation.pending == ()


OVER = (WrongState, "This adaptation is withdrawn; it can no longer be changed.", None)
REFUSALS: list[tuple[tuple[Decision, ...], Decision, tuple[type[Refused], str, str | None]]] = [
    ((), lambda a: a.withdraw(" "), (Invalid, "Say why the adaptation is withdrawn.", "reason")),
    ((withdrawn,), withdrawn, OVER),
    ((withdrawn,), lambda a: a.change(CHANGED), OVER),
    ((withdrawn,), lambda a: a.change(RECORD), OVER),
    ((withdrawn,), rated(OURS, WORKED), OVER),
]


@pytest.mark.parametrize(("given", "decide", "expected"), REFUSALS)
def test_refusals(
    given: tuple[Decision, ...], decide: Decision, expected: tuple[type[Refused], str, str | None]
) -> None:
    adaptation = an_adaptation(*given)
    with pytest.raises(Refused) as refused:
        decide(adaptation)
    assert (type(refused.value), str(refused.value), refused.value.field) == expected
    assert adaptation.pending == ()


def test_an_outcome_on_what_is_no_day_is_refused_as_a_field_at_fault() -> None:
    adaptation = an_adaptation()
    with pytest.raises(ValidationError) as refused:
        rated(OURS, WORKED, "in July")(adaptation)
    assert [error["loc"] for error in refused.value.errors()] == [("on",)]
    assert adaptation.pending == ()


def test_cluster_and_programme_rate_apart_and_the_last_day_counts() -> None:
    adaptation = an_adaptation(
        rated(OURS, WORKED, "2027-01-01"), rated(OURS, DID_NOT, "2026-07-01"), rated(THEIRS, PARTLY)
    )
    assert (adaptation.outcome(OURS), adaptation.outcome(THEIRS)) == (WORKED, PARTLY)
    assert [rating.on for rating in adaptation.ratings] == ["2026-07-01", "2026-07-01", "2027-01-01"]
    assert an_adaptation(rated(THEIRS, PARTLY)).outcome(OURS) is None


def test_of_one_day_what_was_said_last_counts_also_when_it_was_said_before() -> None:
    adaptation = an_adaptation(rated(OURS, WORKED), rated(OURS, DID_NOT), rated(THEIRS, PARTLY), rated(OURS, WORKED))
    assert (adaptation.outcome(OURS), len(adaptation.ratings)) == (WORKED, 4)


@pytest.mark.parametrize(
    ("given", "today", "after"),
    [
        ((), date(2026, 6, 30), None),
        ((), date(2026, 7, 1), 6),
        ((), date(2026, 12, 31), 6),
        ((), date(2027, 1, 1), 12),
        ((), date(2027, 12, 31), 12),
        ((), date(2028, 1, 1), 24),
        ((), date(2040, 1, 1), 24),
        ((rated(OURS, WORKED, "2026-06-30"),), date(2026, 7, 1), 6),
        ((rated(OURS, WORKED, "2026-07-01"),), date(2026, 7, 1), None),
        ((rated(OURS, WORKED, "2026-07-01"),), date(2027, 1, 1), 12),
        ((rated(OURS, WORKED, "2028-01-01"),), date(2040, 1, 1), None),
        ((rated(THEIRS, WORKED, "2026-07-01"),), date(2026, 7, 1), 6),
        ((withdrawn,), date(2027, 1, 1), None),
    ],
)
def test_the_outcome_is_asked_for_after_6_12_and_24_months(
    given: tuple[Decision, ...], today: date, after: int | None
) -> None:
    assert an_adaptation(*given).due(OURS, today) == after


@pytest.mark.parametrize(
    ("made", "first"),
    [
        (date(2026, 8, 30), date(2027, 3, 1)),
        (date(2027, 8, 31), date(2028, 3, 1)),
        (date(2027, 8, 29), date(2028, 2, 29)),
        (date(2026, 5, 31), date(2026, 12, 1)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
)
def test_where_a_month_lacks_the_day_it_is_asked_for_on_the_first_of_the_next(made: date, first: date) -> None:
    adaptation = an_adaptation(made=made)
    assert adaptation.due(OURS, date.fromordinal(first.toordinal() - 1)) is None
    assert adaptation.due(OURS, first) == 6


@given(made=st.dates(date(2000, 1, 1), date(2100, 1, 1)), days=st.integers(0, 1000))
def test_what_is_asked_for_never_goes_back(made: date, days: int) -> None:
    adaptation = an_adaptation(made=made)
    today = made.toordinal() + days
    before, after = (adaptation.due(OURS, date.fromordinal(day)) or 0 for day in (today, today + 1))
    assert before <= after
