"""The event store in PostgreSQL: every change in one transaction, positions in the order of the commits."""

from collections.abc import Callable, Sequence
from contextlib import closing
from time import monotonic
from typing import Any, TypeAlias
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    Notification,
    StoredEvent,
    TrackingRecorder,
)

from store.answers import Answer
from store.commands import REFUSED, Command, found, keep_one_by_one, keep_together, select_answer
from store.connections import SIZE, Bounded, Postgres, unreachable
from store.durability import check_durable
from store.group_commit import AT_MOST, GroupCommit
from store.ledger import rows as ledger
from store.ledger.keys import ledger_key
from store.ledger.leaf import Leaf
from store.migrations import check_ledger, check_migrated
from store.postgres_database import PostgresSession
from store.unavailable import NOT_KNOWN, NOTHING_KEPT, StoreUnavailable

WRITE_S = 3.0
BOUND_S = 4.5

# Held until the commit: whoever is given positions commits before another is given any, so a reader that has seen a
# position has seen all before it. Readers are not held up.
TAKE_TURN = "LOCK TABLE laerdom_events IN EXCLUSIVE MODE; NOTIFY laerdom_events"
# The lock waits for a transaction whose end was not seen, so that what is read is what became of it.
WAIT_FOR_ITS_END = "LOCK TABLE laerdom_events IN SHARE MODE"
Keep: TypeAlias = Callable[[Bounded, Sequence[Command]], list[list[int] | Exception]]


