"""`TantivyIndex`: the search index inside the process, on disk beside the events and rebuildable from them."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import structlog
import tantivy

from search import tantivy_query as ask
from search.generation import Damaged, Generation, document, write_whole
from search.highlight import Marker
from search.index import (
    FACETS,
    LANGS,
    MAX_LIMIT,
    MAX_OFFSET,
    Document,
    Hit,
    Lang,
    Page,
    Query,
    Scope,
    SearchUnavailable,
    Suggestion,
    preferring,
)
from search.planner import plan, words

log = structlog.get_logger()

MOST_VALUES = 200
SPARE = 100
"""Hits read beyond a page, so that those with equal scores are in the same order on every page."""


class TantivyIndex:
    """Generations of an index in one folder; the file `current` names the one in use.

    A generation is named after schema and analysis: another program's is not read by mistake. One that is damaged or of
    another make is put away and an empty one opened, which the projector fills again from position 0.
    """

    def __init__(self, folder: Path, *, writable: bool = True) -> None:
        self._folder = folder
        self._writable = writable
        folder.mkdir(parents=True, exist_ok=True)
        self._now = self._open()
        if writable:
            self._use(self._now)
            for left in self._generations():
                if left != self._now.folder:
                    shutil.rmtree(left, ignore_errors=True)

    def _open(self) -> Generation:
        current = self._folder / "current"
        name = current.read_text("utf-8", "replace").strip()[:100] if current.is_file() else ""
        known = name.startswith(_make()) and name == Path(name).name and (self._folder / name).is_dir()
        if known:
            try:
                return Generation(self._folder / name)
            except Damaged as error:
                log.warning("search index is damaged and filled anew", generation=name, why=str(error))
        elif name:
            log.warning("search index is of another make and filled anew", generation=name)
        if not self._writable:
            raise SearchUnavailable("There is no search index here yet. Start the server: it makes one.")
        return self._new()

    def _new(self) -> Generation:
        number = 1 + max((int(p.name.rpartition("-")[2]) for p in self._generations()), default=0)
        return Generation(self._folder / f"{_make()}-{number}")

    def _generations(self) -> list[Path]:
        return [p for p in self._folder.iterdir() if p.is_dir() and p.name.rpartition("-")[2].isdigit()]

    def _use(self, generation: Generation) -> None:
        write_whole(self._folder / "current", generation.folder.name)
        self._now = generation

    @property
    def position(self) -> int:
        return self._now.position if self._writable else self._now.read_position()

    def put(self, documents: Sequence[Document], position: int) -> None:
        if not self._writable:
            raise SearchUnavailable("Another process writes this search index.")
        self._now.put(documents, position)

    def documents(self) -> Iterator[Document]:
        yield from self._now.documents()

    def search(self, query: Query, scope: Scope) -> Page:
        now = self._now
        clauses = plan(query.text)
        asked = ask.asked(now.schema, clauses)
        if not scope or (query.text.strip() and asked is None):
            return Page(0, (), dict.fromkeys(FACETS, ()))
        fixed = ask.admitted(now.schema, scope, query.at) + ask.happened(now.schema, query.year_from, query.year_to)
        searcher = now.searcher(refreshed=not self._writable)
        whole = ask.within(asked, fixed + ask.filtered(now.schema, query.filters))
        total, rows = _rows(searcher, whole, query, by_score=asked is not None)
        marker = Marker(searcher, now.schema, clauses, query)
        hits = tuple(Hit(d, *marker.mark(row, d)) for row, d in ((row, document(row)) for row in rows))
        return Page(total, hits, _counts(searcher, now.schema, asked, fixed, query))

    def suggest(
        self, typed: str, scope: Scope, at: datetime, prefer: Lang = "en", limit: int = 8
    ) -> tuple[Suggestion, ...]:
        now, begun = self._now, words(typed)
        if not begun or not scope:
            return ()
        searcher = now.searcher(refreshed=not self._writable)
        found: dict[str, Suggestion] = {}
        for lang in preferring(prefer):
            begins = ask.within(ask.begins(now.schema, begun, lang), ask.admitted(now.schema, scope, at))
            documents = [document(searcher.doc(address)) for _, address in searcher.search(begins, SPARE).hits]
            suggested = [Suggestion(d.thing, d.kind, lang, d.title[lang]) for d in documents]
            for suggestion in sorted(suggested, key=lambda s: (s.title.casefold(), s.thing)):
                found.setdefault(suggestion.thing, suggestion)
        return tuple(found.values())[:limit]

    def fresh(self) -> "TantivyIndex":
        if not self._writable:
            raise SearchUnavailable("Another process writes this search index.")
        beside = object.__new__(TantivyIndex)
        beside._folder, beside._writable, beside._now = self._folder, True, self._new()
        return beside

    def adopt(self, fresh: "TantivyIndex") -> None:
        old = self._now
        self._use(fresh._now)
        # Searches under way keep the old files open; they vanish with the last of them.
        old.remove()

    def close(self) -> None:
        self._now.close()


def _make() -> str:
    """The name of this schema and analysis."""
    schema = repr((ask.VERSION, FACETS, LANGS, sorted(ask.TOKENIZERS), version("tantivy")))
    return sha256(schema.encode()).hexdigest()[:12]


def _rows(searcher: tantivy.Searcher, whole: tantivy.Query, query: Query, *, by_score: bool) -> tuple[int, list[Any]]:
    """How many there are, and the rows of the page. Without words to score by, the newest come first."""
    limit, offset = min(query.limit, MAX_LIMIT), min(query.offset, MAX_OFFSET)
    sort = "newest" if query.sort == "relevance" and not by_score else query.sort
    order: dict[str, Any] = {}
    if sort != "relevance":
        direction = tantivy.Order.Desc if sort == "newest" else tantivy.Order.Asc
        order = {"order_by_field": "released_at", "order": direction}
    # tantivy panics at a limit of 0.
    found: Any = searcher.search(whole, offset + limit + SPARE, **order)
    rows: list[tuple[tuple[float, int, str], Any]] = []
    for score, address in found.hits if limit else ():
        row: Any = searcher.doc(address)
        released_at = int(row.get_first("released_at"))
        by_sort = -round(float(score), 4) if sort == "relevance" else 0.0
        rows.append(((by_sort, released_at if sort == "oldest" else -released_at, row.get_first("id")), row))
    rows.sort(key=lambda r: r[0])
    return found.count or 0, [row for _, row in rows[offset : offset + limit]]


def _counts(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    asked: tantivy.Query | None,
    fixed: list[tantivy.Query],
    query: Query,
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Every facet, counted under all filters but its own: one aggregation for those without a filter of their own and
    one for each that has."""
    counts: dict[str, tuple[tuple[str, int], ...]] = dict.fromkeys(FACETS, ())
    alone = [([facet], {f: v for f, v in query.filters.items() if f != facet}) for facet in query.filters]
    for facets, filters in [([f for f in FACETS if f not in query.filters], query.filters), *alone]:
        within = ask.within(asked, fixed + ask.filtered(schema, filters))
        wanted = {facet: {"terms": {"field": f"facet_{facet}", "size": MOST_VALUES}} for facet in facets}
        answers: dict[str, Any] = cast(Any, searcher).aggregate(within, wanted) if wanted else {}
        for facet, answer in answers.items():
            values = ((str(b["key"]), int(b["doc_count"])) for b in answer["buckets"])
            counts[facet] = tuple(sorted(values, key=lambda v: (-v[1], v[0])))
    return counts
