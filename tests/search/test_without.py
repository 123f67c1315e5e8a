"""What is left out of a search is as if it were not there: in hits, totals, counts and suggestions, at any instant."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from search.index import FACETS, Document, Lang, Page, Query, SearchIndex, Sort
from tests.search.test_parity import FILTERS, INSTANTS, PUBLIC, TEXTS, TYPED, demo_documents

THINGS = sorted({d.thing for d in demo_documents()})
OUT = frozenset(THINGS[::3])
NOBODYS = frozenset({"*", "", "\ud800", "x" * 40_000, "lesson", THINGS[0].upper()})


def answers(index: SearchIndex, without: frozenset[str]) -> list[Any]:
    sorts: tuple[Sort, ...] = ("newest", "oldest", "relevance")
    told: list[Any] = []
    for text, filters, at, sort in product(TEXTS[:12], FILTERS, INSTANTS[:2], sorts):
        page = index.search(Query(at, text, filters, sort=sort, limit=100, without=without), PUBLIC)
        # How rare a word is is reckoned among all that is kept.
        told.append(replace(page, hits=tuple(sorted(page.hits, key=repr))) if sort == "relevance" else page)
    langs: tuple[Lang, ...] = ("en", "nb")
    for typed, at, prefer in product(TYPED, INSTANTS[:2], langs):
        told.append(index.suggest(typed, PUBLIC, at, prefer, 100, without))
    return told


@pytest.mark.parametrize("adapter", ["elasticsearch", "tantivy"])
def test_it_is_as_if_they_had_never_been_put(open_index: Any, adapter: str) -> None:
    documents = list(demo_documents())
    index: SearchIndex = open_index(adapter)
    index.put([d for d in documents if d.thing not in OUT], 1)
    before = answers(index, frozenset())
    index.put(documents, 2)
    assert answers(index, OUT) == before
    assert answers(index, frozenset()) != before


def test_nothing_else_is_left_out(index: SearchIndex) -> None:
    index.put(list(demo_documents()), 1)
    assert answers(index, NOBODYS) == answers(index, frozenset())
    assert answers(index, frozenset(THINGS))[0] == Page(0, (), dict.fromkeys(FACETS, ()))


def test_all_revisions_of_a_thing_are_left_out(index: SearchIndex, make: Any, find: Any, now: datetime) -> None:
    revised_at = datetime(2012, 1, 1, tzinfo=UTC)
    documents: list[Document] = [
        make("revised", until=revised_at),
        make("revised", revision=2, released_at=revised_at),
        make("other"),
    ]
    index.put(documents, 1)
    out = frozenset({"revised"})
    assert [find(at=at, without=out).total for at in (now, datetime(2011, 1, 1, tzinfo=UTC))] == [1, 1]
    assert [s.thing for s in index.suggest("les", PUBLIC, now, without=out)] == ["other"]


def test_two_thousand_can_be_left_out(index: SearchIndex, make: Any, find: Any) -> None:
    index.put([make("a"), make("b")], 1)
    many = frozenset({"a", *(f"{n:036}" for n in range(2_000))})
    assert [hit.document.thing for hit in find(without=many).hits] == ["b"]
