"""Every event says who, when, why and in which request; nobody is nobody's default."""

import re
from contextvars import copy_context
from datetime import UTC, datetime
from threading import Thread
from uuid import UUID, uuid4

import pytest

from domain.acting import Act, NobodyActs, RequestKey, acting, but, current_act
from domain.aggregate import Event
from domain.names import NameClaim

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kari() -> None:
    """Nobody acts here unless a test says so."""


def claimed(reason: str | None = None) -> Event:
    claim = NameClaim(uuid4())
    claim.record(NameClaim.Claimed, bearer=uuid4(), reason=reason)
    return claim.pending[0]


def test_nothing_is_recorded_while_nobody_acts() -> None:
    claim = NameClaim(uuid4())
    with pytest.raises(NobodyActs, match=re.escape("An event needs an actor: wrap the change in `acting(...)`.")):
        claim.claim(uuid4())
    assert (claim.version, claim.bearer, claim.pending) == (0, None, ())


def test_an_event_is_stamped() -> None:
    with acting("kari", request_id="request-7", reason="tidying", clock=lambda: NOON):
        event = claimed()
    stamp = (event.actor, event.request_id, event.reason, event.recorded_at, event.originator_version)
    assert stamp == ("kari", "request-7", "tidying", NOON, 1)


def test_the_reason_of_a_decision_comes_before_that_of_the_request() -> None:
    with acting("kari", reason="tidying"):
        assert claimed(reason="a duplicate").reason == "a duplicate"


def test_a_request_without_an_id_gets_one_of_its_own() -> None:
    with acting("kari") as first:
        pass
    with acting("kari") as second:
        pass
    assert UUID(first.request_id) != UUID(second.request_id)


def test_the_inner_act_holds_inside_and_the_outer_again_after() -> None:
    with acting("kari", request_id="outer") as outer:
        with acting("ola", request_id="inner"):
            assert current_act().actor == "ola"
        assert current_act() == outer


def test_an_error_inside_ends_the_act() -> None:
    with pytest.raises(KeyError), acting("kari"):
        raise KeyError
    with pytest.raises(NobodyActs):
        current_act()


def test_but_changes_some_of_it() -> None:
    key = RequestKey("key", "print")
    with acting("kari", request_id="request-1", reason="tidying", clock=lambda: NOON) as outer:
        with but(reason="a duplicate", request_key=key):
            assert current_act() == Act("kari", "request-1", "a duplicate", key, outer.clock)
        assert current_act() == outer


def test_but_wants_an_act_to_change() -> None:
    with pytest.raises(NobodyActs), but(reason="none"):
        pass


def test_another_thread_does_not_inherit_the_act_unless_it_is_handed_over() -> None:
    seen: list[str] = []

    def look() -> None:
        try:
            seen.append(current_act().actor)
        except NobodyActs:
            seen.append("nobody")

    with acting("kari"):
        context = copy_context()
        for thread in (Thread(target=look), Thread(target=context.run, args=(look,))):
            thread.start()
            thread.join()
    assert seen == ["nobody", "kari"]


def test_two_threads_act_apart() -> None:
    seen: dict[str, str] = {}

    def act(name: str) -> None:
        with acting(name):
            seen[name] = claimed().actor

    threads = [Thread(target=act, args=(f"person-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {f"person-{n}": f"person-{n}" for n in range(8)}
