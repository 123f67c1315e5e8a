"""Evaluation: questions agreed on, answers of participants, and their distribution."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.errors import Invalid, NotFound, Refused
from domain.foresight.evaluation import Answer, Area, Distribution, Question
from domain.foresight.participation import Commitment
from domain.text import Title
from tests.domain.processes import (
    ANNE,
    BO,
    NOWHERE,
    Decided,
    Decision,
    Refusal,
    a_process,
    answered,
    check_nothing,
    check_refusal,
    committed,
    invited,
)  # fmt: skip

LED = Question(id=UUID(int=95), area=Area.PROCESS_LEADERSHIP, text=Title(en="The process was led well."))
JOINT = Question(id=UUID(int=96), area=Area.JOINT_GOALS, text=Title(en="We agree on where we are going."))
REWORDED = LED.model_copy(update={"text": Title(en="The facilitator was neutral.")})


def agreed(*questions: Question, on: str = "2026-03-01") -> Decision:
    return lambda process: process.agree_evaluation(questions, on)


def rated(id: UUID, *ratings: tuple[Question, int]) -> Decision:
    answers = [Answer(question=question.id, rating=rating) for question, rating in ratings]
    return lambda process: process.answer_evaluation(id, answers)


def cleared(id: UUID, *questions: UUID) -> Decision:
    return lambda process: process.clear_answers(id, questions)


def test_what_is_recorded(decided: Decided) -> None:
    process = a_process(committed(ANNE))
    for decide in (agreed(LED), agreed(LED, JOINT, on="2026-06-01"), rated(ANNE, (LED, 4), (JOINT, 5))):
        decide(process)
    answers = (Answer(question=LED.id, rating=4), Answer(question=JOINT.id, rating=5))
    process.clear_answers(ANNE, [JOINT.id])
    assert decided(process) == [
        ("process.evaluation-agreed", {"questions": (LED,), "on": "2026-03-01"}),
        ("process.evaluation-agreed", {"questions": (LED, JOINT), "on": "2026-06-01"}),
        ("process.evaluation-answered", {"participant": ANNE, "answers": answers}),
        ("process.answers-cleared", {"participant": ANNE, "questions": (JOINT.id,)}),
    ]
    assert process.questions == {LED.id: LED, JOINT.id: JOINT}
    assert process.answers == {ANNE: {LED.id: 4}}


NOTHING: list[tuple[tuple[Decision, ...], Decision]] = [
    ((agreed(LED),), agreed(LED, on="2026-06-01")),
    ((committed(ANNE), agreed(LED), rated(ANNE, (LED, 4))), rated(ANNE, (LED, 4))),
    ((committed(ANNE), agreed(LED)), cleared(ANNE, LED.id)),
]

NO_PARTICIPANT = (Invalid, "Only participants evaluate the process.", "participant")
EACH_ONCE = (Invalid, "Answer questions that were agreed on, each once.", "answers")
NOTHING_TO_CLEAR = (Invalid, "Name questions that were agreed on.", "questions")
HAS_ANSWERS = (Invalid, "A question that has answers can no longer be changed: add another one.", "questions")
REFUSALS: list[Refusal] = [
    ((), agreed(LED, REWORDED), (Invalid, "A question comes twice.", "questions")),
    ((committed(ANNE), agreed(LED), rated(ANNE, (LED, 4))), agreed(REWORDED), HAS_ANSWERS),
    ((committed(ANNE), agreed(LED), rated(ANNE, (LED, 4))), agreed(JOINT), HAS_ANSWERS),
    ((agreed(LED),), rated(ANNE, (LED, 4)), NO_PARTICIPANT),
    ((agreed(LED), invited(ANNE), answered(ANNE, Commitment.DECLINED, "2026-02-01")), rated(ANNE, (LED, 4)),
     NO_PARTICIPANT),
    ((committed(ANNE), agreed(LED)), rated(ANNE, (JOINT, 4)), EACH_ONCE),
    ((committed(ANNE), agreed(LED)), rated(ANNE, (LED, 4), (LED, 4)), EACH_ONCE),
    ((committed(ANNE), agreed(LED)), rated(ANNE), EACH_ONCE),
    ((agreed(LED),), cleared(ANNE, LED.id), (NotFound, "There is no such participant.", "participant")),
    ((committed(ANNE), agreed(LED)), cleared(ANNE, LED.id, JOINT.id), NOTHING_TO_CLEAR),
    ((committed(ANNE), agreed(LED)), cleared(ANNE), NOTHING_TO_CLEAR),
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
def test_an_answer_is_from_1_to_5(rating: int) -> None:
    with pytest.raises(ValidationError):
        Answer(question=LED.id, rating=rating)


def test_no_questions_are_agreed_on_by_nobody() -> None:
    process = a_process(agreed(LED))
    with pytest.raises(ValidationError) as refused:
        agreed()(process)
    assert [error["loc"] for error in refused.value.errors()] == [("questions",)]
    assert process.pending == ()


def test_a_question_is_agreed_on_since_it_stands_as_it_does() -> None:
    process = a_process(agreed(LED, on="2026-03-01"), agreed(LED, JOINT, on="2026-06-01"))
    assert process.agreed == {LED.id: "2026-03-01", JOINT.id: "2026-06-01"}
    assert process.evaluation_agreed_on == "2026-03-01"
    agreed(REWORDED, JOINT, on="2026-09-01")(process)
    assert process.evaluation_agreed_on == "2026-06-01"
    assert a_process().evaluation_agreed_on is None


def test_an_answer_replaces_the_one_before_and_leaves_the_others(decided: Decided) -> None:
    process = a_process(committed(ANNE), agreed(LED, JOINT), rated(ANNE, (LED, 4), (JOINT, 5)))
    rated(ANNE, (LED, 2), (JOINT, 5))(process)
    answers = (Answer(question=LED.id, rating=2),)
    assert decided(process) == [("process.evaluation-answered", {"participant": ANNE, "answers": answers})]
    assert process.answers == {ANNE: {LED.id: 2, JOINT.id: 5}}


def test_a_question_whose_answers_were_taken_back_may_change() -> None:
    process = a_process(committed(ANNE), committed(BO), agreed(LED), rated(ANNE, (LED, 4)), rated(BO, (LED, 5)))
    cleared(ANNE, LED.id)(process)
    assert (process.answers, [d.counts for d in process.distributions()]) == ({BO: {LED.id: 5}}, [(0, 0, 0, 0, 1)])
    cleared(BO, LED.id)(process)
    agreed(REWORDED)(process)
    assert (process.answers, list(process.questions.values())) == ({}, [REWORDED])


def test_distributions_are_in_the_order_of_the_areas_with_a_mean_where_somebody_answered() -> None:
    process = a_process(committed(ANNE), committed(BO), agreed(LED, JOINT), rated(ANNE, (LED, 5)), rated(BO, (LED, 2)))
    assert list(process.distributions()) == [Distribution(JOINT, (0, 0, 0, 0, 0)), Distribution(LED, (0, 1, 0, 0, 1))]
    assert [d.mean for d in process.distributions()] == [None, 3.5]


def test_somebody_who_is_no_participant_is_told_so_before_anything_else() -> None:
    check_refusal((), rated(NOWHERE), NO_PARTICIPANT)
