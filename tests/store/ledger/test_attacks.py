"""Whoever can write to the database, and even has stolen the key, is found out; on both stores."""

import random
import sqlite3
from typing import Any
from uuid import UUID

import psycopg
import pytest

from store.ledger.note import Checkpoint
from store.ledger.recount import (
    ALTERED,
    FORGED,
    MISSING,
    NO_LEAF,
    OTHER_HISTORY,
    OTHER_NODE,
    SHORTER,
    UNENTERED,
    Finding,
)
from store.ledger.verifying import NO_CHECKPOINT, SPLIT, UNSIGNED, Kept
from tests.keeping import KEY
from tests.store.ledger.held import LEDGER_KEY, Held

FLIPS = 300
COLUMNS = ("notification_id", "originator_id", "originator_version", "topic", "state")
TAKEN = (sqlite3.IntegrityError, psycopg.IntegrityError)


def found(held: Held, *kept: Kept) -> list[Finding]:
    return list(held.verify(*kept).findings)


def test_all_fits_as_long_as_nobody_did_anything(held: Held) -> None:
    verified = held.verify(*held.kept())
    assert (verified.size, verified.found, verified.compared, verified.fitting, verified.proved) == (24, 0, 1, 1, 22)
    assert held.verify(key=None).found == 0


@pytest.mark.timeout(600)  # three hundred counts, on a server
def test_every_flipped_bit_of_an_event_is_found_and_named(held: Held) -> None:
    chance, tried = random.Random(8), 0
    while tried < FLIPS:
        position, column = chance.randint(1, 24), chance.choice(COLUMNS)
        if not _flip(held, position, column, chance):
            continue
        tried += 1
        named = {one.position for one in held.verify().findings if one.what in (ALTERED, MISSING)}
        assert named == {position}, (column, named)
        _restore(held)
    assert held.verify(*held.kept()).found == 0


@pytest.fixture(autouse=True)
def _backup(held: Held) -> None:  # pyright: ignore[reportUnusedFunction]
    held.execute(f"CREATE TABLE kept_events AS SELECT * FROM {held.events}")


def _restore(held: Held) -> None:
    held.execute(f"DELETE FROM {held.events}")
    held.execute(f"INSERT INTO {held.events} SELECT * FROM kept_events")


def _flip(held: Held, position: int, column: str, chance: random.Random) -> bool:
    """False where the engine itself does not take the value."""
    [row] = held.execute(f"SELECT {column} AS value FROM {held.events} WHERE notification_id=?", [position])
    value = row["value"]
    mark = "CAST(? AS TEXT)" if held.kind == "sqlite" and isinstance(value, str) else "?"
    try:
        held.execute(
            f"UPDATE {held.events} SET {column}={mark} WHERE notification_id=?", [_flipped(value, chance), position]
        )
    except (ValueError, *TAKEN):
        return False
    return True


def _flipped(value: Any, chance: random.Random) -> Any:
    if isinstance(value, int):
        bit = chance.randrange(64)
        return value - (1 << 63) if bit == 63 else value ^ 1 << bit
    if isinstance(value, UUID):
        return UUID(int=value.int ^ 1 << chance.randrange(128))
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(7 if isinstance(value, str) else 8)
    if isinstance(value, str) and 0 in raw:
        raise ValueError
    return raw.decode() if isinstance(value, str) else bytes(raw)


def test_an_edit_is_found_without_a_checkpoint(held: Held) -> None:
    held.execute(f"UPDATE {held.events} SET state=? WHERE notification_id=5", [b"{}"])
    assert found(held) == [Finding(ALTERED, 5, 4)]


def test_two_events_that_were_swapped_are_found(held: Held) -> None:
    for of, other in ((5, 7), (7, 5)):
        held.execute(
            f"UPDATE {held.events} SET state=(SELECT state FROM kept_events WHERE notification_id=?)"
            " WHERE notification_id=?",
            [of, other],
        )
    assert found(held) == [Finding(ALTERED, 5, 4), Finding(ALTERED, 7, 6)]


def test_two_events_that_changed_places_are_found(held: Held) -> None:
    for of, to in ((5, 999), (6, 5), (999, 6)):
        held.execute(f"UPDATE {held.events} SET notification_id=? WHERE notification_id=?", [to, of])
    assert found(held) == [Finding(ALTERED, 5, 4), Finding(ALTERED, 6, 5)]


@pytest.mark.parametrize("position", [1, 5, 24])
def test_an_event_that_was_deleted_is_found(held: Held, position: int) -> None:
    held.execute(f"DELETE FROM {held.events} WHERE notification_id=?", [position])
    assert found(held) == [Finding(MISSING, position, position - 1)]


@pytest.mark.parametrize("position", [-5, 0, 999])
def test_an_event_that_was_inserted_is_found(held: Held, position: int) -> None:
    _insert(held, position)
    assert found(held) == [Finding(UNENTERED, position)]


def test_an_inserted_event_with_a_leaf_of_its_own_is_found(held: Held) -> None:
    _insert(held, 999)
    held.execute("INSERT INTO ledger_leaves (leaf, position, digest, salt, mac) VALUES (-1, 999, ?, ?, ?)", [b""] * 3)
    assert found(held) == [Finding(UNENTERED, 999)]


def test_an_event_that_was_entered_without_the_key_is_found(held: Held) -> None:
    _insert(held, 999)
    held.execute("INSERT INTO ledger_leaves (leaf, position, digest, salt, mac) VALUES (24, 999, ?, ?, ?)", [b""] * 3)
    held.execute("INSERT INTO ledger_nodes (place, hash) VALUES (46, ?)", [b"x" * 32])
    assert Finding(FORGED, 999, 24) in found(held)


