"""What programme staff change of one concept: given what it was, when they decide, then what is recorded."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from domain.aggregate import Aggregate
from domain.concept import Concept, concept_id
from domain.concept_record import ConceptRecord
from domain.errors import Invalid, Refused, WrongState

Decided = Callable[[Aggregate], list[tuple[str, dict[str, Any]]]]


def a_record(**fields: Any) -> ConceptRecord:
    return ConceptRecord.model_validate({"preferred": {"en": "process leader", "nb": "prosessleder"}, **fields})


CAME = a_record()
Step = Callable[[Concept], None]
OTHER = a_record(alternative={"en": ["facilitator"]})
SLUG = "process-leader"


def a_concept(*decisions: Step) -> Concept:
    """With these behind it, and nothing pending."""
    concept = Concept.called(SLUG)
    for decide in decisions:
        decide(concept)
    concept.collect_events()
    return concept


def test_the_same_slug_is_the_same_concept() -> None:
    assert Concept.called(SLUG).id == Concept.called(SLUG).id == concept_id(SLUG)
    assert Concept.called("facilitator").id != concept_id(SLUG)


def test_one_that_is_as_it_came_has_no_events() -> None:
    concept = a_concept()
    assert (concept.version, concept.slug, concept.current, concept.retired) == (0, SLUG, None, False)


def test_described(decided: Decided) -> None:
    concept = a_concept()
    concept.describe(OTHER, came=CAME)
    assert decided(concept) == [("concept.described", {"slug": SLUG, "record": OTHER})]
    assert concept.current == OTHER


def changed(concept: Concept) -> None:
    concept.describe(OTHER, came=CAME)


@pytest.mark.parametrize(
    ("before", "record", "came"), [((), CAME, CAME), ((changed,), OTHER, None), ((changed,), OTHER, CAME)]
)
def test_what_changes_nothing_records_nothing(
    decided: Decided,
    before: tuple[Step, ...],
    record: ConceptRecord,
    came: ConceptRecord | None,
) -> None:
    concept = a_concept(*before)
    concept.describe(record, came=came)
    assert decided(concept) == []


def test_described_as_it_came_after_it_was_changed(decided: Decided) -> None:
    concept = a_concept(changed)
    concept.describe(CAME, came=CAME)
    assert decided(concept) == [("concept.described", {"slug": SLUG, "record": CAME})]


def test_retired_and_restored_with_the_words_that_it_had(decided: Decided) -> None:
    concept = a_concept(lambda c: c.describe(OTHER))
    concept.retire(" Nobody says so. ")
    assert [event.reason for event in concept.pending] == ["Nobody says so."]
    concept.restore("They do.")
    assert decided(concept) == [("concept.retired", {"slug": SLUG}), ("concept.restored", {"slug": SLUG})]
    assert (concept.current, concept.retired) == (OTHER, False)


def test_one_that_is_as_it_came_is_retired(decided: Decided) -> None:
    concept = a_concept()
    concept.retire("Not ours.")
    assert decided(concept) == [("concept.retired", {"slug": SLUG})]
    assert (concept.current, concept.retired) == (None, True)


def retired(concept: Concept) -> None:
    concept.retire("x")


REFUSALS: list[tuple[tuple[Step, ...], Step, type[Refused], str, str | None]] = [
    ((retired,), lambda c: c.describe(OTHER), WrongState, "This concept is retired. Restore it first.", None),
    ((retired,), retired, WrongState, "This concept is retired already.", None),
    ((), lambda c: c.restore("x"), WrongState, "This concept is not retired.", None),
    ((), lambda c: c.retire(" \n"), Invalid, "Say why: those who search will ask.", "reason"),
    ((retired,), lambda c: c.restore(""), Invalid, "Say why: those who search will ask.", "reason"),
    ((), lambda c: c.describe(a_record(broader=[SLUG])), Invalid, "Name other concepts than this one itself.",
     "broader"),
    ((), lambda c: c.describe(a_record(related=["a", SLUG])), Invalid, "Name other concepts than this one itself.",
     "related"),
    ((), lambda c: c.describe(a_record(broader=["a"], related=["b", "a"])), Invalid,
     "Name a concept as broader or as related, not as both.", "related"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "decide", "error", "message", "at_fault"), REFUSALS)
def test_refusals(
    before: tuple[Step, ...],
    decide: Step,
    error: type[Refused],
    message: str,
    at_fault: str | None,
) -> None:
    concept = a_concept(*before)
    with pytest.raises(Refused) as refused:
        decide(concept)
    assert (type(refused.value), str(refused.value), refused.value.field) == (error, message, at_fault)
    assert concept.pending == ()


def test_its_events_tell_its_life_again() -> None:
    concept = Concept.called(SLUG)
    concept.describe(OTHER)
    concept.retire("x")
    concept.restore("y")
    assert vars(Concept.replay(concept.id, concept.collect_events())) == vars(concept)


def test_a_label_is_kept_once_where_it_is_shown_most() -> None:
    record = a_record(
        alternative={"en": ["Facilitator", "facilitator", "Process Leader"]},
        hidden={"en": ["FACILITATOR", "facilitators"], "nb": ["prosessleder", "prosesslederen"]},
    )
    assert record.model_dump() == {
        "preferred": {"en": "process leader", "nb": "prosessleder"},
        "alternative": {"en": ("Facilitator",), "nb": ()},
        "hidden": {"en": ("facilitators",), "nb": ("prosesslederen",)},
        "definition": None,
        "broader": (),
        "related": (),
    }


def test_spaces_are_one_space() -> None:
    assert a_record(preferred={"en": " process \n leader", "nb": "x"}).preferred.en == "process leader"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"preferred": {"en": "x"}}, "Field required"),
        ({"preferred": {"en": "x", "nb": ""}}, "String should have at least 1 character"),
        ({"preferred": {"en": "x", "nb": "…!?"}}, "Value error, Write a word: letters or digits."),
        ({"alternative": {"en": ["one two three four five six seven"]}}, "Value error, Write at most 6 words."),
        ({"alternative": {"en": ["a-b_c d.e/f,g"]}}, "Value error, Write at most 6 words."),
        ({"alternative": {"en": ["a" * 101]}}, "String should have at most 100 characters"),
        ({"hidden": {"nb": ["a\u200bb"]}}, "Value error, Remove the characters that cannot be seen."),
        ({"hidden": {"nb": ["a\x00b"]}}, "Value error, Remove the control characters."),
        ({"hidden": {"sv": ["x"]}}, "Extra inputs are not permitted"),
        ({"hidden": {"nb": [f"x{n}" for n in range(41)]}}, "Tuple should have at most 40 items"),
        ({"broader": ["Process leader"]}, "String should match pattern '^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$'"),
        ({"related": ["a-"]}, "String should match pattern '^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$'"),
        ({"related": ["a" * 65]}, "String should have at most 64 characters"),
        ({"definition": {"en": "a" * 501}}, "String should have at most 500 characters"),
        ({"definition": {}}, "Value error, Write it in English (en), bokmål (nb) or both."),
    ],
)  # fmt: skip
def test_what_is_no_concept(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        a_record(**fields)
    assert [error["msg"].split(" after ")[0] for error in refused.value.errors()] == [message]
