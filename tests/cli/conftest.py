"""The command line: called within this process, or started as a server of its own."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import structlog
from typer.testing import CliRunner, Result

from api.cli.main import app
from api.wiring import open_system
from demo.load import load_demo
from domain.viewer import Viewer

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    """Without what the environment sets, and without a model, which takes a second to load; and logs as they were
    before the command took them over."""
    for name in os.environ:
        if name.startswith("LAERDOM_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LAERDOM_MEANING", "off")
    handlers = logging.getLogger().handlers[:]
    yield
    logging.getLogger().handlers[:] = handlers
    structlog.reset_defaults()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Run:
    """A command on the data folder: `run("search", "trust")`."""

    def run(*args: str) -> Result:
        return CliRunner().invoke(app, ["--data", str(data), *args])

    return run


@pytest.fixture
def demo(data: Path) -> None:
    with open_system(data) as system:
        load_demo(system, Viewer("tester", operator=True))


@dataclass
class Server:
    process: subprocess.Popen[str]
    address: str
    log: Path

    def get(self, path: str) -> Any:
        with urlopen(self.address + path, timeout=60) as answer:
            return json.load(answer)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)

    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


Serve = Callable[..., Server]


@pytest.fixture
def serve(data: Path, tmp_path: Path) -> Iterator[Serve]:
    """A server that answers; stopped at the end of the test."""
    started: list[subprocess.Popen[str]] = []

    def serve(*args: str, at: Path | None = None) -> Server:
        """`at`: a Unix socket it was told to serve on; it answers once that is there."""
        port, log = free_port(), tmp_path / f"log{len(started)}"
        command = [sys.executable, "-m", "api.cli", "serve", "--data", str(data), "--port", str(port), *args]
        with log.open("w") as err:
            process = subprocess.Popen(command, stderr=err, text=True)
        started.append(process)
        server = Server(process, f"http://127.0.0.1:{port}", log)
        for _ in range(1_200):
            try:
                if at is None or not at.is_socket():
                    server.get("/health/live")
            except (URLError, ConnectionError):
                assert process.poll() is None, log.read_text("utf-8")
                time.sleep(0.05)
            else:
                return server
        raise AssertionError(log.read_text("utf-8"))

    yield serve
    for process in started:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]
