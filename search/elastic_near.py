"""What may come first, from Elasticsearch: the best by words, and those whose passages are nearest, by exact cosine.

The vectors of a document are objects nested in it, one for each passage, in a field for each model and language. They
are compared one by one (`flat`): a graph of neighbours would have hidden documents in it, and with them gone it would
find others.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from search import elastic_mapping, elastic_query
from search.embedder import Model
from search.index import LANGS, Candidate, Candidates, Document, Lang, Near, Query, Scope
from search.passages import of_languages, passages
from search.vectors import VectorCache, unpacked

Json: TypeAlias = Mapping[str, Any]

PREFIX = "near_"
NONE: Json = {"hits": {"hits": ()}, "timed_out": False, "_shards": {"failed": 0}}
SCORE_FIRST: Sequence[Json] = ({"_score": "desc"}, {"released_at": "desc"}, {"key": "asc"})
TOLD: Json = {"stored_fields": "_none_", "track_scores": True}
"""Of a candidate what it is sorted by: score and instant first, the key last. Nothing is read of its document."""


def field(model: Model, lang: Lang) -> str:
    return f"{PREFIX}{model.fingerprint}_{lang}"


def mapping(model: Model) -> Json:
    """The fields of a model, to be added to those of an index."""
    vector = {
        "type": "dense_vector",
        "dims": model.dims,
        "similarity": "cosine",
        "index": True,
        "index_options": {"type": "flat"},
    }
    nested = {"type": "nested", "dynamic": "strict", "properties": {"vector": vector}}
    return {field(model, lang): nested for lang in LANGS}


def attached(
    documents: Iterable[Document], model: Model | None, cache: VectorCache | None
) -> dict[str, elastic_mapping.Near]:
    """By id and field, the vectors that are known."""
    if model is None or cache is None:
        return {}
    parted = {document.id: passages(document) for document in documents}
    known = cache.get(model, {passage for texts in parted.values() for passage in of_languages(texts)})
    vectors = {passage: {"vector": unpacked([each], model.dims)[0].tolist()} for passage, each in known.items()}
    return {
        id: {field(model, lang): [vectors[p] for p in some if p in vectors] for lang, some in texts.items()}
        for id, texts in parted.items()
    }


def unknown(answer: Json) -> bool:
    """Whether an index does not have the fields of a model, as nothing was put into it since the model was chosen."""
    return "error" in answer and f"[{PREFIX}" in str(answer["error"]) and "does not exist" in str(answer["error"])


def searches(query: Query, words: Json | None, scope: Scope, near: Near, top: int) -> list[dict[str, Any]]:
    """Near in each language, how many there are in each language, and then, if there are any, by words, with the counts
    of a page. Raises `ValueError` for a filter on what is no facet."""
    conditions = elastic_query.conditions(query, scope)
    nearest: list[dict[str, Any]] = [
        {
            "knn": {
                "field": f"{field(near.model, lang)}.vector",
                "query_vector": near.vector.tolist(),
                "k": top,
                "num_candidates": top,
                "filter": conditions,
            },
            "sort": SCORE_FIRST,
            "size": top,
            "track_total_hits": False,
            **TOLD,
        }
        for lang in LANGS
    ]
    count: dict[str, Any] = {
        "query": {"bool": {"filter": conditions}},
        "aggs": {lang: {"filter": {"term": {"facet_lang": lang}}} for lang in LANGS},
        "size": 0,
        "track_total_hits": False,
    }
    if words is None:
        return [*nearest, count]
    page = elastic_query.page(query, words, scope)
    del page["_source"]
    best = {**page, "sort": [*page["sort"], {"key": "asc"}], "from": 0, "size": top, **TOLD}
    return [*nearest, count, best, *elastic_query.counting(query, words, scope)]


def candidates(answers: Sequence[Json], *, degraded: bool) -> Candidates:
    near: dict[Lang, tuple[Candidate, ...]] = {
        lang: _candidates(answer, cosine=True) for lang, answer in zip(LANGS, answers, strict=False)
    }
    counted, by_words = answers[len(LANGS)], answers[len(LANGS) + 1 :]
    return Candidates(
        words=_candidates(by_words[0], cosine=False) if by_words else (),
        near=near,
        written={lang: int(counted["aggregations"][lang]["doc_count"]) for lang in LANGS},
        total=int(by_words[0]["hits"]["total"]["value"]) if by_words else 0,
        facets=elastic_query.counts(by_words),
        degraded=degraded,
    )


def _candidates(answer: Json, *, cosine: bool) -> tuple[Candidate, ...]:
    sorted_by = (hit["sort"] for hit in answer["hits"]["hits"])
    # Elasticsearch has no scores below 0.
    return tuple(
        Candidate(int(by[-1]), int(by[1]), 2 * float(by[0]) - 1 if cosine else float(by[0])) for by in sorted_by
    )
