"""The server: what it loads, what works beside it, and how it ends."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def test_an_empty_folder_gets_the_demo_data_before_anything_is_answered(serve: Any) -> None:
    server = serve("--as", "Kari Nordmann")
    found = server.get("/api/v1/search?q=rekruttere+forpliktede+deltakere&kind=lesson")
    assert found["hits"][0]["phase"] == "recruitment"
    assert server.stop() == 0
    server = serve()
    assert server.get("/api/v1/search?kind=lesson")["total"] == 41
    assert [e for e in server.logged() if "demo" in e["event"]] == []


def test_without_demo_data_when_it_is_not_wanted(serve: Any) -> None:
    assert serve("--empty").get("/api/v1/search")["total"] == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(serve: Any, how: signal.Signals) -> None:
    server = serve("--empty")
    assert server.stop(how) == 0
    assert server.logged()[-1]["event"] == "stopped"


def test_the_log_has_requests_without_what_was_searched_for(serve: Any) -> None:
    server = serve("--empty")
    server.get("/api/v1/search?q=secret")
    server.stop()
    logged = server.logged()
    assert [(e["method"], e["path"], e["status"]) for e in logged if e["event"] == "request"][-1] == (
        "GET",
        "/api/v1/search",
        200,
    )
    assert "secret" not in json.dumps(logged)
    assert all({"timestamp", "level", "event"} <= set(e) for e in logged)


def test_other_host_names_are_refused_and_the_server_does_not_name_itself(serve: Any) -> None:
    server = serve("--empty")
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(server.address + "/health/live", headers={"Host": "evil.example"}), timeout=60)
    assert refused.value.code == 421
    assert refused.value.headers["server"] is None


def test_a_folder_is_served_by_one_process(serve: Any, run: Any) -> None:
    serve("--empty")
    result = run("serve", "--port", "1024")
    assert (result.exit_code, result.stderr) == (
        1,
        "laerdom: Another process serves this folder. Stop it, or give another folder with --data.\n",
    )


def test_a_port_is_served_by_one_process(run: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert (result.exit_code, result.stderr) == (
        1,
        f"laerdom: Port {port} is in use. Stop what uses it, or give another with --port.\n",
    )


def test_import_and_search_work_beside_a_server_and_rebuild_waits_for_its_end(
    serve: Any, run: Any, tmp_path: Path
) -> None:
    server = serve("--empty")
    lesson = {
        "title": {"en": "Recruit early"},
        "lesson": {"en": "It takes longest."},
        "recommendation": {"en": "Ask early."},
        "phase": "recruitment",
        "polarity": "keep",
        "source": {"url": "https://example.org"},
        "visibility": "public",
    }
    file = tmp_path / "lessons.jsonl"
    file.write_text(json.dumps(lesson))
    result = run("import", "lessons", str(file), "--publish")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "1 added, 1 of them published.\nA running server shows it in a moment.\n"
    deadline = time.monotonic() + 60
    while server.get("/api/v1/search?q=recruit")["total"] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert json.loads(run("search", "recruit", "--json").stdout)["total"] == 1
    result = run("rebuild")
    assert (result.exit_code, result.stderr) == (
        1,
        "laerdom: A server runs on this folder. Stop it, then rebuild.\n",
    )
    server.stop()
    assert run("rebuild").exit_code == 0


SETTLED = """
import gc
import api.app
from api.cli.serve import settle
there = len(gc.get_objects())
settle()
print(there, len(gc.get_objects()))
"""


def test_what_is_there_before_the_first_request_is_not_looked_through_while_somebody_waits() -> None:
    said = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, text=True, check=True).stdout
    there, looked_through = map(int, said.split())
    assert looked_through < there / 100
