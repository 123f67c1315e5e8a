"""What may come first, from tantivy: the best by words, and those whose passages are nearest, by exact cosine."""

from collections.abc import Iterable, Mapping, Sequence
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
    """One search for all languages; again, for those in which too few are admitted of what is nearest."""
    rows: Mapping[Lang, Rows] = {lang: files.rows(near.model, lang) for lang in LANGS}
    cosines = {lang: some.vectors @ near.vector for lang, some in rows.items()}
    found: dict[Lang, tuple[Candidate, ...]] = {}
    asked = FIRST_PASSAGES
    wanted: Sequence[Lang] = [lang for lang in LANGS if len(rows[lang].passages)]
    while wanted:
        highest = {lang: _highest(cosines[lang], asked) for lang in wanted}
        whole = all(len(highest[lang]) == len(rows[lang].passages) for lang in wanted)
        having: Mapping[Lang, Iterable[int]] = {lang: map(int, rows[lang].passages[highest[lang]]) for lang in wanted}
        addresses = all_of(searcher, ask.within(None if whole else ask.having(schema, having), conditions))
        keys, instants = _column(searcher, "key", addresses), _column(searcher, "released_at", addresses)
        for lang in wanted:
            # Those that have none of these passages are further away than those that have one.
            least = cosines[lang][highest[lang]].min()
            scores = _scores(searcher, addresses, lang, rows[lang], cosines[lang])
            admitted = [
                Candidate(key, instant or 0, float(score))
                for key, instant, score in zip(keys, instants, scores, strict=True)
                if key is not None and score >= least
            ]
            if len(admitted) >= top or len(highest[lang]) == len(rows[lang].passages):
                found[lang] = tuple(sorted(admitted, key=_order)[:top])
        asked *= MORE
        wanted = [lang for lang in wanted if lang not in found]
    return found


def _scores(searcher: Searcher, addresses: Sequence[DocAddress], lang: Lang, rows: Rows, cosines: Any) -> Any:
    """(n,) the cosine of the nearest passage of each; what has none in the language is as far as can be."""
    scores = np.full(len(addresses), -np.inf)
    for name in ask.passage_columns(lang):
        column = _column(searcher, name, addresses)
        at = [-1 if passage is None else rows.row.get(passage, -1) for passage in column]
        if max(at, default=-1) < 0:
            break  # passages fill the columns from the first
        known = np.array(at)
        scores = np.maximum(scores, np.where(known < 0, -np.inf, cosines[known]))
    return scores


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
