"""Elasticsearch away in every way that servers are: writes are kept, readers are told, and all is well afterwards."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import monotonic
from typing import Any, TypeAlias

import pytest
from elasticsearch import Elasticsearch

from api.settings import Servers
from tests.faults.conftest import Tell
from tests.faults.failing_proxy import FailingProxy, Failure, failing_proxy
from tests.faults.fleet import Fleet, running
from tests.faults.processes import Answer, Worker
from tests.faults.servers import index_says_what_the_log_says, own_database, prepared, through
from tests.faults.writing import LESSON, found
from tools.services.process import until

ANSWERED_S = 2.5
BETWEEN_S = 0.7
"""So that the projector tries again meanwhile, and again."""
AT_ONCE_S = 1.0
WAITS_ONCE_S = 2.0
"""How much longer one write may take, which waits for the index in vain."""
COMES_BACK_S = 15.0
FULL = "index.blocks.read_only_allow_delete"
WAYS = (*Failure, FULL)
SEARCH = "/api/v1/search?q=trust"
SEARCHES = 8
Away: TypeAlias = Callable[[str], Any]


@pytest.fixture(scope="module")
def servers(postgres: str, elasticsearch: str) -> Iterator[Servers]:
    with own_database(postgres) as database, prepared(database, elasticsearch) as servers:
        yield servers


@pytest.fixture(scope="module")
def proxy(elasticsearch: str) -> Iterator[FailingProxy]:
    with failing_proxy(elasticsearch) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def fleet(servers: Servers, proxy: FailingProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A worker and a projector, which reach Elasticsearch through the proxy, with the demo data."""
    with running(tmp_path_factory.mktemp("away"), through(servers, elasticsearch=proxy)) as fleet:
        fleet.run("demo")
        fleet.caught_up(30)
        yield fleet


@pytest.fixture
def away(servers: Servers, proxy: FailingProxy) -> Away:
    @contextmanager
    def away(how: str) -> Generator[None]:
        if how != FULL:
            proxy.fail(Failure(how))
            try:
                yield
            finally:
                proxy.heal()
            return
        with Elasticsearch(list(servers.elasticsearch)) as client:
            client.indices.put_settings(index=servers.index, settings={FULL: True})
            try:
                yield
            finally:
                client.indices.put_settings(index=servers.index, settings={FULL: None})

    return away


def drafted(worker: Worker, title: str) -> Answer:
    return worker.ask("POST", "/api/v1/lessons", LESSON | {"title": {"en": title}})


def published(worker: Worker, title: str) -> list[Answer]:
    """The answers of the three steps."""
    answers = [drafted(worker, title)]
    for step in ("submit", "publish"):
        path = f"/api/v1/lessons/{answers[0].json['id']}/{step}"
        answers.append(worker.ask("POST", path, If_Match=answers[-1].headers["ETag"]))
    return answers


@pytest.mark.parametrize("how", WAYS, ids=str)
def test_everything_else_goes_on_and_search_catches_up(
    fleet: Fleet, servers: Servers, away: Away, how: str, tell: Tell
) -> None:
    [worker] = fleet.workers
    fleet.caught_up(COMES_BACK_S)
    word = f"Meanwhile{WAYS.index(how)}"
    assert found(worker, "trust")["total"] > 0
    with away(how):
        written = list[Answer]()
        for n in range(4):
            written += published(worker, f"{word} {n}")
            Event().wait(BETWEEN_S)
        assert [answer.status for answer in written] == [201, 200, 200] * 4
        wrote_s = [answer.took_s for answer in written]
        assert max(wrote_s) < AT_ONCE_S + WAITS_ONCE_S
        assert sum(took_s > AT_ONCE_S for took_s in wrote_s) <= 1, wrote_s
        with ThreadPoolExecutor(SEARCHES) as pool:
            searched = list(pool.map(worker.get, [SEARCH] * SEARCHES))
        searched.append(worker.get(SEARCH))
        pages = [worker.get(path) for path in ("/?q=trust", "/?q=trust&kind=lesson")]
        for answer in searched:
            assert answer.status == 200 if how == FULL else told_to_come_again(answer)
        for answer in pages:
            assert answer.status == 200 if how == FULL else told_kindly(answer)
        waited_s = max(answer.took_s for answer in [*searched, *pages])
        assert waited_s < ANSWERED_S
        the_rest_goes_on(worker, written[0].json["id"])
    back = monotonic()
    assert until(lambda: worker.get(SEARCH).status == 200, COMES_BACK_S)
    searched_s = monotonic() - back
    fleet.caught_up(COMES_BACK_S)
    caught_up_s = monotonic() - back
    assert found(worker, word)["total"] == 4
    index_says_what_the_log_says(servers)
    tell(
        f"the longest write {max(wrote_s):.2f} s, the next {sorted(wrote_s)[-2]:.2f} s, search {waited_s:.2f} s; "
        f"back after {searched_s:.1f} s, caught up after {caught_up_s:.1f} s"
    )


def told_to_come_again(answer: Answer) -> bool:
    assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json"), answer.text
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert (answer.json["type"], answer.json["status"]) == ("urn:laerdom:problem:search-away", 503)
    return True


def told_kindly(answer: Answer) -> bool:
    assert (answer.status, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "<h1" in answer.text
    assert not any(word in answer.text for word in ("Traceback", "Exception", "Error", "127.0.0.1"))
    return True


def the_rest_goes_on(worker: Worker, lesson: str) -> None:
    for path in (
        f"/lessons/{lesson}",
        f"/api/v1/lessons/{lesson}",
        "/lessons",
        "/cases",
        "/clusters",
        "/api/v1/lessons",
    ):
        answer = worker.get(path)
        assert (answer.status, answer.took_s < ANSWERED_S) == (200, True), (path, answer.status, answer.took_s)
    assert worker.get("/lessons").text.count(lesson) > 0
    live, ready = worker.get("/health/live"), worker.get("/health/ready")
    assert (live.status, live.took_s < 1) == (200, True)
    assert (ready.json["ready"], ready.json["put_aside"], ready.took_s < 1) == (False, 0, True)
    assert (ready.json["lag"]["catalogue"], ready.json["lag"]["search"] > 0) == (0, True)
