"""`TantivyIndex`: the search index inside the process, on disk beside the events and rebuildable from them."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import RLock

from tantivy import Order, Schema
from tantivy import Query as Rendered

from search import tantivy_near, tantivy_page, tantivy_suggest
from search import tantivy_query as ask
from search.fields import counted_facets, in_order, key
from search.generation import Generation
from search.generations import Generations
from search.highlight import Marker
from search.index import (
    NOTHING_COUNTED,
    Candidates,
    Chosen,
    Document,
    Key,
    Lang,
    Near,
    Page,
    Query,
    Scope,
    SearchUnavailable,
    Suggestion,
    clauses_of,
)
from search.planner import Clause
from search.vectors import VectorFiles


class TantivyIndex:
    """An index in a folder, or (`writable=False`) a view of one that another process writes.

    One that is damaged, or made by another version of the program, is put aside with a warning and an empty one opened
    at position 0, which whoever follows the position fills again. A view writes nothing, sees every commit and every
    adoption of the writing process, and raises `SearchUnavailable` from its searches while there is nothing to see.
    """

    def __init__(self, folder: Path, vectors: VectorFiles | None = None, *, writable: bool = True) -> None:
        self._generations = Generations(folder)
        self._vectors = vectors
        self._writable = writable
        self._lock = RLock()
        self._opened: Generation | None = self._generations.open_or_make() if writable else None
        self._adopted = True

    @property
    def position(self) -> int:
        if self._writable:
            return self._now().position
        try:
            return self._now().read_position()
        except SearchUnavailable:
            return 0

    def put(self, documents: Sequence[Document], position: int) -> None:
        with self._lock:
            self._to_write().put(documents, position)

    def documents(self) -> Iterator[Document]:
        yield from self._now().documents()

    def search(self, query: Query, scope: Scope) -> Page:
        """As the port says. Raises `ValueError` for a filter on what is no facet."""
        now = self._now()
        schema, searcher, clauses = now.schema, now.searcher(), clauses_of(query)
        words, fixed, conditions = _conditions(schema, query, scope, clauses)
        if not scope or (query.text.strip() and words is None):
            return Page(0, (), NOTHING_COUNTED)
        whole = ask.within(words, conditions)
        total, documents = tantivy_page.documents(searcher, whole, query, by_score=words is not None)
        marker = Marker(clauses, query)
        hits = tuple(map(marker.hit, documents))
        return Page(total, hits, tantivy_page.counts(searcher, schema, words, fixed, query))

    def candidates(self, query: Query, scope: Scope, near: Near, top: int) -> Candidates:
        now = self._now()
        schema, searcher = now.schema, now.searcher()
        words, fixed, conditions = _conditions(schema, query, scope, clauses_of(query))
        if not scope:
            return Candidates()
        found = Candidates(
            near=tantivy_near.nearest(searcher, schema, conditions, self._vectors, near, top) if self._vectors else {},
            written=tantivy_page.written(searcher, ask.within(None, conditions)),
        )
        if words is None:
            return found
        total, best = tantivy_near.best(searcher, ask.within(words, conditions), top)
        counted = tantivy_page.counts(searcher, schema, words, fixed, query)
        return replace(found, words=best, total=total, facets=counted)

    def chosen(self, keys: Sequence[Key], scope: Scope, at: datetime, counted: Sequence[Key] = ()) -> Chosen:
        now = self._now()
        if not scope:
            return Chosen()
        schema, searcher = now.schema, now.searcher()
        admitted = ask.admitted(schema, scope, at, frozenset())
        addresses = tantivy_near.all_of(searcher, ask.within(ask.chosen(schema, keys), admitted)) if keys else ()
        found = in_order((ask.document(searcher.doc(address)) for address in addresses), keys)
        if set(counted) <= set(keys):
            wanted = set(counted)
            return Chosen(found, counted_facets(each.facets for each in found if key(each.id) in wanted))
        return Chosen(found, tantivy_page.counts(searcher, schema, ask.chosen(schema, counted), admitted, Query(at)))

    def sample(self, scope: Scope, at: datetime, top: int) -> tuple[Document, ...]:
        now = self._now()
        if not scope or top <= 0:
            return ()
        admitted = ask.within(None, ask.admitted(now.schema, scope, at, frozenset()))
        searcher = now.searcher()
        hits = searcher.search(admitted, top, order_by_field="key", order=Order.Asc).hits
        return tuple(ask.document(searcher.doc(address)) for _, address in hits)

    def take_vectors(self, documents: Sequence[Document]) -> None:
        """Nothing to do: the index has the passages, and the files the vectors."""

    def suggest(
        self,
        typed: str,
        scope: Scope,
        at: datetime,
        prefer: Lang = "en",
        limit: int = 8,
        without: frozenset[str] = frozenset(),
    ) -> tuple[Suggestion, ...]:
        now = self._now()
        return tantivy_suggest.suggested(now.searcher(), now.schema, typed, scope, at, prefer, limit, without)

    def fresh(self) -> "TantivyIndex":
        self._to_write()
        beside = TantivyIndex.__new__(TantivyIndex)
        beside._generations, beside._vectors = self._generations, self._vectors
        beside._writable, beside._lock = True, RLock()
        beside._opened, beside._adopted = self._generations.make(), False
        return beside

    def adopt(self, fresh: "TantivyIndex") -> None:
        """As the port says. Raises `ValueError` for an index that is in use already."""
        if fresh._adopted:
            raise ValueError("This index is in use already; make another with fresh().")
        with self._lock:
            old, new = self._to_write(), fresh._to_write()
            self._generations.use(new)
            self._opened, fresh._adopted = new, True
            old.close()

    def tidy(self) -> int:
        with self._lock:
            self._to_write()
            return self._generations.tidy()

    def close(self) -> None:
        """An index that was never adopted goes altogether."""
        if self._opened is None:
            return
        if self._adopted:
            self._opened.close()
        else:
            self._opened.remove()

    def _to_write(self) -> Generation:
        if not self._writable:
            raise SearchUnavailable("Another process writes this search index.")
        return self._now()

    def _now(self) -> Generation:
        """The generation in use; for a view the one that is in use by the writing process at this moment."""
        if self._writable and self._opened is not None:
            return self._opened
        with self._lock:
            if self._opened is not None and self._generations.in_use() == self._opened.folder.name:
                # Gone when it was removed since the name was read; then another one is in use.
                with suppress(ValueError, OSError):
                    self._opened.refresh()
                    return self._opened
            self._opened = self._generations.open()
            return self._opened


def _conditions(
    schema: Schema, query: Query, scope: Scope, clauses: Sequence[Clause]
) -> tuple[Rendered | None, list[Rendered], list[Rendered]]:
    """The words; the conditions that no count goes without; and those together with the filters."""
    fixed = ask.admitted(schema, scope, query.at, query.without)
    fixed += ask.happened(schema, query.year_from, query.year_to)
    return ask.asked(schema, clauses), fixed, fixed + ask.filtered(schema, query.filters)
