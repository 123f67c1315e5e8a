"""Lærdom in scale-out: all the processes of one installation."""

import os
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from api.settings import Servers
from tests.faults.processes import LAERDOM, Program, Projector, Worker
from tools.services.places import free_ports
from tools.services.process import until


@dataclass
class Fleet:
    """All the processes of one installation; none of them runs before it is started."""

    folder: Path
    environment: Mapping[str, str] = field(repr=False)
    workers: list[Worker] = field(default_factory=list[Worker])
    projectors: list[Projector] = field(default_factory=list[Projector])

    @property
    def programs(self) -> list[Program]:
        return [*self.workers, *self.projectors]

    @property
    def leaders(self) -> list[Projector]:
        return [p for p in self.projectors if p.alive and p.state == "leads"]

    def caught_up(self, within_s: float) -> float:
        """Seconds until every worker says that nothing is left to be applied, and nothing was put aside."""
        begun = monotonic()
        assert until(lambda: all(map(_caught_up, self.workers)), within_s), [w.said[-2000:] for w in self.programs]
        return monotonic() - begun

    def command(self, *command: str) -> Program:
        return Program(command, self.environment, self.folder / f"{command[0]}.log")

    def run(self, *command: str, timeout_s: float = 120) -> str:
        """What the command prints; it has to succeed."""
        done = subprocess.run(
            [LAERDOM, *command],
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _caught_up(worker: Worker) -> bool:
    answer = worker.get("/health/ready")
    return answer.status == 200 and answer.json["ready"] and answer.json["put_aside"] == 0


def environment(servers: Servers) -> dict[str, str]:
    """What tells a process to run on the servers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAERDOM_")}
    return kept | {
        "LAERDOM_DATABASE": servers.database,
        "LAERDOM_ELASTICSEARCH": ",".join(servers.elasticsearch),
        "LAERDOM_INDEX": servers.index,
        "LAERDOM_INDEX_REPLICAS": str(servers.replicas),
        "LAERDOM_KEYS": str(servers.seals.keys),
        "LAERDOM_CHECKPOINTS": str(servers.seals.checkpoints),
        "LAERDOM_MEANING": "off",
    }


@contextmanager
def running(folder: Path, servers: Servers, *, workers: int = 1, projectors: int = 1) -> Generator[Fleet]:
    """All ready; killed at the end."""
    told = environment(servers)
    fleet = Fleet(folder, told)
    for n, port in enumerate(free_ports(workers)):
        fleet.workers.append(Worker(("serve", "--port", str(port)), told, folder / f"worker-{n}.log", port=port))
    fleet.projectors += [Projector(("projector",), told, folder / f"projector-{n}.log") for n in range(projectors)]
    try:
        for program in fleet.programs:
            program.start()
        for program in fleet.programs:
            program.wait()
        yield fleet
    finally:
        for program in fleet.programs:
            if program.alive:
                program.kill()
