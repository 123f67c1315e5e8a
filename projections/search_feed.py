"""Fills the search index: for every thing an event touched, its documents as the write model has them now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from uuid import UUID

from domain.aggregate import Aggregate
from domain.case import Case
from domain.cluster import Cluster
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.programme import Programme
from projections.catalogue import Catalogue
from projections.documents import (
    case_documents,
    cluster_documents,
    lesson_documents,
    process_documents,
    programme_documents,
    tells,
)
from projections.projection import Recorded, TryAgain
from search.index import Document, SearchIndex, SearchUnavailable
from store.event_store import EventStore, UnreadableEvent

MOVING = ("cluster", "programme", "redaction")
"""Kinds of what changes the documents of the things that name it."""
LOADED = 500
"""Things that are looked at before those around them are loaded anew."""


class SearchFeed:
    """Relies on the catalogue being as far: a cluster that is renamed has its lessons and cases made anew as well.

    In a rebuild of an empty index, `once_until` is the newest position when it begins: up to there each thing is made
    once, from its state now, in which all its events up to there are.
    """

    name = "search"

    def __init__(self, store: EventStore, catalogue: Catalogue, index: SearchIndex, *, once_until: int = 0) -> None:
        self._store = store
        self._catalogue = catalogue
        self._index = index
        self._once_until = once_until
        self._made: set[UUID] = set()

    @property
    def position(self) -> int:
        try:
            return self._index.position
        except SearchUnavailable as error:
            raise TryAgain(str(error)) from error

    def apply(self, events: Sequence[Recorded], position: int) -> None:
        telling = [e for e in events if tells(e.event)]
        new = [e for e in telling if e.position > self._once_until]
        unmade = (e for e in telling if e.aggregate_id not in self._made)
        touched = dict.fromkeys(id for e in [*unmade, *new] for id in e.touched)
        moved = [id for e in new if e.event.topic.partition(".")[0] in MOVING for id in e.touched]
        beside = dict.fromkeys(thing for id in dict.fromkeys(moved) for thing in self._catalogue.naming(id))
        around = _Around(self._store, self._readable(beside) | self._store.find_many(touched))
        things = [around.get(id) for id in touched] + [around.readable(id) for id in beside if id not in touched]
        documents = [d for thing in things for d in self._documents(thing, around, position)]
        try:
            self._index.put(documents, position)
        except SearchUnavailable as error:
            raise TryAgain(str(error)) from error
        if position <= self._once_until:
            self._made.update(touched)

    def documents_of(self, ids: Iterable[UUID], version: int = 0) -> Iterator[Document]:
        """The documents that the things have now, in the order of the ids; things that cannot be read have none."""
        left = iter(ids)
        while some := list(islice(left, LOADED)):
            around = _Around(self._store, self._readable(some))
            for id in some:
                yield from self._documents(around.readable(id), around, version)

    def _readable(self, ids: Iterable[UUID]) -> dict[UUID, Aggregate]:
        """All of them at once, or, when one of them is damaged, none."""
        try:
            return self._store.find_many(ids)
        except UnreadableEvent:
            return {}

    def _documents(self, thing: Aggregate | None, around: "_Around", version: int) -> list[Document]:
        match thing:
            case Lesson():
                return lesson_documents(thing, around, version)
            case Case():
                return case_documents(thing, around, version)
            case ForesightProcess():
                return process_documents(thing, around, version)
            case Cluster():
                return cluster_documents(self._store.events(thing.id), around, version)
            case Programme():
                return programme_documents(self._store.events(thing.id), version)
            case _:
                return []


class _Around:
    """The write model, each thing loaded once a batch."""

    def __init__(self, store: EventStore, loaded: Mapping[UUID, Aggregate]) -> None:
        self._store = store
        self._loaded: dict[UUID, Aggregate | None] = dict(loaded)

    def get(self, id: UUID) -> Aggregate | None:
        if id not in self._loaded:
            self._loaded[id] = self._store.find_any(id)
        return self._loaded[id]

    def readable(self, id: UUID) -> Aggregate | None:
        """As `get`; None for what is damaged: its own events are put aside, those of others are not."""
        try:
            return self.get(id)
        except UnreadableEvent:
            return None

    def cluster(self, id: UUID) -> Cluster | None:
        found = self.readable(id)
        return found if isinstance(found, Cluster) else None

    def programme_code(self, id: UUID) -> str | None:
        found = self.readable(id)
        return found.code if isinstance(found, Programme) else None
