"""Connections to an SQLite file are kept for the next session, and what must not stay does not."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from store.database import MOST_IDLE, SqliteFile
from store.unavailable import StoreUnavailable

NOTES = "CREATE TABLE IF NOT EXISTS notes (text TEXT)"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    """Every connection that is opened."""
    made, connect = list[sqlite3.Connection](), sqlite3.connect

    def counted(*args: Any, **how: Any) -> sqlite3.Connection:
        made.append(connect(*args, **how))
        return made[-1]

    monkeypatch.setattr(sqlite3, "connect", counted)
    return made


@pytest.fixture
def notes(tmp_path: Path, opened: list[sqlite3.Connection]) -> Iterator[SqliteFile]:
    """`opened` holds the connection that made its tables."""
    with closing(SqliteFile(tmp_path / "notes.sqlite", NOTES, durable=False)) as file:
        yield file


def write(file: SqliteFile, text: str = "a") -> None:
    with file.writing() as db:
        db.execute("INSERT INTO notes VALUES (?)", (text,))


def texts(file: SqliteFile) -> list[str]:
    with file.reading() as db:
        return [row["text"] for row in db.execute("SELECT text FROM notes ORDER BY text")]


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def test_sessions_that_follow_each_other_share_a_connection(
    notes: SqliteFile, opened: list[sqlite3.Connection]
) -> None:
    write(notes)
    assert (texts(notes), len(opened)) == (["a"], 1)


def test_sessions_within_each_other_and_in_other_threads_have_their_own(
    notes: SqliteFile, opened: list[sqlite3.Connection]
) -> None:
    with notes.reading() as outer:
        write(notes, "b")
        assert [row["text"] for row in outer.execute("SELECT text FROM notes")] == ["b"]
    together = Barrier(MOST_IDLE + 2)

    def read() -> None:
        with notes.reading():
            together.wait(60)

    threads = [Thread(target=read) for _ in range(MOST_IDLE + 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(opened), sum(map(is_open, opened))) == (MOST_IDLE + 2, MOST_IDLE)


def test_one_in_which_something_failed_is_closed_and_what_it_wrote_is_undone(
    notes: SqliteFile, opened: list[sqlite3.Connection]
) -> None:
    def half_written() -> None:
        with notes.writing() as db:
            db.execute("INSERT INTO notes VALUES ('a')")
            db.execute("SELECT nothing")

    with pytest.raises(StoreUnavailable):
        half_written()
    assert (texts(notes), [is_open(each) for each in opened]) == ([], [False, True])


def test_a_file_that_was_closed_is_let_go_and_opened_again_where_it_is_asked(
    notes: SqliteFile, opened: list[sqlite3.Connection]
) -> None:
    write(notes)
    notes.close()
    assert [is_open(each) for each in opened] == [False]
    assert not notes.file.with_name("notes.sqlite-wal").exists()
    assert texts(notes) == ["a"]


def test_one_that_nobody_closed_is_closed_when_it_is_gone(tmp_path: Path, opened: list[sqlite3.Connection]) -> None:
    write(SqliteFile(tmp_path / "notes.sqlite", NOTES, durable=False))
    assert [is_open(each) for each in opened] == [False]


def test_of_what_is_wiped_nothing_stays_in_the_log_that_is_written_ahead(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "notes.sqlite", NOTES, durable=False, wiping=True)
    write(file, "zwetschgenbaum")
    with file.writing() as db:
        db.execute("DELETE FROM notes")
    assert [each.name for each in tmp_path.iterdir()] == ["notes.sqlite"]
    assert b"zwetschgenbaum" not in file.file.read_bytes()
