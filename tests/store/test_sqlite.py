"""What is particular to the event store in one SQLite file."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import store.sqlite
from domain.acting import RequestKey, but
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.source import Source
from domain.text import Prose, Title
from store.event_store import EventStore
from store.refused import NotDurable
from store.unavailable import StoreFull, StoreUnavailable
from tests.keeping import KEY

Open = Callable[[], EventStore]

RECORD = LessonRecord(
    title=Title(en="Start early"), lesson=Prose(en="Begin. " * 500), source=Source(url="https://example.org")
)


def a_lesson() -> Lesson:
    return Lesson.draft_new(uuid4(), RECORD, owner="kari")


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch, file: Path) -> list[sqlite3.Connection]:
    """Every connection to the file that is made from now on."""
    made: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def connected(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection = connect(*args, **kwargs)
        if str(file) in map(str, (*args, *kwargs.values())):
            made.append(connection)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connected)
    return made


def test_every_connection_waits_for_the_disk(connections: list[sqlite3.Connection], open_store: Open) -> None:
    opened = open_store()
    opened.save(a_lesson())
    assert opened.position == 1
    pragmas = [
        tuple(c.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode"))
        for c in connections
    ]
    assert pragmas == [(2, "wal")] * len(connections)
    assert connections


def test_a_file_that_cannot_wait_for_the_disk_is_refused() -> None:
    with pytest.raises(NotDurable, match=r"^SQLite runs with journal_mode=memory; the event store needs wal\.$"):
        EventStore({"PERSISTENCE_MODULE": "store.sqlite:Factory", "SQLITE_DBNAME": ":memory:", **KEY})


@pytest.mark.parametrize("env", [None, {}, {"SQLITE_DBNAME": "events.sqlite"}])
def test_events_are_never_kept_in_memory_by_oversight(
    env: dict[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSISTENCE_MODULE", "eventsourcing.popo")
    with pytest.raises(ValueError, match=r"^PERSISTENCE_MODULE is not set: events would be kept in memory only\.$"):
        EventStore(env)  # pyright: ignore[reportArgumentType]


def test_the_environment_of_the_process_changes_nothing(
    file: Path, open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPRESSOR_TOPIC", "os:system")
    monkeypatch.setenv("CREATE_TABLE", "no")
    open_store().save(a_lesson())
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT topic, json_extract(state, '$.actor') FROM stored_events").fetchall() == [
            ("lesson.drafted", "kari")
        ]


def test_the_position_of_a_removed_row_is_not_given_again(file: Path, open_store: Open) -> None:
    opened = open_store()
    opened.save(a_lesson())
    newest = opened.save(a_lesson())
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("DELETE FROM stored_events WHERE notification_id=?", (newest,))
    assert opened.position == newest - 1
    assert opened.save(a_lesson()) == newest + 1


def test_while_another_holds_the_lock_writing_waits_and_then_says_so(
    file: Path, open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.sqlite, "LOCK_TIMEOUT_S", 0.05)
    opened = open_store()
    kept, refused, later = a_lesson(), a_lesson(), a_lesson()
    opened.save(kept)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable) as error:
            opened.save(refused)
        assert opened.get(Lesson, kept.id).version == 1
    assert type(error.value) is StoreUnavailable
    assert str(error.value) == "The event store does not answer. Nothing was lost; repeat in a moment."
    opened.save(later)
    assert [opened.find(Lesson, x.id) is not None for x in (kept, refused, later)] == [True, False, True]


def fill(opened: EventStore) -> tuple[list[Lesson], Lesson, str]:
    """What was acknowledged, what was refused first, and with which words."""
    kept: list[Lesson] = []
    for n in range(1_000):
        lesson = a_lesson()
        try:
            with but(request_key=RequestKey(f"key-{n}", "print")):
                opened.save(lesson)
        except StoreFull as full:
            return kept, lesson, str(full)
        kept.append(lesson)
    raise AssertionError("the disk was never full")


def test_a_full_disk_stops_writing_but_not_reading_and_writing_goes_on_by_itself(
    connections: list[sqlite3.Connection], open_store: Open, file: Path
) -> None:
    opened = open_store()
    opened.save(a_lesson())
    pages = connections[0].execute("PRAGMA page_count").fetchone()[0]
    for connection in connections:
        connection.execute(f"PRAGMA max_page_count={pages + 40}")
    kept, refused, message = fill(opened)
    assert message == "The disk is full. Nothing was lost; make room and repeat."
    assert len(kept) > 3
    for _ in range(40):  # every connection of the pool is still of use
        with pytest.raises(StoreFull):
            opened.save(a_lesson())
        assert opened.get(Lesson, kept[-1].id).version == 1
    assert opened.find(Lesson, refused.id) is None
    assert opened.answer("kari", f"key-{len(kept)}") is None
    for connection in connections:
        connection.execute("PRAGMA max_page_count=100000")
    later = [a_lesson() for _ in range(40)]
    for lesson in later:
        opened.save(lesson)
    assert [r.originator_id for r in opened.read(1, 1_000)] == [x.id for x in [*kept, *later]]
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_store_that_went_away_says_so(file: Path, open_store: Open) -> None:
    opened = open_store()
    lesson = a_lesson()
    opened.save(lesson)
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("DROP TABLE stored_events")
        db.execute("DROP TABLE answers")
    calls: list[Callable[[], object]] = [
        lambda: opened.save(a_lesson()),
        lambda: opened.find_any(lesson.id),
        lambda: opened.events(lesson.id),
        lambda: opened.read(0, 10),
        lambda: opened.answer("kari", "key"),
        lambda: opened.position,
    ]
    for call in calls:
        with pytest.raises(StoreUnavailable):
            call()
