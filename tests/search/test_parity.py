"""Both engines are asked the same of the same documents, and answer the same."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from search.index import Document, Lang, Page, Query, SearchIndex, Sort
from search.planner import Lexicon, plan
from tests.sampling import enough, some

DATA = Path(__file__).parents[2] / "demo" / "data"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PUBLIC = frozenset({"public"})
SCOPES = (PUBLIC, frozenset({"public", "cluster:7"}), frozenset({"managers"}))
TEXTS = (
    *("", "cluster", "klynge", "foresight", "framsyn", "companies", "bedrift", "planning time", "tid til planlegging"),
    *("trust among owners", "tillit mellom eierne", "NCE", "Arena", "how to recruit committed participants"),
    *("hvordan få med deltakere", "manager", "leder", "workshop scenario", "læring på tvers", "resultater og effekter"),
    *("cluster manager", "klyngeleder", "klyngeleder planlegging", "centre of expertise", "state of the art"),
    *("the", "og det er", "the cluster of companies", "and", "på", "OG", "of the", "with companies"),
    *('"cluster', "cluster AND (", "NCE: klynge", "*", "😀", "klynge\x00framsyn", "_", "cluster_manager", "a"),
    *("x" * 300, "cluster " * 60, "Ｃｌｕｓｔｅｒ", "framsyn\ud800", "2011", "quisquis", "maritime subsea energy"),
)
FILTERS: tuple[dict[str, tuple[str, ...]], ...] = (
    {},
    {"topic": ("planning",)},
    {"kind": ("lesson",), "phase": ("scoping", "planning")},
    {"lang": ("nb",), "topic": ("generated", "governance")},
    {"topic": ("unheard of",)},
)
OVER_STOP_WORDS = ("centre of expertise", "state of the art")
"""Of a phrase with a word in between Elasticsearch thinks half as much as tantivy; what is found is the same."""
TYPED = ("c", "clus", "kly", "the", "fram", "les tr", "plan", "læ", "set", "manager of", "x", "*", "bedriftene")
INSTANTS = (NOW, datetime(2012, 6, 1, 12, tzinfo=UTC), datetime(2010, 1, 1, tzinfo=UTC))


def demo_documents() -> Iterator[Document]:
    """The demo lessons, released a day apart; every third was revised a year after, every fifth is of a cluster."""
    lines = (DATA / "cluster_lessons_bilingual.jsonl").read_text("utf-8").splitlines()
    for n, lesson in enumerate(map(json.loads, lines)):
        released_at = datetime(2011, 1, 1, tzinfo=UTC) + timedelta(days=n)
        body = {lang: "\n".join((lesson["lesson"][lang], lesson["recommendation"][lang])) for lang in lesson["title"]}
        first = Document(
            f"lesson:{lesson['id']}:1",
            *(lesson["id"], "lesson", 1, 1, frozenset({"cluster:7"}) if n % 5 == 4 else PUBLIC, released_at, None),
            lesson["title"],
            body,
            {
                "kind": ("lesson",),
                "phase": (lesson["phase"],),
                "topic": tuple(lesson["topics"]),
                "lang": tuple(lesson["title"]),
            },
            also=" ".join((*lesson["topics"], lesson["programme"] or "")),
            happened_from=2005 + n % 9,
        )
        if n % 3:
            yield first
        else:
            revised_at = released_at + timedelta(days=365)
            yield replace(first, until=revised_at)
            title = {lang: f"{title} (2)" for lang, title in first.title.items()}
            yield replace(first, id=first.id[:-1] + "2", revision=2, released_at=revised_at, title=title)


def generated_documents(count: int) -> Iterator[Document]:
    """Shuffled words of the demo lessons, in one language or both, some phrases of the thesaurus among them."""
    chance = Random(20260101)
    lessons = list(demo_documents())
    words: dict[Lang, list[str]] = {
        lang: sorted({w for d in lessons for w in d.body[lang].split()}) + ["the", "og", "of", "på"] * 20
        for lang in ("en", "nb")
    }
    phrases = ("cluster manager", "manager of the cluster", "Klyngelederen", "Centres of Expertise", "foresight")
    langs: tuple[tuple[Lang, ...], ...] = (("en",), ("nb",), ("en", "nb"))
    for n in range(count):
        spoken = chance.choice(langs)
        text = {
            lang: [*chance.choices(words[lang], k=chance.randint(5, 80)), chance.choice(phrases)] for lang in spoken
        }
        yield Document(
            f"case:g{n:03}:1",
            *(f"g{n:03}", "case", 1, 1, chance.choice((*SCOPES, PUBLIC))),
            *(datetime(2009, 1, 1, tzinfo=UTC) + timedelta(days=chance.randint(0, 2_000)), None),
            {lang: " ".join(chance.sample(text[lang], 4)) for lang in spoken},
            {lang: " ".join(text[lang]) for lang in spoken},
            {"kind": ("case",), "topic": ("generated",), "lang": spoken},
            happened_from=chance.choice((None, 2008, 2010)),
        )


@pytest.fixture
def engines(open_index: Any) -> tuple[SearchIndex, SearchIndex]:
    """tantivy and Elasticsearch, with the same documents."""
    documents = [*demo_documents(), *generated_documents(300)]
    engines = open_index("tantivy"), open_index("elasticsearch")
    for engine in engines:
        engine.put(documents, 1)
    return engines


def asked_of_both(lexicon: Lexicon) -> Iterator[tuple[Query, frozenset[str]]]:
    """Each text under a third of the filters, instants and scopes; with WHOLE=1, under all."""
    sorts: tuple[Sort, ...] = ("relevance", "newest", "oldest")
    everything = enumerate(product(TEXTS, FILTERS, INSTANTS, SCOPES))
    for n, (text, filters, at, scope) in some(everything, of=3, by=lambda one: str(one[0])):
        sort = sorts[n % 3] if n % 2 else "relevance"
        query = Query(at, text, filters, sort=sort, limit=100, clauses=plan(text, lexicon))
        yield replace(query, year_from=2009 if n % 7 == 0 else None, year_to=2008 if n % 7 == 1 else None), scope


def ids(page: Page) -> list[str]:
    return [hit.document.id for hit in page.hits]


def test_the_same_is_found_counted_and_put_first(engines: tuple[SearchIndex, SearchIndex], lexicon: Lexicon) -> None:
    asked = found = 0
    different: list[Any] = []
    for query, scope in asked_of_both(lexicon):
        one, other = (engine.search(query, scope) for engine in engines)
        asked, found = asked + 1, found + bool(one.total)
        sorted_by_score = query.sort == "relevance" and query.text != ""
        if (one.total, one.facets) != (other.total, other.facets):
            different.append(("found", query, scope))
        elif one.total <= query.limit and sorted(ids(one)) != sorted(ids(other)):
            different.append(("which", query, scope))
        elif not sorted_by_score and one != other:
            different.append(("order", query, scope))
        elif query.text not in OVER_STOP_WORDS and one.hits[:1] != other.hits[:1]:
            different.append(("first", query, scope))
    assert different == []
    assert (asked > enough(len(TEXTS) * 44, of=3), found > asked / 3) == (True, True)


def test_the_same_is_suggested(engines: tuple[SearchIndex, SearchIndex]) -> None:
    langs: tuple[Lang, ...] = ("en", "nb")
    suggested = 0
    for typed, scope, at, prefer in product(TYPED, SCOPES, INSTANTS, langs):
        one, other = (engine.suggest(typed, scope, at, prefer, limit=100) for engine in engines)
        assert one == other, (typed, scope, at, prefer)
        suggested += len(one)
    assert suggested > 500


def test_both_keep_the_same(engines: tuple[SearchIndex, SearchIndex]) -> None:
    one, other = (list(engine.documents()) for engine in engines)
    assert one == other
    assert len(one) > 300
