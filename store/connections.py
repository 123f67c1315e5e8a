"""Connections to one PostgreSQL database on which no wait is without end."""

from collections.abc import Generator
from contextlib import contextmanager
from math import inf
from select import POLLIN, poll
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from store.unavailable import NOTHING_KEPT, StoreFull, StoreUnavailable

SIZE = 10
PATIENCE_S = 4.0
CONNECT_S = 2
PLACE_S = 2.0
LOCK_S = 2.0
OPTIONS: dict[str, Any] = {
    "application_name": "laerdom",
    "autocommit": True,
    "row_factory": dict_row,
    "connect_timeout": CONNECT_S,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}
SESSION = (
    "SELECT set_config('search_path', %s, false), set_config('statement_timeout', %s, false),"
    " set_config('lock_timeout', %s, false), set_config('idle_in_transaction_session_timeout', %s, false),"
    " set_config('client_connection_check_interval', '1s', false)"
)
TROUBLE = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.UndefinedTable,
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.ReadOnlySqlTransaction,  # a standby, before it takes over
)
V = TypeVar("V")


class Bounded(psycopg.Connection[DictRow]):
    """Is cut at the instant `until`, in seconds of `time.monotonic`, whatever it is waiting for then: the server's own
    time limits are of no use against a server, or a network, that has stopped answering."""

    until: float = inf

    def wait(self, gen: PQGen[V], *args: Any, **kwargs: Any) -> V:
        return super().wait(self._cut_in_time(gen), *args, **kwargs)

    def _cut_in_time(self, gen: PQGen[V]) -> PQGen[V]:
        try:
            self._check_time()
            wanted = next(gen)
            while True:
                ready = yield wanted  # comes back at least every tenth of a second, ready or not
                self._check_time()
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value

    def _check_time(self) -> None:
        if monotonic() >= self.until:
            self.close()
            raise psycopg.OperationalError("The server did not answer in time.")

    @property
    def alive(self) -> bool:
        """Without asking: a connection at rest has nothing to say, unless that it is over."""
        if self.closed:
            return False
        look = poll()
        look.register(self.fileno(), POLLIN)
        return not look.poll(0)


class Postgres:
    """At most `size` connections to the database at `url`, tables looked for in `schema` alone.

    Waiting for a connection takes at most 2 s, for a lock 2 s, and a use of a connection, both included, `patience_s`;
    then it raises `StoreUnavailable`. Whoever opens it closes it; all methods may be called from any thread.
    """

    def __init__(self, url: str, *, schema: str = "public", size: int = SIZE, patience_s: float = PATIENCE_S) -> None:
        self.url = url
        self.schema = schema
        self._patience_s = patience_s
        self._pool = ConnectionPool(
            url,
            connection_class=Bounded,
            kwargs=OPTIONS,
            configure=self._configure,
            min_size=0,
            max_size=size,
            reconnect_timeout=2,  # then whoever asks next makes it try again at once
            open=True,
        )

    @contextmanager
    def connection(self, *, by: float | None = None) -> Generator[Bounded]:
        """Autocommit. `by`: the instant at which it is cut, instead of after `patience_s`."""
        by = monotonic() + self._patience_s if by is None else by
        try:
            connection = self._taken(by)
            try:
                connection.until = by
                yield connection
            finally:
                self._pool.putconn(connection)
        except TROUBLE as error:
            raise refusal(error) from error

    @contextmanager
    def transaction(self, *, by: float | None = None) -> Generator[Bounded]:
        with self.connection(by=by) as connection, connection.transaction():
            yield connection

    def connect(self) -> Bounded:
        """One outside the pool, without an instant at which it is cut. Raises psycopg's errors, within 4 s, which say
        why there is none."""
        connection = Bounded.connect(self.url, **OPTIONS)
        try:
            self._configure(connection)
        except BaseException:
            connection.close()
            raise
        connection.until = inf
        return connection

    def close(self) -> None:
        self._pool.close()

    def _taken(self, by: float) -> Bounded:
        until = min(by, monotonic() + PLACE_S)
        while True:
            connection = self._pool.getconn(timeout=max(0.0, until - monotonic()))
            if connection.alive:
                return connection
            connection.close()
            self._pool.putconn(connection)

    def _configure(self, connection: Bounded) -> None:
        connection.until = monotonic() + CONNECT_S
        limits = (self._patience_s - 1, min(LOCK_S, self._patience_s - 1), self._patience_s + 1)
        connection.execute(SESSION, (quoted(self.schema), *(f"{limit * 1000:.0f}ms" for limit in limits)))


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def unreachable(error: psycopg.Error) -> StoreUnavailable:
    """For the one who starts or sets up a program: with the reason, in which no password stands."""
    return StoreUnavailable(f"PostgreSQL cannot be reached: {str(error).strip()}")


def refusal(error: psycopg.Error) -> StoreUnavailable:
    if isinstance(error, psycopg.errors.DiskFull):
        return StoreFull("The disk is full. Nothing was lost; make room and repeat.")
    return StoreUnavailable(NOTHING_KEPT)
