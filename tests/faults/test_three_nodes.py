"""Three nodes of Elasticsearch, one of them killed under load: nothing is lost, and searches go on."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.request import urlopen

import pytest

from tests.faults.conftest import Tell
from tests.faults.fleet import running
from tests.faults.reading import Readers
from tests.faults.servers import index_says_what_the_log_says, own_database, prepared
from tests.faults.writing import Writers, found
from tools.services.elastic import Cluster, cluster
from tools.services.process import until

SEARCHED = "trust"
"""Found in the demo data, and in nothing that is written meanwhile."""
AWAY_S = 5.0
CATCHES_UP_S = 60.0
UNDER_LOAD = 200
"""Writes before, and after, a node is killed."""
pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def three() -> Iterator[Cluster]:
    with cluster(3, heap="512m") as three:
        yield three


def asked(three: Cluster, path: str) -> Any:
    """Of one that runs."""
    address = three.members[min(three.running)].address
    with urlopen(f"{address}/{path}", timeout=90) as answer:
        return json.load(answer)


def node_of_primary(three: Cluster, index: str) -> int:
    [shard] = [s for s in asked(three, f"_cat/shards/{index}?format=json") if s["prirep"] == "p"]
    return number(shard["node"])


def elected_master(three: Cluster, _index: str) -> int:
    [master] = asked(three, "_cat/master?format=json")
    return number(master["node"])


def number(name: str) -> int:
    """As `tools.services.elastic.nodes` names them."""
    return int(name.removeprefix("node-"))


@pytest.mark.parametrize("chosen", [node_of_primary, elected_master])
def test_searches_go_on_and_nothing_is_lost(
    three: Cluster, postgres: str, tmp_path: Path, chosen: Callable[[Cluster, str], int], tell: Tell
) -> None:
    with (
        own_database(postgres) as database,
        prepared(database, *three.addresses, replicas=1) as servers,
        running(tmp_path, servers, projectors=2) as fleet,
    ):
        fleet.run("demo")
        fleet.caught_up(60)
        healthy(three, "green", servers.index)
        [worker] = fleet.workers
        # Nodes that have only just started may take longer than a search may.
        assert until(lambda: worker.get(f"/api/v1/search?q={SEARCHED}").status == 200, 60)
        there = found(worker, SEARCHED)["total"]
        with (
            Writers([worker], count=4, word="Waffles", pause_s=0.05) as writers,
            Readers([worker], SEARCHED, count=4) as readers,
        ):
            assert until(lambda: len(writers.acknowledged) > UNDER_LOAD, 120)
            killed = chosen(three, servers.index)
            three.kill(killed)
            begun, then = monotonic(), len(writers.acknowledged)
            health = healthy(three, "yellow", servers.index)
            healthy_s = monotonic() - begun
            assert until(lambda: len(writers.acknowledged) > then + UNDER_LOAD, 120)
        ended = monotonic()
        fleet.caught_up(CATCHES_UP_S)
        caught_up_s = monotonic() - ended
        three.start(killed)
        healthy(three, "green", servers.index)
        writers.nothing_is_lost_or_twice(servers.database)
        index_says_what_the_log_says(servers)
    failed = readers.statuses.total() - readers.statuses[200]
    tell(
        f"{len(writers.acknowledged)} writes, {writers.statuses[503]} answered 503, the longest after "
        f"{writers.slowest_s:.1f} s; {readers.statuses.total()} searches, {failed} failed, {readers.degraded} in part, "
        f"the longest {readers.slowest_s:.1f} s, none away longer than {readers.away_s:.1f} s; {health} after "
        f"{healthy_s:.1f} s; caught up {caught_up_s:.1f} s after the last write"
    )
    assert set(readers.statuses) <= {200, 503}
    assert readers.away_s < AWAY_S
    assert sum(n for total, n in readers.totals.items() if total != there) <= readers.degraded
    assert (set(writers.statuses), writers.unanswered) == ({200, 201}, 0)


def healthy(three: Cluster, status: str, index: str) -> str:
    """That, or better, once it is noticed who is gone."""
    wanted = f"wait_for_status={status}&wait_for_nodes={len(three.running)}&timeout=60s"
    health = asked(three, f"_cluster/health/{index}?{wanted}")
    assert health["timed_out"] is False, health
    return health["status"]
