"""The circuit breaker, at a clock that moves when it is told to."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from search.breaker import Breaker
from search.index import SearchUnavailable


@dataclass
class Clock:
    now_s: float = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, pause_s=5, clock=clock)


@pytest.fixture
def call(breaker: Breaker) -> Callable[[Exception | None], str]:
    """Whether the guarded call was made, and how long to wait if not."""

    def guarded(error: Exception | None = None) -> str:
        made = ""
        try:
            with breaker.guard():
                made = "made"
                if error:
                    raise error
        except (SearchUnavailable, ValueError) as refusal:
            return made or f"refused for {getattr(refusal, 'retry_after_s', None)} s"
        return made

    return guarded


AWAY = SearchUnavailable("away")
Call = Callable[..., str]


def test_it_opens_after_so_many_failures_in_a_row(call: Call) -> None:
    assert [call(AWAY) for _ in range(5)] == ["made", "made", "made", "refused for 5 s", "refused for 5 s"]


@pytest.mark.parametrize("between", [None, ValueError("a question that cannot be asked")])
def test_an_answer_between_failures_begins_the_count_anew(call: Call, between: Exception | None) -> None:
    said = [call(error) for error in (AWAY, AWAY, between, AWAY, AWAY, between, AWAY, AWAY, AWAY, None)]
    assert said == ["made"] * 9 + ["refused for 5 s"]


def test_after_the_pause_one_call_tries_and_the_others_are_refused(breaker: Breaker, call: Call, clock: Clock) -> None:
    for _ in range(3):
        call(AWAY)
    clock.now_s += 4.5
    assert call() == "refused for 1 s"
    clock.now_s += 0.5
    with breaker.guard():
        assert call() == "refused for 5 s"
    assert call() == "made"


def test_when_the_one_that_tries_fails_it_is_open_again(call: Call, clock: Clock) -> None:
    for _ in range(3):
        call(AWAY)
    clock.now_s += 5
    assert (call(AWAY), call()) == ("made", "refused for 5 s")
    clock.now_s += 5
    assert (call(), call()) == ("made", "made")


def test_a_success_elsewhere_closes_it(breaker: Breaker, call: Call) -> None:
    for _ in range(3):
        call(AWAY)
    breaker.succeeded()
    assert call() == "made"
