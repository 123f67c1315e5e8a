"""The last step of an order: what is moved, how far, and that nothing is lost on the way."""

from collections.abc import Callable, Mapping, Sequence
from math import cos, sin
from typing import Any

import numpy as np
import pytest

from search.embedder import Vector
from search.index import Lang
from search.order import FIRST_PAGE, SAME, Said, repeats_last

Say = Callable[..., Said]
APART = 1.0
"""Radians between what says something else."""
ALIKE = 0.1
"""Radians between what says nearly the same."""


@pytest.fixture
def say(make: Any) -> Say:
    """A lesson that points so many radians away from the first, in English or in the languages given."""

    def say(thing: str, angle: float, langs: Sequence[Lang] = ("en",), **differing: Any) -> Said:
        meant: Mapping[Lang, Vector] = dict.fromkeys(langs, np.array([cos(angle), sin(angle)], dtype=np.float32))
        return Said(make(thing, **differing), meant)

    return say


def things(best: Sequence[Said]) -> list[str]:
    return [document.thing for document in repeats_last(best)]


def test_the_angles_of_these_tests_are_on_both_sides() -> None:
    assert cos(APART) < SAME < cos(ALIKE)


def test_what_repeats_a_better_one_follows_the_others(say: Say) -> None:
    assert things([say("a", 0), say("again", ALIKE), say("b", APART), say("c", 2 * APART)]) == ["a", "b", "c", "again"]


def test_it_follows_the_first_page_and_comes_before_the_second(say: Say) -> None:
    others = [say(f"{n:02}", n * APART / 2) for n in range(12)]
    assert things([others[0], say("again", 0), *others[1:]]) == [
        *(f"{n:02}" for n in range(FIRST_PAGE)),
        "again",
        "10",
        "11",
    ]


def test_what_is_beyond_the_first_page_stays_where_it_is(say: Say) -> None:
    others = [say(f"{n:02}", n * APART / 2) for n in range(FIRST_PAGE)]
    assert things([*others, say("again", 0), say("more", 9.0)])[FIRST_PAGE:] == ["again", "more"]


def test_repeats_stay_in_their_order(say: Say) -> None:
    assert things([say("a", 0), say("again", 0), say("and again", ALIKE), say("b", APART)]) == [
        "a",
        "b",
        "again",
        "and again",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"facets": {"polarity": ("keep",)}}, {"facets": {"polarity": ("change",)}}),
        ({"kind": "lesson"}, {"kind": "case"}),
        ({"kind": "cluster"}, {"kind": "cluster"}),
        ({"langs": ("en",)}, {"langs": ("nb",)}),
        ({"langs": ("en",)}, {"langs": ()}),
    ],
    ids=["lessons that disagree", "kinds", "clusters", "languages", "nothing known of it"],
)
def test_what_is_alike_and_no_repeat_stays(say: Say, one: Any, other: Any) -> None:
    assert things([say("a", 0, **one), say("b", 0, **other), say("c", APART)]) == ["a", "b", "c"]


def test_one_language_in_common_tells(say: Say) -> None:
    assert things([say("a", 0, ("en", "nb")), say("again", 0, ("nb",)), say("c", APART)]) == ["a", "c", "again"]


def test_nothing_of_nothing() -> None:
    assert repeats_last([]) == []
