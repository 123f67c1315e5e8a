"""How long a request head may take to arrive, and how many may be waited for at once. uvicorn waits for each as long as
its sender likes, and for as many as come."""

import asyncio
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10
AT_ONCE = 500
"""Half of the files that a process may usually have open: what is served needs the others."""


class HeadDeadline(H11Protocol):
    """Closes a connection on which no request head is complete `head_s` after it began, or after the connection was
    made. What a client sends meanwhile does not lengthen it. How long a connection may rest between two requests stays
    uvicorn's own `timeout_keep_alive`; what is left of a body after the answer is waited for as long as for a head.

    With `at_once` connections open, another is closed as soon as it is made."""

    head_s: ClassVar[float] = HEAD_S
    at_once: ClassVar[int] = AT_ONCE
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        if len(self.connections) > self.at_once:
            transport.abort()
            return
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_owed():
            self._wait()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_owed(self) -> bool:
        """Whether nothing can be done before the client sends more: the rest of a head, or of a body already answered
        (uvicorn has just taken back its own timer, because something came)."""
        theirs, ours = self.conn.their_state, self.conn.our_state
        return theirs is h11.IDLE or (theirs is h11.SEND_BODY and ours is h11.DONE)

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(self.head_s, self._close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _close(self) -> None:
        self._waiting = None
        self.timeout_keep_alive_handler()
