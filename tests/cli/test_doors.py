"""Where a server is reached: on this machine only, by a port or a file."""

import socket
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from api.cli.doors import LOOPBACK, port_door, unix_door
from api.cli.stopping import Stop


class ByFile(HTTPConnection):
    def __init__(self, file: Path) -> None:
        super().__init__("localhost", timeout=30)
        self.file = file

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(30)
        self.sock.connect(str(self.file))


def test_a_proxy_on_this_machine_reaches_a_server_by_its_file(serve: Any, tmp_path: Path) -> None:
    file = tmp_path / "api.sock"
    server = serve("--empty", "--socket", str(file), at=file)
    asking = ByFile(file)
    asking.request("GET", "/api/v1/search", headers={"Host": "127.0.0.1:8080"})
    assert asking.getresponse().status == 200
    asking = ByFile(file)
    asking.request("GET", "/api/v1/search", headers={"Host": "laerdom.example"})
    assert asking.getresponse().status == 421
    assert file.stat().st_mode & 0o777 == 0o660
    assert (server.stop(), file.exists()) == (0, False)


def test_a_file_that_another_server_answers_at_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "api.sock"
    with unix_door(file) as (_, address, names):
        assert (address, names) == (f"unix:{file}", LOOPBACK)
        with pytest.raises(Stop, match="Another server answers"), unix_door(file):
            pass
    assert not file.exists()


def test_a_file_that_a_killed_server_left_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "api.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(file))
    with unix_door(file), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.connect(str(file))


def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("kept")
    with pytest.raises(Stop, match="cannot be served"), unix_door(file):
        pass
    assert file.read_text() == "kept"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "no such host", "laerdom.invalid"])
def test_nowhere_else(host: str) -> None:
    with pytest.raises(Stop, match=r"127\.0\.0\.1"), port_door(host, 8000):
        pass
