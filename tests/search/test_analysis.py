"""The analysis that documents and queries share, by several threads at once."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from search.analysis import terms


class Finalized:
    """Garbage that the collector finds, and that lets other threads go on while it goes."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        sleep(0)


@pytest.fixture
def collecting() -> Iterator[None]:
    """Garbage is collected all the time, so in the middle of the analysis too."""
    before = gc.get_threshold()
    gc.set_threshold(5)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("collecting")
def test_one_thread_disturbs_no_other() -> None:
    def work(_: int) -> list[list[str]]:
        done, kept = list[list[str]](), list[list[list[str]]]()
        for n in range(2_000):
            Finalized()
            kept.append([[] for _ in range(n % 7)])  # so that it begins now here, now there
            done.append(terms(("recruiting",), "en"))
        return done

    with ThreadPoolExecutor(4) as pool:
        assert [each for done in pool.map(work, range(4)) for each in done] == [["recruit"]] * 8_000
