"""Who sends slowly is cut off and keeps nobody waiting. Real servers, real sockets.

How much time has passed is told by the server itself: when it drops a connection made later, every deadline of before
is over. No test sleeps, and none relies on the machine being fast."""

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import anyio.to_thread
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from api.access.deadlines import BodyDeadline
from api.cli.listening import HeadDeadline

HALF_HEAD = b"GET / HTTP/1.1\r\nHost: a\r\nX-Half: b"
ORDINARY = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
HALF_BODY = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345"


@dataclass
class Server:
    port: int
    go_on: threading.Event = field(default_factory=threading.Event)
    """Lets the long answer end."""

    @contextmanager
    def connected(self, data: bytes = b"") -> Generator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(data)
            yield connection

    def ordinary(self) -> int:
        with self.connected(ORDINARY) as connection:
            return answer(connection)[0]

    def until_a_head_is_late(self) -> None:
        with self.connected(HALF_HEAD) as connection:
            assert connection.recv(1) == b""


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """One whole answer; the connection may go on."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(1)
        assert more, got
        got += more
    [length] = [int(h[15:]) for h in got.lower().split(b"\r\n") if h.startswith(b"content-length:")]
    body = b""
    while len(body) < length:
        body += connection.recv(length - len(body))
    return int(got[9:12]), body


def app(go_on: threading.Event) -> Starlette:
    def plain(_: Request) -> Response:
        return PlainTextResponse("a")

    async def echo(request: Request) -> Response:
        return PlainTextResponse(await request.body())

    async def unread(_: Request) -> Response:
        return PlainTextResponse("no")

    async def long(_: Request) -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"begun"
            await anyio.to_thread.run_sync(go_on.wait)
            yield b"ended"

        return StreamingResponse(chunks(), headers={"Content-Length": "10"})

    return Starlette(
        routes=[
            Route("/", plain),
            Route("/echo", echo, methods=["POST"]),
            Route("/unread", unread, methods=["POST"]),
            Route("/long", long),
        ]
    )


@contextmanager
def serving(seconds: float, most: int = 100) -> Generator[Server]:
    class Short(HeadDeadline):
        head_s = seconds
        at_once = most

    with socket.create_server(("127.0.0.1", 0)) as door:
        here = Server(door.getsockname()[1])
        config = uvicorn.Config(
            BodyDeadline(app(here.go_on), seconds), http=Short, ws="none", log_config=None, timeout_keep_alive=600
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield here
        finally:
            here.go_on.set()
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def strict() -> Iterator[Server]:
    with serving(0.2) as server:
        yield server


@pytest.fixture(scope="module")
def patient() -> Iterator[Server]:
    with serving(600) as server:
        yield server


@pytest.mark.parametrize("sent", [b"", b"G", HALF_HEAD, HALF_HEAD + b"\r\n"])
def test_half_a_head_or_none_is_dropped(strict: Server, sent: bytes) -> None:
    with strict.connected(sent) as connection:
        assert connection.recv(1) == b""


def test_half_a_body_is_answered_and_the_connection_closed(strict: Server) -> None:
    with strict.connected(HALF_BODY) as connection:
        status, body = answer(connection)
        assert (status, json.loads(body)["detail"]) == (408, "The request came too slowly. Send it again.")
        assert connection.recv(1) == b""


@pytest.mark.parametrize("sent", [HALF_HEAD, HALF_BODY.replace(b"10", b"1000000")])
def test_whoever_sends_a_byte_now_and_then_gains_nothing(strict: Server, sent: bytes) -> None:
    with strict.connected(sent) as connection:
        for _ in range(10_000):  # more would be refused as too long a head
            try:
                connection.sendall(b"a")
            except OSError:
                break
            assert strict.ordinary() == 200
        else:
            raise AssertionError("It was never cut off.")


def test_the_deadline_of_the_next_head_on_a_connection_begins_with_it(strict: Server) -> None:
    with strict.connected(ORDINARY) as connection:
        assert answer(connection) == (200, b"a")
        strict.until_a_head_is_late()  # resting is for uvicorn to end
        connection.sendall(ORDINARY)
        assert answer(connection) == (200, b"a")
        connection.sendall(HALF_HEAD)
        assert connection.recv(1) == b""


def test_requests_sent_together_are_all_answered(strict: Server) -> None:
    with strict.connected(ORDINARY * 3) as connection:
        assert [answer(connection) for _ in range(3)] == [(200, b"a")] * 3
        strict.until_a_head_is_late()
        connection.sendall(ORDINARY)
        assert answer(connection) == (200, b"a")


def test_the_rest_of_a_body_that_was_answered_already_is_not_waited_for_for_ever(strict: Server) -> None:
    with strict.connected(HALF_BODY.replace(b"/echo", b"/unread")) as connection:
        assert answer(connection) == (200, b"no")
        connection.sendall(b"6")  # uvicorn takes back its own timer here
        assert connection.recv(1) == b""


def test_a_long_answer_is_not_cut_off(strict: Server) -> None:
    with strict.connected(ORDINARY.replace(b"/", b"/long", 1)) as connection:
        assert connection.recv(1) == b"H"
        strict.until_a_head_is_late()
        strict.go_on.set()
        got = b""
        while not got.endswith(b"begunended"):
            more = connection.recv(1_000)
            assert more, got
            got += more


def test_slow_and_steady_within_the_limits_is_served(patient: Server) -> None:
    request = HALF_HEAD + b"\r\nContent-Length: 10\r\n\r\n1234567890"
    request = request.replace(b"GET /", b"POST /echo")
    with patient.connected() as connection:
        for n in range(len(request)):
            connection.sendall(request[n : n + 1])
            assert patient.ordinary() == 200
        assert answer(connection) == (200, b"1234567890")


def test_many_that_are_half_open_keep_nobody_waiting(patient: Server) -> None:
    with patient.connected(HALF_HEAD) as a, patient.connected(HALF_BODY) as b:
        opened = [socket.create_connection(("127.0.0.1", patient.port), timeout=60) for _ in range(40)]
        for n, connection in enumerate(opened):
            connection.sendall(HALF_BODY if n % 2 else HALF_HEAD)
        assert [patient.ordinary() for _ in range(20)] == [200] * 20
        for n, connection in enumerate(opened):
            connection.sendall(b"67890" if n % 2 else b"\r\n\r\n")
            assert answer(connection) == ((200, b"1234567890") if n % 2 else (200, b"a"))
            connection.close()
        a.sendall(b"\r\n\r\n")
        b.sendall(b"67890")
        assert (answer(a), answer(b)) == ((200, b"a"), (200, b"1234567890"))


def test_one_more_than_are_kept_open_at_once_is_closed_and_the_others_are_served() -> None:
    with serving(600, most=2) as server, server.connected(HALF_HEAD) as kept:
        with server.connected(ORDINARY.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")) as other:
            assert answer(other) == (200, b"a")
            assert other.recv(1) == b""
        with server.connected(HALF_HEAD):
            for _ in range(3):
                with server.connected() as one_more:
                    assert one_more.recv(1) == b""
        kept.sendall(b"\r\n\r\n")
        assert answer(kept) == (200, b"a")


SERVE = """
import socket
from starlette.responses import PlainTextResponse
from api.cli import listening, serve
listening.HeadDeadline.head_s = 0.2
with socket.create_server(("127.0.0.1", 0)) as door:
    print(door.getsockname()[1], flush=True)
    serve._run(PlainTextResponse("a"), door)
"""


def test_what_laerdom_serves_with_has_the_deadline() -> None:
    process = subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    server = Server(int(process.stdout.readline()))
    server.until_a_head_is_late()
    process.send_signal(signal.SIGTERM)
    with process:
        assert process.wait(60) in (0, -signal.SIGTERM)
