"""How cost grows with the log: saving, reading, loading one thing, catching up, and the disk, as it gets longer.

One store a mode is filled to each size in turn. What is told of a size was measured there, over the last events before
it or at it; catching up is told of all the events since the size before.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import chain, islice
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from uuid import UUID

import psycopg
from elasticsearch import Elasticsearch

from api.settings import Servers
from api.wiring import System, open_system
from bench.corpus import Corpus
from bench.places import ANSWER_S, folder, servers, with_demo
from bench.report import Growth, number
from domain.acting import acting
from domain.aggregate import Aggregate
from domain.lesson import Lesson
from projections.runner import BATCH
from tools.services.both import Services

LESSONS_A_SAVE = 100
EVENTS_A_LESSON = 3
LAST_SAVES = 30
"""Over so many the rate of saving is taken."""
READS = 20
LOADED = 300
MEGABYTE = 1_000_000


def run(
    services: Services, sizes: Sequence[int], say: Callable[[str], None], *, catch_up_to: int = 100_000
) -> Iterator[Growth]:
    """For each number of events, the smallest first; catching up only to a log that long, for it takes longest."""
    with ExitStack() as stack:
        data, own = stack.enter_context(folder()), stack.enter_context(servers(services))
        stack.enter_context(acting("bench"))
        for mode, system, disk in (
            ("scale-out", open_system(data, own), partial(_servers_disk, own)),
            ("embedded", open_system(data), partial(_folder_disk, data)),
        ):
            figures: dict[tuple[str, str], dict[int, float]] = {}
            with system as opened:
                lessons, known = Corpus(with_demo(opened)).lessons(sizes[-1]), list[UUID]()
                for size in sizes:
                    found = _at(opened, lessons, known, size)
                    if size <= catch_up_to:
                        found["catching up", "events/s"] = _caught_up(opened, size)
                    for of, bytes_ in disk().items():
                        if of == "events" or size <= catch_up_to:
                            found[f"disk, {of}", "MB"] = bytes_ / MEGABYTE
                    told = (f"{what} {number(figure)} {unit}" for (what, unit), figure in found.items())
                    say(f"growing, {mode}, {size:,} events: {'; '.join(told)}")
                    for what, figure in found.items():
                        figures.setdefault(what, {})[size] = figure
            for (what, unit), by_size in figures.items():
                yield Growth(f"{what}, {mode}", unit, by_size)


def _at(system: System, lessons: Iterator[Lesson], known: list[UUID], size: int) -> dict[tuple[str, str], float]:
    saves = list[float]()
    while (left := size - system.store.position) > 0:
        some = list(islice(lessons, min(LESSONS_A_SAVE, -(-left // EVENTS_A_LESSON))))
        saves.append(_took(partial(_save, system, some)) / len(some))
        known += (lesson.id for lesson in some)
    pick = Random(size)
    starts = [pick.randrange(size - BATCH) for _ in range(READS)]
    reads = [_took(partial(system.store.read, start, BATCH)) / BATCH for start in starts]
    loads = [_took(partial(system.store.get, Lesson, id)) for id in pick.choices(known, k=LOADED)]
    return {
        ("saving", "events/s"): EVENTS_A_LESSON / median(saves[-LAST_SAVES:]),
        ("reading the log", "events/s"): 1 / median(reads),
        ("loading one lesson", "ms"): 1_000 * median(loads),
    }


def _caught_up(system: System, size: int) -> float:
    begun_at = min(system.positions().values())
    return (size - begun_at) / _took(system.projector.catch_up)


def _save(system: System, things: Sequence[Aggregate]) -> None:
    system.store.save(things[0], *things[1:])


def _took(do: Callable[[], object]) -> float:
    begun = perf_counter()
    do()
    return perf_counter() - begun


def _servers_disk(own: Servers) -> dict[str, float]:
    """Bytes, indexes of the tables included."""
    with psycopg.connect(own.database) as db, Elasticsearch(own.elasticsearch[0], request_timeout=ANSWER_S) as elastic:
        relations = "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class WHERE relkind = 'r' AND "
        [events] = db.execute(relations + "relname = 'laerdom_events'").fetchone() or (0,)
        [views] = db.execute(relations + "relnamespace::regnamespace::text LIKE 'views%'").fetchone() or (0,)
        # Of its segments: what it tells of its store may be ten seconds old.
        shards = chain.from_iterable(
            i["shards"]["0"] for i in elastic.indices.segments(index=own.index)["indices"].values()
        )
        index = sum(segment["size_in_bytes"] for shard in shards for segment in shard["segments"].values())
    return {"events": float(events), "views": float(views), "index": float(index)}


def _folder_disk(data: Path) -> dict[str, float]:
    parts = {"events": "events.sqlite*", "views": "views.sqlite*", "index": "index/**/*"}
    return {of: float(sum(f.stat().st_size for f in data.glob(files) if f.is_file())) for of, files in parts.items()}
