"""Waking others through the database: NOTIFY and LISTEN, where a lost word costs one wait and no more."""

from math import inf
from time import monotonic, sleep

import psycopg
from psycopg.sql import SQL, Identifier

from store.connections import Bounded, Postgres

EVENTS = "laerdom_events"
"""Rung with every commit of events."""
PROJECTED = "laerdom_projected"
PAUSE_S = 0.5


class Bell:
    """Listens on a connection of its own. One thread waits, and closes; any may ring."""

    def __init__(self, postgres: Postgres, channel: str) -> None:
        self._postgres = postgres
        self._channel = channel
        self._connection: Bounded | None = None

    def ring(self, payload: str = "") -> None:
        """Raises `StoreUnavailable`."""
        with self._postgres.connection() as db:
            db.execute("SELECT pg_notify(%s, %s)", (self._channel, payload))

    def wait(self, timeout_s: float) -> list[str]:
        """What it was rung with, at once; nothing after `timeout_s`, or where it has only now begun to listen and may
        have been rung before. Without a server it tries again until the time is over, and never raises."""
        until = monotonic() + timeout_s
        while True:
            try:
                if self._connection is None:
                    self._listen()
                    return []
                return self._heard(self._connection, max(0.0, until - monotonic()))
            except psycopg.Error:
                self.close()
            if monotonic() >= until:
                return []
            sleep(max(0.0, min(PAUSE_S, until - monotonic())))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> None:
        connection = self._postgres.connect()
        connection.until = monotonic() + PAUSE_S * 4
        connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
        connection.until = inf
        self._connection = connection

    def _heard(self, connection: Bounded, timeout_s: float) -> list[str]:
        return [notice.payload for notice in connection.notifies(timeout=timeout_s, stop_after=1)]
