"""Makes vectors of what is findable, at its own pace: no writer and no search waits for it."""

from collections.abc import Sequence
from threading import Event

from projections.documents import tells
from projections.projection import Recorded, TryAgain
from projections.search_feed import SearchFeed
from projections.views import Views
from search.index import SearchIndex, SearchUnavailable
from search.meaning import Meaning
from store.event_store import EventStore

NAME = "meaning"


class MeaningFeed:
    """Follows the search index. What it makes is kept by what it was made of: to go over the same events again makes
    nothing twice. `stopping` ends it between two passages.
    """

    def __init__(self, store: EventStore, feed: SearchFeed, index: SearchIndex, meaning: Meaning, views: Views) -> None:
        self._store, self._feed, self._index = store, feed, index
        self.meaning, self._views = meaning, views
        self.name = NAME
        self.stopping = Event()

    @property
    def position(self) -> int:
        return self._views.position(self._kept_as)

    def apply(self, events: Sequence[Recorded], position: int) -> None:
        before, touched = self.position, dict.fromkeys(id for e in events if tells(e.event) for id in e.touched)
        # As new as anything that anyone has put: made of events up to here at least.
        documents = list(self._feed.documents_of(touched, version=self._store.position))
        if not self.meaning.learn(documents, self.stopping.is_set):
            raise TryAgain("The process ends.")
        try:
            self._index.take_vectors(documents)
        except SearchUnavailable as error:
            raise TryAgain(str(error)) from error
        self._views.move(self._kept_as, position, since=before)

    def return_to(self, position: int) -> None:
        """Go over the events after this position again: an index that was built meanwhile may not have what was made
        since."""
        if position < self.position:
            self._views.note({self._kept_as: position})

    @property
    def _kept_as(self) -> str:
        """Another model begins anew."""
        return f"{NAME} {self.meaning.model.fingerprint}"
