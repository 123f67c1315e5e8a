"""What is hidden from somebody changes no byte of what they are told: as it comes, while it is there, as it goes."""

import pytest

from api.wiring import System
from search.embedded import TantivyIndex
from tests.leaks.asking import addresses, differing, everything, of_search
from tests.leaks.conftest import At
from tests.leaks.hiding import SECRET, come_and_go, hide, withdraw
from tests.leaks.world import ENTITLED, PARTS, build
from tests.letters import Letters
from tests.sampling import enough


@pytest.fixture
def embedder() -> Letters:
    return Letters()


pytestmark = pytest.mark.timeout(300)
SEES_MANAGERS = ("manager of another cluster", "staff of another programme")
"""What is shared with all managers is not hidden from these."""


@pytest.mark.parametrize("who", ["visitor", *PARTS])
def test_a_hundred_hidden_things_change_no_byte(system: System, at: At, who: str) -> None:
    world = build(system)
    client = at(system, world.viewers[who])
    # The rest is answered by the same code on both: at the other engine one asks it all.
    whole = who == "visitor" or isinstance(system.index, TantivyIndex)
    paths = addresses(world) if whole else of_search()
    before = everything(client, paths)
    assert {status for status, _, _ in before.values()} >= ({200, 404, 422} if whole else {200, 422})
    hidden = hide(system, from_managers=who not in SEES_MANAGERS)
    come_and_go(system, contributors=who != "administrator")
    assert differing(before, everything(client, paths)) == {}
    if who == "visitor":  # as it goes: the same for all, and each look takes ten seconds
        withdraw(system, hidden)
        assert differing(before, everything(client, paths)) == {}
    assert [path for path, (_, _, body) in before.items() if SECRET in body and SECRET not in path] == []


def test_whoever_may_see_them_is_told(system: System, at: At) -> None:
    """The control: the same questions, of somebody whose answers have to change."""
    world = build(system)
    client = at(system, world.viewers[ENTITLED])
    named = ("/lessons", "/api/v1/lessons?limit=100&offset=0", "/review", f"/api/v1/suggest?q={SECRET}")
    paths = addresses(world, *named)
    before = everything(client, paths)
    hidden = hide(system, from_managers=True)
    with_them = differing(before, everything(client, paths))
    assert with_them.keys() >= {*named}
    assert sum(path.startswith("/api/v1/search") for path in with_them) > enough(100, of=3)
    assert sum(path.startswith("/search.") for path in with_them) > enough(15, of=3)
    withdraw(system, hidden)
    assert len(differing(before, everything(client, paths))) > enough(50, of=3)
