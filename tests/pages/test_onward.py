"""A link to this site never becomes one to another."""

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from api.pages.onward import LONGEST, onward

OURS = (
    *("/", "/about", "/lessons", "/?q=trust&lang=nb", "/?q=n%C3%A6ring", "/?q=https://example.org//a", "/?q=%0D%0A"),
    *("/lessons/0b0e1f5e-1f4e-4bb0-9d0f-3f5b6a3d7c11/edit", "/clusters?after=a%2Fb", "/#main", "/a.b-c_d~e", "/.a"),
    "/?" + "a" * (LONGEST - 2),
)
ELSEWHERE = (
    # A host of its own
    *("//e.example", "///e.example", "////e.example", "//e.example/%2e%2e", "//e.example:443/", "//[::1]/"),
    *("https://e.example", "http:e.example", "HTTPS://e.example", "https:/e.example", "https:///e.example"),
    *("//kari@e.example", "https://ours.example@e.example", "//e.example\\@ours.example", "://e.example"),
    # What browsers read as a slash, or leave out
    *("/\\e.example", "\\/e.example", "\\\\e.example", "/\\/e.example", "/\\\\e.example", "/a\\..\\..//e.example"),
    *("/\t/e.example", "/\n/e.example", "/\r/e.example", "\t//e.example", "/\t\\e.example", "ht\ntps://e.example"),
    *(" //e.example", "/ /e.example", "\x00//e.example", "/\x00/e.example", "\x08//e.example", "/\x7f/e.example"),
    # What is taken away before the address is used
    *("/.//e.example", "/a/..//e.example", "/%2e//e.example", "/./\\e.example", "/;//e.example", "/..//e.example"),
    # What somebody on the way may decode
    *("/%2fe.example", "/%2Fe.example", "/%5ce.example", "/%252fe.example", "/%09/e.example", "/%0d%0aLocation:x"),
    *("%2f%2fe.example", "%5c%5ce.example", "/%00/e.example", "/%255ce.example", "/%2e%2e%2f%2fe.example"),
    # Scripts, and other schemes
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
    ),
    *("vbscript:x", "file:///etc/passwd", "ftp://e.example", "mailto:kari@e.example", "about:blank", "blob:x"),
    # Letters that look like others
    *("/\u2215e.example", "/\uff0fe.example", "\uff0f\uff0fe.example", "/\u3002e", "//e\u3002example", "/\u2028/e"),
    *("/\ud800", "/æ", "/%C3%A6", "/\u202e/e.example"),
    # None at all
    *("", "about", ".", "..", "./about", "../about", "?q=x", "#main", "/?" + "a" * LONGEST, "/?q=a b"),
    "/?q=\r\nSet-Cookie:a=b",
)


@pytest.mark.parametrize("address", OURS)
def test_an_address_of_this_site_is_kept_as_it_is(address: str) -> None:
    assert onward(address) == address


@pytest.mark.parametrize("address", ELSEWHERE)
def test_any_other_leads_to_the_first_page(address: str) -> None:
    assert onward(address) == "/"


def test_through_the_routes(client: TestClient) -> None:
    def told(route: str, address: str) -> tuple[int, str]:
        answer = client.get(f"{route}?to=en&next={quote(address.encode('utf-8', 'surrogatepass'), safe='')}")
        return answer.status_code, answer.headers["location"]

    for route in ("/language", "/colours"):
        assert {a: told(route, a) for a in ELSEWHERE} == dict.fromkeys(ELSEWHERE, (303, "/")), route
        assert {a: told(route, a) for a in OURS} == {a: (303, a) for a in OURS}, route


def test_the_routes_set_no_other_cookie_and_no_other_header(client: TestClient) -> None:
    answer = client.get("/language", params={"to": "nb", "next": "/\r\nSet-Cookie: a=b"})
    assert (answer.headers["location"], sorted(answer.cookies)) == ("/", ["lang"])
