"""What may come first, from tantivy: the best by words, and those whose passages are nearest, by exact cosine."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tantivy import DocAddress, Query, Schema, Searcher

from search import tantivy_page
from search import tantivy_query as ask
from search.index import LANGS, Candidate, Lang, Near
from search.vectors import Rows, VectorFiles

FEW = 4_096
"""Of so many documents all that are admitted are read: that is sooner done than looking for those that have the nearest
passages, 1.0 ms for 1,400 documents against 3.0 ms for 400 passages."""
FIRST_PASSAGES = 512
"""Of the nearest, so many are looked for first; more while too few of them are of documents that are admitted."""
MORE = 16
AT_ONCE = 4_096
"""Documents that are read without asking first how many there are."""

Column: TypeAlias = NDArray[np.int64]
"""A number of each document; -1 where it has none, for none is below 0."""


def best(searcher: Searcher, words: Query, top: int) -> tuple[int, tuple[Candidate, ...]]:
    """How many there are, and the first by words, `words` having the conditions in it."""
    count, ranked = tantivy_page.first(searcher, words, top)
    keys = _column(searcher, "key", [address for _, address in ranked])
    return count, tuple(
        Candidate(key, -int(at), -score) for key, ((score, at), _) in zip(keys.tolist(), ranked, strict=True)
    )


def nearest(
    searcher: Searcher, schema: Schema, conditions: Sequence[Query], files: VectorFiles, near: Near, top: int
) -> dict[Lang, tuple[Candidate, ...]]:
    """One search for all languages; again, for those in which too few are admitted of what is nearest."""
    rows: Mapping[Lang, Rows] = {lang: files.rows(near.model, lang) for lang in LANGS}
    cosines = {lang: some.vectors @ near.vector for lang, some in rows.items()}
    found: dict[Lang, tuple[Candidate, ...]] = {}
    wanted: Sequence[Lang] = [lang for lang in LANGS if len(rows[lang].passages)]
    few = searcher.num_docs <= FEW
    asked = max((len(rows[lang].passages) for lang in wanted), default=0) if few else FIRST_PASSAGES
    while wanted:
        highest = {lang: _highest(cosines[lang], asked) for lang in wanted}
        whole = {lang: len(highest[lang]) == len(rows[lang].passages) for lang in wanted}
        having: Mapping[Lang, Iterable[int]] = {lang: map(int, rows[lang].passages[highest[lang]]) for lang in wanted}
        everything = few or all(whole.values())
        addresses = all_of(searcher, ask.within(None if everything else ask.having(schema, having), conditions))
        keys, instants = _column(searcher, "key", addresses), _column(searcher, "released_at", addresses)
        for lang in wanted:
            scores = _scores(searcher, addresses, lang, rows[lang], cosines[lang])
            # Those that have none of these passages are further away than those that have one.
            admitted = np.flatnonzero(scores >= cosines[lang][highest[lang]].min())
            if len(admitted) >= top or whole[lang]:
                found[lang] = _first(scores[admitted], instants[admitted], keys[admitted], top)
        asked *= MORE
        wanted = [lang for lang in wanted if lang not in found]
    return found


def _first(scores: Any, instants: Column, keys: Column, top: int) -> tuple[Candidate, ...]:
    order = np.lexsort((keys, -instants, -scores))[:top]
    some = zip(keys[order].tolist(), instants[order].tolist(), scores[order].tolist(), strict=True)
    return tuple(Candidate(key, instant, score) for key, instant, score in some)


def _scores(searcher: Searcher, addresses: Sequence[DocAddress], lang: Lang, rows: Rows, cosines: Any) -> Any:
    """(n,) the cosine of the nearest passage of each; what has none in the language is as far as can be."""
    scores = np.full(len(addresses), -np.inf)
    left = np.arange(len(addresses))
    for name in ask.passage_columns(lang):
        column = _column(searcher, name, [addresses[n] for n in left.tolist()])
        left, column = left[column >= 0], column[column >= 0]  # passages fill the columns from the first
        if not len(left):
            break
        at = rows.at(column)
        known = at >= 0
        scores[left[known]] = np.maximum(scores[left[known]], cosines[at[known]])
    return scores


def all_of(searcher: Searcher, query: Query) -> list[DocAddress]:
    found = searcher.search(query, AT_ONCE)
    count = tantivy_page.count_of(found)
    if count > AT_ONCE:
        found = searcher.search(query, count)
    return [address for _, address in found.hits]


def _highest(cosines: Any, count: int) -> Any:
    """Where the highest are, in no order."""
    return np.argpartition(-cosines, count)[:count] if count < len(cosines) else np.arange(len(cosines))


def _column(searcher: Searcher, name: str, addresses: Sequence[DocAddress]) -> Column:
    values: Sequence[Any] = searcher.fast_field_values(name, [*addresses])
    return np.array([-1 if value is None else value for value in values], dtype=np.int64)
