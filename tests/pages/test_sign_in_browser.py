"""Signing in with a real browser: every page on the way without a known fault, and nothing typed lost."""

import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from pyotp.totp import TOTP

from api.access.entrance import Entrance
from api.app import create_app
from api.usecases.demo_people import KEYS, demo_person
from api.wiring import System, open_system
from domain.acting import acting
from domain.person import Part, Person, Role
from domain.viewer import ANYBODY, Viewer
from tests.access.browsing import OTHER_PASSWORD, PASSWORD, add_account
from tests.pages.test_axe import AXE, RULES
from tests.sampling import WHOLE


@contextmanager
def served(app: FastAPI) -> Generator[str]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    with open_system(tmp_path / "data") as system:
        system.start()
        yield system


@dataclass
class Walk:
    """A page in one of the looks, and what was found wrong on the way."""

    page: Page
    faults: list[str] = field(default_factory=list[str])

    def look(self) -> None:
        page = self.page
        page.evaluate(AXE.read_text())
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        result = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
        self.faults += [f"{page.url}: {v['id']} {v['nodes'][0]['html'][:200]}" for v in result["violations"]]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.faults += [f"{page.url}: {wider} px too wide"] if wider > 0 else []
        self.faults += [f"{page.url}: h1"] if page.locator("h1").count() != 1 else []

    def press(self, form: str, **typed: str) -> None:
        for name, value in typed.items():
            self.page.locator(f"form[action='{form}'] [name='{name}']").fill(value)
        self.page.locator(f"form[action='{form}'] button[type=submit]").first.click()


ALL_LOOKS = [("light", 360, "nb-NO"), ("dark", 360, "en-GB"), ("light", 1280, "en-GB"), ("dark", 1280, "nb-NO")]
LOOKS = ALL_LOOKS if WHOLE else [("light", 360, "nb-NO"), ("dark", 1280, "en-GB")]
Look = Callable[[], Walk]


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def walk(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Walk]:
    scheme, width, lang = request.param
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, locale=lang, reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    walk = Walk(context.new_page())
    walk.page.on("console", lambda said: walk.faults.append(said.text) if "Content Security" in said.text else None)
    walk.page.on("pageerror", lambda error: walk.faults.append(str(error)))
    yield walk
    context.close()


def test_a_way_through_everything(walk: Walk, system: System) -> None:
    person = add_account(system, "Kari Nordvik", "kari", Part(Role.AUDITOR), email="kari@example.org")
    page, now = walk.page, datetime.now(UTC)
    with served(create_app(system, entrance=Entrance(lambda: Viewer(ANYBODY)))) as site:
        page.goto(f"{site}/me?done=me.password")
        expect(page).to_have_url(f"{site}/sign-in?next=/me%3Fdone%3Dme.password")
        walk.look()
        walk.press("/sign-in", login="kari", password="x")
        walk.look()
        walk.press("/sign-in", password=PASSWORD)
        expect(page.locator("h1")).to_have_text("Kari Nordvik")
        walk.look()
        walk.press("/me/second-factor", password=PASSWORD)
        drawn = page.locator("main img")
        assert drawn.evaluate("image => image.complete && image.naturalWidth > 100")
        walk.look()
        account = system.sign_ins.accounts.of(person)
        assert account
        walk.press("/me/second-factor/confirm", otp=TOTP(account.totp_secret or "").now())
        expect(page.locator("[role=status]")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        walk.press("/me/tokens", name="nightly")
        expect(page.locator("#secret")).to_contain_text("laerdom_")
        walk.look()
        page.goto(f"{site}/me")
        other = page.context.new_page()
        other.goto(f"{site}/about")
        other.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        other.locator("form[action='/sign-out'] button").click()
        expect(other).to_have_url(f"{site}/")
        walk.press("/me/erasure")
        expect(page.locator("form[action='/me/erasure'] button")).to_be_visible()
        walk.look()
        with page.context.expect_page() as opened:
            page.locator("main a[target=_blank]").click()
        opened.value.locator("[name=login]").fill("kari")
        opened.value.locator("[name=password]").fill(PASSWORD)
        later = TOTP(account.totp_secret or "").at(datetime.now(UTC) + timedelta(seconds=30))
        opened.value.locator("[name=otp]").fill(later)
        opened.value.locator("form[action='/sign-in'] button").click()
        expect(opened.value).to_have_url(f"{site}/")
        walk.press("/me/erasure")
        walk.press("/me/erasure")
        expect(page.locator("h1")).to_have_text("Kari Nordvik")
        assert system.store.get(Person, UUID(person)).erasure_asked
        invited = system.people.add("Ola Nordvik", "ola@example.org").id
        token = system.sign_ins.accounts.invite(invited, now=now, until=now + timedelta(days=1))
        page.goto(f"{site}/invitation?token={token}")
        walk.look()
        walk.press("/invitation", password=OTHER_PASSWORD)
        expect(page.locator("h1")).to_have_text("Ola Nordvik")
    assert walk.faults == []


def test_being_somebody_of_the_demo(walk: Walk, system: System) -> None:
    with acting("demo"):
        operator = Viewer(system.people.add("Sam Single").id, operator=True)
        for key in KEYS:
            system.people.add(f"Demo {key}", id=str(demo_person(key)))
            person = Person(demo_person(key))
            person.appoint(Part(Role.AUDITOR), "2024")
            system.save(person)
    page = walk.page
    with served(create_app(system, entrance=Entrance(lambda: operator, demo=True))) as site:
        page.goto(f"{site}/sign-in")
        expect(page.locator("form[action='/sign-in/demo']")).to_have_count(5)
        walk.look()
        walk.press("/sign-in/demo")
        page.goto(f"{site}/me")
        expect(page.locator("h1")).to_have_text("Demo manager")
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        walk.press("/sign-out")
        page.goto(f"{site}/me")
        expect(page.locator("h1")).to_have_text("Sam Single")
        walk.look()
    assert walk.faults == []
