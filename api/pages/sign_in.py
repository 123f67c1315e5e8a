"""Signing in, with a password, with an invitation or as one of the demo; and signing out."""

from ipaddress import ip_address
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.access.caller import SESSION, Caller
from api.access.door import address_of
from api.access.entrance import Entrance
from api.access.given import TheCaller, TheSystem
from api.pages.fields import Typed
from api.pages.form_route import Sent
from api.pages.onward import onward
from api.pages.rendering import page
from api.pages.translation import N_, language, words
from api.problems import STATUS
from api.usecases import demo_people, signing_in
from api.wiring import System
from domain.errors import Invalid, NameTaken, NotFound, Refused, TooManyAttempts, WrongCredentials

if TYPE_CHECKING:
    from api.access.oidc import Provider

BARE = {"Referrer-Policy": "strict-origin"}
"""No address with a token in it is told to anybody. With `no-referrer` browsers send forms as from nowhere, and what
comes from nowhere is refused."""
routes = APIRouter(include_in_schema=False)


@routes.get("/sign-in")
def sign_in_page(request: Request, system: TheSystem, next: str = "/") -> Response:
    return sign_in_form(request, system, next)


@routes.post("/sign-in")
def sign_in(request: Request, system: TheSystem, caller: TheCaller, sent: Sent) -> Response:
    login, next = one(sent, "login"), one(sent, "next")
    try:
        token = signing_in.sign_in(
            system, login, one(sent, "password"), one(sent, "otp"), where(request), before=session_of(caller)
        )
    except (WrongCredentials, TooManyAttempts) as error:
        return sign_in_form(request, system, next, login=login, fault=error)
    return signed_in(token, next)


@routes.post("/sign-out")
def sign_out(system: TheSystem, caller: TheCaller) -> Response:
    signing_in.sign_out(system, caller)
    return signed_out()


@routes.get("/invitation")
def invitation_page(request: Request, system: TheSystem, token: str = "") -> Response:
    known = signing_in.invited(system, token)
    return _invitation(request, token, known.name, known.email or "")


@routes.post("/invitation")
def accept_invitation(request: Request, system: TheSystem, caller: TheCaller, sent: Sent) -> Response:
    token, login = one(sent, "token"), one(sent, "login")
    try:
        session = signing_in.accept(system, token, login, one(sent, "password"), before=session_of(caller))
    except (Invalid, NameTaken, TooManyAttempts) as error:
        return _invitation(request, token, signing_in.invited(system, token).name, login, fault=error)
    return signed_in(session, "/me") if session else RedirectResponse("/sign-in?next=/me&done=me.invited", 303)


@routes.post("/sign-in/demo")
def sign_in_to_the_demo(request: Request, system: TheSystem, caller: TheCaller, sent: Sent) -> Response:
    if not _demo_offered(request):
        raise NotFound("There is nothing here.")
    try:
        token = demo_people.sign_in_as(system, one(sent, "person"), before=session_of(caller))
    except WrongCredentials as error:  # suspended, to try that out
        return sign_in_form(request, system, one(sent, "next"), fault=error)
    return signed_in(token, one(sent, "next"))


def one(sent: Typed, name: str) -> str:
    return next(iter(sent.get(name, [])), "")


def where(request: Request) -> str:
    """The address of whoever calls."""
    return address_of(request.scope, request.headers, request.state.entrance.proxies)


def session_of(caller: Caller) -> str | None:
    """The session of this browser, to be ended by another."""
    return caller.secret if caller.session else None


def sign_in_form(
    request: Request, system: System, next: str, *, login: str = "", fault: Refused | None = None
) -> Response:
    """`next` is where the reader wants to go; `fault` is why they see it again."""
    entrance: Entrance = request.state.entrance
    provider = provider_of(request)
    return page(
        request,
        "sign_in.html",
        status=STATUS[fault.code] if fault else 200,
        headers=waiting(fault),
        here=None if request.url.path == "/sign-in" else "/sign-in",
        next=onward(next),
        login=login[: signing_in.LOGIN_MAX],
        fault=said(request, fault),
        single_user=entrance.visitor().operator,
        people=demo_people.offered(system) if _demo_offered(request) else (),
        provider=(provider.oidc.name or words(language(request))(N_("your organisation"))) if provider else None,
    )


def signed_in(token: str, next: str) -> Response:
    """On to where the reader wanted to go, with the session."""
    answer = RedirectResponse(onward(next), 303)
    answer.headers.append("Set-Cookie", cookie(SESSION, token))
    return answer


def cookie(name: str, value: str, age_s: int | None = None) -> str:
    """Without an age it goes with the browser; with 0 at once."""
    lasting = "" if age_s is None else f"; Max-Age={age_s}"
    return f"{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{lasting}"


def signed_out() -> Response:
    answer = RedirectResponse("/", 303)
    answer.headers.append("Set-Cookie", cookie(SESSION, "", 0))
    return answer


def waiting(fault: Refused | None) -> dict[str, str]:
    """The header that says how long."""
    return {"Retry-After": str(fault.wait_s)} if isinstance(fault, TooManyAttempts) else {}


def provider_of(request: Request) -> "Provider | None":
    """The identity provider that people may sign in with, where there is one."""
    return getattr(request.app.state, "provider", None)


def _invitation(request: Request, token: str, name: str, login: str, *, fault: Refused | None = None) -> Response:
    return page(
        request,
        "invitation.html",
        status=STATUS[fault.code] if fault else 200,
        headers=BARE | waiting(fault),
        token=token,
        name=name,
        login=login,
        fault=said(request, fault),
        at=fault.field if fault else None,
    )


def said(request: Request, fault: Refused | None) -> str | None:
    """The refusal, in the language of the reader."""
    return words(language(request)).filled(fault.template, fault.values) if fault else None


def _demo_offered(request: Request) -> bool:
    """To whoever sits at the machine, and to nobody else."""
    try:
        loopback = request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
    return loopback and request.state.entrance.demo
