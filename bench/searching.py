"""What a search costs: through the API, through the port, and the same request sent raw to Elasticsearch.

Each search goes all the ways before the next one is made, beginning with another way each time; a round is all
searches. The raw request is the very one that the adapter sends, on a connection kept open. By words, as planned with
the thesaurus: what the meaning costs is measured by `bench.relevance`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import TypeAlias
from urllib.parse import urlencode, urlsplit

from elasticsearch import Elasticsearch

from api.settings import Servers
from api.usecases.finding import SearchParams
from api.usecases.thesaurus import current_thesaurus
from api.wiring import System, open_system
from bench.corpus import Around, Asked, Corpus
from bench.places import ANSWER_S, folder, servers, serving, with_demo
from bench.report import Row
from domain.acting import acting
from domain.audiences import audiences
from domain.viewer import Viewer
from projections.documents import lesson_documents
from search import elastic_query
from search.elastic import SHARDS_MS
from search.index import FACETS, Page, Query, SearchIndex, clauses_of
from search.planner import plan
from tools.services.both import Services
from tools.services.process import until

AT_ONCE = 2_000
SCOPE = audiences(Viewer("bench", operator=True))
RAW = "Elasticsearch, the same request"
SETTLED_S = 600
Answer: TypeAlias = bytes | Page
Way: TypeAlias = Callable[[Asked], Callable[[], Answer]]
"""Makes a search ready to be sent; sending it is what is measured, until all of the answer has been read."""


def run(services: Services, sizes: Sequence[int], *, rounds: int = 5, searches: int = 240) -> Iterator[Row]:
    """For each number of documents, the smallest first."""
    with ExitStack() as stack:
        data, own = stack.enter_context(folder()), stack.enter_context(servers(services))
        stack.enter_context(acting("bench"))
        scaled = stack.enter_context(open_system(data, own))
        clusters = with_demo(scaled)
        corpora = Corpus(clusters), Corpus(clusters)
        asked = [each for each in Corpus(clusters, seed=2).searches(2 * searches) if _is_sent(each)][:searches]
        with open_system(data) as embedded:
            with_demo(embedded)
        there = 0
        for size in sizes:
            with open_system(data) as embedded:
                for system, corpus in zip((scaled, embedded), corpora, strict=True):
                    _grow(system, corpus, size - there)
            there = size
            _settled(own)
            yield from _measured(own, data, scaled, asked, size, rounds)


def _grow(system: System, corpus: Corpus, count: int) -> None:
    """In the record as well: a hit that is not there, or not for its finder, is left out of what is answered."""
    around, lessons = Around(system.store), corpus.lessons(count)
    while some := list(islice(lessons, AT_ONCE)):
        version = system.store.save(some[0], *some[1:])
        system.index.put([d for lesson in some for d in lesson_documents(lesson, around, version)], version)


def _measured(
    own: Servers, data: Path, system: System, asked: Sequence[Asked], size: int, rounds: int
) -> Iterator[Row]:
    at, thesaurus = urlsplit(own.elasticsearch[0]), current_thesaurus(system)

    def planned(asked: Asked) -> Query:
        return system.finder.planned(_query(asked), thesaurus)

    with (
        closing(HTTPConnection(at.hostname or "", at.port, timeout=ANSWER_S)) as elastic,
        serving(data, own) as scaled,
        serving(data) as embedded,
    ):
        ways: dict[str, Way] = {
            RAW: _raw(elastic, own.index, planned),
            "API, scale-out": _through_api(scaled),
            "port, scale-out": _through_port(system.index, planned),
            "API, embedded": _through_api(embedded),
        }
        for each in asked:
            found = {way: _total(ready(each)()) for way, ready in ways.items()}
            if len(set(found.values())) != 1:
                raise RuntimeError(f"These are not the same searches: {each} finds {found}.")
        times = _timed(ways, asked, rounds)
    for way in list(ways)[1:]:
        for name, of in (("p50", median), ("p95", _p95)):
            ours, raw = ([1_000 * of(a_round) for a_round in times[w]] for w in (way, RAW))
            yield Row(f"search {name}, {way}", "ms", ours, raw, f"{RAW}, {name}", size)


def _timed(ways: Mapping[str, Way], asked: Sequence[Asked], rounds: int) -> dict[str, list[list[float]]]:
    """Seconds, by way, round and search."""
    order = list(ways.items())
    times: dict[str, list[list[float]]] = {way: [[] for _ in range(rounds)] for way in ways}
    for n in range(rounds):
        for m, each in enumerate(asked):
            turn = (n + m) % len(order)
            for way, ready in order[turn:] + order[:turn]:
                ask = ready(each)
                begun = perf_counter()
                ask()
                times[way][n].append(perf_counter() - begun)
    return times


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[18]


def _through_api(connection: HTTPConnection) -> Way:
    def ready(asked: Asked) -> Callable[[], Answer]:
        address = f"/api/v1/search?{urlencode(asked)}"
        return lambda: _sent(connection, "GET", address)

    return ready


def _through_port(index: SearchIndex, planned: Callable[[Asked], Query]) -> Way:
    def ready(asked: Asked) -> Callable[[], Answer]:
        query = planned(asked)
        return lambda: index.search(query, SCOPE)

    return ready


def _raw(connection: HTTPConnection, alias: str, planned: Callable[[Asked], Query]) -> Way:
    def ready(asked: Asked) -> Callable[[], Answer]:
        query = planned(asked)
        page = elastic_query.page(query, elastic_query.asked(clauses_of(query)), SCOPE)
        body = json.dumps({**page, "timeout": f"{SHARDS_MS}ms"})
        how = {"search_type": "dfs_query_then_fetch", "preference": elastic_query.same_copies(query, SCOPE)}
        address = f"/{alias}/_search?{urlencode(how)}"
        return lambda: _sent(connection, "POST", address, body)

    return ready


def _sent(connection: HTTPConnection, method: str, address: str, body: str | None = None) -> bytes:
    connection.request(method, address, body, {"Content-Type": "application/json"} if body else {})
    answer = connection.getresponse()
    read = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {read[:500].decode('utf-8', 'replace')}")
    return read


def _total(answer: Answer) -> int:
    if isinstance(answer, Page):
        return answer.total
    told = json.loads(answer)
    return told["total"] if "total" in told else told["hits"]["total"]["value"]


def _query(asked: Asked) -> Query:
    """As the API makes it of the parameters, now."""
    params = SearchParams.model_validate({name: [value] if name in FACETS else value for name, value in asked})
    filters = {facet: tuple(values) for facet in FACETS if (values := getattr(params, facet, None))}
    return Query(
        datetime.now(UTC), params.q, filters, params.year_from, params.year_to, params.sort, limit=params.limit
    )


def _is_sent(asked: Asked) -> bool:
    """The adapter answers a search of nothing but stop words without asking anybody."""
    query = _query(asked)
    return not query.text or elastic_query.asked(plan(query.text, None)) is not None


def _settled(own: Servers) -> None:
    """Until Elasticsearch no longer merges what was just written."""
    with Elasticsearch(own.elasticsearch[0], request_timeout=ANSWER_S) as elastic:

        def done() -> bool:
            return elastic.indices.stats(index=own.index, metric="merge")["_all"]["total"]["merges"]["current"] == 0

        if not until(done, SETTLED_S):
            raise RuntimeError("Elasticsearch merges and does not come to an end.")
