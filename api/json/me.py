"""Oneself: `/api/v1/me`. What the page "You" shows, for programs; and the token that changes by a browser carry."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from api.access.given import TheCaller, TheSystem
from api.json.route import KeyedRoute
from api.problems import PROBLEMS
from api.usecases import own, own_data
from api.usecases.own_data import HeldPart, KeptToken, OwnData
from domain.aggregate import Aggregate
from domain.person import Person
from store.tokens import ApiToken

TokenId = Annotated[UUID, Path(description="The token's id, as the list of them gives it.")]


class Me(BaseModel):
    """Who calls."""

    person: str = Field(description="Person id.")
    name: str
    login: str | None
    parts: list[HeldPart] = Field(description="Those held today.")
    operator: bool = Field(description="Whether this is whoever sits at the machine, who may do everything.")
    method: str | None = Field(description="How they signed in: password, sso, invitation, demo, or token.")
    csrf: str | None = Field(description="For X-CSRF-Token with changes by a browser's cookie; null for others.")


class Asked(BaseModel):
    """Whether they asked to be erased."""

    erasure_asked: bool


class Ended(BaseModel):
    """How many sessions were ended."""

    sessions: int


class MadeToken(KeptToken):
    """The token with its secret, which is told this once."""

    secret: str


class Tokens(BaseModel):
    """Newest first, also those that have expired."""

    items: list[KeptToken]


class MyRoute(KeyedRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        if isinstance(thing, Person):
            return JSONResponse(ERASURE_ASKED.model_dump(mode="json"))
        return _made(*own.token_again(request.app.state.system, request.state.caller))


ERASURE_ASKED = Asked(erasure_asked=True)
routes = APIRouter(prefix="/api/v1/me", tags=["me"], route_class=MyRoute, responses=PROBLEMS)


@routes.get("")
def who(system: TheSystem, caller: TheCaller) -> Me:
    """Who calls, and which parts they hold today."""
    me = own.myself(system, caller)
    return Me(
        person=me.known.id,
        name=me.known.name,
        login=me.account.login if me.account else None,
        parts=[part for part in own_data.parts_of(system, me.person) if part.now],
        operator=caller.viewer.operator,
        method=caller.session.method if caller.session else "token" if caller.program else None,
        csrf=caller.csrf if caller.session else None,
    )


@routes.get("/data")
def data(system: TheSystem, caller: TheCaller) -> OwnData:
    """Everything that is kept about the one who calls. It is recorded that they took it."""
    return own_data.export_own(system, caller)


@routes.post("/erasure")
def ask_erasure(system: TheSystem, caller: TheCaller) -> Asked:
    """Ask to be erased; an administrator sees to it. Asking again changes nothing."""
    own_data.ask_erasure(system, caller)
    return ERASURE_ASKED


@routes.get("/tokens")
def list_tokens(system: TheSystem, caller: TheCaller) -> Tokens:
    """The tokens of the one who calls, without their secrets."""
    tokens = own.own_tokens(system, own.myself(system, caller))
    return Tokens(items=[KeptToken.model_validate(token) for token in tokens])


@routes.post("/tokens", status_code=201, response_model=MadeToken)
def make_token(system: TheSystem, caller: TheCaller, new: own.NewToken) -> Response:
    """A token for a program. No program may make one."""
    return _made(*own.make_token(system, caller, new))


@routes.delete("/tokens/{id}", status_code=204)
def revoke_token(system: TheSystem, caller: TheCaller, id: TokenId) -> None:
    """It opens nothing from now on."""
    own.revoke_token(system, caller, id)


@routes.delete("/sessions")
def sign_out_everywhere(system: TheSystem, caller: TheCaller) -> Ended:
    """Ends every session of the one who calls, this one among them. Tokens go on."""
    return Ended(sessions=own.sign_out_everywhere(system, caller))


def _made(token: ApiToken, secret: str) -> Response:
    made = MadeToken(**KeptToken.model_validate(token).model_dump(), secret=secret)
    return JSONResponse(made.model_dump(mode="json"), 201)
