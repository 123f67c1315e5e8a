"""Searches that one keeps, on the pages: beside what was found, on the first page, and where they are looked over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from api.usecases.kept import addresses_of, keep_search, params_of
from api.wiring import System
from domain.acting import acting
from domain.viewer import ANYBODY, Viewer
from store.kept_searches import MOST, KeptSearch, KeptSearches
from store.unavailable import StoreUnavailable
from tests.access.browsing import Browser as Client
from tests.access.browsing import add_account, signing_in_app
from tests.pages.conftest import Cast, Things, fill, serving
from tests.pages.test_axe import AXE, RULES

LIST = "/me/searches"


def keep(system: System, cast: Cast, name: str = "Trust", asked: str = "q=trust") -> KeptSearch:
    with acting(cast.now.person):
        return keep_search(system, cast.now, name, params_of(asked))


def main(answer: str) -> str:
    """The words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.split("<main")[1].split("</main>")[0])))


def test_kept_from_the_results(client: TestClient, system: System, cast: Cast, things: Things) -> None:
    page = client.get("/?phase=recruitment&q=commit&sort=newest").text
    found = dict(re.findall(r'form="keep"[^>]* name="(\w+)" value="([^"]*)"', page))
    assert {name: unescape(value) for name, value in found.items()} == {
        "asked": "q=commit&phase=recruitment&sort=newest",
        "name": "commit · Recruitment",
    }
    kept = client.post(LIST, data={"name": "Recruiting", "asked": unescape(found["asked"])})
    where = "/?q=commit&phase=recruitment&sort=newest&done=me.search-kept"
    assert (kept.status_code, kept.headers["location"]) == (303, where)
    after = client.get(where).text
    assert ("The search is kept." in after, "You keep this search as Recruiting ." in main(after)) == (True, True)
    assert 'form="keep"' not in after
    [search] = system.kept_searches.of(cast.staff.person)
    assert (search.name, search.asked) == ("Recruiting", "q=commit&phase=recruitment&sort=newest")


def test_the_first_page_leads_to_those_that_are_kept(
    client: TestClient, system: System, cast: Cast, things: Things
) -> None:
    assert "Your kept searches" not in client.get("/").text
    for number in range(10):
        keep(system, cast, f"Search <{number}>", f"q=trust+{number}")
    page = client.get("/").text
    links = re.findall(r'<a class="ds-chip" href="([^"]+)">([^<]+)</a>', page)
    assert len(links) == 8
    assert {unescape(name) for _, name in links} < {f"Search <{n}>" for n in range(10)}
    assert {client.get(unescape(href)).status_code for href, _ in links} == {200}
    assert f'href="{LIST}"' in page
    cast.now = cast.stranger
    assert "Your kept searches" not in client.get("/").text


def test_looked_over(client: TestClient, system: System, cast: Cast, things: Things) -> None:
    assert "Nothing is kept yet" in client.get(LIST).text
    search = keep(system, cast, "A & <b>", f"q=a%26b&cluster={things.cluster}&cluster={uuid4()}&as_of=2011-05-30")
    page = client.get(LIST).text
    at = addresses_of(search.asked)
    assert all(f'href="{href.replace("&", "&amp;")}"' in page for href in (at.page, at.atom, at.json))
    assert "A & <b>" in main(page)
    assert re.search(r"a&b · .*NCE Smart Energy Markets.* · as of 30 May 2011", main(page))
    assert [client.get(href).status_code for href in (at.page, at.atom, at.json)] == [200] * 3
    assert f'href="{LIST}"' in client.get("/me").text


def test_renamed_and_removed(client: TestClient, system: System, cast: Cast) -> None:
    search = keep(system, cast)
    renamed = client.post(f"{LIST}/{search.id}/rename", data={"name": "Tillit"})
    assert (renamed.status_code, renamed.headers["location"]) == (303, f"{LIST}?done=me.search-renamed")
    page = client.get(renamed.headers["location"]).text
    assert ("The search has its new name." in page, "Tillit" in page) == (True, True)
    removed = client.post(f"{LIST}/{search.id}/remove")
    assert (removed.status_code, removed.headers["location"]) == (303, f"{LIST}?done=me.search-removed")
    assert "The search is removed." in client.get(removed.headers["location"]).text
    assert system.kept_searches.of(cast.staff.person) == ()


