"""So many a minute and no more; and what is counted stays bounded."""

import threading

import pytest

from api.access.rates import Kind, Limits, Rates, kind_of

SEARCHED = (
    *("/", "/suggest", "/api/v1/search", "/api/v1/suggest", "/search.atom", "/search.json", "/suggest.json"),
    *("/people", "/api/v1/people", "/thesaurus", "/api/v1/thesaurus"),
    *("/api/v1/lessons/5/similar", "/api/v1/cases/5/similar", "/api/v1/processes/5/lessons"),
)
OTHERS = (
    "/lessons",
    "/about",
    "/health/live",
    "/sign-in",
    "/sign-in/code",
    "/api/v1/lessons",
    "/api/v1/lessons/5/similar/6",
    "/api/v1/lessons//similar",
    "/people/5",
    "/thesaurus/trust",
    "/searching",
    "/opensearch.xml",
    "//",
    "",
)


class Clock:
    def __init__(self) -> None:
        self.now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize(("kind", "most"), [("search", 120), ("write", 60), ("sign-in", 20), ("denied", 30)])
def test_so_many_are_admitted_and_then_one_waits_for_the_minute_to_end(kind: Kind, most: int) -> None:
    clock = Clock()
    rates = Rates(clock=clock)
    assert [rates.wait_s(kind, "kari") for _ in range(most)] == [0] * most
    clock.now_s += 10.5
    assert [rates.wait_s(kind, "kari") for _ in range(3)] == [50] * 3
    clock.now_s += 49
    assert rates.wait_s(kind, "kari") == 1
    clock.now_s += 0.5
    assert [rates.wait_s(kind, "kari") for _ in range(most + 1)] == [0] * most + [60]


def test_each_viewer_and_each_kind_is_counted_apart() -> None:
    rates = Rates(Limits(search=1, write=2, sign_in=1), clock=Clock())
    kinds: list[Kind] = ["search", "search", "write", "write", "write", "sign-in", "sign-in"]
    for who in ("kari", "ola"):
        assert [rates.wait_s(kind, who) for kind in kinds] == [0, 60, 0, 0, 60, 0, 60]


@pytest.mark.parametrize(
    "same",
    [
        ("2001:db8::1", "2001:db8:0:0:ffff::2", "2001:DB8::3", "2001:db8::4%eth0"),
        ("::ffff:192.0.2.1", "192.0.2.1", "::FFFF:C000:201"),
    ],
)
def test_the_addresses_that_one_sender_has_are_one(same: tuple[str, ...]) -> None:
    rates = Rates(Limits(sign_in=1), clock=Clock())
    assert [rates.wait_s("sign-in", who) for who in same] == [0] + [60] * (len(same) - 1)


@pytest.mark.parametrize(
    "apart",
    [
        ("2001:db8::1", "2001:db8:0:1::1", "::1", "::ffff:192.0.2.1", "::ffff:192.0.2.2", "192.0.2.3"),
        ("a:b", "a", "b", "a/b", "a/b/1", "", "\ud800", "x" * 100_000, "x" * 100_001, "socket"),
    ],
)
def test_others_are_not(apart: tuple[str, ...]) -> None:
    rates = Rates(Limits(sign_in=1), clock=Clock())
    assert [rates.wait_s("sign-in", who) for who in apart] == [0] * len(apart)


def test_names_without_end_take_bounded_room_and_those_who_came_last_are_counted() -> None:
    clock = Clock()
    rates = Rates(Limits(write=1), clock=clock, most=100)
    counted = rates._limiter.storage  # pyright: ignore[reportPrivateUsage]
    for n in range(1_000):
        clock.now_s += 0.001
        assert rates.wait_s("write", f"{n:0100}") == 0
    assert counted.reset() == 100
    for n in range(150):
        rates.wait_s("write", str(n))
    assert [rates.wait_s("write", str(n)) > 0 for n in range(60, 150)] == [True] * 90
    assert rates.wait_s("write", "0") == 0


def test_what_is_over_is_forgotten_by_itself() -> None:
    clock = Clock()
    rates = Rates(clock=clock)
    for n in range(500):
        rates.wait_s("search", str(n))
    clock.now_s += 60
    rates.wait_s("search", "last")
    assert rates._limiter.storage.reset() == 1  # pyright: ignore[reportPrivateUsage]


def test_threads_at_once_are_admitted_no_more_often() -> None:
    rates = Rates(Limits(search=100), clock=Clock())
    told: list[int] = []
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        told.extend(rates.wait_s("search", "kari") for _ in range(50))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.count(0), told.count(60)) == (100, 300)


def test_what_a_request_counts_as() -> None:
    for path in SEARCHED:
        assert [kind_of(m, path) for m in ("GET", "HEAD", "OPTIONS")] == ["search", "search", None]
    for path in OTHERS:
        assert [kind_of(m, path) for m in ("GET", "HEAD", "OPTIONS")] == [None, None, None]
    for method in ("POST", "PUT", "PATCH", "DELETE", "ANYTHING"):
        written = [p for p in (*SEARCHED, *OTHERS) if kind_of(method, p) == "write"]
        assert written == [p for p in (*SEARCHED, *OTHERS) if not p.startswith("/sign-in")]
        assert [kind_of(method, p) for p in ("/sign-in", "/sign-in/code", "/sign-in/")] == ["sign-in"] * 3
        assert kind_of(method, "/sign-inn") == "write"
