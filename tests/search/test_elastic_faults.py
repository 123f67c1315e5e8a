"""Elasticsearch away in five ways, and its disk full: bounded waits, kind refusals, and nothing lost."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
import trustme
from elasticsearch import Elasticsearch

from search import elastic
from search.elastic import READERS, SEARCH_S, SHARDS_MS, ElasticIndex
from search.index import Query, SearchUnavailable
from tests.faults.failing_proxy import FailingProxy, Failure, failing_proxy

PUBLIC = frozenset({"public"})

Ask = Callable[[ElasticIndex, Any], object]
ASKED: dict[str, Ask] = {
    "search": lambda index, now: index.search(Query(at=now, text="lesson"), PUBLIC),
    "suggest": lambda index, now: index.suggest("les", PUBLIC, now),
    "position": lambda index, _: index.position,
}


@pytest.fixture(autouse=True)
def as_readers_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic, "SEARCH_S", SEARCH_S)
    monkeypatch.setattr(elastic, "SHARDS_MS", SHARDS_MS)


@pytest.fixture
def proxy(elasticsearch: str) -> Iterator[FailingProxy]:
    with failing_proxy(elasticsearch) as proxy:
        yield proxy


@pytest.fixture
def index(proxy: FailingProxy, open_elastic: Any, make: Any) -> ElasticIndex:
    """Of ten lessons at position 1, through the proxy."""
    index = open_elastic(proxy.address, write_s=3.0)
    index.put([make(f"{n}") for n in range(10)], 1)
    return index


def refused(ask: Callable[[], object]) -> tuple[SearchUnavailable, float]:
    """The refusal, and the seconds it took."""
    begun = monotonic()
    with pytest.raises(SearchUnavailable) as refusal:
        ask()
    return refusal.value, monotonic() - begun


@pytest.mark.parametrize("how", Failure)
@pytest.mark.parametrize("what", ASKED)
def test_readers_are_answered_in_time_and_again_afterwards(
    proxy: FailingProxy, index: ElasticIndex, now: Any, how: Failure, what: str
) -> None:
    before = ASKED[what](index, now)
    proxy.fail(how)
    refusal, took_s = refused(lambda: ASKED[what](index, now))
    assert (took_s < 3.5, 1 <= refusal.retry_after_s <= 60) == (True, True)
    assert "lesson" not in str(refusal)
    proxy.heal()
    assert ASKED[what](index, now) == before


@pytest.mark.parametrize("how", Failure)
def test_a_write_is_refused_in_time_and_succeeds_afterwards(
    proxy: FailingProxy, index: ElasticIndex, make: Any, now: Any, how: Failure
) -> None:
    proxy.fail(how)
    _, took_s = refused(lambda: index.put([make("later", version=2)], 2))
    assert took_s < 5
    proxy.heal()
    assert index.position == 1
    index.put([make("later", version=2)], 2)
    assert (index.search(Query(at=now), PUBLIC).total, index.position) == (11, 2)


def test_a_server_that_hangs_keeps_few_waiting_and_soon_nobody(
    proxy: FailingProxy, index: ElasticIndex, now: Any
) -> None:
    proxy.fail(Failure.HANG)
    took = list[float]()
    readers = [Thread(target=lambda: took.append(refused(lambda: ASKED["search"](index, now))[1])) for _ in range(40)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert (len(took), max(took) < 3.5) == (40, True)
    assert sum(1 for each in took if each > 1.0) <= READERS
    asked = proxy.connections
    refusal, took_s = refused(lambda: ASKED["search"](index, now))
    assert (took_s < 1, 1 <= refusal.retry_after_s <= 5, proxy.connections) == (True, True, asked)


def test_the_breaker_opens_and_closes_by_itself(proxy: FailingProxy, index: ElasticIndex, now: Any) -> None:
    proxy.fail(Failure.RESET)
    for _ in range(5):
        refused(lambda: ASKED["search"](index, now))
    heard = len(proxy.heard)
    refused(lambda: ASKED["search"](index, now))
    assert len(proxy.heard) == heard
    proxy.heal()
    begun, answered = monotonic(), list[int]()
    while not answered and monotonic() - begun < 10:
        with suppress(SearchUnavailable):
            answered.append(index.search(Query(at=now), PUBLIC).total)
        Event().wait(0.02)
    assert (answered, 4 < monotonic() - begun < 10) == ([10], True)


def test_a_question_is_not_asked_again_of_a_server_that_did_not_answer_in_time(
    proxy: FailingProxy, index: ElasticIndex, now: Any
) -> None:
    proxy.fail(Failure.HANG)
    refused(lambda: ASKED["search"](index, now))
    assert (proxy.heard.count(b"/_search"), proxy.connections) == (1, 1)


def test_with_another_address_a_refusal_is_no_failure(
    proxy: FailingProxy, elasticsearch: str, open_elastic: Any, make: Any, now: Any
) -> None:
    index = open_elastic(proxy.address, elasticsearch)
    index.put([make("a")], 1)
    for how in (Failure.REFUSE, Failure.RESET):
        proxy.fail(how)
        assert [index.search(Query(at=now), PUBLIC).total for _ in range(4)] == [1] * 4


def test_a_full_disk_refuses_writes_and_not_searches(
    server: Elasticsearch, open_elastic: Any, alias: str, make: Any, now: Any
) -> None:
    index = open_elastic()
    index.put([make("a")], 1)
    block = "index.blocks.read_only_allow_delete"
    server.indices.put_settings(index=alias, settings={block: True})
    for documents in ([make("b"), make("c")], []):
        _, took_s = refused(lambda documents=documents: index.put(documents, 2))
        assert took_s < 10
    assert ([h.document.thing for h in index.search(Query(at=now), PUBLIC).hits], index.position) == (["a"], 1)
    server.indices.put_settings(index=alias, settings={block: None})
    index.put([make("b"), make("c")], 2)
    assert (index.search(Query(at=now), PUBLIC).total, index.position) == (3, 2)


def test_an_index_that_somebody_removed_begins_anew_and_is_not_believed_to_be_as_far(
    server: Elasticsearch, open_elastic: Any, alias: str, make: Any, now: Any
) -> None:
    index = open_elastic()
    index.put([make("a")], 1)
    server.indices.delete(index=list(server.indices.get(index=f"{alias}-*").body))
    refused(lambda: ASKED["search"](index, now))
    assert list(server.indices.get(index=f"{alias}*").body) == []
    refused(lambda: index.put([make("b")], 2))
    assert (index.position, index.search(Query(at=now), PUBLIC).total) == (0, 0)
    index.put([make("a"), make("b")], 2)
    assert (index.position, index.search(Query(at=now), PUBLIC).total) == (2, 2)


class TestTls:
    @pytest.fixture
    def authority(self) -> trustme.CA:
        return trustme.CA()

    @pytest.fixture
    def ca(self, authority: trustme.CA, tmp_path: Path) -> Path:
        file = tmp_path / "ca.pem"
        authority.cert_pem.write_to_path(str(file))
        return file

    @pytest.fixture
    def tls_proxy(self, elasticsearch: str, authority: trustme.CA) -> Iterator[FailingProxy]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate: Any = authority.issue_cert("127.0.0.1")
        certificate.configure_cert(context)
        with failing_proxy(elasticsearch, context) as proxy:
            yield proxy

    def test_is_spoken_with_whom_the_file_vouches_for(
        self, tls_proxy: FailingProxy, ca: Path, open_elastic: Any, make: Any, now: Any
    ) -> None:
        index = open_elastic(tls_proxy.address, ca=ca, api_key="bGVzc29uOnNlY3JldA==")
        index.put([make(f"{n}", body={"en": "What was learned. " * 5_000}) for n in range(20)], 1)
        assert (index.search(Query(at=now, limit=20), PUBLIC).total, index.position) == (20, 1)
        assert b"authorization: apikey bgvzc29uonnly3jlda==" in bytes(tls_proxy.heard).lower()

    def test_is_not_spoken_with_a_stranger(self, tls_proxy: FailingProxy, open_elastic: Any, now: Any) -> None:
        refused(lambda: ASKED["search"](open_elastic(tls_proxy.address), now))
        assert tls_proxy.heard == b""

    @pytest.mark.parametrize("how", [Failure.HANG, Failure.SLOW])
    def test_waits_no_longer(
        self, tls_proxy: FailingProxy, ca: Path, open_elastic: Any, now: Any, how: Failure
    ) -> None:
        index = open_elastic(tls_proxy.address, ca=ca)
        tls_proxy.fail(how)
        assert refused(lambda: ASKED["search"](index, now))[1] < 3.5
