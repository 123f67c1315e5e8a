"""`ElasticIndex`: the search index in an Elasticsearch cluster, shared by any number of processes."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore, RLock
from typing import Any, cast

from search import elastic_bulk, elastic_mapping, elastic_near, elastic_query
from search.breaker import Breaker
from search.elastic_indexes import BUILDING, Indexes
from search.elastic_link import client, within
from search.embedder import Model
from search.fields import counted_facets, newest
from search.highlight import Marker
from search.index import (
    MAX_LIMIT,
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
    preferring,
)
from search.planner import words
from search.suggesting import suggestions
from search.vectors import VectorCache

SEARCH_S = 2.0
"""A reader's whole wait, whatever the server does."""
SHARDS_MS = 1_500
"""After this long the shards answer with what they have found; the rest of the wait is for bringing it here."""
WRITE_S = 15.0
"""A request that writes: five megabytes are indexed, synced to the disks of all copies and made visible, on a cluster
that may be merging or choosing a new leader meanwhile."""
READERS = 16
"""Searches under way at once; with a server that hangs, no more threads than these wait for it."""
SEAT_S = 0.25
"""How long another one waits to be among them."""


class ElasticIndex:
    """An index behind an alias of a cluster. Nothing is connected to before it is asked, and every process that has
    the alias follows it to the index that was adopted last.

    `addresses` as `https://host:9200`, in which a user and password may stand; `ca` a file of the certificates that a
    server's must descend from, in place of those the system trusts. `refresh` as Elasticsearch writes durations. What
    is put has with it those `vectors` of the `model` that are known.
    """

    def __init__(
        self,
        addresses: Sequence[str],
        alias: str,
        *,
        api_key: str | None = None,
        ca: Path | None = None,
        shards: int = 1,
        replicas: int = 1,
        refresh: str = "1s",
        model: Model | None = None,
        vectors: VectorCache | None = None,
        search_s: float | None = None,
        write_s: float = WRITE_S,
    ) -> None:
        self._elastic = client(addresses, api_key, ca)
        self._indexes = Indexes(self._elastic, alias, shards, replicas, refresh)
        self._model, self._vectors = model, vectors
        self._search_s, self._write_s = search_s or SEARCH_S, write_s
        self._breaker, self._seats, self._lock = Breaker(), BoundedSemaphore(READERS), RLock()
        self._alias = alias
        self._owner = True
        self._building: str | None = None
        self._name: str | None = None
        self._ready = set[str]()

    @property
    def position(self) -> int:
        """As the port says. Makes an empty index where there is none."""
        with self._reading():
            return self._read_position()[1]

    def put(self, documents: Sequence[Document], position: int) -> None:
        """As the port says; also raises `SearchUnavailable` when another index was adopted since this process read the
        position or put, for it may be less far. Only whoever puts reads the position of this object."""
        rows = self._lines(documents)
        with self._lock:
            with within(self._write_s):
                before, (name, _) = self._name or "", self._read_position()
            if before not in ("", name):
                raise _replaced()
            went_to = self._write(name, rows)
            with within(self._write_s):
                went_to.add(self._write_position(name, position))
            if went_to != {name}:
                raise _replaced()
        self._breaker.succeeded()

    def take_vectors(self, documents: Sequence[Document]) -> None:
        rows = self._lines(documents)
        with self._lock:
            with within(self._write_s):
                name, _ = self._read_position()
            if self._write(name, rows) - {name}:
                raise _replaced()
        self._breaker.succeeded()

    def search(self, query: Query, scope: Scope) -> Page:
        """As the port says. Raises `ValueError` for a filter on what is no facet."""
        clauses = clauses_of(query)
        asked = elastic_query.asked(clauses)
        searches = [elastic_query.page(query, asked, scope), *elastic_query.counting(query, asked, scope)]
        if not scope or (query.text.strip() and asked is None):
            return Page(0, (), NOTHING_COUNTED)
        answers = self._asked([{**search, "timeout": f"{SHARDS_MS}ms"} for search in searches], _scoring(query, scope))
        marker = Marker(clauses, query)
        found = [elastic_mapping.document(hit) for hit in answers[0]["hits"]["hits"]]
        hits = tuple(map(marker.hit, found))
        total, facets = answers[0]["hits"]["total"]["value"], elastic_query.counts(answers)
        return Page(total, hits, facets, degraded=any(map(_in_part, answers)))

    def candidates(self, query: Query, scope: Scope, near: Near, top: int) -> Candidates:
        words = elastic_query.asked(clauses_of(query))
        searches = elastic_near.searches(query, words, scope, near, top)
        if not scope:
            return Candidates()
        timed = [{**search, "timeout": f"{SHARDS_MS}ms"} for search in searches]
        how = _scoring(query, scope)
        answers = self._answers(timed, [{} if "knn" in search else how for search in searches])
        return elastic_near.candidates(answers, degraded=any(map(_in_part, answers)))

    def chosen(self, keys: Sequence[Key], scope: Scope, at: datetime, counted: Sequence[Key] = ()) -> Chosen:
        both = list(dict.fromkeys((*keys, *counted)))
        if not scope or not both:
            return Chosen()
        [answer] = self._asked([elastic_query.chosen(both, scope, at)], {})
        hits = {elastic_mapping.key_of(hit): hit for hit in answer["hits"]["hits"]}
        return Chosen(
            tuple(elastic_mapping.document(hits[each]) for each in keys if each in hits),
            counted_facets(elastic_mapping.facets(hits[each]) for each in counted if each in hits),
        )

    def sample(self, scope: Scope, at: datetime, top: int) -> tuple[Document, ...]:
        if not scope or top <= 0:
            return ()
        [answer] = self._asked([elastic_query.drawn(scope, at, top)], {})
        return tuple(map(elastic_mapping.document, answer["hits"]["hits"]))

    def suggest(
        self,
        typed: str,
        scope: Scope,
        at: datetime,
        prefer: Lang = "en",
        limit: int = 8,
        without: frozenset[str] = frozenset(),
    ) -> tuple[Suggestion, ...]:
        begun, langs = words(typed), preferring(prefer)
        if not begun or not scope:
            return ()
        answers = self._asked([elastic_query.beginning(begun, lang, scope, at, without) for lang in langs], {})
        found = [[elastic_mapping.document(hit) for hit in answer["hits"]["hits"]] for answer in answers]
        return suggestions(begun, zip(langs, found, strict=True), min(limit, MAX_LIMIT))

    def documents(self) -> Iterator[Document]:
        """As the port says, as they all were at the first."""
        return elastic_bulk.read(self._elastic, self._alias, refresh=self._building is not None)

    def fresh(self) -> "ElasticIndex":
        with within(self._write_s):
            name = self._indexes.fresh()
        beside = copy(self)
        beside._lock, beside._owner = RLock(), False
        beside._building, beside._name, beside._alias = name, name, name + BUILDING
        return beside

    def adopt(self, fresh: "ElasticIndex") -> None:
        """As the port says. Raises `ValueError` for an index that is in use already."""
        if fresh._building is None:
            raise ValueError("This index is in use already; make another with fresh().")
        with self._lock, fresh._lock:
            with within(2 * self._write_s):
                self._indexes.use(fresh._building)
            self._name = fresh._building
            fresh._alias, fresh._building = self._alias, None

    def tidy(self) -> int:
        with within(self._write_s):
            return self._indexes.tidy()

    def close(self) -> None:
        """An index that was never adopted goes altogether, as soon as Elasticsearch can be reached: now, or with the
        next `fresh`."""
        if self._building is not None:
            with suppress(SearchUnavailable), within(self._write_s):
                self._indexes.remove(self._building)
        elif self._owner:
            self._elastic.close()

    def _read_position(self) -> tuple[str, int]:
        """The index the alias stands for at this moment, which is remembered as `_name`, and its position.

        The position is kept under the concrete name: one written while the alias moves is not taken for another's.
        """
        for _ in range(3):
            name = self._name or self._indexes.in_use()
            kept = self._elastic.options(ignore_status=404).get(index=self._alias, id=_position_id(name)).body
            if "_index" not in kept:
                if self._building is not None:
                    raise SearchUnavailable("This index was removed before it was adopted.")
                self._name = None
                continue
            self._indexes.check_make(str(kept["_index"]))
            self._name = str(kept["_index"])
            if self._name == name:
                return name, int(kept["_source"]["position"]) if kept["found"] else 0
        raise SearchUnavailable("The search index is being replaced.", 1)

    def _write_position(self, name: str, position: int) -> str:
        """The concrete index it went to."""
        answer = self._elastic.options(ignore_status=409).index(
            index=self._alias,
            id=_position_id(name),
            document={"position": position},
            version=position,
            version_type="external_gte",
            require_alias=True,
            timeout=elastic_bulk.SHARD_WAIT,
        )
        return str(answer["error"]["index"] if "error" in answer else answer["_index"])

    def _lines(self, documents: Sequence[Document]) -> elastic_bulk.Lines:
        """Raises `ValueError` for a text that is not Unicode."""
        kept = newest(documents)
        return elastic_bulk.lines(kept, elastic_near.attached(kept.values(), self._model, self._vectors))

    def _write(self, name: str, rows: elastic_bulk.Lines) -> set[str]:
        """The concrete indexes they went to."""
        if self._model is not None and name not in self._ready:
            with within(self._write_s):
                self._elastic.indices.put_mapping(index=name, properties=elastic_near.mapping(self._model))
            self._ready.add(name)
        visible = self._building is None
        return elastic_bulk.write(self._elastic, self._alias, rows, refresh=visible, request_s=self._write_s)

    def _asked(self, searches: Sequence[dict[str, Any]], how: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
        """The answers, in one exchange. `how` goes for each of them."""
        if len(searches) > 1:
            return self._answers(searches, [how] * len(searches))
        with self._reading():
            return [self._elastic.search(index=self._alias, body=searches[0], **cast(Any, how)).body]

    def _answers(
        self, searches: Sequence[dict[str, Any]], hows: Sequence[Mapping[str, str]]
    ) -> list[Mapping[str, Any]]:
        with self._reading():
            lines: list[Mapping[str, Any]] = [line for pair in zip(hows, searches, strict=True) for line in pair]
            answers = self._elastic.msearch(index=self._alias, searches=lines)["responses"]
            answers = [elastic_near.NONE if elastic_near.unknown(answer) else answer for answer in answers]
            if any("error" in answer for answer in answers):
                raise SearchUnavailable("Elasticsearch cannot answer now.")
            return answers

    @contextmanager
    def _reading(self) -> Generator[None]:
        """What a reader waits for: bounded in time and in number, and not at all while the breaker is open."""
        if not self._seats.acquire(timeout=SEAT_S):
            raise SearchUnavailable("Too many searches are waiting.", 1)
        try:
            with self._breaker.guard(), within(self._search_s):
                yield
        finally:
            self._seats.release()


def _replaced() -> SearchUnavailable:
    return SearchUnavailable("The search index was replaced; the new one goes on from its own position.", 1)


def _scoring(query: Query, scope: Scope) -> Mapping[str, str]:
    return {"search_type": "dfs_query_then_fetch", "preference": elastic_query.same_copies(query, scope)}


def _position_id(name: str) -> str:
    return f"position:{name}"


def _in_part(answer: Mapping[str, Any]) -> bool:
    return bool(answer["timed_out"]) or answer["_shards"]["failed"] > 0
