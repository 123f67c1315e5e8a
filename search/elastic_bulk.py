"""Documents into Elasticsearch, every one of them answered for, and all of them out of it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

import structlog
from elasticsearch import Elasticsearch

from search import elastic_mapping
from search.elastic_link import within
from search.index import Document, SearchUnavailable

REQUEST_BYTES = 5_000_000
BACKOFF_S = (0.1, 0.4, 1.5)
"""Pauses before what was turned away for now, for being busy or for a full disk, is sent again."""
SHARD_WAIT = "1s"
"""How long Elasticsearch itself waits for a shard that is not there; it may come back, and the rest is told sooner."""

READ_S = 15.0
"""One of the requests that read the whole index."""
READ_AT_ONCE = 500
KEEP_ALIVE = "2m"
"""How long Elasticsearch waits for the next of those requests."""

Lines: TypeAlias = Mapping[str, tuple[Document, bytes]]
"""By id, each with what is sent of it."""

log = structlog.get_logger()


def lines(documents: Mapping[str, Document], near: Mapping[str, elastic_mapping.Near]) -> Lines:
    """`documents` by id, and of some of them the vectors. Raises `ValueError` for a text that is not Unicode."""
    return {id: (document, elastic_mapping.line(document, near.get(id, {}))) for id, document in documents.items()}


def write(elastic: Elasticsearch, alias: str, rows: Lines, *, refresh: bool, request_s: float) -> set[str]:
    """Write them under an alias, each request within `request_s`; the concrete indexes they went to. A newer one that
    is there already stays. Raises as `SearchIndex.put`."""
    went_to, refused = set[str](), dict[str, str]()
    for request in _requests(rows):
        waiting = request
        for pause in (*BACKOFF_S, None):
            waiting = _send(elastic, alias, waiting, refresh, request_s, went_to, refused)
            if not waiting:
                break
            if pause is None:
                raise SearchUnavailable("Elasticsearch takes no documents now; it may be busy, or its disk full.")
            time.sleep(pause)
    if refused:
        # Which, and what kind of error: its reason would quote the text.
        raise ValueError(f"Elasticsearch cannot keep {refused}.")
    return went_to


def read(elastic: Elasticsearch, alias: str, *, refresh: bool) -> Iterator[Document]:
    """All of them by id, as they all were at the first; with `refresh` what was put a moment ago as well."""
    with within(READ_S):
        if refresh:
            elastic.indices.refresh(index=alias)
        pit = elastic.open_point_in_time(index=alias, keep_alive=KEEP_ALIVE)["id"]
    try:
        after: list[str] | None = None
        while True:
            with within(READ_S):
                hits = elastic.search(
                    pit={"id": pit, "keep_alive": KEEP_ALIVE},
                    query={"exists": {"field": "id"}},
                    sort=[{"id": "asc"}],
                    search_after=after,
                    size=READ_AT_ONCE,
                    track_total_hits=False,
                    allow_partial_search_results=False,
                    source_includes=["document"],
                )["hits"]["hits"]
            if not hits:
                return
            yield from map(elastic_mapping.document, hits)
            after = [hits[-1]["sort"][0]]
    finally:
        with suppress(SearchUnavailable), within(READ_S):
            elastic.close_point_in_time(id=pit)


def _requests(rows: Lines) -> Iterator[Lines]:
    request, size = dict[str, tuple[Document, bytes]](), 0
    for id, row in rows.items():
        if request and size + len(row[1]) > REQUEST_BYTES:
            yield request
            request, size = {}, 0
        request[id] = row
        size += len(row[1])
    if request:
        yield request


def _send(
    elastic: Elasticsearch,
    alias: str,
    rows: Lines,
    refresh: bool,
    request_s: float,
    went_to: set[str],
    refused: dict[str, str],
) -> Lines:
    """Those to send again."""
    operations: list[Any] = []
    for id, (document, line) in rows.items():
        operations += [{"index": {"_id": id, "version": document.version, "version_type": "external_gte"}}, line]
    with within(request_s):
        answer = elastic.bulk(
            index=alias, operations=operations, require_alias=True, refresh=refresh, timeout=SHARD_WAIT
        )
    again: dict[str, tuple[Document, bytes]] = {}
    for id, item in zip(rows, (each["index"] for each in answer["items"]), strict=True):
        status = int(item["status"])
        if status in (200, 201, 409):  # 409: a newer one is there
            went_to.add(str(item["_index"]))
        elif status == 400:
            refused[id] = str(item["error"]["type"])
        elif status == 429 or status >= 500:
            again[id] = rows[id]
        else:
            raise SearchUnavailable(f"Elasticsearch does not take documents: {status} {item['error']['type']}.")
    if again:
        log.warning("documents turned away for now", count=len(again))
    return again
