"""Files that pages need are served for ever; nothing else is."""

import json
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.pages.assets import PACKAGES, addresses

ROOT = Path(__file__).parents[2]
installed = pytest.mark.skipif(not PACKAGES.is_dir(), reason="npm ci has not been run")


@installed
def test_everything_that_pages_link_to_is_there(client: TestClient):
    page = client.get("/about").text
    linked = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    assert len(linked) == len(addresses().styles) + len(addresses().scripts) + 1
    for address in linked:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@installed
def test_fonts_of_stylesheets(client: TestClient):
    sheet = next(s for s in addresses().styles if "inter" in s)
    font = sheet.replace("index.css", "files/inter-latin-wght-normal.woff2")
    assert client.get(font).headers["content-type"] == "font/woff2"


@pytest.mark.parametrize(
    "path",
    [
        "htmx.org/4.0.1/package.json",
        "htmx.org/4.0.1/dist/htmx.js",
        "htmx.org/4.0.0/dist/htmx.min.js",
        "htmx.org/4.0.1/dist/",
        "htmx.org",
        "",
        "../package.json",
        "%2e%2e/pyproject.toml",
        "laerdom/../../rendering.py",
        "laerdom/000000000000/page.css",
        "axe-core/4.14.1/axe.min.js",
    ],
)
def test_nothing_else(client: TestClient, path: str):
    assert client.get(f"/assets/{path}").status_code == 404


def test_lock_file_names_no_place_to_download_from():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|hx-vals=.js|=\"https?://")


def test_nothing_inline_in_templates():
    """The content security policy would stop it; better not to write it."""
    for file in sorted((ROOT / "api/pages/templates").glob("*.html")):
        text = file.read_text()
        assert not INLINE.search(text), file.name
