"""How Elasticsearch is asked: a planned query under a scope, its page, and the counts beside it.

What a reader typed reaches it as stems and literals. Everything that narrows a search is a filter of the query itself,
the scope before all, so that hits, total and counts are taken of what it admits. Nothing is filtered after the counting
and nothing is counted beside the query: a facet that has a filter of its own is counted by a search of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeAlias

from search import fields
from search.analysis import terms
from search.index import FACETS, MAX_LIMIT, NOTHING_COUNTED, Facets, Key, Lang, Query, Scope, on_page
from search.planner import Clause, Phrase, Term

Json: TypeAlias = Mapping[str, Any]

SHARD_VALUES = 1_000
"""Values of a facet that each shard counts: with fewer of them all told, counts are exact over several shards too."""
LONGEST_VALUE_BYTES = 32_766
"""A longer one is in no document, and Elasticsearch refuses it."""
NEWEST: Sequence[Json] = ({"released_at": "desc"}, {"id": "asc"})
OLDEST: Sequence[Json] = ({"released_at": "asc"}, {"id": "asc"})
BEST: Sequence[Json] = ({"_score": "desc"}, *NEWEST)


def asked(clauses: Iterable[Clause]) -> Json | None:
    """Any clause, the more the better; None when nothing is left after stop words. Of alternatives the best counts."""
    rendered: list[Json] = []
    for clause in clauses:
        if alternatives := [q for term in clause if (q := _in_languages(term)) is not None]:
            rendered.append({"dis_max": {"queries": alternatives}})
    return {"bool": {"should": rendered, "minimum_should_match": 1}} if rendered else None


def _in_languages(term: Term) -> Json | None:
    queries = [q for lang in fields.langs(term) if (q := _in_language(term.phrase, lang)) is not None]
    if not queries:
        return None
    return {"dis_max": {"queries": queries, "tie_breaker": fields.LANGUAGE_TIE, "boost": term.weight}}


def _in_language(phrase: Phrase, lang: Lang) -> Json | None:
    field, stems = f"all_{lang}", terms(phrase, lang)
    if not stems:
        return None
    if len(stems) == 1:
        return {"term": {field: stems[0]}}
    return {"match_phrase": {field: {"query": " ".join(stems), "slop": fields.PHRASE_SLOP}}}


def admitted(scope: Scope, at: datetime, without: frozenset[str]) -> list[Json]:
    """The filters no query goes without: who is asking, what was released at the instant, and what is left out."""
    instant = fields.micros(at)
    left_out: list[Json] = [{"bool": {"must_not": [_any_of("thing", sorted(without))]}}] if without else []
    return [
        _any_of("audience", sorted(scope)),
        {"range": {"released_at": {"lte": instant}}},
        {"range": {"until": {"gt": instant}}},
        *left_out,
    ]


def happened(year_from: int | None, year_to: int | None) -> list[Json]:
    after: list[Json] = [] if year_from is None else [{"range": {"happened_to": {"gte": year_from}}}]
    before: list[Json] = [] if year_to is None else [{"range": {"happened_from": {"lte": year_to}}}]
    return after + before


def conditions(query: Query, scope: Scope) -> list[Json]:
    """Everything that narrows a search. Raises `ValueError` for a filter on what is no facet."""
    return _conditions(query, scope, query.filters)


def drawn(scope: Scope, at: datetime, top: int) -> dict[str, Any]:
    """The documents with the lowest keys."""
    return {
        "query": {"bool": {"filter": admitted(scope, at, frozenset())}},
        "sort": [{"key": "asc"}],
        "size": top,
        "track_total_hits": False,
        "_source": ["document"],
    }


def chosen(keys: Sequence[Key], scope: Scope, at: datetime) -> dict[str, Any]:
    return {
        "query": {"bool": {"filter": [*admitted(scope, at, frozenset()), {"terms": {"key": [*keys]}}]}},
        "size": len(keys),
        "track_total_hits": False,
        "_source": ["document"],
    }


def page(query: Query, words: Json | None, scope: Scope) -> dict[str, Any]:
    """The search for the page, with the counts of the facets that have no filter of their own. Raises `ValueError` for
    a filter on what is no facet."""
    wanted = on_page(query)
    return {
        "query": _within(query, words, scope, query.filters),
        "aggs": {facet: _count(facet) for facet in FACETS if facet not in query.filters},
        "sort": _order(query, by_score=words is not None),
        "from": wanted.start if wanted else 0,
        "size": len(wanted),
        "track_total_hits": True,
        "_source": ["document"],
    }


def counting(query: Query, words: Json | None, scope: Scope) -> list[dict[str, Any]]:
    """A search for each facet that has a filter of its own: its counts under all the others."""
    return [
        {
            "query": _within(query, words, scope, {f: v for f, v in query.filters.items() if f != facet}),
            "aggs": {facet: _count(facet)},
            "size": 0,
            "track_total_hits": False,
        }
        for facet in query.filters
    ]


def _within(query: Query, words: Json | None, scope: Scope, filters: Mapping[str, tuple[str, ...]]) -> Json:
    return {"bool": {"must": [words] if words else [], "filter": _conditions(query, scope, filters)}}


def _conditions(query: Query, scope: Scope, filters: Mapping[str, tuple[str, ...]]) -> list[Json]:
    asked_for = [_any_of(f"facet_{facet}", values) for facet, values in fields.known(filters).items()]
    return [*admitted(scope, query.at, query.without), *happened(query.year_from, query.year_to), *asked_for]


def beginning(begun: Iterable[str], lang: Lang, scope: Scope, at: datetime, without: frozenset[str]) -> dict[str, Any]:
    """The newest titles of words that begin with each of those typed, as far as 15 characters tell."""
    begins = [{"term": {f"begins_{lang}": word[: fields.LONGEST_PREFIX]}} for word in begun]
    return {
        "query": {"bool": {"filter": [*admitted(scope, at, without), *begins]}},
        "sort": NEWEST,
        "size": MAX_LIMIT,
        "track_total_hits": False,
        "_source": ["document"],
    }


def counts(answers: Iterable[Json]) -> Facets:
    """Of every facet that one of the answers counted."""
    counted = dict(NOTHING_COUNTED)
    for answer in answers:
        for facet, found in answer.get("aggregations", {}).items():
            counted[facet] = fields.in_falling_order((str(b["key"]), int(b["doc_count"])) for b in found["buckets"])
    return counted


def same_copies(query: Query, scope: Scope) -> str:
    """What all pages of one search have in common. Copies of a shard may score by different statistics, for they
    forget replaced documents at different times; so one search reads the same ones throughout."""
    filters = sorted((facet, sorted(values)) for facet, values in query.filters.items())
    parts = repr((query.text, filters, query.year_from, query.year_to, query.sort, query.at, sorted(scope)))
    return sha256(parts.encode("utf-8", "replace")).hexdigest()[:16]


def _order(query: Query, *, by_score: bool) -> Sequence[Json]:
    if query.sort == "relevance" and by_score:
        return BEST
    return OLDEST if query.sort == "oldest" else NEWEST


def _count(facet: str) -> Json:
    return {"terms": {"field": f"facet_{facet}", "size": fields.MOST_VALUES, "shard_size": SHARD_VALUES}}


def _any_of(field: str, values: Iterable[str]) -> Json:
    return {"terms": {field: [v for v in fields.sound(values) if len(v.encode()) <= LONGEST_VALUE_BYTES]}}
