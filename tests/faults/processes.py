"""Workers and projectors as they are run: each a process that is started, killed and asked."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic
from typing import Any

from tools.services.process import until

LAERDOM = Path(sys.executable).parent / "laerdom"
START_S = 60
ANSWER_S = 30
"""How long a request is waited for; whoever takes longer fails the test."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`took_s` from the first byte sent to the last received."""

    status: int
    headers: Message
    body: bytes
    took_s: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Program:
    """A command of the program as a process. What it says goes to the file `log`, of all its lives."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    process: subprocess.Popen[bytes] | None = None
    _begins: int = 0

    def start(self) -> None:
        """It is not ready yet: see `wait`."""
        self._begins = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [LAERDOM, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                start_new_session=True,
            )

    @property
    def ready(self) -> bool:
        raise NotImplementedError

    def wait(self) -> None:
        assert until(lambda: self.ready or not self.alive, START_S), f"not ready after {START_S} s\n{self.said}"
        assert self.alive, self.said

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        assert self.process.wait(10) == -signal.SIGKILL, self.said

    @property
    def said(self) -> str:
        """In this life."""
        return self.log.read_bytes()[self._begins :].decode("utf-8", "replace")


@dataclass
class Worker(Program):
    port: int = 0

    @property
    def ready(self) -> bool:
        try:
            return self.get("/health/live").status == 200
        except (OSError, HTTPException):
            return False

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """On a connection of its own. Raises `OSError` and `HTTPException`."""
        sent = None if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        begun = monotonic()
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)) as connection:
            connection.request(method, path, sent, {"Content-Type": "application/json", **named})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read(), monotonic() - begun)


@dataclass
class Projector(Program):
    @property
    def state(self) -> str | None:
        """`leads`, `stands by`, or None before it says so."""
        told = [line for line in self.said.splitlines() if '"event": "projector"' in line]
        return json.loads(told[-1])["state"] if told else None

    @property
    def ready(self) -> bool:
        return self.state is not None
