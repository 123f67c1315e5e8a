"""The program as a newcomer starts it, and as it runs on servers of its own; with the demo data, and a real browser."""

import os
import socket
import subprocess
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from api.settings import Servers
from tests.faults.processes import LAERDOM, Program, Projector, Worker
from tests.faults.servers import own_database, prepared


@contextmanager
def _running(program: Program) -> Generator[None]:
    program.start()
    try:
        program.wait()
        yield
    finally:
        if program.alive:
            program.kill()


def _worker(folder: Path, environment: Mapping[str, str], *options: str) -> Worker:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ("serve", "--port", str(port), *options)
    return Worker(command, environment, folder / f"worker-{port}.log", port=port)


def _on(servers: Servers) -> dict[str, str]:
    return {
        "LAERDOM_DATABASE": servers.database,
        "LAERDOM_ELASTICSEARCH": ",".join(servers.elasticsearch),
        "LAERDOM_INDEX": servers.index,
        "LAERDOM_INDEX_REPLICAS": str(servers.replicas),
        "LAERDOM_KEYS": str(servers.seals.keys),
        "LAERDOM_CHECKPOINTS": str(servers.seals.checkpoints),
    }


@pytest.fixture(scope="module", params=["embedded", "scaled"])
def addresses(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where the program answers: one server on a folder of its own, twice; or two workers on PostgreSQL and
    Elasticsearch, with a projector."""
    folder = tmp_path_factory.mktemp("story")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("LAERDOM_")}
    with ExitStack() as stack:
        if request.param == "embedded":
            workers = [_worker(folder, plain, "--data", str(folder / "data"))]
        else:
            admin = request.getfixturevalue("postgres")
            database = stack.enter_context(own_database(admin))
            servers = stack.enter_context(prepared(database, request.getfixturevalue("elasticsearch")))
            environment = plain | _on(servers)
            stack.enter_context(_running(Projector(("projector",), environment, folder / "projector.log")))
            subprocess.run([LAERDOM, "demo"], env=environment, check=True)
            workers = [_worker(folder, environment) for _ in range(2)]
        for worker in workers:
            stack.enter_context(_running(worker))
        first, last = (f"http://127.0.0.1:{worker.port}" for worker in (workers[0], workers[-1]))
        yield first, last


@pytest.fixture
def address(addresses: tuple[str, str]) -> str:
    """Where things are written."""
    return addresses[0]


@pytest.fixture
def elsewhere(addresses: tuple[str, str]) -> str:
    """Where they are looked for: at the other worker, where there is one."""
    return addresses[1]


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A page in English at the program's address, once with JavaScript and once without."""
    context = browser.new_context(
        base_url=address, locale="en-GB", java_script_enabled=request.param, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(15_000)
    wrong: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []
