"""In a real browser: what is opened from the results is seen, and the pages of what is missing have no known fault."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.usecases.inviting import NewInvitation, invite_to_share
from api.wiring import System
from domain.acting import acting, current_act
from domain.viewer import Viewer
from store.missed import Searched
from tests.pages.conftest import Cast, Things, fill, serving
from tests.pages.test_axe import AXE, RULES


@dataclass
class Place:
    """Whoever is `now` is at the door."""

    system: System
    cast: Cast
    things: Things
    address: str


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    at_the_door: list[Cast] = []
    with serving(tmp_path / "data", lambda _: at_the_door[0].now) as (system, address):
        staff, manager, stranger = (Viewer(system.people.add(n).id, operator=n == "Siv") for n in ("Siv", "Mo", "Sven"))
        at_the_door.append(cast := Cast(staff, manager, stranger, staff))
        yield Place(system, cast, fill(system, cast), address)


def missed(place: Place) -> list[tuple[str, int, int]]:
    place.system.missed.settle()
    return [(m.asked, m.people, m.nothing) for m in place.system.missed.missed(current_act().clock())]


def others(place: Place, asked: str, *, found: bool) -> None:
    for n in range(4):
        place.system.missed.note(Searched(asked, f"other {n}", found, current_act().clock()))
    place.system.missed.settle()


@pytest.mark.parametrize("script", [True, False])
def test_what_is_opened_from_the_results_is_seen(browser: Browser, place: Place, script: bool) -> None:
    with acting("test"):
        others(place, "commit", found=True)
        place.cast.now = place.cast.stranger
        page = browser.new_page(java_script_enabled=script)
        page.goto(place.address)
        page.locator("#q").fill("commit")
        page.locator("#q").press("Enter")
        expect(page).to_have_url(f"{place.address}/?q=commit")  # the first page has that link as well
        link = page.locator(f"a[href*='/lessons/{place.things.revised}']").first
        expect(link).to_be_visible()
        assert missed(place) == [("commit", 5, 0)]
        link.click()
        expect(page.locator("h1")).to_contain_text("Recruit committed participants early")
        page.close()
        assert missed(place) == []


def faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    result = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{v['id']} {v['nodes'][0]['html'][:200]}" for v in result["violations"]] + ["too wide"] * (wider > 0)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_have_no_known_fault(browser: Browser, place: Place, width: int) -> None:
    long = NewInvitation.model_validate({"about": "a" * 60 + " " + "word " * 12, "note": "Why you. " * 20})
    with acting(place.cast.staff.person):
        others(place, "busy people", found=False)
        others(place, "b" * 90, found=False)
        for asked in ("busy people", "b" * 90):
            place.system.missed.note(Searched(asked, "fifth", False, current_act().clock()))
        place.system.missed.settle()
        invite_to_share(place.system, place.cast.staff, place.things.cluster, long)
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{place.address}/missing")
    expect(page.locator("tbody tr")).to_have_count(2)
    found = faults(page)
    place.cast.now = place.cast.manager
    for path in (f"/clusters/{place.things.cluster}", "/review"):
        page.goto(place.address + path)
        expect(page.get_by_role("heading", name="Invited to share")).to_be_visible()
        found += faults(page)
    page.close()
    assert found == []
