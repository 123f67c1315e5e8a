"""What an Elasticsearch index of ours is made of, and a document's line in it.

The analysis is the one of `search.analysis`, for documents as for queries: Elasticsearch is handed stems, with a mark
where a stop word stood, which counts as a place between the words of a phrase and as nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from typing import Any, TypeAlias

from pydantic_core import to_json

from search import analysis, fields
from search.index import FACETS, LANGS, MAX_LIMIT, MAX_OFFSET, Document, Key, Lang

Near: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
"""Vectors of one document, by field."""

GAP = "_"
"""No stem: analysis parts texts at what is neither letter nor digit."""
NO_TEXT = "-"
"""In place of a text that a document does not have, so that how rare a word is, and how long a text usually, is
reckoned among all documents, as tantivy does it."""

ANALYSIS: Mapping[str, Any] = {
    "filter": {"gaps": {"type": "stop", "stopwords": [GAP]}},
    "analyzer": {"stems": {"type": "custom", "tokenizer": "whitespace", "filter": ["gaps"]}},
}
LITERAL = {"type": "keyword"}
NUMBER = {"type": "long"}
MAPPING: Mapping[str, Any] = {
    "dynamic": "strict",
    "_source": {"includes": ["document", "position"]},
    "properties": {
        "document": {"type": "object", "enabled": False},
        "position": {"type": "long", "index": False, "doc_values": False},
        **dict.fromkeys(("id", "thing", "audience", *(f"facet_{f}" for f in FACETS)), LITERAL),
        **{f"begins_{lang}": {**LITERAL, "doc_values": False} for lang in LANGS},
        **{f"all_{lang}": {"type": "text", "analyzer": "stems"} for lang in LANGS},
        **dict.fromkeys(("key", "released_at", "until", "happened_from", "happened_to"), NUMBER),
    },
}


def make() -> str:
    """The name of this mapping and analysis: an index of another one is not written by mistake."""
    parts = (MAPPING, ANALYSIS, analysis.ANALYSIS_VERSION, version("tantivy"))
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def settings(shards: int, replicas: int) -> Mapping[str, Any]:
    """Of an index that is being built: nothing is refreshed but when it is read."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "refresh_interval": -1,
        "max_result_window": MAX_OFFSET + MAX_LIMIT,
        "analysis": ANALYSIS,
    }


def line(document: Document, near: Near) -> bytes:
    """The document as Elasticsearch is given it, with its vectors. Raises `ValueError` for a text that is not
    Unicode."""
    row: dict[str, Any] = {"document": fields.DOCUMENT.dump_python(document, mode="json")}
    row |= {name: list(values) for name, values in fields.literals(document).items() if values}
    texts = fields.texts(document)
    row |= {f"all_{lang}": _stems(texts.get(lang, ""), lang) or NO_TEXT for lang in LANGS}
    return to_json(row | dict(fields.numbers(document)) | dict(near))


def _stems(text: str, lang: Lang) -> str:
    stems: list[str] = []
    for token in analysis.tokens(text, lang):
        stems += [GAP] * (token.position - len(stems)) + [token.text]
    return " ".join(stems)


def key_of(hit: Mapping[str, Any]) -> Key:
    return fields.key(hit["_source"]["document"]["id"])


def facets(hit: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Those of its document, which need not be made for it."""
    return hit["_source"]["document"]["facets"]


def document(hit: Mapping[str, Any]) -> Document:
    """The document as it was put."""
    return fields.DOCUMENT.validate_python(hit["_source"]["document"])
