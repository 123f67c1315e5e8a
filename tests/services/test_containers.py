"""What the container files say, held against the program and against each other. No engine is needed, and none runs."""

import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.access.deadlines import BODY_S
from api.cli.listening import HEAD_S
from api.settings import PREFIX, Settings
from tools.services.distribution import VERSION
from tools.services.postgres import MAJOR

CHECKOUT = Path(__file__).parents[2]
COMPOSE = (CHECKOUT / "docker-compose.yml").read_text("utf-8")
ALIVE = CHECKOUT / "deploy" / "alive.py"


def services() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE)["services"]


def example() -> dict[str, str]:
    lines = (CHECKOUT / ".env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_variable_is_in_the_example_with_the_same_default() -> None:
    used = dict(re.findall(r"\$\{(\w+):[-?]([^}]*)\}", COMPOSE))
    assert example() == {name: "" if "PASSWORD" in name else default for name, default in used.items()}


def test_every_variable_of_the_example_is_explained() -> None:
    text = (CHECKOUT / ".env.example").read_text("utf-8")
    assert re.findall(r"(?<!\.)\n(\w+)=", text) == []


def test_no_password_has_a_default() -> None:
    assert set(re.findall(r"\$\{\w*PASSWORD(.)", COMPOSE)) == {":"}
    assert set(re.findall(r"\$\{\w*PASSWORD:(.)", COMPOSE)) == {"?"}


def test_only_settings_that_there_are() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name, service in services().items():
        given = {v for v in service.get("environment", {}) if v.startswith(PREFIX)}
        assert given - known == set(), name


def test_the_tests_run_on_the_same_servers() -> None:
    assert services()["postgres"]["image"] == f"postgres:{MAJOR}"
    assert services()["elasticsearch"]["image"] == f"elasticsearch:{VERSION}"


def test_only_the_proxy_is_published_and_only_here() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert published == {"proxy": ["127.0.0.1:${PORT:-8000}:8080"]}


@pytest.mark.parametrize("name", sorted(services()))
def test_each_is_limited_and_watched(name: str) -> None:
    service = services()[name]
    assert sorted(service["deploy"]["resources"]["limits"]) == ["cpus", "memory"]
    without = {"migrate", "projector"}  # one ends, the other has no door
    assert ("healthcheck" in service) == (name not in without)


def test_the_proxy_knows_every_worker() -> None:
    conf = (CHECKOUT / "deploy" / "nginx.conf").read_text("utf-8")
    serving = {s["command"][2] for s in services().values() if s.get("command", [""])[0] == "serve"}
    assert set(re.findall(r"server unix:(\S+)", conf)) == serving
    assert len(serving) == 2


def test_the_proxy_lets_lærdom_say_what_is_too_large() -> None:
    conf = (CHECKOUT / "deploy" / "nginx.conf").read_text("utf-8")
    [kibibytes] = re.findall(r"client_max_body_size (\d+)k;", conf)
    assert int(kibibytes) * 1024 > Settings.model_fields["max_body_bytes"].default


def test_the_proxy_waits_for_slow_senders_no_longer_than_lærdom_itself() -> None:
    conf = (CHECKOUT / "deploy" / "nginx.conf").read_text("utf-8")
    waits = {name: int(s) for name, s in re.findall(r"^ *client_(header|body)_timeout (\d+)s;", conf, re.M)}
    assert (waits["header"], waits["body"] <= BODY_S) == (HEAD_S, True)
    assert "proxy_request_buffering" not in conf  # on by default: workers are given whole requests


@pytest.mark.parametrize(("status", "code"), [(b"200 OK", 0), (b"503 Service Unavailable", 1)])
def test_the_health_check_tells_by_its_exit_code(tmp_path: Path, status: bytes, code: int) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "api.sock"))
        door.listen()
        answering = threading.Thread(target=_answer, args=(door, status))
        answering.start()
        checked = subprocess.run([sys.executable, ALIVE, tmp_path / "api.sock"], check=False, timeout=30)
        answering.join(10)
    assert checked.returncode == code


def test_the_health_check_fails_where_nobody_listens(tmp_path: Path) -> None:
    gone = [sys.executable, ALIVE, tmp_path / "gone.sock"]
    assert subprocess.run(gone, check=False, capture_output=True, timeout=30).returncode == 1


def _answer(door: socket.socket, status: bytes) -> None:
    connection, _ = door.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 " + status + b"\r\n\r\n")
