"""A new search index beside the one in use, made from the log, and the switch to it once it says what the log says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import cast
from uuid import UUID

from projections.catalogue import Catalogue
from projections.dead_letters import DeadLetters
from projections.meaning_feed import MeaningFeed
from projections.runner import BATCH, Projector
from projections.search_feed import SearchFeed
from search.fields import digest
from search.index import Document, SearchIndex, SearchUnavailable
from store.event_store import EventStore

ROUNDS = 5
"""How often what differs is looked at again: the newest changes of others may still be on the way."""


class Differs(RuntimeError):
    """The new index does not hold what the log says; the one in use stays. `ids` names documents, a hundred at most."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        super().__init__("The new index does not hold what the log says. The old one goes on serving; rebuild again.")
        self.ids = ids


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`digest` is over the documents of the new index, `before` over those of the old one, None where there was none
    that could be read; both hexadecimal."""

    position: int
    documents: int
    digest: str
    before: str | None


class Rebuild:
    """`build`, then `switch`. Whoever stops in between leaves the index in use as it was; `close` drops the new one.

    The catalogue is brought up to the log on the way: what a document says of the things around it depends on it.
    """

    def __init__(
        self,
        store: EventStore,
        catalogue: Catalogue,
        index: SearchIndex,
        aside: DeadLetters,
        meaning: MeaningFeed | None = None,
    ) -> None:
        self._store = store
        self._meaning, self._meant = meaning, meaning.position if meaning else 0
        self._index = index
        self._aside = aside
        self._switched = False
        self._fresh = index.fresh()
        self._feed = SearchFeed(store, catalogue, self._fresh, once_until=store.position)
        self._projector = Projector(store, (catalogue, self._feed), aside)

    def build(self, progress: Callable[[int], None] = lambda _: None) -> None:
        """Everything up to the newest event. `progress` is told the position reached after each batch."""
        self._projector.catch_up(progress)

    def switch(self) -> Rebuilt:
        """Compare with the log, then search the new index. Raises `Differs`."""
        self._compare()
        self._projector.catch_up()
        before = self._before()
        self._index.adopt(self._fresh)
        if self._meaning:
            self._meaning.return_to(self._meant)
        self._switched = True
        counted = count()
        now = digest(document for document, _ in zip(self._fresh.documents(), counted, strict=False))
        return Rebuilt(self._fresh.position, next(counted), now, before)

    def _before(self) -> str | None:
        try:
            return digest(self._index.documents())
        except SearchUnavailable:
            return None

    def close(self) -> None:
        if not self._switched:
            self._fresh.close()

    def _compare(self) -> None:
        """Every document that the log gives, and no other, is there and says the same; but for those of things whose
        events were put aside."""
        differing = _differing(self._feed.documents_of(self._things()), self._fresh.documents())
        for _ in range(ROUNDS):
            things = {UUID(id.split(":")[1]) for id in differing} - self._given_up()
            if not things:
                return
            self._projector.catch_up()
            there = (d for d in self._fresh.documents() if UUID(d.thing) in things)
            differing = _differing(self._feed.documents_of(things), there)
        raise Differs(tuple(sorted(differing)[:100]))

    def _given_up(self) -> set[UUID]:
        rows = (row for letter in self._aside.all() for row in self._store.read(letter.position - 1, 1))
        return {cast(UUID, row.originator_id) for row in rows}

    def _things(self) -> Iterable[UUID]:
        """Each thing there is, once, in the order of its first event; what cannot be read is left out."""
        seen, position = set[UUID](), 0
        while rows := self._store.read(position, BATCH):
            position = rows[-1].id
            for row in rows:
                id = cast(UUID, row.originator_id)
                if id not in seen:
                    seen.add(id)
                    yield id


def _differing(expected: Iterable[Document], found: Iterable[Document]) -> set[str]:
    """Ids of documents that only one side has, or that say something else on the other."""
    said, there = ({d.id: digest((d,)) for d in side} for side in (expected, found))
    return {id for id in said.keys() | there.keys() if said.get(id) != there.get(id)}
