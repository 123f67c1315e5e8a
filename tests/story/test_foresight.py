"""A foresight process as its people run it: warned by what others learned, and leaving what the next can use."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.story.test_story import ask, press

TITLE = "Smart energy 2045"
LESSON = "Recruit committed participants early"
KINDS = ("company", "company", "company", "company", "research", "research", "education", "public", "public", "capital")
PERSPECTIVES = ("production", "customers", "law")
FORCES = ("Cheap power at noon", "Dear copper", "Grids of our own")
CORNERS = {"low-low": "Islands", "low-high": "Harbour", "high-low": "Fair", "high-high": "Mosaic"}


@pytest.mark.parametrize("addresses", ["embedded"], indirect=True)  # where one is any of the demo's people at a click
def test_a_process_is_run_and_another_cluster_learns_from_it(page: Page, elsewhere: str) -> None:
    be(page, "Kari Nordmann")
    process = opened(page)
    for warned in ("committed-first", "many-perspectives", "follow-up"):
        expect(check(page, warned)).to_contain_text("Not yet")
    adapted(page)
    page.goto(process)
    expect(page.locator("[aria-labelledby=adapted-here]")).to_contain_text(LESSON)
    expect(check(page, "not-copied")).to_contain_text("Met")

    recruited(page)
    for turned in ("committed-first", "many-perspectives"):
        expect(check(page, turned)).to_contain_text("Met")
    gathered(page)
    assessed(page)
    crossed(page)
    expect(check(page, "follow-up")).to_contain_text("Not yet")
    follow(page, check(page, "follow-up"), "Plan the follow-up")
    page.locator("#f-owner").fill("The board")
    page.locator("#f-on").fill("2027-01-15")
    page.locator("#f-budget").fill("300000")
    sent(page)
    for turned in ("planning-time", "committed-first", "many-perspectives", "purpose-and-product", "not-copied",
                   "follow-up"):  # fmt: skip
        expect(check(page, turned)).to_contain_text("Met")

    be(page, "Ola Nordmann")
    ask(page, "recruit committed participants", elsewhere)
    page.locator(".hit h3 a", has_text=LESSON).first.click()
    tried = page.locator("[aria-labelledby=adapted]")
    expect(tried).to_contain_text("Adapted")
    tried.get_by_role("link", name="NCE Smart Energy Markets").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LESSON)
    expect(page.get_by_role("article")).to_contain_text("A signed page from each director.")
    expect(page.get_by_role("complementary")).to_contain_text(TITLE)


def be(page: Page, name: str) -> None:
    page.goto("/sign-in")
    press(page, f"Be {name}")
    expect(page).not_to_have_url("/sign-in")


def check(page: Page, name: str) -> Locator:
    return page.locator(f"#check-{name}")


def follow(page: Page, part: Page | Locator, link: str) -> None:
    """To the form behind the link."""
    part.get_by_role("link", name=f"{link} …").first.click()
    expect(page.locator("form.form")).to_be_visible()


def sent(page: Page) -> None:
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".said")).to_be_visible()


def opened(page: Page) -> str:
    """The address of a new process, which other managers may read."""
    page.goto("/processes/new")
    page.locator("#f-title-en").fill(TITLE)
    page.locator("#f-begins").fill("2026-01")
    page.locator("#f-cluster").select_option(label="NCE Smart Energy Markets")
    page.locator("#f-visibility").select_option("managers")
    sent(page)
    return page.url.partition("?")[0]


def adapted(page: Page) -> None:
    """The lesson behind a check that is not met."""
    check(page, "committed-first").get_by_role("link", name=LESSON).click()
    follow(page, page, "Adapt this")
    page.locator("#f-process").select_option(label=TITLE)
    page.locator("#f-kept-en").fill("Asking long before the first gathering.")
    page.locator("#f-changed-en").fill("A signed page from each director.")
    page.locator("#f-why-en").fill("Our members are larger, and send whoever is free.")
    sent(page)


def recruited(page: Page) -> None:
    follow(page, check(page, "committed-first"), "Invite participants")
    for line, kind in enumerate(KINDS):
        page.locator(f"#f-participants-{line}-organisation-kind").select_option(kind)
        page.locator(f"#f-participants-{line}-organisation").fill(f"Organisation {line}")
        page.locator(f"#f-participants-{line}-perspective").fill(PERSPECTIVES[line % len(PERSPECTIVES)])
    page.locator("#f-on").fill("2026-02-02")
    page.locator("#f-committed").check()
    sent(page)


def gathered(page: Page) -> None:
    """A gathering that eight of ten come to."""
    follow(page, page.locator("[aria-labelledby=coming]"), "Plan a gathering")
    page.locator("#f-starts").fill("2026-04-14")
    page.locator("#f-ends").fill("2026-04-15")
    page.locator("#f-purpose").fill("Find what drives the industry.")
    page.locator("#f-product").fill("A list of driving forces.")
    sent(page)
    follow(page, page.locator("[aria-labelledby=coming]"), "Who came")
    for line in range(8):
        page.get_by_label(f"Organisation {line}").check()
    sent(page)
    expect(page.locator("[aria-labelledby=gatherings] ol > li")).to_contain_text("8 came")


def assessed(page: Page) -> None:
    """Three driving forces, by four assessors who do not agree."""
    forces = page.locator("[aria-labelledby=forces]")
    follow(page, forces, "Add driving forces")
    page.get_by_label("Economic").fill("\n".join(FORCES))
    sent(page)
    for assessor in range(4):
        forces.get_by_role("link", name="Assess them").click()
        page.get_by_role("link", name=f"Organisation {assessor}").click()
        for number in range(len(FORCES)):
            page.get_by_label("Impact").nth(number).fill(str(5 - number))
            page.get_by_label("Uncertainty").nth(number).fill(str(2 + assessor % 3))
        sent(page)
    expect(forces.locator("figure svg, svg[role=img]").first).to_be_visible()
    expect(forces.locator("svg .pic-mark")).to_have_count(len(FORCES))
    row = forces.locator("tbody tr", has_text=FORCES[0])
    expect(row.locator("td").nth(1)).to_contain_text("5.0")
    expect(row.locator("td").nth(3)).to_contain_text("4")


def crossed(page: Page) -> None:
    follow(page, page.locator("[aria-labelledby=scenarios]"), "Build four scenarios")
    for axis, force in (("first", FORCES[0]), ("second", FORCES[1])):
        page.locator(f"#f-{axis}-force").select_option(label=force)
        page.locator(f"#f-{axis}-low").fill("Less")
        page.locator(f"#f-{axis}-high").fill("More")
    for corner, name in CORNERS.items():
        page.locator(f"#f-scenarios-{corner}").fill(name)
    sent(page)
    expect(page.locator("svg .pic-quarter")).to_have_count(len(CORNERS))
    expect(page.locator(".cross td")).to_have_text(["", *CORNERS.values()])
