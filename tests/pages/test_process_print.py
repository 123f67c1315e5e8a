"""A process on paper, and the forms that make drafts of it, on the demo data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from api.access.caller import VISIT, csrf_of
from api.access.entrance import Entrance
from api.app import create_app
from api.wiring import System, open_system
from demo.fictional import PROCESS
from demo.load import load_demo
from demo.origin import demo_id
from domain.viewer import Viewer
from tests.pages.conftest import serving
from tests.pages.test_axe import AXE, seen_faults

OPERATOR = Viewer("kari", operator=True)
URL = f"/processes/{PROCESS}"
REAL = f"/processes/{demo_id('process', 'fc-3')}"


@dataclass
class Door:
    system: System
    client: TestClient
    viewer: Viewer = OPERATOR


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_system(tmp_path_factory.mktemp("print") / "data") as system:
        load_demo(system, OPERATOR)
        system.projector.catch_up()
        at: list[Door] = []
        app = create_app(system, entrance=Entrance(lambda: at[0].viewer, frozenset({"testserver"})))
        with TestClient(app, base_url="http://testserver") as client:
            at.append(Door(system, client))
            yield at[0]


@pytest.fixture(autouse=True)
def operator(door: Door) -> None:
    door.viewer = OPERATOR


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("The heat of our towns 2040", "Demo Kabel AS", "People no longer let others steer their homes", "4.7",
                "A thousand courtyards", "Pays only when prices swing.", "Read the signposts twice a year",
                "A catch-up meeting lets late companies in")),
        ("nb", ("Varmen i byene våre 2040", "Demo Kabel AS", "Folk slipper ikke andre til å styre hjemmet", "4,7",
                "Tusen bakgårder", "Pays only when prices swing.", "Les veiviserne to ganger i året",
                "Et oppsamlingsmøte slipper inn bedrifter som kommer sent")),
    ],
)  # fmt: skip
def test_every_part_is_on_the_paper(door: Door, lang: str, said: tuple[str, ...]) -> None:
    page = door.client.get(f"{URL}/print", headers={"accept-language": lang}).text
    assert [words for words in said if words not in page] == []
    assert page.count("<table>") == 13
    assert "<nav" not in page
    assert "<a " not in page


def test_a_process_with_little_has_a_page_too(door: Door) -> None:
    page = door.client.get(f"{REAL}/print", headers={"accept-language": "en"})
    assert (page.status_code, page.text.count("<table>")) == (200, 2)
    assert "5 October 2004" in page.text


def test_what_is_not_there_or_not_for_them_has_none(door: Door) -> None:
    door.viewer = Viewer("sven")
    assert door.client.get(f"{URL}/print").status_code == 200
    assert door.client.get(f"/processes/{demo_id('process', 'fc-9')}/print").status_code == 404


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("printed") / "data"
    with serving(folder, lambda _: OPERATOR) as (system, address):
        load_demo(system, OPERATOR)
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(locale="nb-NO", base_url=address, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_no_known_faults(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{URL}/print")
    page.evaluate(AXE.read_text())
    for scheme, width in (("light", 360), ("dark", 1280)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # pyright: ignore[reportArgumentType]
        page.set_viewport_size({"width": width, "height": 800})
        assert list(seen_faults(page)) == []
    page.emulate_media(media="print", color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color")
    page.emulate_media(media="print", color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color")
    assert dark == light
    assert said == []


def test_drafts_are_made_with_a_form(page: Page) -> None:
    page.goto(f"{URL}/draft-lesson")
    page.locator("select[name=about]").select_option("check:catch-up")
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/lessons/[0-9a-f-]{36}$"))
    expect(page.locator("h1")).to_contain_text("Varmen i byene våre 2040")
    page.goto(f"{URL}/draft-case")
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/cases/[0-9a-f-]{36}$"))
    expect(page.locator("main table")).to_contain_text("8. april 2025")


def test_a_form_sent_with_something_else_is_shown_again(door: Door) -> None:
    door.client.cookies.set(VISIT, "browser")
    sent = {"version": "1", "key": "one", "about": "check:luck"}
    answer = door.client.post(f"{URL}/draft-lesson", data=sent, headers={"X-CSRF-Token": csrf_of("browser")})
    assert answer.status_code == 422
    assert "Choose one from the list." in answer.text
