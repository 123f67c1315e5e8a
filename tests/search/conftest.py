"""Every adapter of the port, and documents to put into them. A test that takes `index` runs once for each adapter."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from search.embedded import TantivyIndex
from search.index import Document, Page, Query, SearchIndex

THESAURUS = {
    ("klyngeleder",): (("klyngelederen",), ("cluster", "manager")),
    ("cluster", "manager"): (("klyngeleder",), ("klyngelederen",)),
    ("centre", "of", "expertise"): (("nce",),),
}
ADAPTERS: dict[str, Callable[[Path], SearchIndex]] = {
    "tantivy": lambda folder: TantivyIndex(folder, thesaurus=THESAURUS),
}

RELEASED = datetime(2010, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Make(Protocol):
    """A public lesson with an English title, but for what is said otherwise. `thing` is its name and in its id."""

    def __call__(self, thing: str, **differing: Any) -> Document: ...


class Find(Protocol):
    """Searches now, as the public, but for what is said otherwise."""

    def __call__(self, text: str = "", *, scope: tuple[str, ...] = ("public",), **asked: Any) -> Page: ...


@pytest.fixture(params=sorted(ADAPTERS))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    opened = ADAPTERS[request.param](tmp_path / "index")
    yield opened
    opened.close()


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
        given: dict[str, Any] = {"at": NOW, "text": text}
        return index.search(Query(**(given | asked)), frozenset(scope))

    return search


@pytest.fixture
def things() -> Callable[[Page], list[str]]:
    """The things of a page, in its order."""
    return lambda page: [hit.document.thing for hit in page.hits]


@pytest.fixture
def now() -> datetime:
    return NOW
