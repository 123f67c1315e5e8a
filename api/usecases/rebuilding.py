"""The search index made anew from the events, beside the one in use, which it then takes the place of."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from api.wiring import System
from projections import dead_letters
from projections.dead_letters import DeadLetter, DeadLetters
from projections.rebuild import Rebuild, Rebuilt
from projections.search_feed import SearchFeed
from projections.views import Views
from store.database import SqliteFile


def rebuild_index(
    system: System, told: Callable[[int], None] = lambda _: None
) -> tuple[Rebuilt, float, Sequence[DeadLetter]]:
    """What came of it, how many seconds the building took, and what could not be applied. `told` hears the position
    after each batch. To be called by whoever holds `system.rebuilding`. Raises `Differs`."""
    with (
        TemporaryDirectory() as folder,
        closing(SqliteFile(Path(folder) / "aside.sqlite", *dead_letters.SCHEMA, durable=False)) as file,
    ):
        # Kept apart until the switch: a rebuild that is stopped half-way leaves everything as it was.
        aside = DeadLetters(Views(file))
        with closing(Rebuild(system.store, system.catalogue, system.index, aside, system.meaning)) as rebuild:
            begun = monotonic()
            rebuild.build(told)
            took_s = monotonic() - begun
            built = rebuild.switch()
        letters = aside.all()
    # The other projections go on from where they were: what they put aside is still so.
    system.dead_letters.clear(SearchFeed.name)
    for letter in letters:
        system.dead_letters.put_aside(letter.projection, letter.position, letter.topic, letter.reason)
    return built, took_s, letters
