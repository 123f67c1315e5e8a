"""The two servers together: started once, found again by whoever comes next, stopped by whoever asks."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import psycopg

from tools.services import elastic, postgres
from tools.services.distribution import VERSION, distribution, jdk
from tools.services.places import Missing, alone
from tools.services.process import Process, wait_for

RECORD = "services.json"
HEAP = "1g"
START_S = 120
DATABASE = "laerdom"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Services:
    """Addresses: `admin` of the database that others are created from, `database` of one to try Lærdom in."""

    admin: str
    database: str
    elasticsearch: str


def up(cache: Path, say: Say, home: Path | None = None) -> Services:
    """Starts what does not run; both answer when this returns. Raises `Missing`.

    Their programs are kept in `cache`; their data, and the record of those that run, in `home`, or there as well.
    """
    home = home or cache
    with alone(cache):
        running = _recorded(home)
        for name, server in SERVERS.items():
            if name not in running:
                running[name] = server.start(cache, home, say)
                _record(home, running)  # before it answers: whoever is killed while waiting leaves no unknown server
            address = running[name].address
            wait_for(running[name], lambda at=address, server=server: server.answers(at), START_S)
        services = _services(running)
        _create_database(services.admin)
        return services


def down(cache: Path, *homes: Path) -> list[str]:
    """Stops what `up` started in each home, by the process ids it recorded; tells which."""
    stopped: list[str] = []
    with alone(cache):
        for home in homes or (cache,):
            running = _recorded(home)
            for process in running.values():
                process.stop()
            _record(home, {})
            stopped += running
    return stopped


def found(home: Path) -> Services:
    """Those that run. Raises `Missing`."""
    running = _recorded(home)
    if not SERVERS.keys() <= running.keys():
        raise Missing("The services do not run. Run: make services")
    return _services(running)


def _start_elasticsearch(cache: Path, home: Path, say: Say) -> Process:
    jdk()  # before the long fetch
    programs = distribution(cache, say)
    say("Starting Elasticsearch …")
    members = elastic.nodes(home / "data" / f"elasticsearch-{VERSION}", 1)
    return elastic.start_node(programs, members, 0, heap=HEAP)


class Server(NamedTuple):
    start: Callable[[Path, Path, Say], Process]
    answers: Callable[[str], bool]


# By a name with the version in it: a newer one is another server, with other data.
SERVERS = {
    f"postgres-{postgres.MAJOR}": Server(postgres.start_postgres, postgres.answers),
    f"elasticsearch-{VERSION}": Server(_start_elasticsearch, elastic.answers),
}


def _services(running: dict[str, Process]) -> Services:
    admin, elasticsearch = (running[name].address for name in SERVERS)
    return Services(admin, f"{admin.rpartition('/')[0]}/{DATABASE}", elasticsearch)


def _create_database(admin: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _recorded(home: Path) -> dict[str, Process]:
    """The servers that were started here and still run."""
    try:
        record = json.loads((home / RECORD).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    recorded = {name: Process(**fields) for name, fields in record.items()}
    return {name: process for name, process in recorded.items() if process.alive}


def _record(home: Path, running: dict[str, Process]) -> None:
    """Readable for its owner alone: a password is in it. Whole or not there, whoever reads meanwhile."""
    draft = home / f"{RECORD}.draft"
    draft.unlink(missing_ok=True)
    draft.touch(0o600)
    draft.write_text(json.dumps({name: asdict(process) for name, process in running.items()}, indent=2), "utf-8")
    draft.replace(home / RECORD)
