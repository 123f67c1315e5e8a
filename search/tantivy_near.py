"""What may come first, from tantivy: the best by words, and those whose passages are nearest, by exact cosine."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from tantivy import DocAddress, Query, Schema, Searcher

from search import tantivy_page
from search import tantivy_query as ask
from search.index import LANGS, Candidate, Lang, Near
from search.vectors import Rows, VectorFiles

FIRST_PASSAGES = 1_024
"""Of the nearest, so many are looked for first; more while too few of them are of documents that are admitted."""
MORE = 16


def best(searcher: Searcher, words: Query, top: int) -> tuple[Candidate, ...]:
    """By words, `words` having the conditions in it."""
    _, ranked = tantivy_page.ranked(searcher, words, top, "relevance")
    keys = _column(searcher, "key", [address for _, address in ranked])
    found = [
        Candidate(key, -int(at), -score) for key, ((score, at), _) in zip(keys, ranked, strict=True) if key is not None
    ]
    return tuple(sorted(found, key=_order)[:top])


def nearest(
    searcher: Searcher, schema: Schema, conditions: Sequence[Query], files: VectorFiles, near: Near, top: int
) -> dict[Lang, tuple[Candidate, ...]]:
    found: dict[Lang, tuple[Candidate, ...]] = {}
    for lang in LANGS:
        rows = files.rows(near.model, lang)
        if not len(rows.passages):
            continue
        cosines = rows.vectors @ near.vector
        asked, admitted = FIRST_PASSAGES, list[Candidate]()
        while asked:
            passages = rows.passages[_highest(cosines, asked)]
            having = ask.within(ask.having(schema, map(int, passages), lang), conditions)
            admitted = _scored(searcher, having, lang, rows, cosines)
            # Those that have none of these passages are further away than those that have one.
            asked = 0 if len(admitted) >= top or asked >= len(rows.passages) else asked * MORE
        found[lang] = tuple(sorted(admitted, key=_order)[:top])
    return found


def _scored(searcher: Searcher, having: Query, lang: Lang, rows: Rows, cosines: Any) -> list[Candidate]:
    addresses = all_of(searcher, having)
    keys, instants = _column(searcher, "key", addresses), _column(searcher, "released_at", addresses)
    scores = np.full(len(addresses), -1.0)
    for name in ask.passage_columns(lang):
        column = _column(searcher, name, addresses)
        at = [-1 if passage is None else rows.row.get(passage, -1) for passage in column]
        if max(at, default=-1) < 0:
            break  # passages fill the columns from the first
        known = np.array(at)
        scores = np.maximum(scores, np.where(known < 0, -1.0, cosines[known]))
    return [
        Candidate(key, instant or 0, float(score))
        for key, instant, score in zip(keys, instants, scores, strict=True)
        if key is not None and score > -1.0
    ]


def all_of(searcher: Searcher, query: Query) -> list[DocAddress]:
    found = searcher.search(query, FIRST_PASSAGES)
    count = tantivy_page.count_of(found)
    if count > FIRST_PASSAGES:
        found = searcher.search(query, count)
    return [address for _, address in found.hits]


def _highest(cosines: Any, count: int) -> Any:
    """Where the highest are, in no order."""
    return np.argpartition(-cosines, count)[:count] if count < len(cosines) else np.arange(len(cosines))


def _column(searcher: Searcher, name: str, addresses: Sequence[DocAddress]) -> list[int | None]:
    return [None if v is None else int(v) for v in searcher.fast_field_values(name, [*addresses])]


def _order(candidate: Candidate) -> tuple[float, int, int]:
    return (-candidate.score, -candidate.released_at, candidate.key)
