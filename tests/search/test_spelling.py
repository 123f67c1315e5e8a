"""Words that nobody writes, and what was meant by them."""

import pytest

from search.concepts import Concept
from search.lexicon import CORRECTED, Vocabulary, Words
from search.planner import Term, corrected, plan, translated
from search.spelling import Spelling
from search.thesaurus import Thesaurus

USED = {"participants": 9, "participant": 2, "meeting": 5, "trust": 4, "crust": 1, "deltakere": 7, "år2011": 3}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("particpants", ("participants", "participant")),
        ("meeitng", ("meeting",)),
        ("trusst", ("trust",)),
        ("brust", ("trust", "crust")),
        ("delakere", ("deltakere",)),
        ("tru", ()),
        ("2011", ()),
        ("wholly", ()),
        ("xparticpantsx", ()),
    ],
)
def test_the_nearest_known_words(typed: str, meant: tuple[str, ...]) -> None:
    assert Spelling(USED).near(typed) == meant


CONCEPTS = (
    Concept("participant", {"en": "participant", "nb": "deltaker"}, hidden={"nb": ("deltakere",)}),
    Concept("trust", {"en": "trust", "nb": "tillit"}),
)


@pytest.fixture
def words() -> Words:
    return Words(Thesaurus(CONCEPTS), Vocabulary(USED))


def test_a_slip_is_put_right_and_leads_on_through_the_thesaurus(words: Words) -> None:
    others = words.others(("particpants",))
    assert others[0] == Term(("participants",), CORRECTED)
    assert ("deltaker",) in [term.phrase for term in others]
    assert all(term.weight <= CORRECTED for term in others)


@pytest.mark.parametrize("known", ["participants", "participant", "trust", "tillit", "the", "og", "meetings", "2011"])
def test_what_is_known_is_left_as_it_is(words: Words, known: str) -> None:
    assert words.correction((known,)) is None


def test_without_a_vocabulary_nothing_is_put_right() -> None:
    assert Words(Thesaurus(CONCEPTS)).correction(("particpants",)) is None


def test_what_was_meant_and_what_it_is_in_the_other_language(words: Words) -> None:
    clauses = plan("how to trusst particpants", words)
    assert corrected(clauses, words) == {"trusst": "trust", "particpants": "participants"}
    assert translated(clauses, words) == "how to tillit deltaker"
    assert translated(plan("nothing known here", words), words) is None