TAKEN = "You keep another search under this name. Choose another name."
NOT_KEPT = {
    ("", "q=time"): (422, "Name: Fill this in.", True),
    ("x" * 201, "q=time"): (422, "Name: Write at most 200 characters.", True),
    ("x\x00", "q=time"): (422, "Name: Remove the control characters.", True),
    ("Trust", "q=time"): (409, TAKEN, True),
    ("x", ""): (422, "There is nothing to keep yet. Search for words, or choose a filter.", False),
    ("x", "secret=1"): (422, "This is no search: it has a parameter that is not known here.", False),
    ("x", "year_from=x"): (422, "Search once more, and keep it from there.", False),
    ("x", "q=" + "x" * 9_000): (422, "This search is too long to be kept. Ask for less.", False),
}


@pytest.mark.parametrize(("name", "asked"), NOT_KEPT)
def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(
    client: TestClient, system: System, cast: Cast, name: str, asked: str
) -> None:
    kept = keep(system, cast)
    status, said, again = NOT_KEPT[name, asked]
    answer = client.post(LIST, data={"name": name, "asked": asked})
    assert (answer.status_code, said in main(answer.text)) == (status, True)
    assert ('id="keep-name"' in answer.text, f'name="asked" value="{asked}"' in answer.text) == (again, again)
    assert system.kept_searches.of(cast.staff.person) == (kept,)


def test_a_new_name_that_is_taken(client: TestClient, system: System, cast: Cast) -> None:
    keep(system, cast, "Taken", "q=x")
    search = keep(system, cast)
    answer = client.post(f"{LIST}/{search.id}/rename", data={"name": "Taken"})
    assert (answer.status_code, TAKEN in main(answer.text)) == (409, True)
    [opened] = re.findall(r'<details class="fold" open>.*?</details>', answer.text, re.DOTALL)
    assert ('value="Taken"' in opened, search.id in opened) == (True, True)
    assert 'id="keep-name"' not in answer.text


def test_no_more_than_so_many(client: TestClient, system: System, cast: Cast) -> None:
    for number in range(MOST):
        keep(system, cast, f"Search {number}")
    answer = client.post(LIST, data={"name": "One more", "asked": "q=more"})
    said = f"You keep {MOST} searches. Remove one that you do not need any more."
    assert (answer.status_code, said in main(answer.text)) == (409, True)
    assert len(system.kept_searches.of(cast.staff.person)) == MOST


def test_what_is_anothers_is_not_there(client: TestClient, system: System, cast: Cast) -> None:
    search = keep(system, cast)
    cast.now = cast.stranger
    assert "Trust" not in client.get(LIST).text
    for deed in ("rename", "remove"):
        answers = [client.post(f"{LIST}/{id}/{deed}", data={"name": "x"}) for id in (search.id, str(uuid4()))]
        told = {(a.status_code, re.sub(r"[0-9a-f-]{36}", "…", a.text)) for a in answers}
        assert (len(told), answers[0].status_code) == (1, 404)
        assert client.post(f"{LIST}/nonsense/{deed}", data={"name": "x"}).status_code == 404
    assert system.kept_searches.of(cast.staff.person) == (search,)


def test_a_visitor_is_led_to_sign_in_and_offered_the_feeds_alone(
    client: TestClient, system: System, cast: Cast, things: Things
) -> None:
    cast.now = Viewer(ANYBODY)
    page = client.get("/?q=commit").text
    assert ('form="keep"' in page, 'href="/search.atom?q=commit"' in page) == (False, True)
    led = client.get(LIST)
    assert (led.status_code, led.headers["location"]) == (303, f"/sign-in?next={LIST}")
    assert client.post(LIST, data={"name": "x", "asked": "q=x"}).status_code == 401
    assert system.kept_searches.of(ANYBODY) == ()


