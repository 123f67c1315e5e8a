"""The middleware every request passes: who acts, under which request id, from which site, with which headers back."""

import re
from http.cookies import CookieError, SimpleCookie
from uuid import uuid4

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.caller import VISIT, BadToken, Caller, identify
from api.access.entrance import Entrance
from api.access.headers import add_headers
from api.access.rates import kind_of
from api.usecases.noting import note
from api.wiring import System
from domain.access import Access
from domain.acting import acting
from domain.viewer import ANYBODY
from store.unavailable import StoreUnavailable

log = structlog.get_logger()
TOO_LARGE = "The request is too large. Send less at a time."
SAFE = ("GET", "HEAD", "OPTIONS")
REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,100}$")
Refusal = tuple[int, str, str, dict[str, str]]


class Door:
    """Only the names of `Entrance.hosts` are answered to (DNS rebinding), and changes are taken from pages of the same
    origin alone (cross-site requests); a change by cookie carries a token of that cookie besides."""

    def __init__(self, app: ASGIApp, *, system: System, entrance: Entrance) -> None:
        self.app = app
        self.system = system
        self.entrance = entrance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if REQUEST_ID.match(given) else str(uuid4())
        visit = _Visit(self, scope, receive, send, request_id)
        refusal = self._refuse(scope["method"], headers)
        if refusal:
            await _problem(*refusal)(scope, receive, visit.answer)
            return
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                with acting(ANYBODY, request_id=request_id):
                    caller = await run_in_threadpool(self._identify, scope, headers)
            except BadToken:
                await _problem(*BAD_TOKEN)(scope, receive, visit.answer)
                return
            except StoreUnavailable as error:
                await _problem(503, "store-away", str(error), {"Retry-After": "5"})(scope, receive, visit.answer)
                return
            refusal = self._limit(scope, headers, caller)
            if refusal:
                await _problem(*refusal)(scope, receive, visit.answer)
                return
            visit.caller = caller
            scope.setdefault("state", {}).update(viewer=caller.viewer, caller=caller, entrance=self.entrance)
            with acting(caller.viewer.person, request_id=request_id):
                await self.app(scope, receive, visit.answer)

    def _identify(self, scope: Scope, headers: Headers) -> Caller:
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        bearer = credentials.strip() if scheme.lower() == "bearer" else None
        return identify(self.system, _cookies(headers), bearer, self.entrance.visitor)

    def _refuse(self, method: str, headers: Headers) -> Refusal | None:
        host = headers.get("host", "").lower()
        name = re.sub(r":\d+$", "", host)
        if name not in self.entrance.hosts:
            where = self.entrance.origin or "http://127.0.0.1"
            return 421, "wrong-host", f"This server is reached under its own address only, such as {where}.", {}
        if method in SAFE:
            return None
        origin = headers.get("origin")
        ours = (self.entrance.origin or f"{origin and origin.partition('://')[0]}://{host}").lower()
        foreign = origin is not None and origin.lower() != ours
        if foreign or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return (
                403,
                "cross-site",
                "Changes are taken from this site's own pages only. Open the page here and repeat.",
                {},
            )
        return None

    def _limit(self, scope: Scope, headers: Headers, caller: Caller) -> Refusal | None:
        """Too many at once; and a change through the API with a browser's cookie and without its token."""
        kind = kind_of(scope["method"], scope["path"])
        if self.entrance.rates and kind and not caller.viewer.operator:
            who = caller.viewer.person if caller.viewer.signed_in else address_of(scope, headers, self.entrance.proxies)
            wait_s = self.entrance.rates.wait_s(kind, who)
            if wait_s:
                return 429, "too-many", f"That was too much at once. Wait {wait_s} s.", {"Retry-After": str(wait_s)}
        by_cookie = caller.session is not None and scope["path"].startswith("/api/") and scope["method"] not in SAFE
        if by_cookie and not caller.sent_it(headers.get("x-csrf-token")):
            return 403, "forged", "Send the token that GET /api/v1/me gives you as X-CSRF-Token.", {}
        return None


class _Visit:
    """One request on its way back: what is added to its answer."""

    def __init__(self, door: Door, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        self.door, self.scope, self.receive, self.send, self.request_id = door, scope, receive, send, request_id
        self.caller: Caller | None = None
        self._too_large = False

    async def answer(self, message: Message) -> None:
        if self._too_large:
            return
        if message["type"] == "http.response.start":
            # The framework's limit on bodies answers in plain text, whatever was asked.
            kind = str(Headers(raw=message["headers"]).get("content-type"))
            if message["status"] == 413 and "problem+json" not in kind:
                await _problem(413, "http-413", TOO_LARGE, {})(self.scope, self.receive, self.answer)
                self._too_large = True
                return
            out = MutableHeaders(scope=message)
            add_headers(out, self.request_id, tls=self.door.entrance.tls)
            if self.caller and self.caller.new_visit and self.caller.asked_csrf:
                out.append("Set-Cookie", f"{VISIT}={self.caller.secret}; Path=/; Secure; HttpOnly; SameSite=Lax")
            if message["status"] in (403, 404):
                await run_in_threadpool(self._denied)
        await self.send(message)

    def _denied(self) -> None:
        """What is not there and what is not for them are recorded alike: no answer comes later than the other."""
        viewer = self.caller.viewer if self.caller else None
        if viewer is None or viewer.operator or not viewer.signed_in or self.scope["path"].startswith("/static/"):
            return
        rates = self.door.entrance.rates
        asked = f"{self.scope['method']} {self.scope['path']}"[:300]
        if rates and rates.wait_s("denied", viewer.person):
            log.warning("more was denied than is recorded", person=viewer.person)
            return
        try:
            note(self.door.system, Access.Denied, person=viewer.person, asked=asked)
        except StoreUnavailable as error:
            log.error("a denial could not be recorded", why=str(error), person=viewer.person)


BAD_TOKEN: Refusal = (
    401,
    "bad-token",
    "This token is not in force: it may have expired, or was revoked. Make a new one.",
    {"WWW-Authenticate": "Bearer"},
)


def address_of(scope: Scope, headers: Headers, proxies: int) -> str:
    """Of the one who calls: what the outermost of our own proxies saw."""
    told = [a.strip() for a in headers.get("x-forwarded-for", "").split(",") if a.strip()]
    if proxies and len(told) >= proxies:
        return told[-proxies]
    client = scope.get("client")
    return client[0] if client else "socket"


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _problem(status: int, code: str, detail: str, headers: dict[str, str]) -> JSONResponse:
    problem = {"type": f"urn:laerdom:problem:{code}", "title": code.replace("-", " "), "detail": detail}
    body: dict[str, object] = {**problem, "status": status, "errors": []}
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")
