"""An acknowledged write is never lost, and none is there twice, however often the server is killed under it."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import monotonic
from typing import Any

WRITERS = 8
START_S = 60
LAERDOM = Path(sys.executable).parent / "laerdom"


@dataclass
class Server:
    """The real one, on a folder and a port of its own."""

    data: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        command = [LAERDOM, "serve", "--data", self.data, "--port", str(self.port), "--empty"]
        env = {k: v for k, v in os.environ.items() if not k.startswith("LAERDOM_")} | {"LAERDOM_MEANING": "off"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=env, start_new_session=True)
        deadline = monotonic() + START_S
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text()
            assert monotonic() < deadline, f"no answer after {START_S} s\n{self.log.read_text()}"
            Event().wait(0.02)

    def _answers(self) -> bool:
        try:
            return self.request("GET", "/health/live")[0] == 200
        except (OSError, HTTPException):
            return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        assert self.process.wait(10) == -signal.SIGKILL

    def request(self, method: str, path: str) -> tuple[int, Any]:
        with closing(self.connect()) as connection:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=30)


@contextmanager
def serving(folder: Path) -> Generator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(folder / "data", port, folder / "server.log")
    with ExitStack() as stack:
        stack.callback(lambda: server.process and server.process.poll() is None and server.kill())
        server.start()
        yield server


@dataclass
class Writer:
    """Writes lessons, each under a key of its own, until the connection breaks."""

    server: Server
    name: str
    acknowledged: dict[str, str] = field(default_factory=dict[str, str])
    unanswered: str | None = None
    refused: list[tuple[int, Any]] = field(default_factory=list[tuple[int, Any]])

    def run(self) -> None:
        with closing(self.server.connect()) as connection:
            for n in range(10_000):
                key = f"{self.name}-{n}"
                try:
                    status, answer = post(connection, key)
                except (OSError, HTTPException, ValueError):
                    self.unanswered = key
                    return
                if status == 201:
                    self.acknowledged[key] = answer["id"]
                else:
                    self.refused.append((status, answer))


def post(connection: HTTPConnection, key: str) -> tuple[int, Any]:
    lesson = {"title": {"en": key}, "lesson": {"en": "Kept."}, "source": {"url": "https://example.org/x"}}
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    connection.request("POST", "/api/v1/lessons", json.dumps(lesson), headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def test_an_acknowledged_write_outlives_every_kill(tmp_path: Path, kills: int) -> None:
    random = Random(kills)
    acknowledged: dict[str, str] = {}
    asked_again = 0
    with serving(tmp_path) as server:
        for number in range(kills):
            writers = [Writer(server, f"{number}-{w}") for w in range(WRITERS)]
            threads = [Thread(target=writer.run) for writer in writers]
            for thread in threads:
                thread.start()
            Event().wait(random.uniform(0.05, 1.0))
            server.kill()
            for thread in threads:
                thread.join()
            server.start()
            assert [r for w in writers for r in w.refused] == []
            acknowledged |= {key: id for w in writers for key, id in w.acknowledged.items()}
            with closing(server.connect()) as connection:
                for key in [w.unanswered for w in writers if w.unanswered]:
                    first, second = post(connection, key), post(connection, key)
                    assert (first[0], second) == (201, first)
                    acknowledged[key] = first[1]["id"]
                    asked_again += 1
        assert (len(acknowledged) > kills * WRITERS, asked_again) == (True, kills * WRITERS)
        assert sorted(listed(server)) == sorted((id, key) for key, id in acknowledged.items())
        status, health = server.request("GET", "/health/ready")
        assert (status, health["put_aside"], set(health["lag"].values())) == (200, 0, {0})
        server.kill()
    with closing(sqlite3.connect(tmp_path / "data" / "events.sqlite")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        [(events, keys)] = db.execute("SELECT (SELECT count(*) FROM stored_events), (SELECT count(*) FROM answers)")
    assert events == keys == len(acknowledged)


def listed(server: Server) -> list[tuple[str, str]]:
    """Id and title of every lesson there is, page by page."""
    found: list[tuple[str, str]] = []
    while True:
        status, page = server.request("GET", f"/api/v1/lessons?limit=100&offset={len(found)}")
        assert status == 200, page
        found += [(entry["id"], entry["title"]["en"]) for entry in page["items"]]
        if not page["items"]:
            return found
