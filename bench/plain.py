"""Plain Elasticsearch, as one would have it in an afternoon: its own analysis of each language, best_fields, no more.

Of the three shapes, `ONE_FIELD` is what the figures of others were measured with, and what ours are put beside.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from elasticsearch import Elasticsearch, helpers

from bench.places import ANSWER_S
from search.index import LANGS, Document, Lang, Query

ANALYZERS: Mapping[Lang, str] = {"en": "english", "nb": "norwegian"}
PARTS = ("title", "body", "all")
ONE_FIELD = "one field"
SHAPES: Mapping[str, Mapping[str, Any]] = {
    "title^2, body": {"fields": [field for lang in LANGS for field in (f"title_{lang}^2", f"body_{lang}")]},
    ONE_FIELD: {"fields": [f"all_{lang}" for lang in LANGS]},
    f"{ONE_FIELD}, fuzziness AUTO": {"fields": [f"all_{lang}" for lang in LANGS], "fuzziness": "AUTO"},
}
"""Title and body as fields of their own or together in one, for each language; what `multi_match` is told beside."""

Way: TypeAlias = Callable[[Query], list[str]]
"""Ids of documents, best first."""


@contextmanager
def plain(server: str, index: str, documents: Iterable[Document]) -> Generator[Mapping[str, Way]]:
    """A way of searching for each shape, in an index of that name, which goes at the end."""
    texts = {f"{part}_{lang}": {"type": "text", "analyzer": ANALYZERS[lang]} for part in PARTS for lang in LANGS}
    with Elasticsearch(server, request_timeout=ANSWER_S) as elastic:
        elastic.indices.create(
            index=index,
            settings={"number_of_shards": 1, "number_of_replicas": 0},
            mappings={"dynamic": "strict", "properties": texts},
        )
        try:
            helpers.bulk(elastic, (_row(index, document) for document in documents), refresh=True)
            yield {name: _asking(elastic, index, shape) for name, shape in SHAPES.items()}
        finally:
            elastic.indices.delete(index=index)


def _row(index: str, document: Document) -> dict[str, Any]:
    row: dict[str, Any] = {"_index": index, "_id": document.id}
    for lang in LANGS:
        if lang in document.title:
            title, body = document.title[lang], document.body.get(lang, "")
            row |= {f"title_{lang}": title, f"body_{lang}": body, f"all_{lang}": f"{title}\n{body}"}
    return row


def _asking(elastic: Elasticsearch, index: str, shape: Mapping[str, Any]) -> Way:
    def ask(query: Query) -> list[str]:
        asked = {"multi_match": {"query": query.text, "type": "best_fields", **shape}}
        answer = elastic.search(index=index, query=asked, size=query.limit, source=False)
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    return ask
