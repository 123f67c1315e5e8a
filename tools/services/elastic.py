"""Nodes of Elasticsearch: one for `make services`, or several that a test may kill."""

import json
import shutil
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from tools.services.distribution import distribution, jdk
from tools.services.places import alone, cache_folder, free_ports, own_folder
from tools.services.process import Process, start, wait_for

LAUNCHER = "org.elasticsearch.server.launcher.ServerLauncher"
START_S = 120


@dataclass(frozen=True)
class Node:
    """A place for a node, with its data and its ports on the loopback address; to be started more than once."""

    folder: Path
    http: int
    transport: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.http}"


def nodes(folder: Path, count: int) -> list[Node]:
    """Places for `count` nodes under `folder`, on free ports."""
    ports = free_ports(2 * count)
    return [Node(folder / f"node-{n}", ports[2 * n], ports[2 * n + 1]) for n in range(count)]


def start_node(programs: Path, members: Sequence[Node], n: int, *, heap: str) -> Process:
    """Starts node `n` of the cluster that `members` make. It does not answer yet."""
    node = members[n]
    for name in ("", "config", "data", "logs", "tmp"):
        own_folder(node.folder / name)
    for file in (programs / "config").iterdir():
        shutil.copy(file, node.folder / "config")
    settings = json.dumps(_settings(members, node))  # JSON is YAML
    (node.folder / "config" / "elasticsearch.yml").write_text(settings, "utf-8")
    java = jdk()
    environment = {
        "ES_HOME": str(programs),
        "ES_PATH_CONF": str(node.folder / "config"),
        "ES_TMPDIR": str(node.folder / "tmp"),
        "ES_DISTRIBUTION_TYPE": "tar",
        "ES_JAVA_HOME": str(java),
        "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
        "JAVA": str(java / "bin" / "java"),
        "JAVA_HOME": str(java),
    }
    command = [environment["JAVA"], "-cp", str(programs / "lib" / "tools" / "server-launcher" / "*"), LAUNCHER]
    # It looks for its modules where it is started.
    return start(command, node.address, folder=node.folder, within=programs, environment=environment)


def answers(address: str, *, members: int = 1) -> bool:
    try:
        with urlopen(f"{address}/_cluster/health", timeout=5) as answer:
            return json.load(answer)["number_of_nodes"] >= members
    except (OSError, ValueError):
        return False


def _settings(members: Sequence[Node], node: Node) -> dict[str, object]:
    names = [member.folder.name for member in members]
    alone_or_not: dict[str, object] = (
        {"discovery.type": "single-node"}
        if len(members) == 1
        else {
            "discovery.seed_hosts": [f"127.0.0.1:{member.transport}" for member in members],
            "cluster.initial_master_nodes": names,
        }
    )
    return {
        "cluster.name": f"laerdom-{node.folder.parent.name}",
        "node.name": node.folder.name,
        "path.data": str(node.folder / "data"),
        "path.logs": str(node.folder / "logs"),
        "http.port": node.http,
        "transport.port": node.transport,
        "xpack.security.enabled": False,
        "cluster.routing.allocation.disk.threshold_enabled": False,
        **alone_or_not,
    }


@dataclass
class Cluster:
    """Several nodes on this machine, running or killed, in the order of `members`."""

    programs: Path
    members: list[Node]
    heap: str
    running: dict[int, Process] = field(default_factory=dict[int, Process])

    @property
    def addresses(self) -> list[str]:
        return [node.address for node in self.members]

    def start(self, *numbers: int) -> None:
        """Returns when each of them answers and sees all that run."""
        self.running |= {n: start_node(self.programs, self.members, n, heap=self.heap) for n in numbers}
        for n in numbers:
            address = self.members[n].address
            wait_for(self.running[n], lambda at=address: answers(at, members=len(self.running)), START_S)

    def kill(self, n: int) -> None:
        """As a power cut does."""
        self.running.pop(n).kill()


@contextmanager
def cluster(count: int, *, heap: str = "512m", say: Callable[[str], None] = lambda _: None) -> Generator[Cluster]:
    """A cluster of its own, apart from the services; stopped and erased at the end. Raises `Missing`."""
    cache = cache_folder()
    with alone(cache):
        programs = distribution(cache, say)
        (cache / "clusters").mkdir(exist_ok=True)
        folder = own_folder(Path(tempfile.mkdtemp(dir=cache / "clusters")))
    made = Cluster(programs, nodes(folder, count), heap)
    try:
        made.start(*range(count))
        yield made
    finally:
        for process in made.running.values():
            process.kill()
        shutil.rmtree(folder)
