"""Handshakes: what was remembered on leaving is given once, to whoever comes back in time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from store.database import Database
from store.handshakes import LASTS, Handshake
from store.sign_ins import SignIns

NOW = datetime(2026, 11, 24, 12, 0, 0, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
HANDSHAKE = Handshake("nonce", "verifier", "/lessons")


def begin(sign_ins: SignIns, *, now: datetime = NOW) -> str:
    return sign_ins.handshakes.begin(nonce="nonce", verifier="verifier", onward="/lessons", now=now)


def test_it_is_taken_once_in_whichever_process(here: SignIns, there: SignIns) -> None:
    state = begin(here)
    assert there.handshakes.take(state, now=NOW) == HANDSHAKE
    assert [here.handshakes.take(state, now=NOW), there.handshakes.take(state, now=NOW)] == [None, None]


def test_each_has_a_state_of_its_own(here: SignIns) -> None:
    states = {begin(here) for _ in range(20)}
    assert [here.handshakes.take(state, now=NOW) for state in states] == [HANDSHAKE] * 20


def test_of_many_who_come_back_at_once_one_gets_it(here: SignIns, there: SignIns) -> None:
    state = begin(here)

    def take(sign_ins: SignIns) -> Handshake | None:
        return sign_ins.handshakes.take(state, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(take, [here, there] * 4))
    assert [handshake for handshake in given if handshake] == [HANDSHAKE]


def test_after_ten_minutes_it_is_too_late(here: SignIns) -> None:
    in_time, late = begin(here), begin(here)
    assert here.handshakes.take(in_time, now=NOW + LASTS) == HANDSHAKE
    assert here.handshakes.take(late, now=NOW + LASTS + MOMENT) is None


@pytest.mark.parametrize("state", ["", "nonsense", "%", "a\0b", "\ud800"])
def test_a_state_that_nobody_was_given_takes_nothing(here: SignIns, state: str) -> None:
    kept = begin(here)
    assert here.handshakes.take(state, now=NOW) is None
    assert here.handshakes.take(kept, now=NOW) == HANDSHAKE


def test_those_of_readers_who_never_came_back_are_removed(here: SignIns, open_rows: Callable[[], Database]) -> None:
    begin(here)
    begin(here, now=NOW + MOMENT)
    begin(here, now=NOW + LASTS + MOMENT)
    with open_rows().reading() as rows:
        assert rows.execute("SELECT count(*) AS n FROM handshakes") == [{"n": 2}]


def test_the_words_for_it_show_no_secret(here: SignIns) -> None:
    assert repr(here.handshakes.take(begin(here), now=NOW)) == "Handshake(onward='/lessons')"
