"""What tests of several folders use: a real browser, and what happens when something real is missing."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def needed() -> Callable[[str], None]:
    """Missing on a developer's machine is a pity; missing where everything is checked is a failure."""

    def missing(what: str) -> None:
        if os.environ.get("CI") == "true":
            pytest.fail(what)
        pytest.skip(what)

    return missing


@pytest.fixture(scope="session")
def browser(needed: Callable[[str], None]) -> Iterator[Browser]:
    """The machine's own Chromium, else Playwright's; one for the whole run."""
    found = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    with sync_playwright() as playwright:
        if found is None and not Path(playwright.chromium.executable_path).exists():
            needed("No Chromium was found: run make browser.")
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()
