"""What may come first, from Elasticsearch: the best by words, and those whose passages are nearest, by exact cosine.

The vectors of a document are objects nested in it, one for each passage, in a field for each model and language. They
are compared one by one (`flat`): a graph of neighbours would have hidden documents in it, and with them gone it would
find others.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from search import elastic_mapping
from search.embedder import Model
from search.index import LANGS, Candidate, Candidates, Document, Lang, Near
from search.passages import of_languages, passages
from search.vectors import VectorCache, unpacked

Json: TypeAlias = Mapping[str, Any]

PREFIX = "near_"
NONE: Json = {"hits": {"hits": ()}, "timed_out": False, "_shards": {"failed": 0}}
KEPT: Sequence[str] = ("key", "released_at")
"""What is told of a candidate."""


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


def searches(words: Json | None, conditions: Sequence[Json], near: Near, top: int) -> list[dict[str, Any]]:
    """Near in each language, how many there are in each language, and last, if there are any, by words."""
    told = {"_source": False, "docvalue_fields": KEPT, "track_total_hits": False}
    nearest: list[dict[str, Any]] = [
        {
            "knn": {
                "field": f"{field(near.model, lang)}.vector",
                "query_vector": near.vector.tolist(),
                "k": top,
                "num_candidates": top,
                "filter": list(conditions),
            },
            "size": top,
            **told,
        }
        for lang in LANGS
    ]
    count: dict[str, Any] = {
        "query": {"bool": {"filter": list(conditions)}},
        "aggs": {lang: {"filter": {"term": {"facet_lang": lang}}} for lang in LANGS},
        "size": 0,
        "track_total_hits": False,
    }
    best: dict[str, Any] = {
        "query": {"bool": {"must": [words], "filter": list(conditions)}},
        "sort": [{"_score": "desc"}, {"released_at": "desc"}, {"key": "asc"}],
        "track_scores": True,
        "size": top,
        **told,
    }
    return [*nearest, count, *([best] if words else [])]


def candidates(answers: Sequence[Json], *, degraded: bool) -> Candidates:
    near: dict[Lang, tuple[Candidate, ...]] = {
        lang: _candidates(answer, cosine=True) for lang, answer in zip(LANGS, answers, strict=False)
    }
    counted, best = answers[len(LANGS)], answers[len(LANGS) + 1 :]
    return Candidates(
        words=_candidates(best[0], cosine=False) if best else (),
        near=near,
        written={lang: int(counted["aggregations"][lang]["doc_count"]) for lang in LANGS},
        degraded=degraded,
    )


def _candidates(answer: Json, *, cosine: bool) -> tuple[Candidate, ...]:
    found: list[Candidate] = []
    for hit in answer["hits"]["hits"]:
        key, released_at = (int(hit["fields"][name][0]) for name in KEPT)
        # Elasticsearch has no scores below 0.
        found.append(Candidate(key, released_at, 2 * hit["_score"] - 1 if cosine else hit["_score"]))
    return tuple(sorted(found, key=lambda c: (-c.score, -c.released_at, c.key)))
