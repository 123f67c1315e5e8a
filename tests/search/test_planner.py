"""From typed text to clauses."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.planner import MAX_CHARACTERS, MAX_WORDS, Clause, Phrase, Term, plan, words


class Few:
    longest = 2
    _others: Mapping[Phrase, tuple[Term, ...]] = {
        ("cluster", "manager"): (Term(("klyngeleder",)), Term(("klyngelederen",), 0.8)),
        ("cluster",): (Term(("klynge",), 0.9),),
        ("klyngeleder",): (Term(("cluster", "manager")),),
    }

    def others(self, phrase: Phrase) -> tuple[Term, ...]:
        return self._others.get(phrase, ())

    def translation(self, phrase: Phrase) -> str | None:
        return None

    def correction(self, phrase: Phrase) -> str | None:
        return None


LEXICON = Few()
KLYNGE = Term(("klynge",), 0.9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trust among OWNERS", ("trust", "among", "owners")),
        ("æøå ÆØÅ", ("æøå", "æøå")),
        ("A\u030alesund", ("ålesund",)),
        ("ﬁsk Ｒ＆Ｄ", ("fisk", "r", "d")),
        ("e-post/snake_case 'quoted'", ("e", "post", "snake", "case", "quoted")),
        ('"AND" +(NCE:x) ~^2* \\', ("and", "nce", "x", "2")),
        ("a\x00b\u200bc\x1b[31m", ("a", "b", "c", "31m")),
        ("😀 🇳🇴 trust", ("trust",)),
        ("2009–2010", ("2009", "2010")),
        ("", ()),
        ("\ud800 … *", ()),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


def test_only_so_much_is_read() -> None:
    assert words("x" * (MAX_CHARACTERS + 1)) == ("x" * MAX_CHARACTERS,)
    assert words(" ".join("abcdefghijklmnopqrstuvwxyz0123456789")) == tuple("abcdefghijklmnopqrstuvwxyz012345")
    assert len(plan("a " * MAX_CHARACTERS)) == MAX_WORDS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("trust", ((Term(("trust",)),),)),
        ("the cluster", ((Term(("the",)),), (Term(("cluster",)), KLYNGE))),
        (
            "Cluster Manager trust",
            (
                (Term(("cluster", "manager")), Term(("klyngeleder",)), Term(("klyngelederen",), 0.8)),
                (Term(("trust",)),),
            ),
        ),
        ("manager cluster", ((Term(("manager",)),), (Term(("cluster",)), KLYNGE))),
        ("klyngeleder", ((Term(("klyngeleder",)), Term(("cluster", "manager"))),)),
    ],
)
def test_the_longest_run_of_words_that_the_lexicon_knows_is_one_clause(text: str, expected: tuple[Clause, ...]) -> None:
    assert plan(text, LEXICON) == expected


def test_without_a_lexicon_each_word_is_a_clause() -> None:
    assert plan("cluster manager") == ((Term(("cluster",)),), (Term(("manager",)),))


@given(st.text(max_size=600))
def test_any_text_is_planned_and_every_word_is_in_one_clause(text: str) -> None:
    clauses = plan(text, LEXICON)
    assert tuple(word for clause in clauses for word in clause[0].phrase) == words(text)
    assert len(clauses) <= MAX_WORDS
