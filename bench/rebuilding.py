"""What rebuilding the index costs: from the events, against the engine's own way of taking the same rows.

Raw are `elasticsearch.helpers.bulk` into an index of the same mapping, and tantivy's writer with one commit at the end;
both are handed rows that are ready. What lies between the two is shown by itself: documents handed to the port.
"""

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import tantivy
from elasticsearch import Elasticsearch, helpers

from api.settings import Servers
from api.wiring import System, open_system
from bench.corpus import Corpus
from bench.places import ANSWER_S, folder, servers, with_demo
from bench.report import Row
from domain.acting import acting
from projections.rebuild import Rebuild
from projections.runner import BATCH
from search import elastic_mapping, tantivy_query
from search.analysis import TOKENIZERS
from search.generation import WRITER_HEAP_BYTES
from search.index import Document, SearchIndex
from tools.services.both import Services

LESSONS_A_SAVE = 100


def run(services: Services, size: int, *, rounds: int = 5) -> Iterator[Row]:
    """Of as many lessons, three events each, beside the demo data."""
    with folder() as data, servers(services) as own, acting("bench"):
        with open_system(data, own) as system:
            documents = _filled(system, size)
            with _bulk_helper(own, documents) as raw:
                yield from _measured(system, "scale-out", documents, "Elasticsearch's bulk helper", raw, rounds)
        with open_system(data) as system:
            documents = _filled(system, size)
            raw = _own_writer(data, documents)
            yield from _measured(system, "embedded", documents, "tantivy's writer", raw, rounds)


def _filled(system: System, size: int) -> list[Document]:
    lessons = Corpus(with_demo(system)).lessons(size)
    while some := [lesson for lesson, _ in zip(lessons, range(LESSONS_A_SAVE), strict=False)]:
        system.store.save(*some)
    system.projector.catch_up()
    return list(system.index.documents())


def _measured(
    system: System, mode: str, documents: Sequence[Document], raw_way: str, raw: Callable[[], None], rounds: int
) -> Iterator[Row]:
    def rebuild() -> None:
        with closing(Rebuild(system.store, system.catalogue, system.index, system.dead_letters)) as fresh:
            fresh.build()

    ways = {
        "raw": raw,
        "rebuild from events": rebuild,
        "documents into the port": lambda: _put(system.index, documents),
    }
    rates: dict[str, list[float]] = {way: [] for way in ways}
    raw()  # the first is slower than all that follow
    for n in range(rounds):
        turn = n % len(ways)
        for way, do in [*ways.items()][turn:] + [*ways.items()][:turn]:
            begun = perf_counter()
            do()
            rates[way].append(len(documents) / (perf_counter() - begun))
    for way in list(ways)[1:]:
        what = f"{way}, {mode}, {len(documents):,} documents"
        yield Row(what, "documents/s", rates[way], rates["raw"], raw_way)


def _put(index: SearchIndex, documents: Sequence[Document]) -> None:
    with closing(index.fresh()) as fresh:
        for n in range(0, len(documents), BATCH):
            fresh.put(documents[n : n + BATCH], documents[-1].version)


@contextmanager
def _bulk_helper(own: Servers, documents: Sequence[Document]) -> Generator[Callable[[], None]]:
    name = f"{own.index}-raw"
    actions = [{"_index": name, "_id": d.id, "_source": json.loads(elastic_mapping.line(d, {}))} for d in documents]
    with Elasticsearch(own.elasticsearch[0], request_timeout=ANSWER_S) as elastic:

        def raw() -> None:
            settings = elastic_mapping.settings(own.shards, own.replicas)
            elastic.indices.create(index=name, settings=settings, mappings=elastic_mapping.MAPPING)
            kept, _ = helpers.bulk(elastic, actions, chunk_size=BATCH)
            if kept != len(documents):
                raise RuntimeError(f"Of {len(documents)} documents the bulk helper kept {kept}.")
            elastic.indices.delete(index=name)

        yield raw


def _own_writer(data: Path, documents: Sequence[Document]) -> Callable[[], None]:
    rows = [tantivy_query.row(document) for document in documents]

    def raw() -> None:
        place = data / f"raw-{perf_counter()}"
        place.mkdir()
        index = tantivy.Index(tantivy_query.schema(), path=str(place))
        for name, analyzer in TOKENIZERS.items():
            index.register_tokenizer(name, analyzer)
        writer: Any = index.writer(WRITER_HEAP_BYTES, 1)
        for row in rows:
            writer.add_document(row)
        writer.commit()
        writer.wait_merging_threads()

    return raw
