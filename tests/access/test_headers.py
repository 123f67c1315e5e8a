"""What every answer tells a browser, whatever became of the request."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.access.entrance import Entrance
from api.access.headers import HEADERS, TLS
from api.access.rates import Limits, Rates
from api.app import create_app
from api.wiring import open_system
from domain.viewer import ANYBODY, Viewer

ORIGIN = "https://laerdom.example.org"
ID = "00000000-0000-4000-8000-000000000000"
ASKED: dict[int, tuple[str, str, dict[str, Any]]] = {
    200: ("GET", "/", {}),
    303: ("GET", "/language?to=nb", {}),
    401: ("POST", "/api/v1/lessons", {"json": {"title": {"en": "x"}, "lesson": {"en": "y"}}}),
    403: ("POST", "/sign-in", {"data": {"login": "x"}, "headers": {"Origin": "https://evil.example"}}),
    404: ("GET", f"/lessons/{ID}", {}),
    405: ("DELETE", "/lessons", {}),
    413: ("POST", "/api/v1/lessons", {"content": b"x" * 20_000}),
    421: ("GET", "/", {"headers": {"Host": "evil.example"}}),
    422: ("GET", "/api/v1/search?limit=x", {}),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with open_system(tmp_path_factory.mktemp("headers") / "data") as system:
        system.start()
        entrance = Entrance(
            lambda: Viewer(ANYBODY), frozenset({"laerdom.example.org"}), origin=ORIGIN, rates=Rates(Limits(write=10))
        )
        app = create_app(system, entrance=entrance, max_body_bytes=10_000)

        @app.get("/broken")
        def broken() -> None:  # pyright: ignore[reportUnusedFunction]
            raise RuntimeError("on purpose")

        with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False, follow_redirects=False) as client:
            yield client


def missing(answer: Any) -> dict[str, str | None]:
    """Headers that are not as they should be; a file of the pages may be kept by the browser."""
    wanted = {**HEADERS, **TLS}
    return {name: answer.headers.get(name) for name, value in wanted.items() if answer.headers.get(name) != value}


@pytest.mark.parametrize("status", sorted(ASKED))
def test_every_answer_has_them(client: TestClient, status: int) -> None:
    method, path, given = ASKED[status]
    answer = client.request(method, path, **given)
    assert (answer.status_code, missing(answer)) == (status, {})
    assert answer.headers["X-Request-ID"]


def test_so_has_what_went_wrong_here(client: TestClient) -> None:
    answer = client.get("/broken")
    assert (answer.status_code, missing(answer), "on purpose" in answer.text) == (500, {}, False)


def test_so_has_what_was_too_much(client: TestClient) -> None:
    answers = [client.post("/api/v1/lessons", json={}) for _ in range(12)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert missing(answers[-1]) == {}


def test_without_tls_nothing_is_said_of_it(tmp_path: Path) -> None:
    with open_system(tmp_path / "data") as system:
        system.start()
        app = create_app(system, entrance=Entrance(lambda: Viewer(ANYBODY), frozenset({"testserver"})))
        with TestClient(app) as client:
            assert "Strict-Transport-Security" not in client.get("/health/live").headers


def test_scripts_and_styles_come_from_here_alone() -> None:
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert (policy["frame-ancestors"], policy["base-uri"], policy["form-action"]) == ("'none'", "'none'", "'self'")
