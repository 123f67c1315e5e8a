"""Attempts to sign in: five for a key in a quarter of an hour, however many come at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from store.attempts import MOST, WINDOW, Attempts
from store.database import Database
from store.sign_ins import SignIns

NOW = datetime(2026, 11, 24, 12, 0, 0, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def attempts(here: SignIns) -> Attempts:
    return here.attempts


@pytest.fixture
def elsewhere(there: SignIns) -> Attempts:
    """The same, in another process."""
    return there.attempts


def fail(attempts: Attempts, *keys: str, times: int = MOST, now: datetime = NOW) -> None:
    """A minute apart, the last at `now`."""
    for n in reversed(range(times)):
        assert isinstance(attempts.begin(keys, now=now - n * MINUTE), str)


def test_after_five_the_sixth_is_refused_in_every_process(attempts: Attempts, elsewhere: Attempts) -> None:
    fail(attempts, "kari", times=3)
    fail(elsewhere, "kari", times=2)
    admitted = NOW - 2 * MINUTE + WINDOW
    assert attempts.begin(["kari"], now=NOW) == elsewhere.begin(["kari"], now=NOW) == admitted
    assert isinstance(attempts.begin(["ola"], now=NOW), str)


def test_the_next_is_admitted_at_the_instant_that_was_told(attempts: Attempts) -> None:
    fail(attempts, "kari")
    at = NOW - (MOST - 1) * MINUTE + WINDOW
    assert attempts.begin(["kari"], now=NOW) == at
    assert attempts.begin(["kari"], now=at - MOMENT) == at
    assert isinstance(attempts.begin(["kari"], now=at), str)
    assert attempts.begin(["kari"], now=at) == at + MINUTE


def test_a_refused_one_prolongs_nothing(attempts: Attempts) -> None:
    fail(attempts, "kari", "address")
    told = {attempts.begin(["kari", "free"], now=NOW + n * MOMENT) for n in range(20)}
    assert told == {NOW - (MOST - 1) * MINUTE + WINDOW}
    fail(attempts, "free")


def test_of_several_keys_the_one_that_is_closed_longest_decides(attempts: Attempts) -> None:
    fail(attempts, "kari", now=NOW - 5 * MINUTE)
    fail(attempts, "address")
    for keys in (["kari", "address", "free"], ["address", "kari"], ["free", "address"]):
        assert attempts.begin(keys, now=NOW) == NOW - (MOST - 1) * MINUTE + WINDOW


def test_an_attempt_counts_for_each_of_its_keys_once(attempts: Attempts) -> None:
    for _ in range(MOST):
        assert isinstance(attempts.begin(["kari", "address", "kari"], now=NOW), str)
    assert [attempts.begin([key], now=NOW) for key in ("kari", "address")] == [NOW + WINDOW] * 2


def test_a_successful_attempt_does_not_count_and_the_failed_before_it_do(
    attempts: Attempts, elsewhere: Attempts
) -> None:
    fail(attempts, "kari", "address", times=MOST - 1)
    for _ in range(3):
        id = attempts.begin(["kari", "address"], now=NOW)
        assert isinstance(id, str)
        elsewhere.forgive(id)
    fail(attempts, "kari", "address", times=1)
    assert isinstance(attempts.begin(["kari"], now=NOW), datetime)


@pytest.mark.parametrize("id", ["", "nonsense", "%"])
def test_forgiving_an_attempt_that_never_was_changes_nothing(attempts: Attempts, id: str) -> None:
    fail(attempts, "kari")
    attempts.forgive(id)
    assert isinstance(attempts.begin(["kari"], now=NOW), datetime)


@pytest.mark.parametrize("key", ["", "%", "a\0b", "\ud800", "k" * 10_000])
def test_whatever_is_typed_is_counted(attempts: Attempts, key: str) -> None:
    fail(attempts, key)
    assert attempts.begin([key], now=NOW) == NOW - (MOST - 1) * MINUTE + WINDOW


def test_of_fifty_at_once_five_are_admitted(attempts: Attempts, elsewhere: Attempts) -> None:
    def one(n: int) -> str | datetime:
        return (attempts if n % 2 else elsewhere).begin(["kari", f"address-{n}"], now=NOW)

    with ThreadPoolExecutor(50) as pool:
        given = list(pool.map(one, range(50)))
    assert len({id for id in given if isinstance(id, str)}) == MOST
    assert [at for at in given if not isinstance(at, str)] == [NOW + WINDOW] * 45


def test_what_no_longer_counts_is_removed_and_nothing_else(
    attempts: Attempts, open_rows: Callable[[], Database]
) -> None:
    attempts.begin(["kari", "address"], now=NOW - WINDOW)
    attempts.begin(["kari"], now=NOW - WINDOW + MOMENT)
    assert [attempts.tidy(NOW), attempts.tidy(NOW)] == [2, 0]
    with open_rows().reading() as rows:
        assert rows.execute("SELECT count(*) AS n FROM attempts") == [{"n": 1}]
