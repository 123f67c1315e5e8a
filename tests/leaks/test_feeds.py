"""A feed that is followed: what one may not read never wakes it, and rights that change hold at the next look."""

import pytest
from starlette.testclient import TestClient

from api.usecases.kept import keep_search, params_of
from api.wiring import System
from domain.acting import acting
from tests.leaks.asking import Answer, ask
from tests.leaks.conftest import At
from tests.leaks.hiding import SECRET, hide, withdraw
from tests.leaks.world import ENTITLED, build

FOLLOWED = tuple(
    f"/search.{kind}{asked}"
    for kind in ("atom", "json")
    for asked in ("", "?q=recruit", f"?q={SECRET}", "?topic=trust")
)


def tags(client: TestClient) -> dict[str, str]:
    return {path: client.get(path).headers["etag"] for path in FOLLOWED}


def woken(client: TestClient, known: dict[str, str]) -> list[str]:
    """The feeds that have changed, to a reader that knows these."""
    answers = {path: client.get(path, headers={"If-None-Match": tag}) for path, tag in known.items()}
    assert {a.status_code for a in answers.values()} <= {200, 304}
    return [path for path, answer in answers.items() if answer.status_code == 200]


def test_what_comes_and_goes_hidden_wakes_no_feed(system: System, at: At) -> None:
    world = build(system)
    visitor, entitled = at(system, world.viewers["visitor"]), at(system, world.viewers[ENTITLED])
    known, known_to_them = tags(visitor), tags(entitled)
    hidden = hide(system, from_managers=True)
    assert (woken(visitor, known), woken(entitled, known_to_them)) == ([], list(FOLLOWED))
    with_them = tags(entitled)
    withdraw(system, hidden)
    assert woken(visitor, known) == []
    assert woken(entitled, with_them) == list(FOLLOWED)


def test_the_tag_of_one_says_nothing_to_another(system: System, at: At) -> None:
    world = build(system)
    hide(system, from_managers=True)
    visitor, entitled = at(system, world.viewers["visitor"]), at(system, world.viewers[ENTITLED])
    assert woken(visitor, tags(entitled)) == list(FOLLOWED)
    assert SECRET in entitled.get("/search.atom").text
    assert SECRET not in visitor.get("/search.atom", headers={"If-None-Match": tags(entitled)["/search.atom"]}).text


@pytest.mark.parametrize("who", ["manager of another cluster", "administrator"])
def test_what_somebody_keeps_changes_nothing_for_others(system: System, at: At, who: str) -> None:
    world = build(system)
    client = at(system, world.viewers[who])
    paths = ("/", "/?q=recruit", "/me/searches", "/api/v1/me/searches", "/api/v1/missing", *FOLLOWED)

    def told() -> list[Answer]:
        return [ask(client, path) for path in paths]

    before, entitled = told(), world.viewers[ENTITLED]
    with acting(entitled.person):
        keep_search(system, entitled, "Recruiting", params_of("q=recruit"))
    assert told() == before
    assert "Recruiting" in at(system, entitled).get("/me/searches").text
