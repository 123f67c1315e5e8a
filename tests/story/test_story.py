"""The main job, as a person does it: find, share, submit, publish, find again, revise, read the history."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect


def ask(page: Page, words: str, at: str = "") -> None:
    """Type into the one field and press Enter."""
    page.goto(f"{at}/")
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill(words)
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_be_visible()


def first_hit(page: Page) -> tuple[str, str]:
    link = page.locator(".hit h3 a").first
    return link.inner_text(), str(link.get_attribute("href"))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def open_more(page: Page) -> None:
    if page.locator("details.more:not([open])").count():
        page.locator("details.more > summary").click()


def test_both_languages_find_the_same_lesson_first(page: Page, tmp_path: Path) -> None:
    ask(page, "recruit committed participants")
    english = first_hit(page)
    picture = tmp_path / "search.png"
    page.screenshot(path=picture)
    ask(page, "rekruttere forpliktede deltakere")
    norwegian = first_hit(page)
    assert english[0] == "Recruit committed participants early"
    assert norwegian == ("Rekrutter forpliktede deltakere tidlig", english[1])
    assert picture.stat().st_size > 20_000
    assert page.locator("#facet-programme input").count() >= 2


@pytest.mark.timeout(400)
def test_a_busy_manager_types_other_words_in_the_other_language(page: Page, tmp_path: Path) -> None:
    """On the first screen, without scrolling, and with the reason; once the model has read what there is."""
    while page.request.get("/health/ready").json()["without_meaning"]:
        page.wait_for_timeout(1_000)
    page.set_viewport_size({"width": 1280, "height": 800})
    ask(page, "få med travle folk")
    hit = page.locator(".hit", has=page.get_by_role("link", name="Recruit committed participants early"))
    expect(hit.locator(".why")).to_contain_text("through: få med → recruit")
    box = hit.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    page.screenshot(path=tmp_path / "busy.png")


def test_a_misspelt_word_is_put_right(page: Page) -> None:
    for _ in range(20):  # what is public is looked at every few seconds, and the program has just begun
        ask(page, "particpants")
        if page.locator(".meant a").count():
            break
        page.wait_for_timeout(500)
    page.locator(".meant a").click()
    expect(page).to_have_url(re.compile(r"q=participants"))
    expect(page.locator(".hit").first).to_contain_text("participant")
    expect(page.locator(".meant")).to_have_count(0)


def test_a_lesson_is_shared_published_found_and_revised(page: Page, elsewhere: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Share a lesson", exact=True).first.click()
    page.locator("#f-title-en").fill("Book the hall before the speakers")
    page.locator("#f-lesson-en").fill("Our quokka gathering had speakers and no room to hear them in.")
    page.locator("#f-cluster").select_option(label="NCE Smart Energy Markets")
    press(page, "Save the draft")

    expect(page.get_by_role("heading", level=1)).to_have_text("Book the hall before the speakers")
    lesson = page.url.partition("?")[0]
    expect(page.locator(".needs")).to_contain_text("Phase")
    page.goto("/?q=quokka")
    expect(page.locator("#total")).to_be_visible()
    expect(page.locator(".hit", has_text="Book the hall")).to_have_count(0)

    page.goto(lesson + "/edit")
    open_more(page)
    page.locator("#f-recommendation-en").fill("Book the hall a year ahead.")
    page.locator("#f-phase").select_option("planning")
    page.locator("#f-polarity").select_option("change")
    page.locator("#f-visibility").select_option("public")
    press(page, "Save")
    press(page, "Submit for review")
    page.goto("/review")
    expect(page.get_by_role("main")).to_contain_text("Book the hall before the speakers")
    page.goto(lesson)
    press(page, "Publish")

    for at in ("", elsewhere):
        ask(page, "quokka", at)
        text, href = first_hit(page)
        assert text == "Book the hall before the speakers"
        assert lesson.endswith(href)

    page.goto(lesson + "/edit")
    page.locator("#f-lesson-en").fill("Our quokka gathering had good speakers and no hall to hear them in.")
    page.locator("#f-reason").fill("clearer")
    press(page, "Save")
    page.goto(lesson)
    expect(page.get_by_role("article")).to_contain_text("no room to hear them in")
    page.goto(lesson + "?draft=true")
    press(page, "Submit for review")
    page.goto(lesson + "?draft=true")
    press(page, "Publish")
    page.goto(lesson)
    expect(page.get_by_role("article")).to_contain_text("no hall to hear them in")
    page.goto(lesson + "?revision=1")
    expect(page.get_by_role("article")).to_contain_text("no room to hear them in")

    page.goto(lesson + "/history")
    expect(page.locator(".timeline > li")).to_have_count(8)
    words = page.locator(".timeline > li", has_text="clearer").locator("dd").first
    assert words.locator("ins").all_text_contents() == ["good ", "hall "]
    assert words.locator("del").all_text_contents() == ["room "]

    page.goto(lesson + "/withdraw")
    page.locator("#f-reason").fill("A story for the test, told to its end.")
    press(page, "Withdraw the lesson")
    page.goto("/?q=quokka")
    expect(page.locator("#total")).to_be_visible()
    expect(page.locator(".hit", has_text="Book the hall")).to_have_count(0)
