"""Who listens is woken, and never waits for ever."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from time import monotonic

import psycopg
import pytest

from domain.lesson import Lesson
from store.bell import EVENTS, Bell
from store.connections import Postgres
from store.event_store import EventStore
from tests.store.proxy import Proxy

END_LISTENERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()
"""
Listening = Callable[..., Bell]


@pytest.fixture
def kind() -> str:
    return "postgres"


@pytest.fixture
def listening(migrated: str) -> Iterator[Listening]:
    with ExitStack() as stack:

        def one(channel: str, address: str = migrated) -> Bell:
            bell = Bell(stack.enter_context(closing(Postgres(address))), channel)
            stack.callback(bell.close)
            assert bell.wait(5) == []  # it has only now begun to listen
            return bell

        yield one


def timed(bell: Bell, timeout_s: float) -> tuple[list[str], float]:
    began = monotonic()
    return bell.wait(timeout_s), monotonic() - began


def test_it_is_heard_at_once_by_all_who_listen(listening: Listening) -> None:
    first, second, other = listening("one"), listening("one"), listening("other")
    with ThreadPoolExecutor() as pool:
        heard = [pool.submit(timed, bell, 10) for bell in (first, second)]
        first.ring("17")
        for future in heard:
            payloads, seconds = future.result()
            assert payloads == ["17"]
            assert seconds < 9
    assert other.wait(0) == []


def test_what_was_rung_before_the_wait_is_heard(listening: Listening) -> None:
    bell = listening("one")
    bell.ring("17")
    assert timed(bell, 10)[0] == ["17"]


def test_without_a_ring_it_returns_in_time(listening: Listening) -> None:
    payloads, seconds = timed(listening("one"), 0.3)
    assert payloads == []
    assert 0.3 <= seconds < 9


def test_every_save_rings(listening: Listening, store: EventStore, a_lesson: Callable[[], Lesson]) -> None:
    bell = listening(EVENTS)
    store.save(a_lesson())
    assert timed(bell, 10)[0] == [""]


def test_a_lost_connection_is_made_again_and_makes_it_return(listening: Listening, migrated: str) -> None:
    bell = listening("one")
    with psycopg.connect(migrated) as db:
        db.execute(END_LISTENERS)
    payloads, seconds = timed(bell, 10)
    assert payloads == []
    assert seconds < 9
    bell.ring("again")
    assert bell.wait(10) == ["again"]


def test_without_a_server_it_waits_and_does_not_raise(listening: Listening, proxy: Proxy) -> None:
    bell = listening("one", proxy.address)
    proxy.refuse()
    payloads, seconds = timed(bell, 1)
    assert payloads == []
    assert 1 <= seconds < 9
    proxy.recover()
    payloads, seconds = timed(bell, 10)
    assert payloads == []
    assert seconds < 9
    bell.ring("17")
    assert bell.wait(10) == ["17"]
