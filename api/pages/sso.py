"""Signing in at an identity provider: there, and back."""

import hmac

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.access.given import TheCaller, TheSystem
from api.pages.absolute import site
from api.pages.onward import onward
from api.pages.sign_in import BARE, cookie, provider_of, session_of, sign_in_form, signed_in, where
from api.usecases import single_sign_on
from domain.errors import NotFound, Refused, TooManyAttempts, WrongCredentials

HANDSHAKE = "__Host-laerdom-sso"
"""The state, in the browser that went to the provider: whoever comes back is who left."""
HANDSHAKE_S = 600
routes = APIRouter(include_in_schema=False)


@routes.get("/sign-in/sso")
def leave(request: Request, system: TheSystem, next: str = "/") -> Response:
    provider = provider_of(request)
    if provider is None:
        raise NotFound("There is nothing here.")
    try:
        _limit(request)
        address, state = single_sign_on.leave(system, provider, onward(next), _back(request))
    except Refused as error:
        return sign_in_form(request, system, next, fault=error)
    answer = RedirectResponse(address, 303, headers=BARE)
    answer.headers.append("Set-Cookie", cookie(HANDSHAKE, state, HANDSHAKE_S))
    return answer


@routes.get("/sign-in/sso/back")
def come_back(
    request: Request, system: TheSystem, caller: TheCaller, state: str = "", code: str = "", error: str = ""
) -> Response:
    provider = provider_of(request)
    if provider is None:
        raise NotFound("There is nothing here.")
    try:
        _limit(request)
        if not state or not hmac.compare_digest(state.encode(), request.cookies.get(HANDSHAKE, "").encode()):
            raise WrongCredentials("This sign-in was begun too long ago, or elsewhere. Begin again.")
        if error or not code:
            raise WrongCredentials("The identity provider did not let you in. Begin again, or ask an administrator.")
        token, next = single_sign_on.come_back(system, provider, state, code, _back(request), before=session_of(caller))
    except Refused as refused:
        answer = sign_in_form(request, system, "/", fault=refused)
    else:
        answer = signed_in(token, next)
    answer.headers.append("Set-Cookie", cookie(HANDSHAKE, "", 0))
    return answer


def _back(request: Request) -> str:
    return f"{site(request)}/sign-in/sso/back"


def _limit(request: Request) -> None:
    rates = request.state.entrance.rates
    wait_s = rates.wait_s("sign-in", where(request)) if rates else 0
    if wait_s:
        raise TooManyAttempts("There were too many attempts. Try again in {minutes} min.", wait_s=wait_s, minutes=1)
