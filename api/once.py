"""A repeated POST is carried out once: the same key is answered as the first time."""

import re
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.usecases.checking import allow_now
from domain.acting import RequestKey, but, current_act
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.case import Case
from domain.errors import Conflict, Invalid, KeyReused
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from store.answers import Answer
from store.event_store import EventStore

KEY = re.compile(r"^[\x21-\x7e]{1,200}$")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OnceRoute(APIRoute):
    """Subclasses say where the key is and how a thing at a version is answered."""

    async def key(self, request: Request) -> str | None:
        return request.headers.get("idempotency-key")

    def given_again(self, request: Request, thing: Aggregate) -> Response:
        """The first answer, made again out of the thing at the version it had then; `request.state.body` is what was
        sent, both times."""
        raise NotImplementedError

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = await self.key(request) if request.method == "POST" else None
            if key is None:
                return await handle(request)
            if not KEY.match(key):
                raise Invalid("An Idempotency-Key is 1 to 200 visible ASCII characters.", field="Idempotency-Key")
            request.state.body = await request.body()
            digest = sha256(f"{request.method} {request.url.path}\n".encode() + request.state.body).hexdigest()
            with but(request_key=RequestKey(key, digest)):
                again = await run_in_threadpool(self._again, request, RequestKey(key, digest))
                if again is not None:
                    return again
                try:
                    return await handle(request)
                except Conflict:  # another request with this key may have come first by a moment
                    again = await run_in_threadpool(self._again, request, RequestKey(key, digest))
                    if again is None:
                        raise
                    return again

        return once

    def _again(self, request: Request, key: RequestKey) -> Response | None:
        answer = request.app.state.system.store.answer(current_act().actor, key.key)
        if answer is None:
            return None
        if answer.fingerprint != key.fingerprint:
            raise KeyReused(
                "This Idempotency-Key was used for another request. Take a new one.", field="Idempotency-Key"
            )
        return self.answered_again(request, answer)

    def answered_again(self, request: Request, answer: Answer) -> Response:
        """As the first time. What is asked meanwhile has the key of the request in `acting`, as then."""
        store: EventStore = request.app.state.system.store
        position = store.position_of(answer.subject, answer.version)
        thing = store.find_any(answer.subject, version=answer.version)
        assert thing is not None, "an answer is kept in the transaction of its thing"
        now = store.find_any(answer.subject)
        for told in (now, thing):
            # It may have been narrowed since, or its sender have left.
            if isinstance(told, Lesson | Case | ForesightProcess | Adaptation):
                allow_now(request.app.state.system, request.state.viewer, "read", told)
        current_act().kept.extend([position] if position is not None else [])
        return self.given_again(request, thing)
