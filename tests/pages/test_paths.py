"""No address leads to a file that is not meant to be served."""

from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.pages.conftest import Site

ROOT = Path(__file__).parents[2]
UP = (
    *("../", "..%2f", "..%2F", "%2e%2e/", "%2e%2e%2f", ".%2e/", "%2e./", "..%5c", "..\\", "%2e%2e%5c", "..//"),
    *("%252e%252e%252f", "..%252f", "%25252e%25252e%25252f", "..%c0%af", "%c0%ae%c0%ae/", "%e0%80%ae%e0%80%ae/"),
    *("..%ef%bc%8f", "%uff0e%uff0e/", "..;/", "..%00/", "..%0d/", "..%09/", "....//", "....\\\\", "..%c1%9c", "..././"),
)  # fmt: skip
FILES = ("pyproject.toml", "etc/passwd", "api/pages/assets.py")
HERE = str(ROOT / "pyproject.toml")
WHOLE = (
    *("/etc/passwd", "%2fetc%2fpasswd", "//etc/passwd", "file:///etc/passwd", "C:%5cWindows%5cwin.ini", "%5c%5ca%5cb"),
    *(quote(HERE), quote(HERE, safe=""), "%00", "page.css%00.js", ".", "..", "%2e", "%2e%2e", "~root/.profile"),
    *("laerdom", "laerdom/../assets.py", "laerdom/%2e%2e/assets.py", "htmx.org", "htmx.org/4.0.1/../../package.json"),
    *("htmx.org/4.0.1/%2e%2e/%2e%2e/axe-core/package.json", "page.css::$DATA", "page.css.", "page.css%20", "PAGE.CSS"),
    *(".git/config", "\u2025/passwd", "%ff%fe", "a" * 5_000, "../" * 2_000),
)  # fmt: skip
SECRETS = ("requires-python", "root:", "FOR_EVER", '"version"')


def addresses(under: str) -> list[str]:
    up = [under + step * times + file for step in UP for times in (1, 4) for file in FILES]
    return up + [under + path for path in WHOLE]


@pytest.mark.parametrize(
    "under",
    [
        *("/assets/", "/assets/laerdom/", "/assets/htmx.org/4.0.1/dist/", "/static/", "/"),
        *("/lessons/", "/cases/", "/clusters/", "/programmes/", "/api/v1/lessons/", "/api/v1/nothing/", "/health/"),
    ],
)
def test_a_path_out_of_what_is_served_leads_nowhere(site: Site, under: str) -> None:
    """Asked for as it is written: most clients take `..` away before they ask."""
    connection = HTTPConnection(site.address.removeprefix("http://"), timeout=60)

    def told(address: str) -> tuple[int, list[str]]:
        connection.putrequest("GET", quote(address, safe="/%\\:;~$.-_"))
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        return answer.status, [secret for secret in SECRETS if secret in body]

    asked = addresses(under)
    assert {a: got for a in asked if (got := told(a)) != (404, [])} == {}
    connection.close()


def test_what_is_looked_for_is_in_those_files() -> None:
    files = (ROOT / FILES[0], Path("/") / FILES[1], ROOT / FILES[2])
    assert [[secret for secret in SECRETS if secret in file.read_text("utf-8")] for file in files] == [
        ["requires-python"],
        ["root:"],
        ["FOR_EVER", '"version"'],
    ]


def test_there_are_enough_of_them() -> None:
    assert len(set(addresses("/assets/"))) > 40
