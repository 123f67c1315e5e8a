"""Every page there is, on the demo data, as the routes name them: a page that is added is looked at without a line."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Browser

from demo.load import load_demo
from domain.viewer import Viewer
from tests.access.lines import LINES
from tests.pages.conftest import serving
from tests.pages.test_axe import AXE, seen_faults

LOOKS: tuple[tuple[str, Any, int], ...] = (("en-GB", "light", 1280), ("nb-NO", "dark", 360))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """With an operator at the door."""
    at_the_door: list[Viewer] = []
    with serving(tmp_path_factory.mktemp("demo") / "data", lambda _: at_the_door[0]) as (system, address):
        at_the_door.append(Viewer(system.people.add("Kari Programstab").id, operator=True))
        load_demo(system, at_the_door[0])
        yield address


def paths(ask: Callable[[str], APIResponse]) -> list[str]:
    """Of the first thing of each kind that there is, whatever its state."""
    found = (line.removeprefix("GET ") for line in LINES if line.startswith("GET /"))
    shown = sorted(path for path in found if not path.startswith(("/api/", "/health/", "/assets/", "/sign-in/sso")))
    kinds = {path.split("/")[1] for path in shown if "{id}" in path}
    ids = {kind: ask(f"/api/v1/{kind}?limit=1").json()["items"][0]["id"] for kind in kinds}
    return [path.replace("{id}", ids[path.split("/")[1]] if "{id}" in path else "") for path in shown]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
def test_no_known_faults(browser: Browser, address: str, lang: str, scheme: Any, width: int) -> None:
    """Every other page in this look: what looks differ in is seen in test_axe, on fewer pages."""
    look: Any = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}, "reduced_motion": "reduce"}
    context = browser.new_context(base_url=address, locale=lang, **look)
    page = context.new_page()
    faults: list[str] = []
    looked_at = 0
    for path in paths(context.request.get)[LOOKS.index((lang, scheme, width)) :: len(LOOKS)]:
        answer = context.request.get(path, max_redirects=0)
        if "text/html" not in answer.headers.get("content-type", "") or "<html" not in answer.text():
            continue
        looked_at += 1
        page.goto(path)
        page.evaluate(AXE.read_text())  # past the content security policy, which holds for what pages bring along
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        faults += [f"{path}: {answer.status}"] if answer.status >= 500 else []
        faults += [f"{path}: h1"] if page.locator("h1").count() != 1 else []
        faults += [f"{path}: {fault}" for fault in seen_faults(page)]
    context.close()
    assert (faults, looked_at > 50) == ([], True)
