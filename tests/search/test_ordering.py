"""In which order, and that pages neither repeat nor leave out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from search.index import Query, SearchIndex, Sort
from search.paging import decode_cursor, encode_cursor

DAY = datetime(2012, 1, 1, tzinfo=UTC)


def read_all(index: SearchIndex, query: Query) -> list[str]:
    """All things, page after page, each page asked for with nothing but the cursor of the one before."""
    read: list[str] = []
    page, asked = index.search(query, frozenset({"public"})), query
    read += [hit.document.thing for hit in page.hits]
    while cursor := encode_cursor(asked, page):
        asked = decode_cursor(cursor, replace(query, at=query.at + timedelta(days=1)))
        page = index.search(asked, frozenset({"public"}))
        read += [hit.document.thing for hit in page.hits]
    return read


@pytest.mark.parametrize(
    ("sort", "text", "expected"),
    [
        ("newest", "", ["new", "mid", "old"]),
        ("oldest", "", ["old", "mid", "new"]),
        ("relevance", "", ["new", "mid", "old"]),
        ("relevance", "trust", ["mid", "new", "old"]),
        ("newest", "trust", ["new", "mid", "old"]),
        ("oldest", "trust", ["old", "mid", "new"]),
    ],
)
def test_orders(
    index: SearchIndex, make: Any, find: Any, things: Any, sort: Sort, text: str, expected: list[str]
) -> None:
    index.put(
        [
            make("mid", title={"en": "Trust trust trust"}, released_at=DAY),
            make("old", title={"en": "Trust at work"}, released_at=DAY - timedelta(days=1)),
            make("new", title={"en": "Trust at work"}, released_at=DAY + timedelta(days=1)),
        ],
        1,
    )
    assert things(find(text, sort=sort)) == expected


def test_who_else_may_read_a_document_changes_no_order(index: SearchIndex, make: Any, find: Any, things: Any) -> None:
    many = frozenset({"public", "managers", "cluster:1"})
    index.put([make("a"), make("b", audience=many, facets={"topic": ("x", "y")}), make("c")], 1)
    assert things(find("learned", scope=("public", "managers", "cluster:1"))) == ["a", "b", "c"]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("text", ["", "lesson"])
def test_pages_of_equals_hold_each_exactly_once(index: SearchIndex, make: Any, now: Any, sort: Sort, text: str) -> None:
    names = [f"{n:02}" for n in range(50)]
    index.put([make(name) for name in reversed(names[::2])], 1)
    index.put([make(name) for name in names[1::2]], 2)
    assert read_all(index, Query(at=now, text=text, sort=sort, limit=3)) == names


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_however_many_are_equal(index: SearchIndex, make: Any, now: Any, sort: Sort) -> None:
    """A bulk import releases everything at one instant."""
    names = [f"{n:04}" for n in range(450)]
    shuffled = sorted(names, key=lambda name: name[::-1])
    for start in range(0, len(names), 90):
        index.put([make(name) for name in shuffled[start : start + 90]], start + 1)
    assert read_all(index, Query(at=now, text="lesson", sort=sort, limit=40)) == names


def test_what_is_released_between_two_pages_does_not_move_the_second(
    index: SearchIndex, make: Any, now: Any, things: Any
) -> None:
    index.put([make(name, released_at=DAY) for name in "abcd"], 1)
    query = Query(at=now, sort="newest", limit=2)
    first = index.search(query, frozenset({"public"}))
    cursor = encode_cursor(query, first)
    index.put([make("later", released_at=now + timedelta(seconds=1))], 2)
    assert cursor
    second = index.search(decode_cursor(cursor, replace(query, at=now + timedelta(hours=1))), frozenset({"public"}))
    assert (things(first), things(second), second.total) == (["a", "b"], ["c", "d"], 4)
