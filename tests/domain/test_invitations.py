"""Invitations to share: one about the same at a time, and closed once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.acting import acting
from domain.aggregate import Aggregate
from domain.errors import Refused, WrongState
from domain.invitations import MOST, Invitation, Invitations, invitations_id

Decided = Callable[[Aggregate], list[tuple[str, dict[str, Any]]]]
CLUSTER = UUID(int=1)


def some(*about: str) -> Invitations:
    invitations = Invitations(invitations_id(CLUSTER))
    for one in about:
        invitations.send(CLUSTER, one, None)
    return invitations


def test_what_is_recorded(decided: Decided) -> None:
    invitations = some()
    invitations.send(CLUSTER, " busy people ", "You did it well.")
    invitations.close(CLUSTER, "busy people")
    assert decided(invitations) == [
        ("invitations.sent", {"cluster": CLUSTER, "about": "busy people", "note": "You did it well."}),
        ("invitations.closed", {"cluster": CLUSTER, "about": "busy people"}),
    ]
    assert invitations.open == ()


def test_an_open_one_says_about_what_by_whom_and_since_when() -> None:
    invitations = Invitations(invitations_id(CLUSTER))
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with acting("siv", clock=lambda: at):
        invitations.send(CLUSTER, "busy people", None)
    assert invitations.open == (Invitation("busy people", None, "siv", at),)


def test_the_others_stay_open_in_their_order() -> None:
    invitations = some("one", "two", "three")
    invitations.close(CLUSTER, "two")
    assert [i.about for i in invitations.open] == ["one", "three"]


def test_what_was_closed_can_be_asked_for_again() -> None:
    invitations = some("one")
    invitations.close(CLUSTER, "one")
    invitations.send(CLUSTER, "one", None)
    assert [i.about for i in invitations.open] == ["one"]


def test_each_cluster_has_its_own() -> None:
    assert len({invitations_id(UUID(int=n)) for n in range(3)}) == 3
    assert invitations_id(CLUSTER) == invitations_id(CLUSTER)


REFUSED: list[tuple[Callable[[Invitations], object], type[Refused], str]] = [
    (lambda i: i.send(CLUSTER, "ONE", None), WrongState, "The cluster is invited to share this already."),
    (lambda i: i.close(CLUSTER, "two"), WrongState, "There is no such open invitation."),
]


@pytest.mark.parametrize(("decide", "how", "why"), REFUSED)
def test_what_is_refused_changes_nothing(decide: Callable[[Invitations], object], how: type[Refused], why: str) -> None:
    invitations = some("one")
    with pytest.raises(how) as refused:
        decide(invitations)
    assert (str(refused.value), refused.value.field) == (why, "about")
    assert invitations.version == 1


def test_a_cluster_is_not_asked_for_everything() -> None:
    invitations = some(*map(str, range(MOST)))
    with pytest.raises(WrongState) as refused:
        invitations.send(CLUSTER, "one more", None)
    assert str(refused.value) == "The cluster has 20 open invitations. Close one that matters less."
    assert invitations.version == MOST
