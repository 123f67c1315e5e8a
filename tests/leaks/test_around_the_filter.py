"""The known ways around a filter of Elasticsearch: they are real, and what is sent from here takes none of them."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from elastic_transport import Transport
from elasticsearch import ApiError, Elasticsearch

from api.settings import Servers
from api.wiring import System
from api.wiring.scaled import open_scaled
from domain.audiences import audiences
from search.index import FACETS, LANGS
from tests.leaks.asking import addresses, everything
from tests.leaks.conftest import At
from tests.leaks.hiding import SECRET, hide
from tests.leaks.world import PARTS, THEIRS, World, build, id_of
from tests.letters import Letters
from tests.sampling import enough

Json = dict[str, Any]
STEM = SECRET[:-1]
FILTER = [{"terms": {"audience": ["public"]}}]
PUBLIC = {"bool": {"filter": FILTER}}
TOPICS = {"topics": {"terms": {"field": "facet_topic", "size": 1_000}}}
HIDDEN_ID = f"lesson:{id_of('hidden', 2)}:1"
ALIKE = {"fields": ["all_en"], "like": [{"_id": HIDDEN_ID}], "min_term_freq": 1, "min_doc_freq": 1}
FROM_THEIRS = {"query_string": {"query": f'audience:"cluster:{THEIRS}"'}}


@pytest.fixture
def system(servers: Servers) -> Iterator[System]:
    with open_scaled(servers, Letters()) as system:
        yield system


@pytest.fixture
def world(system: System) -> World:
    world = build(system)
    hide(system, from_managers=True)
    return world


def hits(answer: Json) -> str:
    return repr([hit["_id"] for hit in answer["hits"]["hits"]])


LEAKS: dict[str, tuple[str, Json, Callable[[Json], bool]]] = {
    "a filter after the counting": (
        "_search",
        {"size": 0, "post_filter": PUBLIC, "aggs": TOPICS},
        lambda answer: SECRET in repr(answer),
    ),
    "counting beside the query": (
        "_search",
        {"size": 0, "query": PUBLIC, "aggs": {"all": {"global": {}, "aggs": TOPICS}}},
        lambda answer: SECRET in repr(answer),
    ),
    "values without a document": (
        "_search",
        {"size": 0, "query": PUBLIC, "aggs": {"t": {"terms": {"field": "facet_topic", "min_doc_count": 0}}}},
        lambda answer: SECRET in repr(answer),
    ),
    "significant terms": (
        "_search",
        {"size": 0, "query": PUBLIC, "aggs": {"s": {"significant_terms": {"field": "facet_topic"}}}},
        lambda answer: answer["aggregations"]["s"]["bg_count"] > answer["aggregations"]["s"]["doc_count"],
    ),
    "suggested terms": (
        "_search",
        {"size": 0, "query": PUBLIC, "suggest": {"s": {"text": STEM[:-1], "term": {"field": "all_en"}}}},
        lambda answer: STEM in repr(answer["suggest"]["s"][0]["options"]),
    ),
    "suggested phrases": (
        "_search",
        {"size": 0, "query": PUBLIC, "suggest": {"s": {"text": f"{STEM[:-1]} trust", "phrase": {"field": "all_en"}}}},
        lambda answer: STEM in repr(answer["suggest"]["s"][0]["options"]),
    ),
    "listed terms": (
        "_terms_enum",
        {"field": "facet_topic", "string": SECRET[:4], "index_filter": PUBLIC},
        lambda answer: answer["terms"] == [SECRET],
    ),
    "a filter that need not hold": (
        "_search",
        {"size": 1_000, "query": {"bool": {"must": {"match_all": {}}, "should": FILTER}}},
        lambda answer: HIDDEN_ID in hits(answer),
    ),
    "a reader's own query language": (
        "_search",
        {"size": 1_000, "query": {"bool": {"filter": FILTER, "must": FROM_THEIRS}}},
        lambda answer: f"lesson:{id_of('lesson', 10)}:1" in hits(answer),
    ),
    "how a score came about": (
        "_search",
        {"query": {"bool": {"filter": FILTER, "must": {"term": {"all_en": "recruit"}}}}, "explain": True},
        lambda answer: "number of documents containing term" in repr(answer),
    ),
}


def test_the_ways_are_real(servers: Servers, world: World) -> None:
    """The control: asked like this, the very index that is searched here would tell what is hidden."""
    sent = {"Content-Type": "application/json", "Accept": "application/json"}
    with Elasticsearch(list(servers.elasticsearch)) as raw:
        answers = {
            way: raw.perform_request("POST", f"/{servers.index}/{endpoint}", headers=sent, body=body).body
            for way, (endpoint, body, _) in LEAKS.items()
        }
    assert [way for way, (_, _, leaks) in LEAKS.items() if not leaks(cast(Json, answers[way]))] == []


def test_nothing_is_more_like_a_hidden_one(servers: Servers, world: World) -> None:
    """What is searched is not kept, so that there is nothing to compare by."""
    asked: Json = {"bool": {"filter": FILTER, "must": {"more_like_this": ALIKE}}}
    with Elasticsearch(list(servers.elasticsearch)) as raw:
        assert raw.exists(index=servers.index, id=HIDDEN_ID)
        answer = raw.search(index=servers.index, query=asked, profile=True)
    assert (answer["hits"]["total"]["value"], STEM in repr(answer["profile"])) == (0, False)


def test_titles_cannot_be_completed_at_all(servers: Servers, world: World) -> None:
    asked: Json = {"s": {"prefix": SECRET[:4], "completion": {"field": "all_en"}}}
    with Elasticsearch(list(servers.elasticsearch)) as raw, pytest.raises(ApiError, match="not a completion"):
        raw.search(index=servers.index, suggest=asked)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """Every request that reaches the transport: method, target and body."""
    heard: list[tuple[str, str, Any]] = []
    perform = Transport.perform_request

    def listening(self: Transport, method: str, target: str, **more: Any) -> Any:
        heard.append((method, target, more.get("body")))
        return perform(self, method, target, **more)

    monkeypatch.setattr(Transport, "perform_request", listening)
    return heard


SEARCH = {"query", "knn", "aggs", "sort", "from", "size", "track_total_hits", "_source", "timeout"} | {
    *("track_scores", "stored_fields"),
}
BY_KEY = [{"key": "asc"}]
NEAREST = {"field", "query_vector", "k", "num_candidates", "filter"}
WORDS = {"bool", "should", "minimum_should_match", "dis_max", "queries", "tie_breaker", "term", "match_phrase"} | {
    *("query", "slop", "all_en", "all_nb", "boost", "filter"),
}
NARROWING = {"bool", "must_not", "term", "terms", "range", "lte", "gt", "gte", "thing", "key"} | {
    *("begins_en", "begins_nb"),
    *("audience", "released_at", "until", "happened_from", "happened_to"),
    *(f"facet_{facet}" for facet in FACETS),
}
COUNTING = {"terms", "field", "size", "shard_size", *FACETS}
IN_EACH_LANGUAGE = {lang: {"filter": {"term": {"facet_lang": lang}}} for lang in LANGS}


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = cast(Json, value)
        return set(own).union(*(keys(each) for each in own.values()))
    if isinstance(value, list | tuple):
        return set[str]().union(*(keys(each) for each in cast(list[Any], value)))
    return set()


def searches(sent: list[tuple[str, str, Any]]) -> Iterator[Json]:
    for _, target, body in sent:
        yield from [body] if target.split("?")[0].endswith("/_search") else body[1::2]


@pytest.mark.parametrize("who", ["visitor", *PARTS])
def test_what_is_sent_takes_none_of_them(
    system: System, servers: Servers, world: World, at: At, sent: list[tuple[str, str, Any]], who: str
) -> None:
    viewer = world.viewers[who]
    client = at(system, viewer)
    client.get("/?q=recruit")  # what is usual among public texts is asked for once, as the public
    assert [search["query"]["bool"]["filter"][0] for search in searches(sent) if search.get("sort") == BY_KEY] == FILTER
    sent.clear()
    everything(client, addresses(world))
    assert {(method, target.split("?")[0]) for method, target, _ in sent} == {
        ("POST", f"/{servers.index}/{endpoint}") for endpoint in ("_search", "_msearch")
    }
    told = {part.split("=")[0] for _, target, _ in sent for part in target.partition("?")[2].split("&") if part}
    assert told <= {"search_type", "preference"}
    headers = {name for _, _, body in sent if isinstance(body, list | tuple) for name in keys(body[::2])}
    assert headers <= {"search_type", "preference"}
    asked = list(searches(sent))
    assert len(asked) > enough(150, of=3)
    for search in asked:
        assert (len({"query", "knn"} & set(search)), "size" in search, set(search) - SEARCH) == (1, True, set())
        within = search["query"]["bool"] if "query" in search else search["knn"]
        assert set(within) <= ({"must", "filter"} if "query" in search else NEAREST)
        assert within.get("field", "near_").startswith("near_")
        assert within["filter"][0] == {"terms": {"audience": sorted(audiences(viewer))}}
        assert (keys(within["filter"]) - NARROWING, keys(within.get("must", [])) - WORDS) == (set(), set())
        assert "audience" not in keys(within["filter"][1:])
        counted = search.get("aggs", {})
        assert counted == IN_EACH_LANGUAGE or all(set(agg) == {"terms"} for agg in counted.values())
        assert counted == IN_EACH_LANGUAGE or keys(counted) - COUNTING == set()
        assert search.get("_source", ["document"]) == ["document"]
        assert search.get("stored_fields", "_none_") == "_none_"
    assert sum("knn" in search for search in asked) > enough(50, of=3)
