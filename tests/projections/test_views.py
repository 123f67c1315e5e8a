"""The file of the views: made anew when it is damaged or another program's, never when it is merely busy."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from projections.views import POSITIONS, Views
from projections.views_file import open_views_file
from store import database
from store.unavailable import StoreUnavailable

SCHEMA = "CREATE TABLE IF NOT EXISTS notes (text TEXT)"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "views.sqlite"


def opened(file: Path, *schema: str) -> Views:
    return Views(open_views_file(file, (POSITIONS, *schema)))


def written(views: Views, text: str, position: int = 1) -> None:
    with views.writing("notes", position) as db:
        db.execute("INSERT INTO notes VALUES (?)", (text,))


def notes(views: Views) -> list[str]:
    with views.reading() as db:
        return [row["text"] for row in db.execute("SELECT text FROM notes ORDER BY rowid")]


def test_rows_and_position_are_kept_together(file: Path) -> None:
    views = opened(file, SCHEMA)
    assert views.position("notes") == 0
    written(views, "first", 7)
    again = opened(file, SCHEMA)
    assert (notes(again), again.position("notes"), again.position("other")) == (["first"], 7, 0)


def test_when_writing_fails_neither_is_kept(file: Path) -> None:
    views = opened(file, SCHEMA)
    written(views, "first", 7)

    def fail() -> None:
        with views.writing("notes", 8) as db:
            db.execute("INSERT INTO notes VALUES ('second')")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert (notes(views), views.position("notes")) == (["first"], 7)
    written(views, "third", 9)
    assert (notes(views), views.position("notes")) == (["first", "third"], 9)


@pytest.mark.parametrize("damage", [b"", b"nothing like a database", b"SQLite format 3\x00" + b"\xff" * 8_000])
def test_a_damaged_file_is_made_anew(file: Path, damage: bytes) -> None:
    written(opened(file, SCHEMA), "first")
    for beside in file.parent.glob("views.sqlite-*"):
        beside.unlink()
    file.write_bytes(damage)
    with capture_logs():
        views = opened(file, SCHEMA)
    assert (notes(views), views.position("notes")) == ([], 0)
    written(views, "second")
    assert notes(views) == ["second"]


def test_a_page_in_the_middle_that_is_damaged_is_noticed(file: Path) -> None:
    views = opened(file, SCHEMA, "CREATE INDEX IF NOT EXISTS by_text ON notes (text)")
    with views.writing("notes", 1) as db:
        for n in range(200):
            db.execute("INSERT INTO notes VALUES (?)", (f"{n:0200}",))
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = bytearray(file.read_bytes())
    whole[5 * 4096 : 6 * 4096] = b"\xff" * 4096
    file.write_bytes(whole)
    with capture_logs():
        again = opened(file, SCHEMA, "CREATE INDEX IF NOT EXISTS by_text ON notes (text)")
    assert (notes(again), again.position("notes")) == ([], 0)


def test_another_schema_is_made_anew(file: Path) -> None:
    written(opened(file, SCHEMA), "first")
    with capture_logs():
        views = opened(file, SCHEMA, "CREATE TABLE IF NOT EXISTS more (text TEXT)")
    assert (notes(views), views.position("notes")) == ([], 0)


def test_a_file_that_another_process_is_writing_is_not_thrown_away(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    views = opened(file, SCHEMA)
    written(views, "first", 7)
    connect = sqlite3.connect

    def impatiently(*args: object, **kwargs: object) -> sqlite3.Connection:
        return connect(*args, **{**kwargs, "timeout": 0.01})  # pyright: ignore

    monkeypatch.setattr(database.sqlite3, "connect", impatiently)
    with closing(connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable):
            opened(file, SCHEMA)
    assert (notes(views), views.position("notes")) == (["first"], 7)


def test_readers_see_the_last_whole_state_while_one_writes(file: Path) -> None:
    views = opened(file, SCHEMA)
    written(views, "first")
    with views.writing("notes", 2) as db:
        db.execute("INSERT INTO notes VALUES ('second')")
        assert (notes(views), views.position("notes")) == (["first"], 1)
    assert (notes(views), views.position("notes")) == (["first", "second"], 2)
