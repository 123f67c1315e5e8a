"""Facets: what is counted, under which filters, in which order."""

from typing import Any

import pytest

from search.index import FACETS, SearchIndex


@pytest.fixture(autouse=True)
def documents(index: SearchIndex, make: Any) -> None:
    index.put(
        [
            make("a", title={"en": "Trust"}, facets={"kind": ("lesson",), "topic": ("trust", "owners")}),
            make("b", title={"en": "Trust"}, facets={"kind": ("lesson",), "topic": ("trust",), "phase": ("action",)}),
            make("c", title={"en": "Exports"}, facets={"kind": ("case",), "topic": ("owners",), "phase": ("action",)}),
            make("d", title={"en": "Exports"}, facets={"kind": ("case",), "topic": ("Ærlighet & tillit",)}),
        ],
        1,
    )


def counted(**facets: tuple[tuple[str, int], ...]) -> dict[str, tuple[tuple[str, int], ...]]:
    return {facet: facets.get(facet, ()) for facet in FACETS}


def test_every_facet_is_counted_by_falling_count_and_then_by_value(find: Any) -> None:
    assert find().facets == counted(
        kind=(("case", 2), ("lesson", 2)),
        topic=(("owners", 2), ("trust", 2), ("Ærlighet & tillit", 1)),
        phase=(("action", 2),),
    )


def test_only_what_the_words_find_is_counted(find: Any) -> None:
    assert find("trust").facets == counted(
        kind=(("lesson", 2),), topic=(("trust", 2), ("owners", 1)), phase=(("action", 1),)
    )


def test_a_filter_does_not_count_against_its_own_facet(find: Any, things: Any) -> None:
    page = find(filters={"kind": ("case",)})
    assert sorted(things(page)) == ["c", "d"]
    assert page.facets == counted(
        kind=(("case", 2), ("lesson", 2)),
        topic=(("owners", 1), ("Ærlighet & tillit", 1)),
        phase=(("action", 1),),
    )


def test_filters_on_two_facets_count_against_each_other(find: Any, things: Any) -> None:
    page = find(filters={"kind": ("case",), "phase": ("action",)})
    assert (page.total, things(page)) == (1, ["c"])
    assert page.facets == counted(kind=(("case", 1), ("lesson", 1)), topic=(("owners", 1),), phase=(("action", 1),))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"topic": ("trust",)}, ["a", "b"]),
        ({"topic": ("trust", "owners")}, ["a", "b", "c"]),
        ({"topic": ("trust", "owners"), "kind": ("case",)}, ["c"]),
        ({"topic": ("Ærlighet & tillit",)}, ["d"]),
        ({"topic": ("ærlighet & tillit",)}, []),
        ({"topic": ("tillit",)}, []),
        ({"topic": ()}, []),
        ({"phase": ("action",), "topic": ("trust",), "kind": ("case",)}, []),
    ],
)
def test_any_value_within_a_facet_and_every_facet(find: Any, things: Any, filters: Any, expected: list[str]) -> None:
    page = find(filters=filters)
    assert (page.total, sorted(things(page))) == (len(expected), expected)


def test_nothing_but_counts_can_be_asked_for(find: Any) -> None:
    page = find("trust", limit=0)
    assert (page.total, page.hits, page.facets["kind"]) == (2, (), (("lesson", 2),))


def test_at_most_two_hundred_values_and_those_that_count_most(index: SearchIndex, make: Any, find: Any) -> None:
    often = tuple(f"often{n:03}" for n in range(199))
    seldom = tuple(f"seldom{n:03}" for n in range(60))
    index.put([make("many", facets={"sector": often + seldom}), make("more", facets={"sector": often})], 2)
    values = find().facets["sector"]
    assert values[:199] == tuple((value, 2) for value in often)
    assert len(values) == 200


def test_an_empty_index_counts_nothing(index: SearchIndex, find: Any) -> None:
    fresh = index.fresh()
    index.adopt(fresh)
    assert find().facets == counted()
