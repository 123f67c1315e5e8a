"""A race that comes out the same each time."""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from store.database import Database, Row, Session


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


class Overtaking(Overtaken):
    """Rows on which something else happens before each statement of one that reads, and not before a change."""

    @contextmanager
    def reading(self) -> Generator[Session]:
        with self._rows.reading() as db:
            yield _Interrupted(db, self._act)

    def writing(self) -> AbstractContextManager[Session]:
        return self._rows.writing()


class _Interrupted:
    def __init__(self, db: Session, act: Callable[[], object]) -> None:
        self._db = db
        self._act = act

    def execute(self, statement: str, params: Sequence[Any] = ()) -> list[Row]:
        self._act()
        return self._db.execute(statement, params)
