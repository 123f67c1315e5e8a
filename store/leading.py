"""Which one of many processes leads: an advisory lock of PostgreSQL, free the moment that its holder is gone."""

from hashlib import sha256
from time import monotonic

import psycopg

from store.connections import Bounded, Postgres, refusal

CHECK_S = 2.0
# A holder whose machine is gone says no goodbye: then the server finds out, within 4 s.
KEEPALIVE = (
    "SELECT set_config('tcp_keepalives_idle', '2', false), set_config('tcp_keepalives_interval', '1', false),"
    " set_config('tcp_keepalives_count', '2', false), set_config('idle_session_timeout', %s, false)"
)


class Leadership:
    """One of all that bear this `name` leads, on a connection of its own; used by one thread.

    With `silent_s`, whoever does not ask `leads` for so long leads no more: a process may be frozen and not dead."""

    def __init__(self, postgres: Postgres, name: str, *, silent_s: float | None = None) -> None:
        self._postgres = postgres
        self._silent_ms = 0 if silent_s is None else int(silent_s * 1000)
        self._lock = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
        self._connection: Bounded | None = None

    def try_lead(self) -> bool:
        """True for the one that leads from now on. Raises `StoreUnavailable`."""
        if self.leads():
            return True
        try:
            connection = self._postgres.connect()
            connection.until = monotonic() + CHECK_S
            connection.execute(KEEPALIVE, (f"{self._silent_ms}ms",))
            row = connection.execute("SELECT pg_try_advisory_lock(%s) AS mine", (self._lock,)).fetchone()
        except psycopg.Error as error:
            raise refusal(error) from error
        if row is None or not row["mine"]:
            connection.close()
            return False
        self._connection = connection
        return True

    def leads(self) -> bool:
        """Whether this one still does, asked of the server, within 2 s: a lost connection is a lost lock."""
        if self._connection is None:
            return False
        try:
            self._connection.until = monotonic() + CHECK_S
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            self.release()
            return False
        return True

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
