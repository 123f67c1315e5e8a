"""The route of a sent form: carried out once, however often the button was pressed."""

from collections.abc import Callable
from typing import Annotated, TypeAlias

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from api.once import Handler, OnceRoute
from api.pages.fields import Typed
from api.usecases.finding import PLURALS
from domain.aggregate import Aggregate
from domain.errors import Conflict, KeyReused

Refill: TypeAlias = Callable[[Conflict], Response]


async def _sent(request: Request) -> Typed:
    form: FormData = await request.form()
    typed: Typed = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            typed.setdefault(name, []).append(value)
    return typed


Sent = Annotated[Typed, Depends(_sent)]


def redirect(request: Request, thing: Aggregate) -> Response:
    """To the thing, saying what was done: the last part of the form's address."""
    deed = request.url.path.rsplit("/", 1)[-1]
    return RedirectResponse(f"/{PLURALS[thing.kind]}/{thing.id}?done={thing.kind}.{deed}", 303)


class FormRoute(OnceRoute):
    """The key is a hidden field of the form."""

    async def key(self, request: Request) -> str | None:
        await request.body()  # kept, so that the form and the digest can both be made of it
        key = (await request.form()).get("key")
        return key if isinstance(key, str) and key else None

    def given_again(self, request: Request, thing: Aggregate) -> Response:
        return redirect(request, thing)

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        handle_without_key = APIRoute.get_route_handler(self)

        async def kept(request: Request) -> Response:
            try:
                return await handle(request)
            except KeyReused:  # somebody went back, changed what they wrote and sent the same page again
                request.state.sent_before = True
                return await handle_without_key(request)
            except Conflict as conflict:  # not the same form sent twice: show it again with what was typed
                refill: Refill | None = getattr(request.state, "refill", None)
                if refill is None:
                    raise
                return await run_in_threadpool(refill, conflict)

        return kept
