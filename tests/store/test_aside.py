"""Notes aside: written together and in order, never waited for, and lost rather than in the way."""

from collections.abc import Sequence
from contextlib import closing
from threading import Event

from structlog.testing import capture_logs

from store.aside import Aside


def test_notes_are_written_in_order() -> None:
    written: list[int] = []
    with closing(Aside[int](written.extend)) as aside:
        assert all(aside.add(n) for n in range(50))
        aside.settle()
        assert written == list(range(50))


def test_what_there_is_no_room_for_is_not_taken_and_nobody_waits() -> None:
    busy, go, written = Event(), Event(), list[Sequence[int]]()

    def write(notes: Sequence[int]) -> None:
        written.append(notes)
        busy.set()
        go.wait()

    with closing(Aside[int](write, most=2)) as aside:
        assert aside.add(1)
        busy.wait()
        assert [aside.add(n) for n in (2, 3, 4)] == [True, True, False]
        go.set()
        aside.settle()
        assert written == [[1], [2, 3]]


def test_a_failure_loses_its_notes_alone_and_says_so_without_them() -> None:
    written: list[str] = []

    def write(notes: Sequence[str]) -> None:
        if "canary" in notes:
            raise OSError("canary")
        written.extend(notes)

    with closing(Aside[str](write)) as aside, capture_logs() as logs:
        aside.add("canary")
        aside.settle()
        aside.add("next")
        aside.settle()
    assert written == ["next"]
    assert logs == [{"event": "notes were lost", "log_level": "warning", "count": 1, "why": "OSError"}]


def test_closing_writes_what_waits_and_takes_no_more() -> None:
    written: list[int] = []
    aside = Aside[int](written.extend)
    assert aside.add(1)
    aside.close()
    assert (aside.add(2), written) == (False, [1])


def test_what_nobody_used_is_closed_as_well() -> None:
    aside = Aside[int](lambda _: None)
    aside.settle()
    aside.close()
    assert not aside.add(1)