def test_a_form_from_elsewhere_keeps_nothing(system: System) -> None:
    person = add_account(system, "Kari Nordvik", "kari")
    browser = Client(signing_in_app(system))
    browser.sign_in("kari")
    for csrf in ("", "x"):
        assert browser.post(LIST, csrf=csrf, name="x", asked="q=x").status_code == 403
    assert system.kept_searches.of(person) == ()
    assert browser.post(LIST, name="x", asked="q=x").status_code == 303
    [search] = system.kept_searches.of(person)
    assert browser.post(f"{LIST}/{search.id}/remove", csrf="x").status_code == 403
    assert system.kept_searches.of(person) == (search,)


def test_while_what_is_kept_cannot_be_read_searches_go_on(
    client: TestClient, system: System, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("The register does not answer now.")

    monkeypatch.setattr(KeptSearches, "of", away)
    assert [client.get(path).status_code for path in ("/", "/?q=commit", LIST)] == [200, 200, 503]


@dataclass
class Place:
    system: System
    cast: Cast
    address: str


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    door: list[Cast] = []
    with serving(tmp_path / "data", lambda _: door[0].now) as (system, address):
        staff, manager, stranger = (Viewer(system.people.add(n).id, operator=n == "Siv") for n in ("Siv", "Mo", "Sven"))
        door.append(cast := Cast(staff, manager, stranger, staff))
        fill(system, cast)
        yield Place(system, cast, address)


@pytest.mark.parametrize("script", [True, False])
def test_search_keep_and_come_back(browser: Browser, place: Place, script: bool) -> None:
    page = browser.new_page(java_script_enabled=script, locale="en-GB", viewport={"width": 1280, "height": 900})
    page.set_default_timeout(10_000)
    page.goto(place.address)
    page.locator("#q").fill("commit")
    if script:  # the results follow the typing, and so does what would be kept
        expect(page.locator("#keep-name")).to_have_value("commit")
        page.locator("#q").fill("participants")
        expect(page.locator("#keep-name")).to_have_value("participants")
        expect(page.locator(".keep a").first).to_have_attribute("href", "/search.atom?q=participants")
    else:
        page.locator("#q").fill("participants")
        page.locator("#q").press("Enter")
    page.get_by_text("Keep this search").click()
    page.locator("#keep-name").fill("Finding people")
    page.locator("#keep-name").press("Enter")
    expect(page.locator(".said")).to_contain_text("The search is kept.")
    page.goto(place.address)
    page.get_by_role("link", name="Finding people").click()
    expect(page).to_have_url(f"{place.address}/?q=participants")
    page.get_by_role("link", name="All kept searches").click()
    page.get_by_text("Rename", exact=True).first.click()
    page.get_by_label("New name").fill("People")
    page.get_by_label("New name").press("Enter")
    expect(page.locator(".row h2")).to_have_text("People")
    page.get_by_role("button", name="Remove: People").click()
    expect(page.locator(".empty h2")).to_have_text("Nothing is kept yet")
    page.close()


def faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    result = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{v['id']} {v['nodes'][0]['html'][:200]}" for v in result["violations"]] + ["too wide"] * (wider > 0)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_pages_have_no_known_fault(browser: Browser, place: Place, width: int, scheme: str) -> None:
    for name, asked in (("x" * 200, "topic=" + "y" * 200), ("Recruiting", "q=commit"), ("word " * 40, "phase=action")):
        keep(place.system, place.cast, name.strip(), asked)
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found: list[str] = []
    for path in (LIST, "/", "/?q=commit", "/?q=commit&phase=recruitment"):
        page.goto(place.address + path)
        found += [f"{path}: {fault}" for fault in faults(page)]
    page.close()
    assert found == []
