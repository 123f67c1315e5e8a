"""One page of an answer: which rows, in which order, and the counts beside them."""

from collections.abc import Sequence
from typing import Any, cast

from tantivy import DocAddress, Order, Query, Schema, Searcher

from search import tantivy_query as ask
from search.fields import MOST_VALUES, in_falling_order
from search.index import FACETS, LANGS, NOTHING_COUNTED, Document, Facets, Lang, Sort, on_page
from search.index import Query as Asked

SPARE = 20
"""Hits read beyond a page in the hope that those equal to its last are among them."""

Ranked = tuple[tuple[float, int], DocAddress]
"""A hit with what orders it: falling score and falling instant, or either's negative."""


def documents(searcher: Searcher, whole: Query, asked: Asked, *, by_score: bool) -> tuple[int, list[Document]]:
    """How many there are, and those of the page. Without words to score by, the newest come first.

    Equals are ordered by instant and then by id, on every page alike, however the engine came to hold them.
    """
    sort: Sort = "newest" if asked.sort == "relevance" and not by_score else asked.sort
    wanted = on_page(asked)
    if not wanted:
        return total(searcher, whole), []
    count, best = ranked(searcher, whole, wanted.stop, sort)
    page = best[wanted.start : wanted.stop]
    if not page:
        return count, []
    first, last = page[0][0], page[-1][0]
    ahead = sum(rank < first for rank, _ in best)
    # Only equals of the page need be told apart by id, which is read from the stored row.
    rows = [(rank, searcher.doc(address)) for rank, address in best if first <= rank <= last]
    rows.sort(key=lambda r: (r[0], str(r[1].get_first("id"))))
    return count, [ask.document(row) for _, row in rows[wanted.start - ahead : wanted.stop - ahead]]


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


def first(searcher: Searcher, whole: Query, top: int) -> tuple[int, list[Ranked]]:
    """The total and, of all pages by relevance, the first `top` hits; the last few of them in no order."""
    count, best = ranked(searcher, whole, top, "relevance")
    if len(best) <= top:
        return count, best
    last = best[top - 1][0]
    ahead = [hit for hit in best if hit[0] < last]
    equals = [hit for hit in best if hit[0] == last]
    if len(ahead) + len(equals) > top:
        equals.sort(key=lambda hit: str(searcher.doc(hit[1]).get_first("id")))
    return count, [*ahead, *equals][:top]


def count_of(found: Any) -> int:
    return int(found.count or 0)  # the stubs do not know it


def written(searcher: Searcher, whole: Query) -> dict[Lang, int]:
    """How many there are in each language."""
    asked = {"lang": {"terms": {"field": "facet_lang", "size": len(LANGS)}}}
    found = cast(dict[str, Any], cast(Any, searcher).aggregate(whole, asked))["lang"]["buckets"]
    counted = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in found}
    return {lang: counted.get(lang, 0) for lang in LANGS}


def counts(searcher: Searcher, schema: Schema, words: Query | None, fixed: Sequence[Query], asked: Asked) -> Facets:
    """Every facet, counted under all filters but its own: one aggregation for those without a filter of their own and
    one for each that has."""
    counted = dict(NOTHING_COUNTED)
    alone = [([facet], {f: v for f, v in asked.filters.items() if f != facet}) for facet in asked.filters]
    for facets, filters in [([f for f in FACETS if f not in asked.filters], asked.filters), *alone]:
        if not facets:
            continue
        wanted = {facet: {"terms": {"field": f"facet_{facet}", "size": MOST_VALUES}} for facet in facets}
        within = ask.within(words, [*fixed, *ask.filtered(schema, filters)])
        for facet, answer in cast(dict[str, Any], cast(Any, searcher).aggregate(within, wanted)).items():
            counted[facet] = in_falling_order((str(b["key"]), int(b["doc_count"])) for b in answer["buckets"])
    return counted
