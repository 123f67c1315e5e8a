"""What is hidden from somebody changes no byte of what they are told: as it comes, while it is there, as it goes."""

import pytest

from api.wiring import System
from tests.leaks.asking import differing, everything
from tests.leaks.conftest import At
from tests.leaks.hiding import SECRET, come_and_go, hide, withdraw
from tests.leaks.world import ENTITLED, PARTS, build
from tests.letters import Letters


@pytest.fixture
def embedder() -> Letters:
    return Letters()


SEES_MANAGERS = ("manager of another cluster", "staff of another programme")
"""What is shared with all managers is not hidden from these."""


@pytest.mark.parametrize("who", ["visitor", *PARTS])
def test_a_hundred_hidden_things_change_no_byte(system: System, at: At, who: str) -> None:
    world = build(system)
    client = at(system, world.viewers[who])
    before = everything(client, world)
    assert {status for status, _, _ in before.values()} >= {200, 404, 422}
    hidden = hide(system, from_managers=who not in SEES_MANAGERS)
    come_and_go(system, contributors=who != "administrator")
    assert differing(before, everything(client, world)) == {}
    if who == "visitor":  # as it goes: the same for all, and each look takes ten seconds
        withdraw(system, hidden)
        assert differing(before, everything(client, world)) == {}
    assert [path for path, (_, _, body) in before.items() if SECRET in body and SECRET not in path] == []


def test_whoever_may_see_them_is_told(system: System, at: At) -> None:
    """The control: the same questions, of somebody whose answers have to change."""
    world = build(system)
    client = at(system, world.viewers[ENTITLED])
    before = everything(client, world)
    hidden = hide(system, from_managers=True)
    with_them = differing(before, everything(client, world))
    for path in ("/lessons", "/api/v1/lessons?limit=100&offset=0", "/review", f"/api/v1/suggest?q={SECRET}"):
        assert path in with_them
    assert sum(path.startswith("/api/v1/search") for path in with_them) > 100
    assert sum(path.startswith("/search.") for path in with_them) > 15
    withdraw(system, hidden)
    assert len(differing(before, everything(client, world))) > 50
