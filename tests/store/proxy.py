"""A network that fails: what a PostgreSQL client and its server say to each other goes through it, or does not."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

COMMIT = b"COMMIT\0"


class Proxy:
    """Forwards, until told otherwise. `at_commit` is called once, with the next COMMIT that a client sends and what
    sends it on to the server; nothing that the server says after it reaches the client."""

    def __init__(self, address: str) -> None:
        parts: dict[str, Any] = conninfo_to_dict(address)
        self._server = parts["host"], int(parts["port"])
        self._listener = self._listening(0)
        self._port = self._listener.getsockname()[1]
        self.address = make_conninfo(address, host="127.0.0.1", port=self._port)
        self.at_commit: Callable[[bytes, Callable[[bytes], None]], None] | None = None
        self.open = Event()
        self.open.set()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []

    def hang(self) -> None:
        """Accepts, and says nothing more to anyone."""
        self.open.clear()

    def cut(self, *, servers: bool = True) -> None:
        """Ends all connections that there are; without `servers`, the server is not told."""
        pairs, self._pairs = self._pairs, []
        for client, server in pairs:
            for one in (client, server) if servers else (client,):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def refuse(self) -> None:
        """Ends all connections and takes no new ones."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def recover(self) -> None:
        """Accepts and forwards again."""
        if self._listener.fileno() == -1:
            self._listener = self._listening(self._port)
        self.open.set()

    def close(self) -> None:
        self.refuse()
        self.open.set()

    def _listening(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), reuse_port=True)
        Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._server)
                self._pairs.append((client, server))
                lost = Event()
                Thread(target=self._ask, args=(client, server, lost), daemon=True).start()
                Thread(target=self._answer, args=(server, client, lost), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, lost: Event) -> None:
        with suppress(OSError):
            while asked := client.recv(65536):
                self.open.wait()
                if COMMIT in asked and self.at_commit is not None:
                    at_commit, self.at_commit = self.at_commit, None
                    lost.set()
                    at_commit(asked, server.sendall)
                else:
                    server.sendall(asked)
        _end(client, server)

    def _answer(self, server: socket.socket, client: socket.socket, lost: Event) -> None:
        with suppress(OSError):
            while answered := server.recv(65536):
                self.open.wait()
                if not lost.is_set():
                    client.sendall(answered)
        _end(client, server)


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
