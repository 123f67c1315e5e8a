"""One page of an answer: which rows, in which order, and the counts beside them."""

from collections.abc import Sequence
from typing import Any, cast

from tantivy import DocAddress, Order, Query, Schema, Searcher

from search import tantivy_query as ask
from search.fields import MOST_VALUES
from search.index import FACETS, LANGS, MAX_LIMIT, MAX_OFFSET, Document, Lang, Sort
from search.index import Query as Asked

SPARE = 100
"""Hits read beyond a page in the hope that those equal to its last are among them."""

Counts = dict[str, tuple[tuple[str, int], ...]]
Ranked = tuple[tuple[float, int], DocAddress]
"""A hit with what orders it: falling score and falling instant, or either's negative."""


def documents(searcher: Searcher, whole: Query, asked: Asked, *, by_score: bool) -> tuple[int, list[Document]]:
    """How many there are, and those of the page. Without words to score by, the newest come first.

    Equals are ordered by instant and then by id, on every page alike, however the engine came to hold them.
    """
    sort: Sort = "newest" if asked.sort == "relevance" and not by_score else asked.sort
    limit, offset = min(asked.limit, MAX_LIMIT), max(0, asked.offset)
    if limit <= 0 or offset >= MAX_OFFSET:
        return total(searcher, whole), []
    count, best = ranked(searcher, whole, offset + limit, sort)
    page = best[offset : offset + limit]
    if not page:
        return count, []
    first, last = page[0][0], page[-1][0]
    ahead = sum(rank < first for rank, _ in best)
    # Only equals of the page need be told apart by id, which is read from the stored row.
    rows = [(rank, searcher.doc(address)) for rank, address in best if first <= rank <= last]
    rows.sort(key=lambda r: (r[0], str(r[1].get_first("id"))))
    return count, [ask.document(row) for _, row in rows[offset - ahead : offset - ahead + limit]]


def total(searcher: Searcher, whole: Query) -> int:
    # tantivy panics at a limit of 0.
    return count_of(searcher.search(whole, 1))


def ranked(searcher: Searcher, whole: Query, wanted: int, sort: Sort) -> tuple[int, list[Ranked]]:
    """The total and at least the `wanted` first, together with all that equal the last of them, in order."""
    order: dict[str, Any] = {}
    if sort != "relevance":
        order = {"order_by_field": "released_at", "order": Order.Desc if sort == "newest" else Order.Asc}
    read = wanted + SPARE
    while True:
        found = searcher.search(whole, read, **order)
        scores = [round(float(score), 4) for score, _ in found.hits]
        if len(scores) < read or scores[-1] != scores[wanted - 1]:
            break
        read *= 4
    addresses = [address for _, address in found.hits]
    instants = [int(value or 0) for value in searcher.fast_field_values("released_at", addresses)]
    sign = 1 if sort == "oldest" else -1
    ranks = [(-s if sort == "relevance" else 0.0, sign * at) for s, at in zip(scores, instants, strict=True)]
    return count_of(found), sorted(zip(ranks, addresses, strict=True), key=lambda r: r[0])


def count_of(found: Any) -> int:
    return int(found.count or 0)  # the stubs do not know it


def written(searcher: Searcher, whole: Query) -> dict[Lang, int]:
    """How many there are in each language."""
    asked = {"lang": {"terms": {"field": "facet_lang", "size": len(LANGS)}}}
    found = cast(dict[str, Any], cast(Any, searcher).aggregate(whole, asked))["lang"]["buckets"]
    counted = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in found}
    return {lang: counted.get(lang, 0) for lang in LANGS}


def counts(searcher: Searcher, schema: Schema, words: Query | None, fixed: Sequence[Query], asked: Asked) -> Counts:
    """Every facet, counted under all filters but its own: one aggregation for those without a filter of their own and
    one for each that has."""
    counted: Counts = dict.fromkeys(FACETS, ())
    alone = [([facet], {f: v for f, v in asked.filters.items() if f != facet}) for facet in asked.filters]
    for facets, filters in [([f for f in FACETS if f not in asked.filters], asked.filters), *alone]:
        if not facets:
            continue
        wanted = {facet: {"terms": {"field": f"facet_{facet}", "size": MOST_VALUES}} for facet in facets}
        within = ask.within(words, [*fixed, *ask.filtered(schema, filters)])
        for facet, answer in cast(dict[str, Any], cast(Any, searcher).aggregate(within, wanted)).items():
            values = ((str(b["key"]), int(b["doc_count"])) for b in answer["buckets"])
            counted[facet] = tuple(sorted(values, key=lambda v: (-v[1], v[0])))
    return counted