class Recorder(ApplicationRecorder):
    """Raises `StoreUnavailable` in less than 5 s whatever happens, and `IntegrityError` only for another's change."""

    def __init__(self, postgres: Postgres, *, ledger_key: bytes, at_most: int = AT_MOST) -> None:
        self._postgres = postgres
        self._ledger_key = ledger_key
        self._commits: GroupCommit[Command, list[int]] = GroupCommit(self._write, at_most=at_most)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, answer: Answer | None = None, **kwargs: Any
    ) -> Sequence[int] | None:
        if not stored_events and answer is None:
            return []
        return self._commits.submit(Command(stored_events, answer))

    def _write(self, commands: Sequence[Command], since: float) -> Sequence[list[int] | Exception]:
        try:
            return self._commit(keep_together, commands, since)
        except REFUSED:
            return self._commit(keep_one_by_one, commands, since)

    def _commit(self, keep: Keep, commands: Sequence[Command], since: float) -> Sequence[list[int] | Exception]:
        committing = False
        try:
            with self._postgres.transaction(by=since + WRITE_S) as db:
                db.execute(TAKE_TURN)
                outcomes = keep(db, commands)
                ledger.append(PostgresSession(db), self._ledger_key, _leaves(commands, outcomes))
                committing = True
        except StoreUnavailable:
            if not committing:
                raise
            return self._look(commands, by=since + BOUND_S)
        return outcomes

    def redact(self, made: Sequence[StoredEvent], rows: Sequence[StoredEvent]) -> list[int]:
        """Keeps the events that say it, and puts the rows in the place of those of their aggregates and versions, in
        one transaction; the leaves of these stay. The positions of the events."""
        command = Command(made, None)
        try:
            with self._postgres.transaction() as db:
                db.execute(TAKE_TURN)
                [positions] = keep_together(db, [command])
                for row in rows:
                    db.execute(
                        "UPDATE laerdom_events SET state=%b WHERE originator_id=%s AND originator_version=%s",
                        (row.state, row.originator_id, row.originator_version),
                    )
                ledger.append(PostgresSession(db), self._ledger_key, _leaves([command], [positions]))
        except psycopg.IntegrityError as error:
            raise IntegrityError(str(error)) from error
        assert not isinstance(positions, Exception), "what cannot be kept together is raised"
        return positions

    def _look(self, commands: Sequence[Command], *, by: float) -> Sequence[list[int] | Exception]:
        """What became of commands whose commit was not answered: all were kept, or none."""
        try:
            with self._postgres.transaction(by=by) as db:
                db.execute(WAIT_FOR_ITS_END)
                positions = [found(db, command) for command in commands]
        except StoreUnavailable as error:
            raise StoreUnavailable(NOT_KNOWN) from error
        return [StoreUnavailable(NOTHING_KEPT) if p is None else p for p in positions]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        statement = (
            "SELECT originator_id, originator_version, topic, state FROM laerdom_events WHERE originator_id=%(id)s"
            + (" AND originator_version > %(gt)s" if gt is not None else "")
            + (" AND originator_version <= %(lte)s" if lte is not None else "")
            + f" ORDER BY originator_version {'DESC' if desc else 'ASC'} LIMIT %(limit)s"
        )
        with self._postgres.connection() as db:
            rows = db.execute(statement.encode(), {"id": originator_id, "gt": gt, "lte": lte, "limit": limit})
            return [StoredEvent(**row) for row in rows]

    def select_events_of_many(self, ids: Sequence[UUID]) -> list[StoredEvent]:
        """Of one aggregate after the other, each oldest first."""
        with self._postgres.connection() as db:
            rows = db.execute(
                "SELECT originator_id, originator_version, topic, state FROM laerdom_events"
                " WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version",
                (list(ids),),
            )
            return [StoredEvent(**row) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        assert not topics, "the projector reads everything"
        statement = (
            "SELECT notification_id AS id, originator_id, originator_version, topic, state FROM laerdom_events"
            f" WHERE notification_id {'>=' if inclusive_of_start else '>'} %(start)s"
            + (" AND notification_id <= %(stop)s" if stop is not None else "")
            + " ORDER BY notification_id LIMIT %(limit)s"
        )
        with self._postgres.connection() as db:
            rows = db.execute(statement.encode(), {"start": start or 0, "stop": stop, "limit": limit})
            return [Notification(**row) for row in rows]

    def max_notification_id(self) -> int:
        with self._postgres.connection() as db:
            row = db.execute("SELECT COALESCE(MAX(notification_id), 0) AS newest FROM laerdom_events").fetchone()
            return row["newest"] if row else 0

    def select_answer(self, actor: str, key: str) -> Answer | None:
        with self._postgres.connection() as db:
            return select_answer(db, actor, key)

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Any:
        raise NotImplementedError("The projector reads by position and is woken by `store.bell`.")

    def select_version(self, id: UUID, position: int) -> int:
        """The newest version of the aggregate that was kept up to the position, which counts; 0 for none."""
        with self._postgres.connection() as db:
            row = db.execute(
                "SELECT COALESCE(MAX(originator_version), 0) AS newest FROM laerdom_events"
                " WHERE originator_id=%s AND notification_id<=%s",
                (id, position),
            ).fetchone()
            return row["newest"] if row else 0

    def select_position(self, id: UUID, version: int) -> int | None:
        """Where the event is kept that brought the aggregate to this version."""
        with self._postgres.connection() as db:
            row = db.execute(
                "SELECT notification_id AS position FROM laerdom_events"
                " WHERE originator_id=%s AND originator_version=%s",
                (id, version),
            ).fetchone()
            return row["position"] if row else None


def _leaves(commands: Sequence[Command], outcomes: Sequence[list[int] | Exception]) -> list[Leaf]:
    return [
        ledger.leaf_of(position, event)
        for command, positions in zip(commands, outcomes, strict=True)
        if not isinstance(positions, Exception)
        for position, event in zip(positions, command.events, strict=True)
    ]


class Factory(InfrastructureFactory[TrackingRecorder]):
    """Of POSTGRES_URL, the address of the database; LEDGER_KEY, in hexadecimal digits; POSTGRES_POOL_SIZE, the most
    connections (10); and COMMANDS_PER_COMMIT (64)."""

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        if self.env.get("POSTGRES_ENABLE_DB_FUNCTIONS"):
            raise ValueError(
                "POSTGRES_ENABLE_DB_FUNCTIONS is set: events would be kept without the lock that puts their positions"
                " in the order of the commits, and readers would miss some. Unset it."
            )
        url = self.env.get("POSTGRES_URL")
        if not url:
            raise ValueError("POSTGRES_URL is not set: the address of the PostgreSQL database.")
        self._postgres = Postgres(url, size=int(self.env.get("POSTGRES_POOL_SIZE") or SIZE))

    def application_recorder(self) -> Recorder:
        """Raises `NotDurable`, `NotMigrated`, `OtherKey` and `StoreUnavailable`."""
        try:
            key = ledger_key(self.env)
            with closing(self._postgres.connect()) as db:
                db.until = monotonic() + WRITE_S
                check_durable(db)
                check_migrated(db)
                check_ledger(db, key)
        except BaseException as error:
            self.close()
            raise unreachable(error) if isinstance(error, psycopg.OperationalError) else error from error
        return Recorder(self._postgres, ledger_key=key, at_most=int(self.env.get("COMMANDS_PER_COMMIT") or AT_MOST))

    def aggregate_recorder(self, purpose: str = "events") -> Any:
        raise NotImplementedError("There is one application, and it takes no snapshots.")

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> Any:
        raise NotImplementedError("Projections keep their positions with their rows.")

    def process_recorder(self) -> Any:
        raise NotImplementedError("Projections keep their positions with their rows.")

    def close(self) -> None:
        self._postgres.close()
