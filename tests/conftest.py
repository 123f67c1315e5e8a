"""What tests of several folders use: a browser, the two servers, and what happens when something real is missing."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from api.settings import Servers
from search import elastic
from tests.faults.servers import own_database, prepared
from tools.services.both import Services, up
from tools.services.places import MEMORY, Missing, cache_folder, has_room, passing_folder

# How long an example takes is the machine's affair, not the code's.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")

ROOM_BYTES = 2 << 30
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def pytest_configure() -> None:
    """Temporary folders in memory, where there is room for them and programs may run there.

    Everything that is saved waits for the disk, several times; hundreds of small systems do little else. Whoever sets
    the variable decides otherwise. And no model reads along: the tests that want one say so.
    """
    os.environ["LAERDOM_MEANING"] = "off"
    if has_room(MEMORY, ROOM_BYTES):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the collector need not go through it again and again, which took a seventh
    of all processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def patience_with_elasticsearch() -> Iterator[None]:
    """Readers wait two seconds for it; beside other tests it takes longer now and then."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elastic, "SEARCH_S", 60.0)
        patch.setattr(elastic, "SHARDS_MS", 55_000)
        yield


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


@pytest.fixture(scope="session")
def services(needed: Callable[[str], None]) -> Services:
    """PostgreSQL and Elasticsearch, real, with their data in memory where there is room. They stay up for the next run:
    `make services-stop` ends them."""
    try:
        return up(cache_folder(), print, passing_folder())
    except Missing as missing:
        needed(str(missing))
        raise


@pytest.fixture(scope="session")
def postgres(services: Services) -> str:
    """Address of the database from which others are created. Nothing is kept in it: see `database`."""
    return services.admin


@pytest.fixture(scope="session")
def elasticsearch(services: Services) -> str:
    """Address. Other runs use the same server: each test names its own indices, and removes them."""
    return services.elasticsearch


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """Address of an empty database of the test's own, which goes with it, whoever is still connected."""
    with own_database(postgres) as address:
        yield address


@pytest.fixture
def servers(database: str, elasticsearch: str) -> Iterator[Servers]:
    """What the scale-out mode runs on, prepared and empty; the index goes at the end."""
    with prepared(database, elasticsearch) as servers:
        yield servers
