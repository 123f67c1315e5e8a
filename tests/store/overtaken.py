"""A race that comes out the same each time."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from store.database import Database, Session


class Overtaken:
    """Rows on which something else happens just before each change."""

    def __init__(self, rows: Database, act: Callable[[], object]) -> None:
        self._rows = rows
        self._act = act

    def reading(self) -> AbstractContextManager[Session]:
        return self._rows.reading()

    def writing(self) -> AbstractContextManager[Session]:
        self._act()
        return self._rows.writing()

    def wipe(self) -> None:
        self._rows.wipe()
