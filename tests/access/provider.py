"""A real identity provider in a process of its own, and somebody on the way to it who may change what it answers."""

import base64
import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.access.browsing import Browser

START_S = 30
START = "/sign-in/sso?next=/about"
"""Where a browser leaves for the provider."""


@dataclass
class Meddler:
    """Everything goes through here, under its address. `change` is given the path and what the provider answers there;
    `stand_in` may name another client to it. `asked` are the paths, in order."""

    provider: str
    address: str = ""
    asked: list[str] = field(default_factory=list[str])
    change: Callable[[str, dict[str, Any]], Any] = lambda _, answer: answer
    stand_in: str | None = None
    redirects_to: str | None = None

    def user(self, sub: str, **claims: Any) -> None:
        httpx2.put(f"{self.provider}/users/{sub}", json=claims).raise_for_status()

    def consent(self, authorization: str, sub: str) -> str:
        """Somebody signs in there: the address to which the browser is sent back, path and query."""
        answer = httpx2.post(authorization, data={"sub": sub}, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"


@contextmanager
def provider(folder: Path, *args: str) -> Generator[Meddler]:
    """Of the package oidc-provider-mock; stopped at the end."""
    port = _free_port()
    with (folder / "provider.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *args], stdout=log, stderr=log
        )
    meddler = Meddler(f"http://127.0.0.1:{port}")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(meddler))
    meddler.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    try:
        _wait_for(process, f"{meddler.provider}/jwks")
        thread.start()
        yield meddler
    finally:
        process.kill()
        process.wait()
        if thread.is_alive():
            server.shutdown()
        server.server_close()


def resigned(id_token: str, **header: Any) -> str:
    """The same claims under another header, and with the signature of nobody."""
    _, claims, _ = id_token.split(".")
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{head}.{claims}."


def with_claims(id_token: str, **changed: Any) -> str:
    """Other claims under the old signature."""
    head, claims, signature = id_token.split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))) | changed
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b'=').decode()}.{signature}"


def _handler(meddler: Meddler) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on("GET")

        def do_POST(self) -> None:
            self._pass_on("POST")

        def _pass_on(self, method: str) -> None:
            path = self.path.partition("?")[0]
            meddler.asked.append(path)
            if meddler.redirects_to:
                self._answer(302, b"", {"Location": meddler.redirects_to + self.path})
                return
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
            if meddler.stand_in and path == "/oauth2/token":
                headers["Authorization"] = f"Basic {base64.b64encode(f'{meddler.stand_in}:x'.encode()).decode()}"
            answer = httpx2.request(method, meddler.provider + self.path, content=body, headers=headers)
            content, kind = answer.content, answer.headers.get("content-type", "")
            if "json" in kind:
                changed = meddler.change(path, answer.json())
                content = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
            passed = {n: answer.headers[n] for n in ("content-type", "location") if n in answer.headers}
            self._answer(answer.status_code, content, passed)

        def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def go(browser: Browser, idp: Meddler, sub: str, **changed: str) -> Any:
    """There and back; `changed` is what somebody changes of the address to which the browser is sent."""
    leaving = browser.get(START)
    assert leaving.status_code == 303, leaving.text
    address = leaving.headers["location"]
    for name, value in changed.items():
        address = address.replace(f"{name}={query_of(address)[name]}", f"{name}={value}")
    return browser.get(idp.consent(address, sub))


def refused(answer: Any, browser: Browser, says: str, status: int = 502) -> None:
    assert (answer.status_code, says in answer.text, browser.session) == (status, True, None), answer.text
    assert 'action="/sign-in"' in answer.text


def _wait_for(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert process.poll() is None
        try:
            httpx2.get(address)
        except httpx2.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the provider did not start")


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]
