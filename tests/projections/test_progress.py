"""Waiting for what readers see: at once, in bounded time, and never twice for what stands still."""

from threading import Thread
from time import monotonic

from projections.progress import Progress


def test_nothing_is_reached_before_it_is_told() -> None:
    progress = Progress(("lists", "search"))
    assert (progress.positions, progress.wait_for(0), progress.wait_for(1, 0.01)) == (
        {"lists": 0, "search": 0},
        True,
        False,
    )


def test_all_have_to_reach_it() -> None:
    progress = Progress(("lists", "search"))
    progress.tell({"lists": 7})
    assert not progress.wait_for(7, 0.01)
    progress.tell({"search": 8, "another": 9})
    assert (progress.wait_for(7, 0), progress.positions) == (True, {"lists": 7, "search": 8})


def test_whoever_waits_is_woken() -> None:
    progress = Progress(("search",))
    teller = Thread(target=lambda: progress.tell({"search": 3}))
    begun = monotonic()
    teller.start()
    assert progress.wait_for(3, 30)
    assert monotonic() - begun < 15
    teller.join()


def test_what_did_not_come_in_time_is_not_waited_for_until_it_moves() -> None:
    progress = Progress(("lists", "search"))
    progress.tell({"lists": 5})
    assert not progress.wait_for(5, 0.05)
    begun = monotonic()
    assert not progress.wait_for(5, 30)
    assert monotonic() - begun < 15
    # The others are.
    assert not progress.wait_for(6, 0.05)
    progress.tell({"lists": 6, "search": 4})
    teller = Thread(target=lambda: progress.tell({"search": 6}))
    teller.start()
    assert progress.wait_for(6, 30)
    teller.join()


def test_a_position_may_fall_as_well() -> None:
    progress = Progress(("search",))
    progress.tell({"search": 9})
    progress.tell({"search": 0})
    assert (progress.positions, progress.wait_for(9, 0.01)) == ({"search": 0}, False)
