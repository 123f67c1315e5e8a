"""Nothing leaves this machine for an address that somebody wrote: nobody learns that it is read, or from where."""

import ast
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pages.conftest import serving
from tests.pages.test_scripting import OPERATOR

ROOT = Path(__file__).parents[2]
CLIENTS = {
    *("aiohttp", "elastic_transport", "elasticsearch", "ftplib", "http.client", "httpx", "httpx2", "huggingface_hub"),
    *("psycopg", "requests", "smtplib", "socket", "urllib.request", "urllib3", "webbrowser", "websockets", "xmlrpc"),
}
"""What can reach another machine."""
REACH_OUT = {
    **dict.fromkeys(("api/access/oidc.py", "api/access/oidc_link.py"), "the identity provider, whose address is set"),
    **dict.fromkeys(("api/cli/doors.py", "api/cli/serve.py"), "sockets that others come to"),
    **dict.fromkeys(("search/elastic_bulk.py", "search/elastic_indexes.py", "search/elastic_link.py"), "Elasticsearch"),
}
"""The store beside these, which reaches PostgreSQL alone."""
PLACES = ("![x]({url}/md.png)", '<img src="{url}/html.png">', "<{url}/auto>", "[x]({url}/link)", "{url}/bare")


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Whoever connects is written down."""
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                came.append(b"came")
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", came
        over.set()
        thread.join()


def lesson(url: str) -> dict[str, object]:
    text = {"en": "\n\n".join(place.format(url=url) for place in PLACES)}
    return {
        "title": {"en": f"See {url}/title"}, "lesson": text, "what_happened": text, "recommendation": text,
        "phase": "recruitment", "polarity": "keep", "visibility": "public", "source": {"url": f"{url}/source"},
        "evidence": [{"kind": "link", "text": f"{url}/text", "url": f"{url}/evidence"}],
    }  # fmt: skip


def test_neither_the_server_nor_a_page_asks_for_it(
    listener: tuple[str, list[bytes]], browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url, came = listener
    with serving(tmp_path_factory.mktemp("leaving") / "data", lambda _: OPERATOR) as (_, site):
        context = browser.new_context()
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        made = context.request.post(f"{site}/api/v1/lessons", data=lesson(url)).json()
        for step in ("submit", "publish"):
            headers = {"If-Match": f'"{made["version"]}"'}
            answer = context.request.post(f"{site}/api/v1/lessons/{made['id']}/{step}", headers=headers)
            made = answer.json()
        cluster = context.request.post(f"{site}/api/v1/clusters", data={"name": "x", "website": f"{url}/site"}).json()
        page = context.new_page()
        for path in (
            f"/lessons/{made['id']}",
            f"/lessons/{made['id']}/history",
            "/?q=see",
            f"/clusters/{cluster['id']}",
        ):
            page.goto(site + path, wait_until="networkidle")
        context.close()
    assert made["state"] == "published"
    assert (came, [address for address in asked if not address.startswith(site)]) == ([], [])


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{name.name}" for name in node.names))


def test_nothing_else_could_reach_out() -> None:
    """Whoever adds a module that asks another machine for something says here whom, and who wrote the address."""
    found: dict[str, set[str]] = {}
    for folder in ("api", "domain", "projections", "search", "store"):
        for file in (ROOT / folder).rglob("*.py"):
            names = list(imported(file))
            if clients := {c for c in CLIENTS for name in names if name == c or name.startswith(f"{c}.")}:
                found[file.relative_to(ROOT).as_posix()] = clients
    assert {file for file in found if not file.startswith("store/")} == set(REACH_OUT)
    assert {client for file, clients in found.items() if file.startswith("store/") for client in clients} == {"psycopg"}


def test_who_listens_hears_whoever_comes(listener: tuple[str, list[bytes]]) -> None:
    url, came = listener
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.recv(1)
    assert came == [b"came"]
