"""Commands that come at once are written together, each with an outcome of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest

from store.group_commit import GroupCommit
from store.unavailable import NOTHING_KEPT, StoreUnavailable


class Disk:
    """Writes numbers, one batch at a time, each when it is let; 13 is refused."""

    def __init__(self) -> None:
        self.written: list[list[int]] = []
        self.began = Event()
        self.may_end = Event()

    def write(self, batch: Sequence[int], since: float) -> list[int | Exception]:
        assert since <= monotonic()
        self.written.append(list(batch))
        self.began.set()
        assert self.may_end.wait(60)
        return [ValueError("13") if n == 13 else n * 10 for n in batch]


@pytest.fixture
def disk() -> Disk:
    return Disk()


def queued(commits: GroupCommit[int, int], pool: ThreadPoolExecutor, disk: Disk, count: int) -> list[Future[int]]:
    """The first is being written; the others have come, in their order, and wait."""
    given: list[Future[int]] = []
    for n in range(count):
        given.append(pool.submit(commits.submit, n))
        assert disk.began.wait(60)
        until(lambda n=n: commits.waiting == n)
    return given


def until(true: Callable[[], bool]) -> None:
    deadline = monotonic() + 60
    while not true():
        assert monotonic() < deadline


def test_those_who_come_meanwhile_are_written_together(disk: Disk) -> None:
    commits = GroupCommit(disk.write)
    with ThreadPoolExecutor(12) as pool:
        given = queued(commits, pool, disk, 12)
        disk.may_end.set()
        assert [future.result(60) for future in given] == [n * 10 for n in range(12)]
    assert disk.written == [[0], list(range(1, 12))]


def test_no_batch_is_larger_than_it_may_be(disk: Disk) -> None:
    commits = GroupCommit(disk.write, at_most=4)
    with ThreadPoolExecutor(10) as pool:
        given = queued(commits, pool, disk, 10)
        disk.may_end.set()
        assert [future.result(60) for future in given] == [n * 10 for n in range(10)]
    assert disk.written == [[0], [1, 2, 3, 4], [5, 6, 7, 8], [9]]


def test_one_that_is_refused_fails_alone(disk: Disk) -> None:
    commits = GroupCommit(disk.write)
    with ThreadPoolExecutor(16) as pool:
        given = queued(commits, pool, disk, 16)
        disk.may_end.set()
        with pytest.raises(ValueError, match=r"^13$"):
            given.pop(13).result(60)
        assert [future.result(60) for future in given] == [n * 10 for n in range(16) if n != 13]


def test_who_waits_too_long_leaves_and_is_never_written(disk: Disk) -> None:
    commits = GroupCommit(disk.write)
    with ThreadPoolExecutor(3) as pool:
        given = queued(commits, pool, disk, 3)
        began = monotonic()
        for future in given[1:]:
            with pytest.raises(StoreUnavailable) as refused:
                future.result(60)
            assert str(refused.value) == NOTHING_KEPT
        assert monotonic() - began < 3
        disk.may_end.set()
        assert given[0].result(60) == 0
        assert commits.submit(4) == 40
    assert disk.written == [[0], [4]]


def test_a_batch_that_cannot_be_written_fails_and_the_next_is_written(disk: Disk) -> None:
    def write(batch: Sequence[int], since: float) -> list[int | Exception]:
        outcomes = disk.write(batch, since)
        if 0 in batch:
            raise StoreUnavailable("away")
        return outcomes

    commits = GroupCommit(write)
    with ThreadPoolExecutor(3) as pool:
        given = queued(commits, pool, disk, 3)
        disk.may_end.set()
        with pytest.raises(StoreUnavailable, match=r"^away$"):
            given[0].result(60)
        assert [future.result(60) for future in given[1:]] == [10, 20]
