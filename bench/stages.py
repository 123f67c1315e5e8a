"""The ways of searching that are put beside one another: plain Elasticsearch, and each engine at each stage of ours."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

from elasticsearch import Elasticsearch

from bench.places import ANSWER_S, folder, own_name
from bench.plain import ONE_FIELD, plain
from domain.audiences import PUBLIC
from search.elastic import ElasticIndex
from search.embedded import TantivyIndex
from search.embedder import Embedder
from search.finder import Finder
from search.index import Document, Page, Query, SearchIndex
from search.meaning import Meaning
from search.passages import of_languages, passages
from search.reference import Reference
from search.thesaurus import Thesaurus, shipped
from search.vectors import VectorFiles
from tools.services.both import Services
from tools.services.places import alone

SCOPE = frozenset({PUBLIC})
ENGINES = ("tantivy", "Elasticsearch")
PLAIN = f"plain, {ONE_FIELD}"
"""What the others are put beside."""
WORDS = "words"
SPELLING = "words + spelling"
THESAURUS = "words + spelling + thesaurus"
MEANING = "words + meaning"
ALL = "words + spelling + thesaurus + meaning"
ORDER = "words + spelling + thesaurus + meaning + order"
AT_ONCE = 500
Search: TypeAlias = Callable[[Query], Sequence[str]]
"""Ids of documents, best first, at most as many as the query wants."""


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    engine: str
    search: Search

    @property
    def title(self) -> str:
        return f"{self.name}, {self.engine}"


@contextmanager
def stages(
    services: Services, documents: Sequence[Document], embedder: Embedder, vectors: Path
) -> Generator[Sequence[Stage]]:
    """All of them over the documents. Indexes go at the end; vectors stay in the folder for the next time."""
    meaning, files = learned(embedder, documents, vectors)
    name = own_name()
    with ExitStack() as stack:
        ways = stack.enter_context(plain(services.elasticsearch, f"{name}-plain", documents))
        found = [Stage(f"plain, {shape}", "Elasticsearch", search) for shape, search in ways.items()]
        at = stack.enter_context(folder())
        tantivy = stack.enter_context(closing(TantivyIndex(at / "index", _theirs(documents, meaning, files, at))))
        elastic = stack.enter_context(_elastic(services.elasticsearch, f"{name}-ours", meaning, files))
        fill(tantivy, documents)
        fill(elastic, documents)
        for engine, searches in zip(ENGINES, (ours(tantivy, meaning), ours(elastic, meaning)), strict=True):
            found += [Stage(stage, engine, search) for stage, search in searches.items()]
        yield found


def fill(index: SearchIndex, documents: Sequence[Document]) -> None:
    for begin in range(0, len(documents), AT_ONCE):
        index.put(documents[begin : begin + AT_ONCE], position=1)


def ours(index: SearchIndex, meaning: Meaning | None = None) -> Mapping[str, Search]:
    """The stages of the product on an index that has the documents, and their vectors if there is a `meaning`."""
    reference = Reference(index, meaning, lambda: 1, lambda: datetime.now(UTC))
    by_words = Finder(index, reference)
    ways = {
        WORDS: _asking(by_words),
        SPELLING: _asking(by_words, Thesaurus(())),
        THESAURUS: _asking(by_words, _thesaurus()),
    }
    if meaning is not None:
        by_both = Finder(index, reference, meaning, in_order=False)
        ways |= {MEANING: _asking(by_both), ALL: _asking(by_both, _thesaurus())}
        ways[ORDER] = _asking(Finder(index, reference, meaning), _thesaurus())
    return ways


@cache
def _thesaurus() -> Thesaurus:
    """The one that comes with the product."""
    return Thesaurus(shipped())


def learned(embedder: Embedder, documents: Sequence[Document], vectors: Path) -> tuple[Meaning, VectorFiles]:
    """With the vectors of the documents kept in the folder; those of an earlier time are used again."""
    meaning = Meaning(embedder, files := VectorFiles(vectors), remembered=0)  # the model is waited for, and timed
    with alone(vectors):
        meaning.learn(documents)
    return meaning, files


def _theirs(documents: Sequence[Document], meaning: Meaning, files: VectorFiles, at: Path) -> VectorFiles:
    """The vectors of these documents alone: this engine compares a query with all that are in its files, and those that
    are kept from one time to the next are of all collections."""
    theirs = VectorFiles(at / "vectors")
    texts = {passage for document in documents for passage in of_languages(passages(document))}
    theirs.keep(meaning.model, files.get(meaning.model, texts))
    return theirs


def _asking(finder: Finder, thesaurus: Thesaurus | None = None) -> Search:
    return lambda query: _ids(finder.search(query, SCOPE, thesaurus))


def _ids(page: Page) -> list[str]:
    if page.degraded:
        raise RuntimeError("Only a part of the index answered: these would be figures of the machine.")
    return [hit.document.id for hit in page.hits]


@contextmanager
def _elastic(server: str, alias: str, meaning: Meaning, files: VectorFiles) -> Generator[ElasticIndex]:
    """An empty index, gone at the end. The machine may be busy: it is waited for longer than a reader would."""
    index = ElasticIndex(
        (server,),
        alias,
        replicas=0,
        model=meaning.model,
        vectors=files,
        search_s=ANSWER_S,
        write_s=ANSWER_S,
    )
    try:
        with closing(index):
            yield index
    finally:
        with Elasticsearch(server, request_timeout=ANSWER_S) as elastic:
            for name in elastic.indices.get(index=f"{alias}-*"):
                elastic.indices.delete(index=name)