def _insert(held: Held, position: int) -> None:
    held.execute(
        f"INSERT INTO {held.events} (notification_id, originator_id, originator_version, topic, state)"
        f" SELECT ?, originator_id, 99, topic, state FROM {held.events} WHERE notification_id=5",
        [position],
    )


@pytest.mark.parametrize("column", ["digest", "salt", "mac"])
def test_a_leaf_that_was_changed_is_found(held: Held, column: str) -> None:
    held.execute(f"UPDATE ledger_leaves SET {column}=? WHERE leaf=4", [b"x" * 32])
    assert found(held) == [Finding(FORGED if column == "mac" else ALTERED, 5, 4)]


def test_a_leaf_that_points_far_away_spoils_no_other(held: Held) -> None:
    held.execute("UPDATE ledger_leaves SET position=? WHERE leaf=4", [1 << 40])
    assert found(held) == [Finding(MISSING, 1 << 40, 4), Finding(UNENTERED, 5)]


def test_a_leaf_that_is_gone_is_found(held: Held) -> None:
    held.execute("DELETE FROM ledger_leaves WHERE leaf=4")
    assert found(held) == [Finding(NO_LEAF, leaf=4), Finding(UNENTERED, 5)]


def test_a_leaf_that_was_moved_to_the_end_of_time_is_found_at_once(held: Held) -> None:
    held.execute("UPDATE ledger_leaves SET leaf=? WHERE leaf=4", [1 << 50])
    verified = held.verify()
    assert verified.findings[:2] == (Finding(NO_LEAF, leaf=4), Finding(NO_LEAF, leaf=24))
    assert Finding(OTHER_NODE, 5, 1 << 50) in verified.findings


@pytest.mark.parametrize("place", [7, 9])
def test_a_node_that_was_changed_is_found(held: Held, place: int) -> None:
    """Place 7 is leaf 4's own, place 9 the pair of the leaves 4 and 5."""
    held.execute("UPDATE ledger_nodes SET hash=? WHERE place=?", [b"x" * 32, place])
    assert {one.leaf for one in found(held)} & {4, 5}


def test_all_else_is_still_looked_at_after_a_node_is_gone(held: Held) -> None:
    held.execute("DELETE FROM ledger_nodes WHERE place=7")
    held.execute(f"UPDATE {held.events} SET state=? WHERE notification_id=20", [b"{}"])
    assert found(held) == [Finding(OTHER_NODE, 5, 4), Finding(ALTERED, 20, 19)]


def test_events_and_leaves_that_were_cut_off_are_found_by_a_checkpoint(held: Held) -> None:
    held.seal()
    held.execute(f"DELETE FROM {held.events} WHERE notification_id > 20")
    held.execute("DELETE FROM ledger_leaves WHERE leaf >= 20")
    assert found(held) == [Finding(NO_LEAF, leaf=20)]
    held.execute("DELETE FROM ledger_nodes WHERE place >= 38")
    assert found(held) == []
    first, second = held.kept()
    assert found(held, first) == [Finding(SHORTER, leaf=20, checkpoint=first.name)]
    assert found(held, second, first) == [Finding(SHORTER, leaf=20, checkpoint=first.name)]


def test_a_history_rewritten_with_the_stolen_key_is_found_by_a_checkpoint(held: Held) -> None:
    held.execute(f"UPDATE {held.events} SET state=? WHERE notification_id=5", [b"{}"])
    held.rewrite()
    assert found(held) == []
    [kept] = held.kept()
    assert found(held, kept) == [Finding(OTHER_HISTORY, leaf=21, checkpoint=kept.name)]


def test_an_old_backup_that_was_restored_is_found_by_a_checkpoint(held: Held) -> None:
    tables = ("ledger_leaves", "ledger_nodes", "ledger_checkpoints")
    for table in tables:
        held.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
    held.write(3)
    held.seal()
    for table in (held.events, *tables):
        held.execute(f"DELETE FROM {table}")
        kept = "kept_events" if table == held.events else f"kept_{table}"
        held.execute(f"INSERT INTO {table} SELECT * FROM {kept}")
    assert found(held) == []
    assert found(held, *held.kept()) == [Finding(SHORTER, leaf=24, checkpoint=held.kept()[-1].name)]
    held.write(10)  # goes on as if nothing had been
    assert found(held, *held.kept()) == [Finding(OTHER_HISTORY, leaf=29, checkpoint=held.kept()[-1].name)]


def test_a_split_view_is_found_by_two_checkpoints(held: Held) -> None:
    [shown] = held.kept()
    honest = Checkpoint.parse(shown.note)
    [signer] = held.keys.signers(make=False)
    other = Checkpoint(honest.origin, honest.size, b"x" * 32)
    to_another = Kept("to another", Checkpoint(*_parts(other), (signer.line(other.text),)).note())
    assert [one.what for one in found(held, shown, to_another)] == [SPLIT, OTHER_HISTORY]


def _parts(one: Checkpoint) -> tuple[str, int, bytes]:
    return one.origin, one.size, one.root


def test_a_checkpoint_of_somebody_else_is_not_taken(held: Held) -> None:
    [kept] = held.kept()
    checkpoint = Checkpoint.parse(kept.note)
    unsigned = Kept("unsigned", Checkpoint(*_parts(checkpoint)).note())
    assert found(held, unsigned, Kept("noise", "noise")) == [
        Finding(UNSIGNED, checkpoint="unsigned"),
        Finding(NO_CHECKPOINT, checkpoint="noise"),
    ]


def test_another_key_than_the_ledgers_finds_every_leaf_forged(held: Held) -> None:
    assert bytes.fromhex(KEY["LEDGER_KEY"]) == LEDGER_KEY
    verified = held.verify(key=b"x" * 32)
    assert [one.what for one in verified.findings] == [FORGED] * 24
