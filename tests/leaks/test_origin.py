"""Whom an anonymous lesson comes from changes no byte of what others are told, and is told to its own."""

import pytest

from search.embedded import TantivyIndex
from tests.leaks.asking import Answer, addresses, differing, everything, of_search
from tests.leaks.conftest import Another, At
from tests.leaks.world import ARENA, AUTHOR, ENTITLED, FAR, HERE, NCE, PARTS, PEERS, THEIRS, Origin, build, id_of

pytestmark = pytest.mark.timeout(300)

ELSEWHERE = Origin(PEERS, NCE, str(id_of("person", "stranger")), "11", 700, "subsea")
NEAR_BY = Origin(FAR, ARENA, str(id_of("person", "stranger")), "11", 700, "subsea")
"""In the programme of the same staff: who looks after a lesson knows more of it than others."""


@pytest.mark.parametrize("who", ["visitor", *PARTS])
def test_another_origin_changes_no_byte(another: Another, at: At, who: str) -> None:
    def told(origin: Origin) -> dict[str, Answer]:
        system = another()
        world = build(system, origin)
        # The rest is answered by the same code on both: at the other engine one asks it all.
        whole = who == "visitor" or isinstance(system.index, TantivyIndex)
        return everything(at(system, world.viewers[who]), addresses(world) if whole else of_search())

    assert differing(told(HERE), told(NEAR_BY if who.startswith("staff") else ELSEWHERE)) == {}


def test_its_own_cluster_is_told(another: Another, at: At) -> None:
    lesson = id_of("lesson", 10)
    named = (f"/lessons/{lesson}", f"/api/v1/lessons/{lesson}", f"/clusters/{THEIRS}")

    def told(origin: Origin) -> dict[str, Answer]:
        system = another()
        world = build(system, origin)
        return everything(at(system, world.viewers[ENTITLED]), addresses(world, *named))

    with_it = differing(told(HERE), told(ELSEWHERE))
    assert with_it.keys() >= {*named}
    (_, _, own), (_, _, others) = with_it[f"/lessons/{lesson}"]
    assert ("Raufoss" in own, "Raufoss" in others, AUTHOR in others) == (True, False, False)
