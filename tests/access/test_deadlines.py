"""A body is there in time or the request is over; how long an answer takes is another matter.

Where the deadline is 0 s, whatever waits for the sender at all is late, and nothing else is."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.deadlines import BodyDeadline

LATE: dict[str, object] = {
    "type": "urn:laerdom:problem:http-408",
    "title": "http 408",
    "detail": "The request came too slowly. Send it again.",
    "status": 408,
    "errors": [],
}


def piece(body: bytes, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def sent(app: ASGIApp, *messages: Message, seconds: float = 0, headers: dict[str, str] | None = None) -> list[Message]:
    """What is answered to a request of which these messages come, and then nothing for ever."""
    answers: list[Message] = []
    coming = list(messages)

    async def receive() -> Message:
        if not coming:
            await asyncio.Event().wait()
        return coming.pop(0)

    async def send(message: Message) -> None:
        answers.append(message)

    raw = [(k.encode(), v.encode()) for k, v in (headers or {}).items()]
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/things",
        "query_string": b"",
        "headers": raw,
        "state": {},
    }
    asyncio.run(_run(BodyDeadline(app, seconds), scope, receive, send))
    return answers


async def _run(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


def seen(answers: list[Message]) -> tuple[int, bytes]:
    assert [m["type"] for m in answers].count("http.response.start") == 1
    return answers[0]["status"], b"".join(m.get("body", b"") for m in answers[1:])


def answering(answer: Callable[[Request], AsyncIterator[bytes]]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = b"".join([chunk async for chunk in answer(Request(scope, receive))])
        await PlainTextResponse(body)(scope, receive, send)

    return app


async def echo(request: Request) -> AsyncIterator[bytes]:
    yield await request.body()


async def turns(count: int = 50) -> None:
    """The event loop goes round: whoever was late by now has been found."""
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("messages", [(), (piece(b"a", more=True),), (piece(b"a", more=True), piece(b"", more=True))])
def test_a_body_that_stops_on_its_way_is_too_slow(messages: tuple[Message, ...]) -> None:
    status, body = seen(answers := sent(answering(echo), *messages))
    assert (status, json.loads(body)) == (408, LATE)
    headers = dict(answers[0]["headers"])
    assert (headers[b"content-type"], headers[b"connection"]) == (b"application/problem+json", b"close")


def test_a_body_that_never_ends_is_too_slow_however_steadily_it_comes() -> None:
    app = BodyDeadline(answering(echo), 0.3)
    answers: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(0)
        return piece(b"a", more=True)

    async def send(message: Message) -> None:
        answers.append(message)

    asyncio.run(_run(app, {"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send))
    assert seen(answers)[0] == 408


def test_a_body_in_pieces_is_whole() -> None:
    got = sent(answering(echo), piece(b"a", more=True), piece(b"b", more=True), piece(b"c"))
    assert seen(got) == (200, b"abc")


def test_the_application_may_take_its_time_before_between_and_after_reading() -> None:
    async def slow(request: Request) -> AsyncIterator[bytes]:
        await turns()
        async for chunk in request.stream():
            await turns()
            yield chunk
        await turns()

    got = sent(answering(slow), piece(b"a", more=True), piece(b"b"))
    assert seen(got) == (200, b"ab")


@pytest.mark.parametrize("messages", [(), (piece(b"a", more=True),), (piece(b"a"),)])
def test_so_may_the_answer_once_begun_also_while_it_watches_for_the_client_to_leave(
    messages: tuple[Message, ...],
) -> None:
    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        async def watch() -> None:
            while True:
                await receive()

        await send({"type": "http.response.start", "status": 200, "headers": []})
        watching = asyncio.create_task(watch())
        for n in range(5):
            await turns()
            await send({"type": "http.response.body", "body": str(n).encode(), "more_body": n < 4})
        watching.cancel()

    assert seen(sent(app, *messages)) == (200, b"01234")


def test_an_answer_that_begins_in_time_ends_the_waiting_that_is_under_way() -> None:
    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        watching = asyncio.ensure_future(receive())
        await turns()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        begun = loop.time()
        while loop.time() < begun + 1.1:
            await turns()
        await send({"type": "http.response.body", "body": b"a"})
        watching.cancel()

    assert seen(sent(app, seconds=1)) == (200, b"a")


def test_who_does_not_read_the_body_does_not_wait_for_it() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await turns()
        await Response(status_code=403)(scope, receive, send)

    assert seen(sent(app)) == (403, b"")


def test_a_time_limit_of_the_applications_own_stays_its_own() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        async with asyncio.timeout(0):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        sent(app)


def test_nothing_is_carried_out_and_no_other_answer_given_where_the_body_was_late() -> None:
    app, done = FastAPI(), list[str]()

    @app.exception_handler(Exception)
    async def failed(_request: Request, error: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        done.append(repr(error))
        return Response(status_code=500)

    @app.post("/things")
    def add(thing: dict[str, str]) -> None:  # pyright: ignore[reportUnusedFunction]
        done.append(str(thing))

    headers = {"content-type": "application/json"}
    assert seen(sent(app, piece(b'{"a":', more=True), headers=headers))[0] == 408
    assert done == []
    assert seen(sent(app, piece(b'{"a":', more=True), piece(b'"b"}'), headers=headers))[0] == 200
    assert done == ["{'a': 'b'}"]


def test_what_is_no_request_passes() -> None:
    passed: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        await turns()
        passed.append(scope["type"])

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        passed.append(message["type"])

    asyncio.run(_run(BodyDeadline(app, 0), {"type": "lifespan"}, receive, send))
    assert passed == ["lifespan"]
