"""Every adapter of the port, and documents to put into them. A test that takes `index` runs once for each adapter."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from search.elastic import ElasticIndex
from search.embedded import TantivyIndex
from search.embedder import Model
from search.index import Document, Page, Query, SearchIndex
from search.planner import Lexicon, Phrase, Term, plan
from search.vectors import VectorFiles


class Few:
    """A lexicon of a few phrases, all of them as good as the one typed."""

    longest = 4
    _others: Mapping[Phrase, tuple[Phrase, ...]] = {
        ("klyngeleder",): (("klyngelederen",), ("cluster", "manager")),
        ("cluster", "manager"): (("klyngeleder",), ("klyngelederen",)),
        ("centre", "of", "expertise"): (("nce",),),
        ("framsyn",): (("foresight",),),
        ("foresight",): (("framsyn",), ("framsynsprosess",)),
        ("state", "of", "the", "art"): (("beste", "praksis"),),
    }

    def others(self, phrase: Phrase) -> tuple[Term, ...]:
        return tuple(map(Term, self._others.get(phrase, ())))

    def translation(self, phrase: Phrase) -> str | None:
        return None

    def correction(self, phrase: Phrase) -> str | None:
        return None


LEXICON = Few()
MODEL = Model("a model of two dimensions", 2)
ADAPTERS = ("elasticsearch", "tantivy")

RELEASED = datetime(2010, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Make(Protocol):
    """A public lesson with an English title, but for what is said otherwise. `thing` is its name and in its id."""

    def __call__(self, thing: str, **differing: Any) -> Document: ...


class Find(Protocol):
    """Searches now, as the public, but for what is said otherwise."""

    def __call__(self, text: str = "", *, scope: tuple[str, ...] = ("public",), **asked: Any) -> Page: ...


class OpenElastic(Protocol):
    """An index on the server, or at another address, under the test's own alias; all are gone after the test."""

    def __call__(self, *addresses: str, **options: Any) -> ElasticIndex: ...


@pytest.fixture
def server(elasticsearch: str) -> Iterator[Elasticsearch]:
    """The server, asked as it is."""
    with Elasticsearch(elasticsearch) as server:
        yield server


@pytest.fixture
def alias(server: Elasticsearch) -> Iterator[str]:
    """A name nobody else uses. Whatever begins with it is removed after the test."""
    alias = f"test-{uuid4().hex[:12]}"
    yield alias
    if left := list(server.indices.get(index=f"{alias}-*").body):
        server.indices.delete(index=left)


@pytest.fixture
def lexicon() -> Lexicon:
    return LEXICON


@pytest.fixture
def vectors(tmp_path: Path) -> VectorFiles:
    """Where both adapters find vectors."""
    return VectorFiles(tmp_path / "vectors")


@pytest.fixture
def open_elastic(elasticsearch: str, alias: str, vectors: VectorFiles) -> Iterator[OpenElastic]:
    opened: list[ElasticIndex] = []

    def open_index(*addresses: str, **options: Any) -> ElasticIndex:
        given: dict[str, Any] = {"replicas": 0, "model": MODEL, "vectors": vectors}
        opened.append(ElasticIndex(addresses or (elasticsearch,), alias, **(given | options)))
        return opened[-1]

    yield open_index
    for index in opened:
        index.close()


@pytest.fixture
def open_index(
    request: pytest.FixtureRequest, tmp_path: Path, vectors: VectorFiles
) -> Iterator[Callable[[str], SearchIndex]]:
    """An empty index of the adapter named."""
    opened: list[SearchIndex] = []

    def open_index(adapter: str) -> SearchIndex:
        if adapter == "elasticsearch":
            return request.getfixturevalue("open_elastic")()
        opened.append(TantivyIndex(tmp_path / "index", vectors))
        return opened[-1]

    yield open_index
    for index in opened:
        index.close()


@pytest.fixture(params=ADAPTERS)
def index(request: pytest.FixtureRequest, open_index: Callable[[str], SearchIndex]) -> SearchIndex:
    return open_index(request.param)


@pytest.fixture
def make() -> Make:
    def document(thing: str, **differing: Any) -> Document:
        revision = int(differing.get("revision", 1))
        given: dict[str, Any] = {
            "id": f"lesson:{thing}:{revision}",
            "thing": thing,
            "kind": "lesson",
            "revision": revision,
            "version": 1,
            "audience": frozenset({"public"}),
            "released_at": RELEASED,
            "until": None,
            "title": {"en": "A lesson"},
            "body": {"en": "What was learned."},
        }
        return Document(**(given | differing))

    return document


@pytest.fixture
def find(index: SearchIndex) -> Find:
    def search(text: str = "", *, scope: tuple[str, ...] = ("public",), **asked: Any) -> Page:
        given: dict[str, Any] = {"at": NOW, "text": text, "clauses": plan(text, LEXICON)}
        return index.search(Query(**(given | asked)), frozenset(scope))

    return search


@pytest.fixture
def things() -> Callable[[Page], list[str]]:
    """The things of a page, in its order."""
    return lambda page: [hit.document.thing for hit in page.hits]


@pytest.fixture
def now() -> datetime:
    return NOW
