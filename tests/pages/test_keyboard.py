"""The keyboard alone is enough: a lesson is written, submitted, published and found without a pointer."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.pages.conftest import Site

FURTHEST = 150


def go(page: Page, to: Locator) -> None:
    """Tab until it has the focus; it shows that it has."""
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        if to.evaluate("e => e === document.activeElement"):
            seen = "e => e.matches(':focus-visible') && e.getClientRects().length > 0"
            assert to.evaluate(seen)
            return
    raise AssertionError(f"{to} was not reached")


def press(page: Page, name: str) -> None:
    go(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def write(page: Page, field: str, text: str) -> None:
    """Into a field, or the beginning of the choice in a list."""
    go(page, page.locator(field))
    page.keyboard.type(text)


@pytest.mark.timeout(180)
def test_from_the_first_page_to_a_published_lesson(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto("/")
    go(page, page.get_by_role("link", name="Share a lesson", exact=True).first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/new*")
    write(page, "#f-title-en", "Keep one hand free")
    write(page, "#f-lesson-en", "A numbat carries no mouse.")
    write(page, "#f-cluster", "Arena Usus")
    press(page, "Save the draft")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep one hand free")
    go(page, page.get_by_role("link", name="Fill it in", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit*")
    go(page, page.locator("details.more > summary"))
    if page.locator("details.more:not([open])").count():
        page.keyboard.press("Space")
    write(page, "#f-recommendation-en", "Use the keys.")
    write(page, "#f-phase", "Planning")
    write(page, "#f-polarity", "Change")
    write(page, "#f-visibility", "Everyone")
    press(page, "Save")
    for deed in ("Submit for review", "Publish"):
        press(page, deed)
        expect(page.get_by_role("button", name=deed, exact=True)).to_have_count(0)
    page.goto("/")
    write(page, "#q", "numbat")
    page.keyboard.press("Enter")
    hit = page.locator(".hit h3 a")
    expect(hit).to_have_count(1)
    go(page, hit)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep one hand free")
    context.close()
