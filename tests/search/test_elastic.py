"""Elasticsearch's own affairs: the alias and what is behind it, documents it cannot keep, shards that are missing."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from search import elastic_bulk, elastic_mapping
from search.elastic import ElasticIndex
from search.index import Query, SearchIndex, SearchUnavailable

PUBLIC = frozenset({"public"})


def things(index: SearchIndex, now: Any) -> list[str]:
    return sorted(hit.document.thing for hit in index.search(Query(at=now, limit=100), PUBLIC).hits)


def behind(server: Elasticsearch, alias: str) -> list[str]:
    return sorted(server.indices.get_alias(name=alias).body)


def all_of(server: Elasticsearch, alias: str) -> list[str]:
    return sorted(server.indices.get(index=f"{alias}-*").body)


class TestTheAlias:
    def test_is_made_once_however_many_begin_at_once(
        self, server: Elasticsearch, open_elastic: Any, alias: str
    ) -> None:
        together, positions, failures = Barrier(8), list[int](), list[BaseException]()

        def begin(index: ElasticIndex) -> None:
            try:
                together.wait()
                positions.append(index.position)
            except BaseException as error:
                failures.append(error)

        beginners = [Thread(target=begin, args=(open_elastic(),)) for _ in range(8)]
        for beginner in beginners:
            beginner.start()
        for beginner in beginners:
            beginner.join()
        assert (failures, positions) == ([], [0] * 8)
        assert behind(server, alias) == all_of(server, alias)
        assert len(all_of(server, alias)) == 1

    def test_takes_no_second_index_even_where_one_was_made_meanwhile(
        self, server: Elasticsearch, open_elastic: Any, alias: str, make: Any
    ) -> None:
        index = open_elastic()
        index.put([make("a")], 1)
        with pytest.raises(Exception, match="more than one write index"):
            server.indices.create(index=f"{alias}-0123456789ab-9", aliases={alias: {"is_write_index": True}})
        assert (len(all_of(server, alias)), index.position) == (1, 1)

    def test_is_followed_by_every_process(self, open_elastic: Any, make: Any, now: Any) -> None:
        here, there = open_elastic(), open_elastic()
        here.put([make("old")], 5)
        assert (things(there, now), there.position) == (["old"], 5)
        fresh = here.fresh()
        fresh.put([make("new")], 3)
        assert (things(there, now), there.position) == (["old"], 5)
        here.adopt(fresh)
        assert (things(there, now), there.position) == (["new"], 3)
        there.put([make("newer")], 4)
        assert (things(here, now), here.position) == (["new", "newer"], 4)

    @pytest.mark.parametrize("documents", [True, False])
    def test_a_position_reached_in_the_former_index_is_not_taken_for_that_of_the_new_one(
        self, open_elastic: Any, make: Any, now: Any, documents: bool
    ) -> None:
        here, there = open_elastic(), open_elastic()
        here.put([make("one")], 1)
        there.put([make("two")], 2)
        fresh = here.fresh()
        fresh.put([make("one")], 1)
        there.put([make("three")], 3)
        here.adopt(fresh)
        with pytest.raises(SearchUnavailable, match="replaced"):
            there.put([make("four")] if documents else [], 4)
        assert (here.position, there.position) == (1, 1)
        there.put([make("two"), make("three"), make("four")], 4)
        assert (things(there, now), here.position) == (["four", "one", "three", "two"], 4)

    def test_of_another_name_that_begins_alike_is_let_be(
        self, server: Elasticsearch, elasticsearch: str, open_elastic: Any, alias: str, make: Any
    ) -> None:
        index, other = open_elastic(), ElasticIndex([elasticsearch], f"{alias}-two", replicas=0)
        other.put([make("a")], 7)
        fresh = other.fresh()
        index.put([make("b")], 1)
        assert (index.tidy(), index.fresh().position) == (0, 0)
        fresh.put([make("a")], 8)
        other.adopt(fresh)
        assert (index.position, other.position, other.tidy()) == (1, 8, 1)
        other.close()

    def test_what_a_killed_build_left_goes_with_the_next_one_and_the_former_index_stays(
        self, server: Elasticsearch, open_elastic: Any, alias: str, make: Any
    ) -> None:
        index = open_elastic()
        index.put([make("a")], 1)
        index.adopt(index.fresh())
        (former,) = set(all_of(server, alias)) - set(behind(server, alias))
        index.fresh().put([make("killed")], 1)
        open_elastic().fresh()
        left = all_of(server, alias)
        assert (len(left), former in left) == (3, True)
        assert (index.tidy(), all_of(server, alias)) == (2, behind(server, alias))

    def test_an_index_that_another_version_made_is_searched_and_not_written(
        self, open_elastic: Any, make: Any, now: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        open_elastic().put([make("a")], 1)
        monkeypatch.setattr("search.analysis.ANALYSIS_VERSION", 9_999)
        newer = open_elastic()
        for refused in (lambda: newer.position, lambda: newer.put([make("b")], 2)):
            with pytest.raises(SearchUnavailable, match="laerdom rebuild"):
                refused()
        assert things(newer, now) == ["a"]
        fresh = newer.fresh()
        fresh.put([make("a"), make("b")], 2)
        newer.adopt(fresh)
        assert (things(newer, now), newer.position) == (["a", "b"], 2)


class TestAFreshIndex:
    def test_that_was_removed_says_so_and_is_not_made_again(
        self, server: Elasticsearch, open_elastic: Any, alias: str, make: Any
    ) -> None:
        index = open_elastic()
        index.put([make("a")], 1)
        fresh = index.fresh()
        assert index.tidy() == 1
        for refused in (
            lambda: fresh.put([make("b")], 2),
            lambda: fresh.position,
            lambda: list(fresh.documents()),
            lambda: index.adopt(fresh),
        ):
            with pytest.raises(SearchUnavailable):
                refused()
        fresh.close()
        assert (all_of(server, alias), index.position) == (behind(server, alias), 1)

    def test_closed_without_being_adopted_is_gone_and_adopted_is_not(
        self, server: Elasticsearch, open_elastic: Any, alias: str, make: Any, now: Any
    ) -> None:
        index = open_elastic()
        index.put([make("a")], 1)
        index.fresh().close()
        assert all_of(server, alias) == behind(server, alias)
        fresh = index.fresh()
        fresh.put([make("b")], 2)
        index.adopt(fresh)
        fresh.close()
        assert (things(index, now), index.tidy(), things(index, now)) == (["b"], 1, ["b"])


class TestADocument:
    def test_that_can_never_be_kept_is_named_and_not_quoted_and_the_others_are_kept(
        self, open_elastic: Any, make: Any, now: Any
    ) -> None:
        index = open_elastic()
        index.put([make("a")], 1)
        too_long = make("b", facets={"topic": ("confidential " * 3_000,)})
        with pytest.raises(ValueError, match="lesson:b:1") as refusal:
            index.put([too_long, make("c")], 2)
        assert "confidential" not in str(refusal.value)
        assert (things(index, now), index.position) == (["a", "c"], 1)
        index.put([make("d")], 3)
        assert (things(index, now), index.position) == (["a", "c", "d"], 3)

    def test_is_kept_once_and_its_stems_only_to_be_found_by(
        self, server: Elasticsearch, open_elastic: Any, alias: str, make: Any
    ) -> None:
        open_elastic().put([make("a", also="quisquis", facets={"topic": ("trust",)})], 1)
        kept = server.get(index=alias, id="lesson:a:1")
        assert (list(kept["_source"]), kept["_version"]) == (["document"], 1)
        assert kept["_source"]["document"]["title"] == {"en": "A lesson"}

    def test_of_a_field_that_is_not_mapped_is_refused(
        self, server: Elasticsearch, open_elastic: Any, alias: str
    ) -> None:
        assert open_elastic().position == 0
        with pytest.raises(Exception, match="strict_dynamic_mapping_exception"):
            server.index(index=alias, document={"colour": "red"})

    def test_of_a_batch_of_many_megabytes_arrives(self, open_elastic: Any, make: Any, now: Any) -> None:
        index = open_elastic()
        index.put([make(f"{n:02}", body={"en": "Owners were asked. " * 60_000}) for n in range(12)], 1)
        assert (things(index, now), index.position) == ([f"{n:02}" for n in range(12)], 1)


class TestShards:
    def test_several_answer_as_one(self, open_elastic: Any, make: Any, now: Any) -> None:
        index = open_elastic(shards=3)
        documents = [
            make(f"{n:03}", body={"en": "trust " * (n % 5) + "owners"}, facets={"topic": (f"t{n % 40}",)})
            for n in range(300)
        ]
        index.put(documents, 1)
        pages = [index.search(Query(at=now, text="trust", limit=50, offset=n), PUBLIC) for n in range(0, 250, 50)]
        read = [hit.document.thing for page in pages for hit in page.hits]
        by_trust = [f"{n:03}" for rest in (4, 3, 2, 1) for n in range(300) if n % 5 == rest]
        assert (read, {page.total for page in pages}) == (by_trust, {240})
        assert pages[0].facets["topic"][:2] == (("t1", 8), ("t11", 8))
        assert ([d.thing for d in index.documents()], index.position) == ([d.thing for d in documents], 1)

    def test_what_there_is_of_them_answers_and_says_that_it_is_a_part(
        self, server: Elasticsearch, open_elastic: Any, alias: str, make: Any, now: Any
    ) -> None:
        place = "routing.allocation.total_shards_per_node"
        server.indices.create(
            index=f"{alias}-{elastic_mapping.make()}-1",
            settings={**elastic_mapping.settings(2, 0), place: 1},
            mappings=elastic_mapping.MAPPING,
            aliases={alias: {"is_write_index": True}},
            wait_for_active_shards=0,
        )
        server.cluster.health(index=alias, wait_for_active_shards=1)
        documents = {f"lesson:{n}:1": make(f"{n}") for n in range(40)}
        with pytest.raises(SearchUnavailable, match="takes no documents now"):
            elastic_bulk.write(server, alias, elastic_bulk.lines(documents, {}), refresh=True, request_s=10)
        index = open_elastic()
        part = index.search(Query(at=now), PUBLIC)
        assert (0 < part.total < 40, len(part.hits), part.degraded) == (True, 10, True)
        with pytest.raises(SearchUnavailable):
            list(index.documents())
        server.indices.put_settings(index=alias, settings={place: None})
        server.cluster.health(index=alias, wait_for_status="green")
        index.put(list(documents.values()), 1)
        whole = index.search(Query(at=now), PUBLIC)
        assert (whole.total, whole.degraded, index.position) == (40, False, 1)


def test_shards_replicas_and_refresh_are_as_asked(open_elastic: Any, server: Elasticsearch, alias: str) -> None:
    index = open_elastic(shards=2, replicas=0, refresh="7s")
    assert index.position == 0
    for _ in range(2):
        (settings,) = server.indices.get_settings(index=alias).body.values()
        told = settings["settings"]["index"]
        asked = (told["number_of_shards"], told["number_of_replicas"], told["refresh_interval"])
        assert (asked, told["max_result_window"]) == (("2", "0", "7s"), "10100")
        index.adopt(index.fresh())


def test_nothing_is_connected_to_before_it_is_asked(open_elastic: Callable[..., ElasticIndex], now: Any) -> None:
    index = open_elastic("http://127.0.0.1:9")
    assert index.search(Query(at=now), frozenset()).total == 0
    assert index.search(Query(at=now, text="the of"), PUBLIC).total == 0
    assert index.suggest("", PUBLIC, now) == ()
    with pytest.raises(SearchUnavailable):
        index.search(Query(at=now), PUBLIC)
