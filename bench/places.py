"""Where measuring happens: databases, index names and folders of its own, gone at the end; and the program serving."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import psycopg
from elasticsearch import Elasticsearch
from psycopg.sql import SQL, Identifier

from api.settings import PREFIX, Seals, Servers
from api.wiring import System
from api.wiring.scaled import prepare
from demo.load import load_demo
from domain.audiences import PUBLIC
from domain.viewer import Viewer
from tools.services.both import Services
from tools.services.places import cache_folder, free_ports
from tools.services.process import until

START_S = 900
"""Before it answers, a server in the embedded mode catches up with what was kept without it: 300,000 events at most."""
ANSWER_S = 60
LAERDOM = Path(sys.executable).parent / "laerdom"


def own_name() -> str:
    """Of a database or of indexes, of this run: more than one may be measuring."""
    return f"bench_{os.getpid()}_{uuid4().hex}"


@contextmanager
def folder() -> Generator[Path]:
    """Beside the data of the two servers: on the same disk, and on a disk at all, which /tmp may not be."""
    with TemporaryDirectory(prefix="bench-", dir=cache_folder()) as own:
        yield Path(own)


@contextmanager
def database(services: Services) -> Generator[str]:
    """Address of an empty one."""
    name = own_name()
    with psycopg.connect(services.admin, autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    try:
        yield f"{services.admin.rpartition('/')[0]}/{name}"
    finally:
        with psycopg.connect(services.admin, autocommit=True) as admin:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def servers(services: Services) -> Generator[Servers]:
    """An empty database and an index name, ready for the scale-out mode. Indexes named `<name>-…` go at the end."""
    with database(services) as address, folder() as beside:
        name = own_name()
        at, seals = (services.elasticsearch,), Seals.within(beside)
        own = Servers(address, at, None, None, name, shards=1, replicas=0, refresh="1s", seals=seals)
        try:
            prepare(own)
            yield own
        finally:
            with Elasticsearch(services.elasticsearch, request_timeout=ANSWER_S) as elastic:
                for index in elastic.indices.get(index=f"{name}-*"):
                    elastic.indices.delete(index=index)


@contextmanager
def serving(data: Path, servers: Servers | None = None) -> Generator[HTTPConnection]:
    """`laerdom serve` on the folder or the servers: a kept-alive connection to it, for one thread."""
    [port] = free_ports(1)
    command = [LAERDOM, "serve", "--port", str(port), "--empty", "--as", "Bench"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {f"{PREFIX}DATA": str(data), f"{PREFIX}LOG_LEVEL": "warning", f"{PREFIX}MEANING": "off"}
    if servers is not None:
        environment |= {
            f"{PREFIX}DATABASE": servers.database,
            f"{PREFIX}ELASTICSEARCH": ",".join(servers.elasticsearch),
            f"{PREFIX}INDEX": servers.index,
            f"{PREFIX}INDEX_REPLICAS": str(servers.replicas),
            f"{PREFIX}KEYS": str(servers.seals.keys),
            f"{PREFIX}CHECKPOINTS": str(servers.seals.checkpoints),
        }
    with closing(HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)) as connection:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            if not until(lambda: process.poll() is not None or _answers(connection), START_S) or process.poll():
                raise RuntimeError("laerdom serve did not start; what it said stands above.")
            connection.close()  # the server closes one that is idle for five seconds; it is opened again when used
            yield connection
        finally:
            connection.close()
            process.terminate()
            process.wait(ANSWER_S)


def _answers(connection: HTTPConnection) -> bool:
    try:
        connection.request("GET", "/health/live")
        return len(connection.getresponse().read()) > 0
    except OSError:
        connection.close()
        return False


def with_demo(system: System) -> list[UUID]:
    """Loads the demo data, views and index included: the clusters that lessons come from."""
    load_demo(system, Viewer("bench", operator=True))
    system.projector.catch_up()
    return sorted(entry.id for entry in system.catalogue.listing("cluster", scope=frozenset({PUBLIC}), limit=1_000))
