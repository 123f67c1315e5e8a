"""A new index is made while everybody goes on: no search fails, and whoever kills the rebuild breaks nothing."""

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic

import pytest
from elasticsearch import Elasticsearch

from api.settings import Servers
from tests.faults.conftest import Tell
from tests.faults.fleet import Fleet, running
from tests.faults.processes import Program
from tests.faults.reading import Readers
from tests.faults.servers import index_says_what_the_log_says
from tests.faults.writing import Writers, found
from tools.services.process import until

KILLED = 3
SEARCHED = "trust"
"""Found in the demo data, and in nothing that is written meanwhile."""


@pytest.fixture
def fleet(servers: Servers, tmp_path: Path) -> Iterator[Fleet]:
    with running(tmp_path, servers) as fleet:
        fleet.run("demo")
        fleet.caught_up(30)
        yield fleet


def indexes(servers: Servers) -> set[str]:
    """What tells each one from all others, which a name does not: that of one that was removed is given again."""
    with Elasticsearch(list(servers.elasticsearch)) as client:
        found = client.indices.get_settings(index=f"{servers.index}-*").body
    return {index["settings"]["index"]["uuid"] for index in found.values()}


@pytest.mark.timeout(300)
def test_nobody_who_searches_notices_a_rebuild_even_one_that_is_killed(
    fleet: Fleet, servers: Servers, tell: Tell
) -> None:
    random, ended = Random(KILLED), Counter[int]()
    [worker] = fleet.workers
    there = found(worker, SEARCHED)["total"]
    assert there > 0
    with (
        Writers([worker], count=2, word="Waffles", pause_s=0.1) as writers,
        Readers([worker], SEARCHED, count=2) as readers,
    ):
        rebuild = begun(fleet, servers)
        since = monotonic()
        assert rebuild.process is not None
        assert rebuild.process.wait(60) == 0, rebuild.said
        takes_s = monotonic() - since
        while ended[-signal.SIGKILL] < KILLED:
            assert ended.total() < 5 * KILLED
            rebuild = begun(fleet, servers)
            assert rebuild.process is not None
            Event().wait(random.uniform(0, takes_s))
            rebuild.process.kill()
            ended[rebuild.process.wait(10)] += 1
        left = len(indexes(servers))
        fleet.run("rebuild")
        fleet.run("tidy")
        assert len(indexes(servers)) == 1
    assert set(ended) <= {0, -signal.SIGKILL}
    assert (set(readers.statuses), set(readers.totals), readers.degraded) == ({200}, {there}, 0)
    assert (set(writers.statuses), writers.unanswered) == ({200, 201}, 0)
    fleet.caught_up(10)
    writers.nothing_is_lost_or_twice(servers.database)
    index_says_what_the_log_says(servers)
    assert len(indexes(servers)) == 1
    tell(
        f"filled and switched in {takes_s:.1f} s beside {len(writers.acknowledged)} writes; {KILLED} killed, "
        f"{ended[0]} ended before, {left} indexes left; "
        f"{readers.statuses[200]} searches, none failed, the longest {readers.slowest_s:.2f} s"
    )


def begun(fleet: Fleet, servers: Servers) -> Program:
    """A rebuild that has an index to fill."""
    before = indexes(servers)
    rebuild = fleet.command("rebuild")
    rebuild.start()
    assert until(lambda: bool(indexes(servers) - before), 30), rebuild.said
    return rebuild
