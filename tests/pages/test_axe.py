"""Every page in a real browser: no known fault of accessibility, nothing wider than the screen, nothing refused by the
content security policy; and the parts that a script makes lively."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sampling import by_turns

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Site: TypeAlias = Any


LOOKS: dict[str, tuple[tuple[Any, int], ...]] = {
    "en-GB": (("light", 360), ("dark", 1280)),
    "nb-NO": (("dark", 360), ("light", 1280)),
}
"""Schemes and widths, by language. Each page is looked at in one of the four; with WHOLE=1, in all."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("lang", LOOKS)
def test_no_known_faults(browser: Browser, site: Site, lang: str):
    context = browser.new_context(locale=lang, reduced_motion="reduce")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    faults: list[str] = []
    pages: list[str] = site.things.pages
    for n, path in by_turns([*enumerate(pages)], [*LOOKS].index(lang), of=2):
        page.goto(site.address + path)
        page.evaluate(AXE.read_text())  # past the content security policy, which holds for what pages bring along
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        faults += [f"{path}: h1"] if page.locator("h1").count() != 1 else []
        for scheme, width in by_turns(LOOKS[lang], n // 2, of=2):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 800})
            faults += [f"{path}, {scheme}, {width}: {fault}" for fault in seen_faults(page)]
    context.close()
    assert faults == []
    assert [text for text in said if "404" not in text] == []


def seen_faults(page: Page) -> Iterator[str]:
    result = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
    for violation in result["violations"]:
        node = violation["nodes"][0]
        yield f"{violation['id']} {node['html'][:200]} {node['any'][:1]}"
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wider > 0:
        yield f"{wider} px too wide"


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(site.address)
    yield page
    context.close()


def test_results_follow_the_typing(page: Page, site: Site):
    page.locator("#q").press_sequentially("commit")
    expect(page.locator("#total")).to_contain_text("result")
    expect(page).to_have_url(f"{site.address}/?q=commit")
    expect(page.locator("#q")).to_be_focused()
    page.locator("input[name=phase][value=recruitment]").check()
    expect(page).to_have_url(f"{site.address}/?q=commit&phase=recruitment")
    expect(page.locator(".chips")).to_contain_text("Recruitment")
    page.go_back()
    expect(page).to_have_url(f"{site.address}/?q=commit")
    expect(page.locator("input[name=phase][value=recruitment]")).not_to_be_checked()


def test_suggestions_by_keyboard(page: Page, site: Site):
    field = page.locator("#q")
    field.press_sequentially("recru")
    expect(page.locator("#suggestions [role=option]").first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-1")
    field.press("Enter")
    page.wait_for_url("**/lessons/*")


def test_the_keyboard_reaches_the_content(page: Page):
    page.keyboard.press("Tab")
    expect(page.locator(".ds-skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_whole_without_a_script(browser: Browser, site: Site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(site.address)
    page.locator("#q").fill("commit")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("Filters", exact=True).click()
    page.locator("input[name=phase][value=recruitment]").check()
    page.get_by_role("button", name="Show results").click()
    assert page.url == f"{site.address}/?q=commit&phase=recruitment"
    page.locator(".hit h3 a").first.click()
    expect(page.locator("h1")).to_have_count(1)
    context.close()
