"""The index on disk: what survives, what is put aside, and who may write."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from search.embedded import TantivyIndex
from search.index import Query, SearchUnavailable

PUBLIC = frozenset({"public"})
CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from search.embedded import TantivyIndex
from search.index import Document, Query, SearchUnavailable

at, public, folder = datetime(2010, 1, 1, tzinfo=UTC), frozenset({"public"}), Path(sys.argv[1])

def lesson(n):
    return Document(f"lesson:{n:06}:1", str(n), "lesson", 1, n, public, at, None, {"en": f"Lesson {n}"}, {})
"""
WRITES = """
index, n = TantivyIndex(folder), int(sys.argv[2])
while True:
    index.put([lesson(m) for m in range(n, n + 5)], n + 4)
    n += 5
    print(index.position, flush=True)
"""
READS = """
index = TantivyIndex(folder, writable=False)
for _ in sys.stdin:
    try:
        print(index.search(Query(at=at), public).total, index.position, flush=True)
    except SearchUnavailable as error:
        print(error, flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def filled(folder: Path, make: Any) -> Path:
    """A closed index of three documents at position 3, in two segments."""
    index = TantivyIndex(folder)
    index.put([make("a"), make("b")], 2)
    index.put([make("c")], 3)
    index.close()
    return folder


@pytest.fixture
def child(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def start(program: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", CHILD + program, str(folder), *map(str, arguments)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def generations(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def things(index: TantivyIndex) -> list[str]:
    return [document.thing for document in index.documents()]


def answer(process: subprocess.Popen[str]) -> str:
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    return process.stdout.readline().strip()


class TestReopening:
    def test_keeps_documents_and_position(self, filled: Path, make: Any) -> None:
        with capture_logs() as logs:
            index = TantivyIndex(filled)
        assert (things(index), index.position, logs) == (["a", "b", "c"], 3, [])
        index.put([make("d")], 4)
        index.close()
        assert things(TantivyIndex(filled, writable=False)) == ["a", "b", "c", "d"]

    @pytest.mark.parametrize("documents", [True, False])
    def test_keeps_a_position_without_documents_once_closed(self, folder: Path, make: Any, documents: bool) -> None:
        index = TantivyIndex(folder)
        if documents:
            index.put([make("a")], 1)
        index.put([], 8)
        index.close()
        assert TantivyIndex(folder).position == 8

    def test_keeps_the_former_one_until_told_or_opened_again(self, filled: Path, make: Any) -> None:
        index = TantivyIndex(filled)
        index.adopt(index.fresh())
        assert len(generations(filled)) == 2
        with pytest.raises(SearchUnavailable):
            TantivyIndex(filled, writable=False).tidy()
        assert (index.tidy(), len(generations(filled))) == (1, 1)
        index.adopt(index.fresh())
        index.close()
        TantivyIndex(filled).close()
        assert len(generations(filled)) == 1

    def test_keeps_the_adopted_one_alone(self, filled: Path, make: Any) -> None:
        index = TantivyIndex(filled)
        fresh = index.fresh()
        fresh.put([make("z")], 9)
        fresh.put([], 10)
        index.adopt(fresh)
        index.close()
        again = TantivyIndex(filled)
        assert (things(again), again.position, len(generations(filled))) == (["z"], 10, 1)

    def test_after_a_kill_holds_at_least_what_the_position_claims(
        self, folder: Path, child: Callable[..., subprocess.Popen[str]]
    ) -> None:
        said = 0
        for kill_after in (1, 3, 6, 10):
            process = child(WRITES, said + 1)
            assert process.stdout
            for _ in range(kill_after):
                said = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            process.wait()
            index = TantivyIndex(folder)
            kept = [int(thing) for thing in things(index)]
            assert index.position >= said
            assert kept[: index.position] == list(range(1, index.position + 1))
            said = index.position
            index.close()


class TestDamage:
    """The index is emptied, and refilled by whoever follows its position. Never silently."""

    def assert_emptied(self, folder: Path, make: Any) -> None:
        with capture_logs() as logs:
            index = TantivyIndex(folder)
        assert [entry["log_level"] for entry in logs] == ["warning"]
        assert (things(index), index.position) == ([], 0)
        index.put([make("again")], 1)
        index.close()
        again = TantivyIndex(folder)
        assert (things(again), again.position, len(generations(folder))) == (["again"], 1, 1)

    @pytest.mark.parametrize("kind", ["store", "term", "idx", "fast", "pos", "fieldnorm"])
    @pytest.mark.parametrize("share", [0, 0.5, 0.99])
    def test_of_a_segment(self, filled: Path, make: Any, kind: str, share: float) -> None:
        for segment in filled.glob(f"*/*.{kind}"):
            content = segment.read_bytes()
            segment.write_bytes(content[: int(len(content) * share)])
        self.assert_emptied(filled, make)

    def test_of_a_segment_that_is_gone(self, filled: Path, make: Any) -> None:
        next(filled.glob("*/*.store")).unlink()
        self.assert_emptied(filled, make)

    @pytest.mark.parametrize("content", [b"", b"{", b"\xff\x00garbage", b"{}", None])
    def test_of_the_list_of_segments(self, filled: Path, make: Any, content: bytes | None) -> None:
        (meta,) = filled.glob("*/meta.json")
        meta.unlink()
        if content is not None:
            meta.write_bytes(content)
        self.assert_emptied(filled, make)

    def test_of_the_list_of_segments_and_the_position(self, filled: Path, make: Any) -> None:
        for file in [*filled.glob("*/meta.json"), *filled.glob("*/position")]:
            file.unlink()
        self.assert_emptied(filled, make)

    @pytest.mark.parametrize("content", [b"", b"\xff\x00garbage", b"../../etc", b"0123456789ab-1", b"x" * 10_000, None])
    def test_of_the_name_of_the_current_generation(self, filled: Path, make: Any, content: bytes | None) -> None:
        current = filled / "current"
        current.unlink()
        if content is not None:
            current.write_bytes(content)
        self.assert_emptied(filled, make)

    def test_of_the_whole_generation(self, filled: Path, make: Any) -> None:
        shutil.rmtree(filled / generations(filled)[0])
        self.assert_emptied(filled, make)

    @pytest.mark.parametrize("content", ["", "x", "-5", "3.5", "9" * 5_000])
    def test_of_the_position_alone_loses_no_document(self, filled: Path, content: str) -> None:
        next(filled.glob("*/position")).write_text(content)
        index = TantivyIndex(filled)
        assert (things(index), index.position) == (["a", "b", "c"], 0)

    def test_found_by_a_reader_is_said_and_left_alone(self, filled: Path) -> None:
        store = next(filled.glob("*/*.store"))
        store.write_bytes(b"")
        before = sorted(str(path) for path in filled.rglob("*"))
        reader = TantivyIndex(filled, writable=False)
        with pytest.raises(SearchUnavailable):
            reader.search(Query(at=datetime.now(UTC)), PUBLIC)
        assert sorted(str(path) for path in filled.rglob("*")) == before

    def test_an_index_of_another_schema_is_filled_anew(
        self, filled: Path, make: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("search.analysis.ANALYSIS_VERSION", 9_999)
        self.assert_emptied(filled, make)


def test_what_a_killed_rebuild_left_is_removed(filled: Path) -> None:
    kept = generations(filled)
    left = kept[0].rpartition("-")[0] + "-77"
    shutil.copytree(filled / kept[0], filled / left)
    (filled / (kept[0].rpartition("-")[0] + "-78")).mkdir()
    (filled / "somebody's").mkdir()
    TantivyIndex(filled).close()
    assert generations(filled) == sorted([*kept, "somebody's"])


class TestProcesses:
    def test_a_second_writer_is_refused_and_a_reader_is_not(self, filled: Path, make: Any, now: Any) -> None:
        first, second = TantivyIndex(filled), TantivyIndex(filled)
        first.put([make("d")], 4)
        with pytest.raises(SearchUnavailable, match="Another process writes"):
            second.put([make("e")], 5)
        assert second.position == 3
        with pytest.raises(SearchUnavailable, match="Another process writes"):
            TantivyIndex(filled, writable=False).put([make("e")], 5)
        first.close()
        second.put([make("e")], 5)
        assert TantivyIndex(filled, writable=False).search(Query(at=now), PUBLIC).total == 5
        second.close()

    def test_a_reader_writes_nothing(self, filled: Path, now: Any) -> None:
        before = {path: path.stat().st_mtime_ns for path in filled.rglob("*")}
        reader = TantivyIndex(filled, writable=False)
        assert reader.search(Query(at=now), PUBLIC).total == 3
        reader.close()
        assert {path: path.stat().st_mtime_ns for path in filled.rglob("*")} == before

    def test_a_reader_may_come_first(self, folder: Path, make: Any, now: Any) -> None:
        reader = TantivyIndex(folder, writable=False)
        assert (reader.position, folder.exists()) == (0, False)
        with pytest.raises(SearchUnavailable):
            reader.search(Query(at=now), PUBLIC)
        with pytest.raises(SearchUnavailable):
            reader.suggest("a", PUBLIC, now)
        writer = TantivyIndex(folder)
        writer.put([make("a")], 1)
        assert (reader.search(Query(at=now), PUBLIC).total, reader.position) == (1, 1)
        writer.close()

    def test_readers_of_another_process_see_each_commit_and_follow_a_rebuild(
        self, folder: Path, make: Any, child: Callable[..., subprocess.Popen[str]]
    ) -> None:
        index = TantivyIndex(folder)
        reader = child(READS)
        assert answer(reader) == "0 0"
        for n in range(1, 4):
            index.put([make(str(n), released_at=datetime(2009, 1, 1, tzinfo=UTC))], n)
            assert answer(reader) == f"{n} {n}"
        for position in (7, 8):
            fresh = index.fresh()
            fresh.put([make("new", released_at=datetime(2009, 1, 1, tzinfo=UTC))], position)
            index.adopt(fresh)
            assert answer(reader) == f"1 {position}"
        index.put([make("newer", released_at=datetime(2009, 1, 1, tzinfo=UTC))], 9)
        assert answer(reader) == "2 9"
        index.close()

    def test_many_commits_leave_few_files(self, folder: Path, make: Any) -> None:
        """60 commits leave about 30 files; with a writer for each of them, six times as many."""
        index = TantivyIndex(folder)
        for n in range(1, 61):
            index.put([make(str(n))], n)
        left = len(list(folder.rglob("*")))
        index.close()
        assert left < 100

    def test_events_that_touch_no_document_write_nothing(self, filled: Path) -> None:
        index = TantivyIndex(filled)
        before = {path: path.stat().st_mtime_ns for path in filled.rglob("*")}
        for position in range(4, 2_000):
            index.put([], position)
        assert {path: path.stat().st_mtime_ns for path in filled.rglob("*")} == before
        assert index.position == 1_999
