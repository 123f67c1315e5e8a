"""What a reader may not see changes nothing of what the reader is told.

But for one thing, of both engines alike: among hits by relevance two neighbours may change places, for how rare a word
is, and how long a text usually, is reckoned among all documents.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from search.index import Lang, Query, SearchIndex, Sort
from tests.search.test_parity import FILTERS, PUBLIC, TEXTS, TYPED, demo_documents, generated_documents

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOBODY_ELSES = frozenset({"cluster:99"})


def told(index: SearchIndex) -> Iterator[Any]:
    sorts: tuple[Sort, ...] = ("newest", "oldest", "relevance")
    for text, filters, sort in product(TEXTS, FILTERS[:3], sorts):
        page = index.search(Query(NOW, text, filters, sort=sort, limit=100), PUBLIC)
        yield text, sort, replace(page, hits=tuple(sorted(page.hits, key=repr)) if sort == "relevance" else page.hits)
    langs: tuple[Lang, ...] = ("en", "nb")
    for typed, prefer in product(TYPED, langs):
        yield typed, index.suggest(typed, PUBLIC, NOW, prefer)


@pytest.mark.parametrize("how", ["of others", "withdrawn long ago", "to come"])
def test_documents_out_of_sight_change_nothing(index: SearchIndex, how: str) -> None:
    index.put(list(demo_documents()), 1)
    before = list(told(index))
    unseen: dict[str, Any] = {
        "of others": {"audience": NOBODY_ELSES},
        "withdrawn long ago": {"audience": PUBLIC, "until": datetime(2015, 1, 1, tzinfo=UTC)},
        "to come": {"audience": PUBLIC, "released_at": datetime(2030, 1, 1, tzinfo=UTC)},
    }[how]
    index.put([replace(d, **unseen) for d in generated_documents(100)], 2)
    assert list(told(index)) == before
    assert sum(1 for _ in index.documents()) > 140
