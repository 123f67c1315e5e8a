"""A TCP proxy before a real server that fails in the five ways servers do, when it is told to."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Coroutine, Generator
from contextlib import contextmanager, suppress
from enum import StrEnum
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
DROP_S = 0.05
RESET = struct.pack("ii", 1, 0)


class Failure(StrEnum):
    REFUSE = "refuse"
    """Nobody listens."""
    HANG = "hang"
    """Accepts, reads, and never answers."""
    RESET = "reset"
    """Accepts, reads, and breaks the connection off."""
    SLOW = "slow"
    """Answers byte by byte, twenty a second."""
    HALF = "half"
    """Answers with the first half of what the server said, and closes."""


class FailingProxy:
    """Runs in a thread of its own and passes everything on until `fail`; `heal` makes it do so again. Both end the
    connections there are. `heard` is what clients said since the last of them, `connections` how many there were.

    With `tls` clients speak TLS to it, and it speaks plainly to the server. Of the server's address it uses host and
    port, whatever the two speak.
    """

    def __init__(self, server: str, tls: ssl.SSLContext | None = None) -> None:
        self._server, self._tls = urlsplit(server), tls
        self._failure: Failure | None = None
        self._last_word: bytes | None = None
        self._then: Failure | None = None
        self._turning: asyncio.Task[None] | None = None
        self._serving = set[asyncio.Task[Any]]()
        self.heard, self.connections = bytearray(), 0
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._port = 0
        self._listener: asyncio.Server | None = None
        self._run(self._turn(None))

    @property
    def address(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        return self._port

    def fail(self, how: Failure) -> None:
        self._run(self._turn(how))

    def heal(self) -> None:
        self._run(self._turn(None))

    def cut_after(self, word: bytes, then: Failure | None = None) -> None:
        """Once, with the next who says it: the server hears it, and nothing that it answers is passed on. `then` it
        fails in that way, for all."""
        self._last_word, self._then = word, then

    def lead_to(self, server: str) -> None:
        """From now on it stands before this server."""
        self._server = urlsplit(server)
        self.heal()

    def close(self) -> None:
        self._run(self._turn(Failure.REFUSE))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _turn(self, failure: Failure | None) -> None:
        self._failure = failure
        if failure is Failure.REFUSE and self._listener:
            self._listener.close()
            self._listener = None
        for serving in self._serving:
            serving.cancel()
        await asyncio.gather(*self._serving)
        self.heard, self.connections = bytearray(), 0
        if failure is not Failure.REFUSE and self._listener is None:
            self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self._port, ssl=self._tls)
            self._port = self._listener.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.current_task()
        assert serving
        self._serving.add(serving)
        self.connections += 1
        with suppress(OSError, asyncio.CancelledError):
            await self._answer(reader, writer, self._failure)
        self._serving.discard(serving)
        writer.transport.abort()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, failure: Failure | None
    ) -> None:
        if failure is Failure.HANG:
            while asked := await reader.read(65536):
                self.heard += asked
        elif failure is Failure.RESET:
            self.heard += await reader.read(65536)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        else:
            await self._pass_on(reader, writer, failure)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, failure: Failure | None
    ) -> None:
        from_server, to_server = await asyncio.open_connection(self._server.hostname, self._server.port)
        asking = asyncio.ensure_future(self._ask(reader, to_server, writer))
        try:
            while answered := await from_server.read(65536):
                if failure is Failure.HALF:
                    writer.write(answered[: len(answered) // 2])
                    await writer.drain()
                    writer.close()
                    await writer.wait_closed()
                    return
                for piece in [answered] if failure is None else (answered[n : n + 1] for n in range(len(answered))):
                    writer.write(piece)
                    await writer.drain()
                    if failure is Failure.SLOW:
                        await asyncio.sleep(DROP_S)
        finally:
            asking.cancel()
            to_server.transport.abort()

    async def _ask(
        self, reader: asyncio.StreamReader, to_server: asyncio.StreamWriter, writer: asyncio.StreamWriter
    ) -> None:
        while asked := await reader.read(65536):
            self.heard += asked
            to_server.write(asked)
            await to_server.drain()
            if self._last_word and self._last_word in asked:
                self._last_word = None
                writer.transport.abort()
                if self._then:
                    self._turning = asyncio.create_task(self._turn(self._then))


@contextmanager
def failing_proxy(server: str, tls: ssl.SSLContext | None = None) -> Generator[FailingProxy]:
    """Before the server at the address, until the block ends."""
    proxy = FailingProxy(server, tls)
    try:
        yield proxy
    finally:
        proxy.close()
