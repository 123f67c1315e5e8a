"""The program as a newcomer starts it, with the demo data, and a real browser."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

START_S = 120


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `laerdom serve` answers on a folder of its own."""
    folder, port = tmp_path_factory.mktemp("story"), _free_port()
    program = Path(sys.executable).with_name("laerdom")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [str(program), "serve", "--port", str(port), "--data", str(folder / "data")],
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("LAERDOM_")},
        )
    base = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_S
        while not _answers(base + "/health/live"):
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "the server did not answer"
            time.sleep(0.2)
        yield base
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A page in English at the program's address, once with JavaScript and once without."""
    context = browser.new_context(
        base_url=address, locale="en-GB", java_script_enabled=request.param, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(15_000)
    wrong: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []
