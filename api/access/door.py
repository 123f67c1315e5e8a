"""The middleware every request passes: who acts, under which request id, from which site, with which headers back."""

import re
from collections.abc import Callable
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.acting import acting
from domain.policy import Viewer

TOO_LARGE = "The request is too large. Send less at a time."
SAFE = ("GET", "HEAD", "OPTIONS")
REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,100}$")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class Door:
    """Single-user mode: whoever reaches the loopback address is the person at the machine.

    So that a page elsewhere cannot reach it through that person's browser, only loopback host names are answered (DNS
    rebinding) and changes are taken from pages of this origin alone (cross-site requests).
    """

    def __init__(self, app: ASGIApp, *, viewer: Callable[[], Viewer], hosts: frozenset[str]) -> None:
        self.app = app
        self.viewer = viewer
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if REQUEST_ID.match(given) else str(uuid4())

        too_large = False

        async def answer(message: Message) -> None:
            nonlocal too_large
            if too_large:
                return
            if message["type"] == "http.response.start":
                # The framework's limit on bodies answers in plain text, whatever was asked.
                if message["status"] == 413 and "problem+json" not in str(
                    Headers(raw=message["headers"]).get("content-type")
                ):
                    await _problem(413, "http-413", TOO_LARGE)(scope, receive, answer)
                    too_large = True
                    return
                out = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    out.setdefault(name, value)
                out["X-Request-ID"] = request_id
                out.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refuse(scope["method"], headers)
        if refusal:
            await _problem(*refusal)(scope, receive, answer)
            return
        viewer = self.viewer()
        scope.setdefault("state", {})["viewer"] = viewer
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            acting(viewer.person, request_id=request_id),
        ):
            await self.app(scope, receive, answer)

    def _refuse(self, method: str, headers: Headers) -> tuple[int, str, str] | None:
        host = headers.get("host", "").lower()
        name = re.sub(r":\d+$", "", host)
        if name not in self.hosts:
            return 421, "wrong-host", "This server is reached under its own address only, such as http://127.0.0.1."
        if method in SAFE:
            return None
        origin = headers.get("origin")
        foreign = origin is not None and origin.lower().partition("://")[2] != host
        if foreign or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return (
                403,
                "cross-site",
                "Changes are taken from this site's own pages only. Open the page here and repeat.",
            )
        return None


def _problem(status: int, code: str, detail: str) -> JSONResponse:
    problem = {"type": f"urn:laerdom:problem:{code}", "title": code.replace("-", " "), "detail": detail}
    body: dict[str, object] = {**problem, "status": status, "errors": []}
    return JSONResponse(body, status, media_type="application/problem+json")
