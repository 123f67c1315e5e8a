"""Who was invited, and what came of it: what is recorded, refused, and held on a day."""

from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.cluster_record import MemberKind
from domain.errors import Invalid, NotFound, Refused, WrongState
from domain.foresight.participation import MOST_PARTICIPANTS, Commitment, Participant
from domain.foresight.process import ForesightProcess
from tests.domain.processes import (
    ANNE,
    BO,
    KICK_OFF,
    MAKER,
    Decided,
    Decision,
    Refusal,
    a_process,
    answered,
    check_nothing,
    check_refusal,
    committed,
    held,
    invited,
    planned,
)

INVITED, COMMITTED, DECLINED, WITHDREW = Commitment
OF_OLA = MAKER.model_copy(update={"person": "ola"})
PUBLIC = MAKER.model_copy(update={"organisation_kind": MemberKind.PUBLIC})
declined = answered(ANNE, DECLINED, "2026-01-20")
withdrew = answered(ANNE, WITHDREW, "2026-03-01")


def test_what_is_recorded(decided: Decided) -> None:
    process = a_process()
    decisions: tuple[Decision, ...] = (
        invited(ANNE), lambda p: p.describe_participant(ANNE, PUBLIC), declined,
        answered(ANNE, COMMITTED, "2026-02-01"), withdrew,
    )  # fmt: skip
    for decide in decisions:
        decide(process)
    assert decided(process) == [
        ("process.participant-invited", {"participant": ANNE, "record": MAKER, "on": "2026-01-05"}),
        ("process.participant-described", {"participant": ANNE, "record": PUBLIC}),
        ("process.participant-answered", {"participant": ANNE, "commitment": DECLINED, "on": "2026-01-20"}),
        ("process.participant-answered", {"participant": ANNE, "commitment": COMMITTED, "on": "2026-02-01"}),
        ("process.participant-answered", {"participant": ANNE, "commitment": WITHDREW, "on": "2026-03-01"}),
    ]
    turns = (
        (INVITED, date(2026, 1, 5)),
        (DECLINED, date(2026, 1, 20)),
        (COMMITTED, date(2026, 2, 1)),
        (WITHDREW, date(2026, 3, 1)),
    )
    assert process.participants == {ANNE: Participant(ANNE, PUBLIC, turns)}


NOTHING: list[tuple[tuple[Decision, ...], Decision]] = [
    ((invited(ANNE),), invited(ANNE, "2026-04-01")),
    ((invited(ANNE),), lambda p: p.describe_participant(ANNE, MAKER)),
    ((committed(ANNE),), answered(ANNE, COMMITTED, "2026-04-01")),
    ((committed(ANNE), withdrew), answered(ANNE, WITHDREW, "2026-04-01")),
    ((invited(ANNE), declined), answered(ANNE, DECLINED, "2026-04-01")),
]


@pytest.mark.parametrize(("given", "decide"), NOTHING)
def test_what_changes_nothing_records_nothing(given: tuple[Decision, ...], decide: Decision) -> None:
    check_nothing(given, decide)


def everybody(process: ForesightProcess) -> None:
    for n in range(MOST_PARTICIPANTS):
        invited(UUID(int=1000 + n))(process)


ONLY_COMMITTED = (WrongState, "Only a participant who has committed can withdraw.", "commitment")
ONLY_OPEN = (WrongState, "Only an open invitation can be declined.", "commitment")
INVITED_ALREADY = (WrongState, "This person was invited already.", "person")
REFUSALS: list[Refusal] = [
    ((invited(ANNE),), invited(ANNE, record=PUBLIC),
     (WrongState, "This participant was invited already.", "participant")),
    ((invited(ANNE, record=OF_OLA),), invited(BO, record=OF_OLA), INVITED_ALREADY),
    ((invited(ANNE, record=OF_OLA), invited(BO)), lambda p: p.describe_participant(BO, OF_OLA), INVITED_ALREADY),
    ((everybody,), invited(ANNE), (Invalid, "A process has at most 500 participants.", None)),
    ((), lambda p: p.participant(ANNE), (NotFound, "There is no such participant.", "participant")),
    ((), lambda p: p.describe_participant(ANNE, MAKER), (NotFound, "There is no such participant.", "participant")),
    ((), declined, (NotFound, "There is no such participant.", "participant")),
    ((invited(ANNE),), answered(ANNE, INVITED, "2026-02-01"),
     (Invalid, "Say whether they committed, declined or withdrew.", "commitment")),
    ((invited(ANNE),), withdrew, ONLY_COMMITTED),
    ((invited(ANNE), declined), withdrew, ONLY_COMMITTED),
    ((committed(ANNE),), answered(ANNE, DECLINED, "2026-03-01"), ONLY_OPEN),
    ((committed(ANNE), withdrew), answered(ANNE, DECLINED, "2026-04-01"), ONLY_OPEN),
    ((invited(ANNE),), answered(ANNE, COMMITTED, "2026-01-04"),
     (Invalid, "The date comes before the one it follows.", "on")),
    ((committed(ANNE), planned(), held(ANNE)), answered(ANNE, WITHDREW, "2026-05-12"),
     (WrongState, "They attended a gathering after that day: correct its attendance first.", "on")),
    ((invited(ANNE), planned(), held(ANNE)), answered(ANNE, DECLINED, "2026-05-12"),
     (WrongState, "They attended a gathering after that day: correct its attendance first.", "on")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "decide", "expected"), REFUSALS)
def test_refusals(
    given: tuple[Decision, ...], decide: Decision, expected: tuple[type[Refused], str, str | None]
) -> None:
    check_refusal(given, decide, expected)


def test_an_answer_may_come_on_the_day_of_the_invitation() -> None:
    assert a_process(invited(ANNE), answered(ANNE, COMMITTED, "2026-01-05")).participant(ANNE).commitment is COMMITTED


def test_who_attended_may_withdraw_on_the_same_day_and_after_the_attendance_was_corrected() -> None:
    process = a_process(committed(ANNE), planned(), held(ANNE))
    answered(ANNE, WITHDREW, "2026-05-13")(process)
    assert process.gathering(KICK_OFF).attended == {ANNE}
    corrected = a_process(committed(ANNE), planned(), held(ANNE), held(), answered(ANNE, WITHDREW, "2026-05-12"))
    assert corrected.participant(ANNE).commitment is WITHDREW


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2026, 1, 4), None),
        (date(2026, 1, 5), INVITED),
        (date(2026, 1, 19), INVITED),
        (date(2026, 1, 20), COMMITTED),
        (date(2026, 2, 28), COMMITTED),
        (date(2026, 3, 1), WITHDREW),
    ],
)
def test_what_held_at_the_end_of_a_day(day: date, held: Commitment | None) -> None:
    assert a_process(committed(ANNE), withdrew).participant(ANNE).on(day) is held


def test_only_those_who_are_committed_now_count_as_committed_in_the_order_of_invitation() -> None:
    process = a_process(committed(BO), committed(ANNE), committed(KICK_OFF), answered(BO, WITHDREW, "2026-03-01"))
    assert [p.id for p in process.committed()] == [ANNE, KICK_OFF]


def test_an_answer_on_what_is_no_day_is_refused_as_a_field_at_fault() -> None:
    process = a_process(invited(ANNE))
    for day in ("tomorrow", "2026-13-01", "2026-05"):
        with pytest.raises(ValidationError) as refused:
            process.answer_invitation(ANNE, COMMITTED, day)
        assert [error["loc"] for error in refused.value.errors()] == [("on",)]
    assert process.pending == ()
