"""PostgreSQL away: whoever asks is told so in time and never anything false, and what is repeated is done once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

import psycopg
import pytest

from api.settings import Servers
from tests.faults.conftest import Tell
from tests.faults.failing_proxy import FailingProxy, Failure, failing_proxy
from tests.faults.fleet import Fleet, running
from tests.faults.processes import Answer, Worker
from tests.faults.servers import own_database, prepared, through
from tests.faults.writing import LESSON, Writers
from tools.services.process import until

ANSWERED_S = 5.0
COMES_BACK_S = 10.0
AWAY_S = 3.0
COMMIT = b"COMMIT\0"
READ = ("/api/v1/lessons", "/api/v1/lessons/{id}", "/lessons", "/lessons/{id}", "/review", "/health/ready")


@dataclass
class Network:
    """Between each process and PostgreSQL."""

    worker: FailingProxy
    projector: FailingProxy


@pytest.fixture(scope="module")
def servers(postgres: str, elasticsearch: str) -> Iterator[Servers]:
    with own_database(postgres) as database, prepared(database, elasticsearch) as servers:
        yield servers


@pytest.fixture(scope="module")
def network(servers: Servers) -> Iterator[Network]:
    with failing_proxy(servers.database) as worker, failing_proxy(servers.database) as projector:
        yield Network(worker, projector)


@pytest.fixture(scope="module")
def fleet(servers: Servers, network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("away")
    with (
        running(folder, through(servers, database=network.worker), projectors=0) as fleet,
        running(folder, through(servers, database=network.projector), workers=0) as beside,
    ):
        fleet.projectors = beside.projectors
        fleet.workers[0].ask("POST", "/api/v1/lessons", LESSON | {"title": {"en": "First"}})
        yield fleet


@pytest.mark.parametrize("how", [Failure.REFUSE, Failure.HANG, Failure.RESET], ids=str)
def test_everybody_is_told_in_time_and_all_goes_on_by_itself(
    fleet: Fleet, servers: Servers, network: Network, how: Failure, tell: Tell
) -> None:
    [worker] = fleet.workers
    lesson = worker.get("/api/v1/lessons").json["items"][0]["id"]
    read, searched = list[Answer](), list[Answer]()
    with Writers([worker], word=f"Kept{how}") as writers:
        assert until(lambda: len(writers.acknowledged) > 20, 10)
        for proxy in (network.worker, network.projector):
            proxy.fail(how)
        away = monotonic()
        with ThreadPoolExecutor(len(READ)) as pool:
            while monotonic() < away + AWAY_S:
                read += pool.map(worker.get, [path.format(id=lesson) for path in READ])
                searched.append(worker.get("/api/v1/search?q=kept"))
        assert worker.get("/health/live").status == 200
        for proxy in (network.worker, network.projector):
            proxy.heal()
        back = monotonic()
        assert until(lambda: worker.get("/lessons").status == 200, COMES_BACK_S)
        read_s, then = monotonic() - back, len(writers.acknowledged)
        assert until(lambda: len(writers.acknowledged) > then + 20, COMES_BACK_S)
        written_s = monotonic() - back
    for answer in read:
        assert (answer.status, answer.headers["Retry-After"] is not None) == (503, True), answer.text
    assert {answer.status for answer in searched} <= {200, 503}
    waited_s = max(answer.took_s for answer in [*read, *searched])
    assert waited_s < ANSWERED_S
    assert set(writers.statuses) == {200, 201, 503}
    assert (writers.slowest_s < ANSWERED_S, writers.unanswered, writers.wrong) == (True, 0, [])
    caught_up_s = fleet.caught_up(COMES_BACK_S)
    writers.nothing_is_lost_or_twice(servers.database)
    tell(
        f"{writers.statuses[503]} writes answered 503, the longest after {writers.slowest_s:.2f} s; reads at most "
        f"{waited_s:.2f} s; back: reads {read_s:.1f} s, writes {written_s:.1f} s, caught up {caught_up_s:.1f} s later"
    )


def write(worker: Worker, title: str) -> Answer:
    return worker.ask("POST", "/api/v1/lessons", LESSON | {"title": {"en": title}}, Idempotency_Key=title)


@pytest.mark.parametrize("then", [None, Failure.REFUSE, Failure.HANG], ids=str)
def test_a_commit_that_was_not_answered_is_told_as_it_was(
    fleet: Fleet, servers: Servers, network: Network, then: Failure | None, tell: Tell
) -> None:
    [worker] = fleet.workers
    answers = list[Answer]()
    for n in range(5 if then is None else 2):
        title = f"Cut-{then}-{n}"
        network.worker.cut_after(COMMIT, then)
        first = write(worker, title)
        network.worker.heal()
        assert first.status == 201 if then is None else first.status in (201, 503), first.text
        assert first.status == 201 or first.headers["Retry-After"]
        assert until(lambda title=title: write(worker, title).status == 201, COMES_BACK_S)
        again = write(worker, title)
        assert (again.status, first.status == 503 or first.json == again.json) == (201, True)
        with psycopg.connect(servers.database) as db:
            kept = db.execute(
                "SELECT (SELECT count(*) FROM laerdom_events WHERE originator_id = %s),"
                " (SELECT count(*) FROM answers WHERE key = %s)",
                (again.json["id"], title),
            ).fetchall()
        assert kept == [(1, 1)]
        answers.append(first)
    fleet.caught_up(COMES_BACK_S)
    listed = [item["title"]["en"] for item in worker.get("/api/v1/lessons?limit=100").json["items"]]
    assert sorted(title for title in listed if title.startswith(f"Cut-{then}-")) == sorted(
        f"Cut-{then}-{n}" for n in range(len(answers))
    )
    assert max(answer.took_s for answer in answers) < ANSWERED_S
    tell(f"answered {[answer.status for answer in answers]}, at most {max(a.took_s for a in answers):.2f} s")
