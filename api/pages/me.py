"""You: your parts, where you are signed in, your tokens, your password and second factor, and what is kept of you."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.responses import RedirectResponse

from api.access.caller import Caller
from api.access.given import TheCaller, TheSystem
from api.pages.faults import problems
from api.pages.fields import Field
from api.pages.form_route import Sent
from api.pages.rendering import page
from api.pages.seen import people
from api.pages.sign_in import one, signed_out, waiting, where
from api.pages.translation import N_, language, words
from api.problems import STATUS
from api.usecases import own, own_data, own_secrets
from api.wiring import System
from domain.errors import Invalid, Refused, TooManyAttempts, WrongState

SHOWN = 50
FIELDS = (
    *(Field("name", N_("Name")), Field("scope", N_("What it may do")), Field("days", N_("Days"), "number")),
    *(Field("password", N_("Password")), Field("old_password", N_("Password")), Field("otp", N_("Code"))),
)
Fault = Invalid | WrongState | TooManyAttempts | ValidationError
FAULTS = (Invalid, WrongState, TooManyAttempts, ValidationError)
routes = APIRouter(prefix="/me", include_in_schema=False)


@routes.get("")
def you(request: Request, system: TheSystem, caller: TheCaller) -> Response:
    return _you(request, system, caller)


@routes.get("/data.json")
def data(system: TheSystem, caller: TheCaller) -> Response:
    kept = own_data.export_own(system, caller).model_dump_json(indent=2)
    named = {"Content-Disposition": 'attachment; filename="laerdom-my-data.json"'}
    return Response(kept, media_type="application/json", headers=named)


@routes.post("/erasure")
def ask_erasure(system: TheSystem, caller: TheCaller) -> Response:
    own_data.ask_erasure(system, caller)
    return _done("me.erasure")


@routes.post("/sessions/others")
def end_others(system: TheSystem, caller: TheCaller) -> Response:
    own.end_other_sessions(system, caller)
    return _done("me.sessions")


@routes.post("/sessions/all")
def sign_out_everywhere(system: TheSystem, caller: TheCaller) -> Response:
    own.sign_out_everywhere(system, caller)
    return signed_out()


@routes.post("/sessions/{id}/end")
def end_session(system: TheSystem, caller: TheCaller, id: str) -> Response:
    own.end_session(system, caller, id)
    return signed_out() if caller.session and caller.session.id == id else _done("me.session")


@routes.post("/tokens")
def make_token(request: Request, system: TheSystem, caller: TheCaller, sent: Sent) -> Response:
    try:
        new = own.NewToken.model_validate({name: one(sent, name) for name in own.NewToken.model_fields})
        token, secret = own.make_token(system, caller, new)
    except FAULTS as fault:
        return _you(request, system, caller, at="tokens", fault=fault)
    return page(request, "token.html", status=201, token=token, secret=secret)


@routes.post("/tokens/{id}/revoke")
def revoke_token(system: TheSystem, caller: TheCaller, id: UUID) -> Response:
    own.revoke_token(system, caller, id)
    return _done("me.revoked")


@routes.post("/password")
def change_password(request: Request, system: TheSystem, caller: TheCaller, sent: Sent) -> Response:
    old, new = one(sent, "old_password"), one(sent, "new_password")
    try:
        own_secrets.change_password(system, caller, old, new, where(request))
    except FAULTS as fault:
        return _you(request, system, caller, at="password", fault=fault)
    return _done("me.password")


@routes.post("/second-factor")
def begin_second_factor(request: Request, system: TheSystem, caller: TheCaller, sent: Sent) -> Response:
    try:
        setup = own_secrets.begin_second_factor(system, caller, one(sent, "password"), where(request))
    except FAULTS as fault:
        return _you(request, system, caller, at="second-factor", fault=fault)
    return page(request, "second_factor.html", setup=setup, fault=None)


@routes.post("/second-factor/confirm")
def confirm_second_factor(request: Request, system: TheSystem, caller: TheCaller, sent: Sent) -> Response:
    try:
        own_secrets.confirm_second_factor(system, caller, one(sent, "otp"))
    except Invalid as fault:
        return page(request, "second_factor.html", status=422, setup=None, fault=_said(request, fault))
    except WrongState as fault:
        return _you(request, system, caller, at="second-factor", fault=fault)
    return _done("me.second-factor")


@routes.post("/second-factor/remove")
def remove_second_factor(request: Request, system: TheSystem, caller: TheCaller, sent: Sent) -> Response:
    try:
        own_secrets.remove_second_factor(system, caller, one(sent, "password"), where(request))
    except FAULTS as fault:
        return _you(request, system, caller, at="second-factor", fault=fault)
    return _done("me.no-second-factor")


def _you(
    request: Request, system: System, caller: Caller, *, at: str | None = None, fault: Fault | None = None
) -> Response:
    """`at` is the part of the page whose form was refused, with the `fault`."""
    me = own.myself(system, caller)
    lines = own_data.own_events(system, me, limit=SHOWN)
    return page(
        request,
        "me.html",
        status=_status(fault),
        headers=waiting(fault if isinstance(fault, Refused) else None),
        me=me,
        parts=own_data.parts_of(system, me.person),
        sessions=own.own_sessions(system, me),
        tokens=own.own_tokens(system, me),
        lines=lines,
        names=people(system, *(line.actor for line in lines)),
        at=at,
        fault=_said(request, fault) if fault else None,
    )


def _said(request: Request, fault: Fault) -> str:
    say = words(language(request))
    found = problems(fault, FIELDS, say)[0]
    field = next((f for f in FIELDS if f.name == found.field), None)
    return f"{say(field.label)}: {found.text}" if field and isinstance(fault, ValidationError) else found.text


def _status(fault: Fault | None) -> int:
    return 200 if fault is None else STATUS[fault.code] if isinstance(fault, Refused) else 422


def _done(what: str) -> Response:
    return RedirectResponse(f"/me?done={what}", 303)
