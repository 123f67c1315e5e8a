"""Servers of a test's own: a database and an index name on those that run, or a PostgreSQL that may be killed."""

import shutil
import signal
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import psycopg
from elasticsearch import Elasticsearch
from psycopg.sql import SQL, Identifier

from api.settings import Seals, Servers
from api.wiring.scaled import open_scaled, prepare
from projections.rebuild import Rebuild
from tests.faults.failing_proxy import FailingProxy
from tools.services import postgres
from tools.services.places import cache_folder, own_folder
from tools.services.process import Process, wait_for

START_S = 60


def create_database(admin: str, *, like: str = "template1") -> str:
    """Address of one beside that of `admin`: an empty one, or one like another that nobody is connected to."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(admin, autocommit=True) as db:
        db.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(like)))
    return f"{admin.rpartition('/')[0]}/{name}"


@contextmanager
def own_database(admin: str, *, like: str = "template1") -> Generator[str]:
    """The address of an empty one, or of one like another, which goes at the end."""
    made = create_database(admin, like=like)
    try:
        yield made
    finally:
        with psycopg.connect(admin, autocommit=True) as db:
            db.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(made.rpartition("/")[2])))


@contextmanager
def prepared(database: str, *elasticsearch: str, replicas: int = 0) -> Generator[Servers]:
    """The database with its tables, and an index name that nobody uses; the index goes at the end."""
    folder = Path(mkdtemp(prefix="seals-"))
    name = f"test_{uuid4().hex}"
    servers = Servers(database, elasticsearch, None, None, name, 1, replicas, "1s", Seals.within(folder))
    prepare(servers)
    try:
        yield servers
    finally:
        shutil.rmtree(folder)
        with Elasticsearch(list(elasticsearch)) as client:
            for index in client.indices.get(index=f"{servers.index}-*"):
                client.indices.delete(index=index)


def index_says_what_the_log_says(servers: Servers) -> None:
    """It holds what one made anew from the events does, which takes its place."""
    with (
        open_scaled(servers) as system,
        system.rebuilding(),
        closing(Rebuild(system.store, system.catalogue, system.index, system.dead_letters)) as rebuild,
    ):
        rebuild.build()
        built = rebuild.switch()
        assert (built.before, system.dead_letters.all()) == (built.digest, ())
        system.index.tidy()


def at(address: str, port: int) -> str:
    """The same address with another port of the loopback address."""
    before, _, after = address.rpartition("@")
    return f"{before}@127.0.0.1:{port}/{after.partition('/')[2]}"


def through(
    servers: Servers, *, database: FailingProxy | None = None, elasticsearch: FailingProxy | None = None
) -> Servers:
    """The same servers, reached through what stands before them."""
    if database is not None:
        servers = replace(servers, database=at(servers.database, database.port))
    if elasticsearch is not None:
        servers = replace(servers, elasticsearch=(elasticsearch.address,))
    return servers


@dataclass
class OwnPostgres:
    """One that nobody else uses. After each start it is at another port."""

    folder: Path
    process: Process

    def restart_immediately(self) -> None:
        """No checkpoint, no word to the clients: what was not on the disk is gone."""
        replace(self.process, ends_by=signal.SIGQUIT).stop()
        self.process = started(self.folder)


def started(folder: Path) -> Process:
    process = postgres.start_postgres(folder, folder, lambda _: None)
    wait_for(process, lambda: postgres.answers(process.address), START_S)
    return process


@contextmanager
def own_postgres() -> Generator[OwnPostgres]:
    """The programs are those of the services; the data are its own, and go at the end."""
    programs = f"postgres-{version(postgres.PACKAGE)}"
    places = cache_folder() / "clusters"
    places.mkdir(exist_ok=True)
    folder = own_folder(Path(mkdtemp(dir=places)))
    try:
        (folder / programs).symlink_to(cache_folder() / programs)
        own = OwnPostgres(folder, started(folder))
        try:
            yield own
        finally:
            own.process.stop()
    finally:
        shutil.rmtree(folder)
