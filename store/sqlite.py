"""The embedded event store: one SQLite file, in WAL mode, every commit on the disk before it is answered."""

import sqlite3
from collections.abc import Sequence
from typing import Any, TypeAlias, cast
from uuid import UUID

from eventsourcing.persistence import IntegrityError, Notification, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteFactory,
)

from store.answers import Answer
from store.database import SqliteSession
from store.group_commit import AT_MOST, GroupCommit
from store.ledger import rows as ledger
from store.ledger.keys import ledger_key
from store.ledger.leaf import Leaf
from store.refused import NotDurable

POOL_SIZE = 16
LOCK_TIMEOUT_S = 5
FULL = 2
Command: TypeAlias = tuple[Sequence[StoredEvent], Answer | None]


class DurablePool(SQLiteConnectionPool):
    """The library leaves `synchronous` to the build's default, which may lose the last commits; here it is set and
    read back on every connection."""

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        for pragma, wanted in (("synchronous", FULL), ("journal_mode", "wal")):
            cursor.execute(f"PRAGMA {pragma}")
            found = cursor.fetchone()[0]
            if found != wanted:
                raise NotDurable(f"SQLite runs with {pragma}={found}; the event store needs {wanted}.")
        return connection


class Recorder(SQLiteApplicationRecorder):
    """Named columns and AUTOINCREMENT: a position is never given twice, not even after the newest row was removed."""

    def __init__(
        self, datastore: Any, events_table_name: str = "stored_events", *, ledger_key: bytes, at_most: int = AT_MOST
    ) -> None:
        super().__init__(datastore, events_table_name)
        self._ledger_key = ledger_key
        self._commits = GroupCommit(self._write, at_most=at_most, patience_s=LOCK_TIMEOUT_S)
        self.insert_events_statement = (
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)"
        )
        self.select_max_notification_id_statement = "SELECT COALESCE(MAX(notification_id), 0) FROM stored_events"

    def construct_create_table_statements(self) -> list[str]:
        return [
            "CREATE TABLE IF NOT EXISTS stored_events (notification_id INTEGER PRIMARY KEY AUTOINCREMENT,"
            " originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, topic TEXT NOT NULL,"
            " state BLOB NOT NULL, UNIQUE (originator_id, originator_version))",
            "CREATE TABLE IF NOT EXISTS answers (actor TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,"
            " subject TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (actor, key)) WITHOUT ROWID",
            *ledger.SQLITE,
        ]

    def create_table(self) -> None:
        """And the ledger of a record that was begun without one. Raises `OtherKey`."""
        super().create_table()
        with self.datastore.transaction(commit=True) as c:
            db = SqliteSession(c.sqlite_cursor)
            ledger.begin(db, self._ledger_key, ledger.SQLITE_EVENTS)
            ledger.check_key(db, self._ledger_key)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, answer: Answer | None = None, **kwargs: Any
    ) -> Sequence[int] | None:
        return self._commits.submit((stored_events, answer))

    def _write(self, commands: Sequence[Command], since: float) -> list[Sequence[int] | Exception | None]:
        """One transaction, a savepoint for each command, so that what cannot be kept fails its own command alone; and
        the leaves of all that is kept."""
        outcomes: list[Sequence[int] | Exception | None] = []
        leaves: list[Leaf] = []
        with self.datastore.transaction(commit=True) as c:
            for stored_events, answer in commands:
                c.execute("SAVEPOINT command")
                try:
                    positions = self._insert_events(c, stored_events, answer=answer)
                    outcomes.append(positions)
                    leaves += map(ledger.leaf_of, positions or (), stored_events)
                except (sqlite3.IntegrityError, UnicodeError) as error:
                    outcomes.append(IntegrityError(str(error)) if isinstance(error, sqlite3.Error) else error)
                    c.execute("ROLLBACK TO command")
                c.execute("RELEASE command")
            ledger.append(SqliteSession(c.sqlite_cursor), self._ledger_key, leaves)
        return outcomes

    def redact(self, made: Sequence[StoredEvent], rows: Sequence[StoredEvent]) -> list[int]:
        """Keeps the events that say it, and puts the rows in the place of those of their aggregates and versions, in
        one transaction; the leaves of these stay. The positions of the events."""
        with self.datastore.transaction(commit=True) as c:
            positions = list(super()._insert_events(c, made) or ())
            for row in rows:
                c.execute(
                    "UPDATE stored_events SET state=? WHERE originator_id=? AND originator_version=?",
                    (row.state, cast(UUID, row.originator_id).hex, row.originator_version),
                )
            leaves = list(map(ledger.leaf_of, positions, made))
            ledger.append(SqliteSession(c.sqlite_cursor), self._ledger_key, leaves)
        return positions

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], answer: Answer | None = None, **kwargs: Any
    ) -> Sequence[int] | None:
        if answer is not None:
            c.execute(
                "INSERT INTO answers (actor, key, fingerprint, subject, version) VALUES (?,?,?,?,?)",
                (answer.actor, answer.key, answer.fingerprint, answer.subject.hex, answer.version),
            )
        return super()._insert_events(c, stored_events, **kwargs)

    def select_answer(self, actor: str, key: str) -> Answer | None:
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT fingerprint, subject, version FROM answers WHERE actor=? AND key=?", (actor, key))
            row = c.fetchone()
        return None if row is None else Answer(actor, key, row[0], UUID(row[1]), row[2])

    def select_events_of_many(self, ids: Sequence[UUID]) -> list[StoredEvent]:
        """Of one aggregate after the other, each oldest first; at most 32,766 of them."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT originator_id, originator_version, topic, state FROM stored_events"
                f" WHERE originator_id IN ({','.join('?' * len(ids))}) ORDER BY originator_id, originator_version",
                [id.hex for id in ids],
            )
            return [
                StoredEvent(originator_id=UUID(o), originator_version=v, topic=t, state=s)
                for o, v, t, s in c.fetchall()
            ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        where, params = ["notification_id " + (">=" if inclusive_of_start else ">") + " ?"], [start or 0]
        if stop is not None:
            where.append("notification_id <= ?")
            params.append(stop)
        assert not topics, "the projector reads everything"
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events WHERE "
                + " AND ".join(where)
                + " ORDER BY notification_id LIMIT ?",
                [*params, limit],
            )
            return [
                Notification(id=n, originator_id=UUID(o), originator_version=v, topic=t, state=s)
                for n, o, v, t, s in c.fetchall()
            ]

    def select_position(self, id: UUID, version: int) -> int | None:
        """Where the event is kept that brought the aggregate to this version."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT notification_id FROM stored_events WHERE originator_id=? AND originator_version=?",
                (id.hex, version),
            )
            row = c.fetchone()
        return row[0] if row else None

    def select_version(self, id: UUID, position: int) -> int:
        """The newest version of the aggregate that was kept up to the position, which counts; 0 for none."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT COALESCE(MAX(originator_version), 0) FROM stored_events"
                " WHERE originator_id=? AND notification_id<=?",
                (id.hex, position),
            )
            return c.fetchone()[0]


class Factory(SQLiteFactory):
    """Of SQLITE_DBNAME, the file; LEDGER_KEY, in hexadecimal digits; and COMMANDS_PER_COMMIT (64)."""

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.datastore.pool = DurablePool(
            db_name=self.datastore.pool.db_name, lock_timeout=LOCK_TIMEOUT_S, pool_size=POOL_SIZE
        )

    def application_recorder(self) -> Recorder:
        at_most = int(self.env.get("COMMANDS_PER_COMMIT") or AT_MOST)
        recorder = Recorder(self.datastore, ledger_key=ledger_key(self.env), at_most=at_most)
        recorder.create_table()
        return recorder
