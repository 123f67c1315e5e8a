"""How long a body may take to arrive. The server underneath waits for one as long as its sender likes."""

import asyncio

import structlog
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
BODY_S = 20
TOO_SLOW = "The request came too slowly. Send it again."


class BodyDeadline:
    """From the first look at a body on, all of it is there within `seconds`, or the request is answered 408 and the
    connection closed. Only waiting for the sender counts: what the application does meanwhile may take its time, and
    so may the answer.

    The application is cancelled where it waits, so it must not change anything before it has read the body.
    """

    def __init__(self, app: ASGIApp, seconds: float = BODY_S) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        waiting = asyncio.timeout(None)
        until: float | None = None
        whole = answered = False

        def stop_waiting() -> None:
            if not waiting.expired():
                waiting.reschedule(None)

        async def receive_in_time() -> Message:
            nonlocal until, whole
            if whole or answered or waiting.expired():
                return await receive()
            if until is None:
                until = asyncio.get_running_loop().time() + self.seconds
            waiting.reschedule(until)
            message = await receive()
            stop_waiting()
            whole = not message.get("more_body", False)
            return message

        async def send_unless_late(message: Message) -> None:
            nonlocal answered
            if waiting.expired():
                return
            answered = True
            stop_waiting()
            await send(message)

        try:
            async with waiting:
                await self.app(scope, receive_in_time, send_unless_late)
        except TimeoutError:
            if not waiting.expired():  # one of the application's own
                raise
            log.info("too slow", method=scope["method"], path=scope["path"])
            await _too_slow()(scope, receive, send)


def _too_slow() -> JSONResponse:
    problem = {"type": "urn:laerdom:problem:http-408", "title": "http 408", "detail": TOO_SLOW}
    body: dict[str, object] = {**problem, "status": 408, "errors": []}
    return JSONResponse(body, 408, headers={"Connection": "close"}, media_type="application/problem+json")
