"""Following the loop of another process: what it has reached is known here at once, and again after trouble."""

from collections.abc import Callable, Iterator
from queue import Empty, Queue
from typing import Any

import pytest
from structlog.testing import capture_logs

from projections.follower import Follower
from projections.progress import Progress
from store.unavailable import StoreUnavailable


class Other:
    """What another process has reached, and the bell it rings; an exception is raised instead of answered."""

    def __init__(self) -> None:
        self.reached: dict[str, int] | Exception = {"search": 0}
        self.bell: Queue[str] = Queue()
        self.asked: Queue[None] = Queue()

    def positions(self) -> dict[str, int]:
        self.asked.put(None)
        if isinstance(self.reached, Exception):
            raise self.reached
        return self.reached

    def wait(self) -> None:
        try:
            self.bell.get(timeout=0.05)
        except Empty:
            return


@pytest.fixture
def other() -> Other:
    return Other()


@pytest.fixture
def progress() -> Progress:
    return Progress(("search",))


@pytest.fixture
def follow(other: Other, progress: Progress) -> Iterator[Callable[[], None]]:
    follower = Follower(other.positions, other.wait, progress)
    yield follower.start
    follower.stop()


def test_what_the_other_has_reached_is_known(other: Other, progress: Progress, follow: Any) -> None:
    other.reached = {"search": 3, "another": 9}
    follow()
    assert progress.wait_for(3, 60)
    other.reached = {"search": 8}
    other.bell.put("")
    assert progress.wait_for(8, 60)


def test_a_bell_that_is_lost_costs_a_wait(other: Other, progress: Progress, follow: Any) -> None:
    follow()
    other.asked.get(timeout=60)
    other.reached = {"search": 5}
    assert progress.wait_for(5, 60)


@pytest.mark.parametrize("trouble", [StoreUnavailable("away"), RuntimeError("unforeseen")])
def test_trouble_does_not_end_it(other: Other, progress: Progress, follow: Any, trouble: Exception) -> None:
    other.reached = trouble
    with capture_logs():
        follow()
        for _ in range(2):
            other.asked.get(timeout=60)
        other.reached = {"search": 2}
        assert progress.wait_for(2, 60)


def test_one_that_was_never_started_stops_at_once(other: Other, progress: Progress) -> None:
    Follower(other.positions, other.wait, progress).stop()
    assert other.asked.empty()
