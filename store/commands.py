"""Commands as rows: how several are kept in one transaction, and how they are found again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from psycopg.rows import DictRow

from store.answers import Answer
from store.connections import Bounded

REFUSED = (psycopg.IntegrityError, psycopg.DataError, UnicodeError)
"""What the database has against a command, not what has befallen the database."""
INSERT = """
    WITH kept AS (
        INSERT INTO laerdom_events (originator_id, originator_version, topic, state)
        SELECT id, version, topic, state
        FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %b::bytea[]) WITH ORDINALITY
            AS e (id, version, topic, state, n)
        ORDER BY n
        RETURNING originator_id, originator_version, notification_id),
    answered AS (
        INSERT INTO answers (actor, key, fingerprint, subject, version)
        SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::uuid[], %s::bigint[]))
    SELECT * FROM kept"""
KEPT = """
    SELECT originator_id, originator_version, topic, state, notification_id FROM laerdom_events
    JOIN unnest(%s::uuid[], %s::bigint[]) AS e (id, version) ON (originator_id, originator_version) = (id, version)"""
ANSWER = "SELECT fingerprint, subject, version FROM answers WHERE actor=%s AND key=%s"


@dataclass(frozen=True, slots=True)
class Command:
    events: Sequence[StoredEvent]
    answer: Answer | None


def keep_together(db: Bounded, commands: Sequence[Command]) -> list[list[int] | Exception]:
    """Keeps all in one statement, or raises one of `REFUSED`."""
    events = [event for command in commands for event in command.events]
    answers = [command.answer for command in commands if command.answer is not None]
    rows = db.execute(
        INSERT,
        (
            [e.originator_id for e in events],
            [e.originator_version for e in events],
            [e.topic for e in events],
            [e.state for e in events],
            [a.actor for a in answers],
            [a.key for a in answers],
            [a.fingerprint for a in answers],
            [a.subject for a in answers],
            [a.version for a in answers],
        ),
    )
    positions = _by_version(rows.fetchall())
    return [[positions[e.originator_id, e.originator_version]["notification_id"] for e in c.events] for c in commands]


def keep_one_by_one(db: Bounded, commands: Sequence[Command]) -> list[list[int] | Exception]:
    """A savepoint for each, so that what cannot be kept fails its own command alone."""
    outcomes: list[list[int] | Exception] = []
    for command in commands:
        try:
            with db.transaction():
                outcomes += keep_together(db, [command])
        except REFUSED as error:
            outcomes.append(IntegrityError(str(error)) if isinstance(error, psycopg.IntegrityError) else error)
    return outcomes


def found(db: Bounded, command: Command) -> list[int] | None:
    """The positions of the command's events if they are there just as they are; the state holds the event's own id."""
    if not command.events and command.answer is not None:
        return [] if select_answer(db, command.answer.actor, command.answer.key) == command.answer else None
    keys = [e.originator_id for e in command.events], [e.originator_version for e in command.events]
    rows = _by_version(db.execute(KEPT, keys).fetchall())
    there = [rows.get((e.originator_id, e.originator_version)) for e in command.events]
    same = [
        row["notification_id"]
        for row, e in zip(there, command.events, strict=True)
        if row is not None and (row["topic"], row["state"]) == (e.topic, e.state)
    ]
    return same if len(same) == len(command.events) else None


def _by_version(rows: list[DictRow]) -> dict[tuple[UUID | str, int], DictRow]:
    return {(row["originator_id"], row["originator_version"]): row for row in rows}


def select_answer(db: Bounded, actor: str, key: str) -> Answer | None:
    row = db.execute(ANSWER, (actor, key)).fetchone()
    return None if row is None else Answer(actor, key, **row)
