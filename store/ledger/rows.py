"""How leaves and nodes are kept beside the events, and appended in the transaction of the events."""

from collections.abc import Sequence
from secrets import token_bytes
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from store.database import Row, Session
from store.ledger.leaf import SALT_BYTES, Leaf, digest_of, mac
from store.ledger.tree import Frontier, place, places
from store.refused import OtherKey
from store.unavailable import LedgerDamaged

SQLITE = (
    "CREATE TABLE IF NOT EXISTS ledger_leaves (leaf INTEGER PRIMARY KEY, position INTEGER NOT NULL UNIQUE,"
    " digest BLOB NOT NULL, salt BLOB NOT NULL, mac BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS ledger_nodes (place INTEGER PRIMARY KEY, hash BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS ledger_checkpoints (size INTEGER PRIMARY KEY, at INTEGER NOT NULL, note TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS ledger_refusals (at INTEGER PRIMARY KEY, why TEXT NOT NULL)",
)
POSTGRES = """
    CREATE TABLE ledger_leaves (
        leaf BIGINT PRIMARY KEY,
        position BIGINT NOT NULL UNIQUE,
        digest BYTEA NOT NULL,
        salt BYTEA NOT NULL,
        mac BYTEA NOT NULL);
    CREATE TABLE ledger_nodes (place BIGINT PRIMARY KEY, hash BYTEA NOT NULL);
    CREATE TABLE ledger_checkpoints (size BIGINT PRIMARY KEY, at BIGINT NOT NULL, note TEXT NOT NULL);
    CREATE TABLE ledger_refusals (at BIGINT PRIMARY KEY, why TEXT NOT NULL);
    """
# The bytes that are there, whatever they are: a damaged id or topic is still hashed, and found to be another.
SQLITE_EVENTS = (
    "SELECT notification_id AS position, CAST(originator_id AS BLOB) AS aggregate, originator_version AS version,"
    " CAST(topic AS BLOB) AS topic, CAST(state AS BLOB) AS state FROM stored_events"
)
POSTGRES_EVENTS = (
    "SELECT notification_id AS position, convert_to(replace(originator_id::text, '-', ''), 'UTF8') AS aggregate,"
    " originator_version AS version, convert_to(topic, 'UTF8') AS topic, state FROM laerdom_events"
)
SIZE = "SELECT COALESCE(MAX(leaf) + 1, 0) AS size FROM ledger_leaves"
AT_ONCE = 500
"""Rows in one statement."""


def append(db: Session, key: bytes, leaves: Sequence[Leaf]) -> None:
    """In the order in which their events were kept. Nobody else may append before the end of the transaction."""
    if not leaves:
        return
    frontier = read_frontier(db, read_size(db))
    rows, nodes = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for leaf in leaves:
        index, hash = frontier.size, leaf.hash()
        rows.append((index, leaf.position, leaf.digest, leaf.salt, mac(key, index, hash)))
        nodes += enumerate(frontier.append(hash), start=place(0, index))
    _insert(db, "INSERT INTO ledger_leaves (leaf, position, digest, salt, mac) VALUES ", rows)
    _insert(db, "INSERT INTO ledger_nodes (place, hash) VALUES ", nodes)


def leaf_of(position: int, event: StoredEvent) -> Leaf:
    """A new one, with a salt of its own."""
    id = event.originator_id
    return Leaf(
        position,
        (id.hex if isinstance(id, UUID) else id).encode(),
        event.originator_version,
        event.topic.encode(),
        digest_of(event.state),
        token_bytes(SALT_BYTES),
    )


def is_missing(db: Session, events: str) -> bool:
    """There are events, and no leaf of any."""
    return not read_size(db) and bool(db.execute(f"SELECT 1 FROM ({events}) AS e LIMIT 1"))


def begin(db: Session, key: bytes, events: str) -> int:
    """Leaves for the events of a record that was begun without a ledger; how many. `events` is the select of the
    engine."""
    if read_size(db):
        return 0
    begun, after = 0, 0
    while rows := db.execute(f"SELECT * FROM ({events}) AS e WHERE position > ? ORDER BY position LIMIT 5000", [after]):
        append(db, key, [_new_leaf(row) for row in rows])
        begun, after = begun + len(rows), rows[-1]["position"]
    return begun


def check_key(db: Session, key: bytes) -> None:
    """Raises `OtherKey` where the newest leaf was not appended with this key."""
    rows = db.execute("SELECT leaf, mac FROM ledger_leaves ORDER BY leaf DESC LIMIT 1")
    if not rows:
        return
    [row] = rows
    at = place(0, row["leaf"])
    hash = nodes_at(db, [at]).get(at)  # of that leaf, whatever was entered after it was read
    if hash is None or mac(key, row["leaf"], hash) != row["mac"]:
        raise OtherKey(
            "The newest event was not entered into the ledger with this key. Use the key that was made with this"
            " record, or restore both from one backup."
        )


def read_size(db: Session) -> int:
    return db.execute(SIZE)[0]["size"]


def read_frontier(db: Session, size: int) -> Frontier:
    """Raises `LedgerDamaged` where nodes are missing."""
    wanted = places(size)
    kept = nodes_at(db, wanted)
    if len(kept) < len(wanted):
        raise LedgerDamaged(
            "The ledger is damaged, and nothing was kept. Run laerdom audit verify, and see docs/audit.md."
        )
    return Frontier(size, [kept[one] for one in wanted])


def nodes_at(db: Session, places: Sequence[int]) -> dict[int, bytes]:
    """By place; those that are missing are left out."""
    if not places:
        return {}
    rows = db.execute(f"SELECT place, hash FROM ledger_nodes WHERE place IN ({_marks(len(places))})", places)
    return {row["place"]: row["hash"] for row in rows}


def _new_leaf(row: Row) -> Leaf:
    return Leaf(
        row["position"],
        row["aggregate"],
        row["version"],
        row["topic"],
        digest_of(row["state"]),
        token_bytes(SALT_BYTES),
    )


def _insert(db: Session, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        db.execute(into + ",".join([f"({_marks(len(some[0]))})"] * len(some)), [v for row in some for v in row])


def _marks(count: int) -> str:
    return ",".join("?" * count)
