"""In scale-out an acknowledged write is never lost, and none is there twice, whichever process is killed."""

import json
from pathlib import Path
from random import Random
from threading import Event

from api.settings import Servers
from tests.faults.conftest import Tell
from tests.faults.failing_proxy import failing_proxy
from tests.faults.fleet import running
from tests.faults.servers import at, create_database, index_says_what_the_log_says, own_postgres, prepared, through
from tests.faults.writing import WRITERS, Writers

RESTARTS = 3


def test_an_acknowledged_write_outlives_every_kill(servers: Servers, tmp_path: Path, kills: int, tell: Tell) -> None:
    random = Random(kills)
    with running(tmp_path, servers, workers=2, projectors=2) as fleet:
        with Writers(fleet.workers) as writers:
            for _ in range(kills):
                Event().wait(random.uniform(0.05, 1.0))
                killed = random.choice(fleet.programs)
                killed.kill()
                killed.start()
                killed.wait()
        assert set(writers.statuses) == {200, 201}
        assert len(writers.acknowledged) > kills * WRITERS
        assert writers.unanswered > 0
        assert writers.repeated > 0
        caught_up_s = fleet.caught_up(30)
        writers.nothing_is_lost_or_twice(servers.database)
        rebuilt = json.loads(fleet.run("rebuild", "--json"))
        assert (rebuilt["changed"], rebuilt["put_aside"]) == (False, 0)
    tell(
        f"{kills} kills: {len(writers.acknowledged)} writes acknowledged, {writers.unanswered} broken off and "
        f"{writers.repeated} repeated; the longest took {writers.slowest_s:.1f} s; caught up in {caught_up_s:.1f} s"
    )


def test_an_acknowledged_write_outlives_postgresql_itself(elasticsearch: str, tmp_path: Path, tell: Tell) -> None:
    with (
        own_postgres() as own,
        prepared(create_database(own.process.address), elasticsearch) as servers,
        failing_proxy(own.process.address) as proxy,
        running(tmp_path, through(servers, database=proxy), workers=2, projectors=2) as fleet,
    ):
        with Writers(fleet.workers) as writers:
            for _ in range(RESTARTS):
                Event().wait(1.5)
                own.restart_immediately()
                proxy.lead_to(own.process.address)
        assert {200, 201} <= set(writers.statuses) <= {200, 201, 503}
        assert writers.slowest_s < 5
        caught_up_s = fleet.caught_up(30)
        writers.nothing_is_lost_or_twice(at(servers.database, proxy.port))
        index_says_what_the_log_says(through(servers, database=proxy))
    tell(
        f"{RESTARTS} crashes: {len(writers.acknowledged)} writes acknowledged, {writers.statuses[503]} times 503; "
        f"the longest took {writers.slowest_s:.1f} s; caught up in {caught_up_s:.1f} s"
    )
