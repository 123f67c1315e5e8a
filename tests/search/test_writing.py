"""Putting documents in, and replacing the whole index under its readers."""

from dataclasses import replace
from threading import Event, Thread
from typing import Any

import pytest

from search.fields import digest
from search.index import Query, SearchIndex


def test_an_empty_index_knows_nothing(index: SearchIndex, find: Any) -> None:
    assert (index.position, list(index.documents()), find().total) == (0, [], 0)


def test_a_search_sees_what_was_put(index: SearchIndex, make: Any, find: Any) -> None:
    for n in range(1, 6):
        index.put([make(str(n))], position=n * 10)
        assert (find().total, index.position) == (n, n * 10)


def test_a_newer_document_replaces_the_one_of_its_id(
    index: SearchIndex, make: Any, find: Any, things: Any, now: Any
) -> None:
    index.put([make("a", title={"en": "Oats"}), make("b")], 1)
    index.put([make("a", title={"en": "Barley"}, version=2)], 2)
    assert (find("oats").total, things(find("barley")), find().total) == (0, ["a"], 2)
    assert index.suggest("oats", frozenset({"public"}), now) == ()


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("versions", "kept"), [((2, 1), "first"), ((1, 2), "second"), ((2, 2), "second"), ((10, 9), "first")]
)
def test_an_older_document_is_ignored(
    index: SearchIndex, make: Any, at_once: bool, versions: tuple[int, int], kept: str
) -> None:
    written = [make("a", title={"en": t}, version=v) for t, v in zip(("first", "second"), versions, strict=True)]
    for batch in [written] if at_once else [[d] for d in written]:
        index.put(batch, index.position + 1)
    assert [d.title["en"] for d in index.documents()] == [kept]


def test_an_older_document_moves_the_position_all_the_same(index: SearchIndex, make: Any) -> None:
    index.put([make("a", version=5)], 5)
    index.put([make("a", version=4)], 6)
    assert index.position == 6


def test_events_that_touch_no_document_move_the_position(index: SearchIndex, make: Any) -> None:
    index.put([], 3)
    assert index.position == 3
    index.put([make("a")], 4)
    index.put([], 9)
    assert (index.position, len(list(index.documents()))) == (9, 1)


def test_a_document_that_cannot_be_written_is_refused_for_good_and_takes_none_with_it(
    index: SearchIndex, make: Any, find: Any, things: Any
) -> None:
    index.put([make("a")], 1)
    with pytest.raises(ValueError, match="surrogate"):
        index.put([make("b"), make("c", title={"en": "half a letter: \ud800"})], 2)
    assert (things(find()), index.position) == (["a"], 1)
    index.put([make("b")], 3)
    assert (things(find()), index.position) == (["a", "b"], 3)


def test_documents_are_ordered_by_id(index: SearchIndex, make: Any) -> None:
    index.put([make("b"), make("é"), make("a", revision=2)], 1)
    index.put([make("a"), make("B")], 2)
    for n, thing in enumerate(("z", "c", "y", "d", "x"), start=3):
        index.put([make(thing)], n)
    ids = [d.id for d in index.documents()]
    assert ids == [f"lesson:{name}" for name in ("B:1", "a:1", "a:2", "b:1", "c:1", "d:1", "x:1", "y:1", "z:1", "é:1")]


class TestRebuild:
    def test_nobody_finds_the_fresh_index_before_it_is_adopted(
        self, index: SearchIndex, make: Any, find: Any, things: Any
    ) -> None:
        index.put([make("old")], 7)
        fresh = index.fresh()
        assert (fresh.position, list(fresh.documents())) == (0, [])
        fresh.put([make("new")], 9)
        assert (things(find()), index.position) == (["old"], 7)
        index.adopt(fresh)
        assert (things(find()), index.position) == (["new"], 9)

    def test_the_adopted_index_can_be_written_and_rebuilt_again(
        self, index: SearchIndex, make: Any, find: Any, things: Any
    ) -> None:
        for round in ("one", "two", "three"):
            fresh = index.fresh()
            fresh.put([make(round)], 1)
            index.adopt(fresh)
            index.put([make(f"{round} more")], 2)
            assert (sorted(things(find())), index.position) == ([round, f"{round} more"], 2)

    def test_one_that_is_not_adopted_can_be_dropped(self, index: SearchIndex, make: Any, find: Any) -> None:
        index.put([make("old")], 7)
        fresh = index.fresh()
        fresh.put([make("new")], 9)
        fresh.close()
        index.put([make("newer")], 8)
        assert (find().total, index.position) == (2, 8)

    def test_one_that_is_in_use_is_not_adopted_again(
        self, index: SearchIndex, make: Any, find: Any, things: Any
    ) -> None:
        fresh = index.fresh()
        fresh.put([make("new")], 9)
        index.adopt(fresh)
        for in_use in (fresh, index):
            with pytest.raises(ValueError, match="in use already"):
                index.adopt(in_use)
        assert (things(find()), index.position) == (["new"], 9)

    def test_the_former_index_is_kept_until_told_and_so_is_one_that_was_never_adopted(
        self, index: SearchIndex, make: Any, find: Any, things: Any
    ) -> None:
        assert (index.position, index.tidy()) == (0, 0)
        for round in ("one", "two"):
            fresh = index.fresh()
            fresh.put([make(round)], 1)
            index.adopt(fresh)
        index.fresh().put([make("never")], 1)
        assert (index.tidy(), index.tidy()) == (3, 0)
        assert (things(find()), index.position) == (["two"], 1)
        index.put([make("three")], 2)
        fresh = index.fresh()
        fresh.put([make("four")], 3)
        index.adopt(fresh)
        assert (index.tidy(), things(find()), index.position) == (1, ["four"], 3)

    def test_equal_documents_have_equal_digests_whatever_their_order_and_versions(
        self, index: SearchIndex, make: Any
    ) -> None:
        documents = [make(f"{n}", title={"nb": f"Læring {n}", "en": f"Lesson {n}"}) for n in range(20)]
        for n, document in enumerate(documents):
            index.put([document], n + 1)
        before = digest(index.documents())
        fresh = index.fresh()
        fresh.put([replace(d, version=99) for d in reversed(documents)], 99)
        assert digest(fresh.documents()) == before
        index.adopt(fresh)
        assert digest(index.documents()) == before
        index.put([replace(documents[0], also="more", version=100)], 100)
        assert digest(index.documents()) != before

    def test_searches_meanwhile_never_fail(self, index: SearchIndex, make: Any, now: Any) -> None:
        documents = [make(str(n)) for n in range(30)]
        index.put(documents, 1)
        stop, seen, failures = Event(), set[tuple[int, int]](), list[BaseException]()

        def search() -> None:
            while not stop.is_set():
                try:
                    page = index.search(Query(at=now, text="lesson", limit=30), frozenset({"public"}))
                    seen.add((page.total, len(page.hits)))
                    index.suggest("les", frozenset({"public"}), now)
                except BaseException as error:
                    failures.append(error)
                    return

        readers = [Thread(target=search) for _ in range(3)]
        for reader in readers:
            reader.start()
        for _ in range(8):
            fresh = index.fresh()
            fresh.put(documents, 1)
            index.adopt(fresh)
        stop.set()
        for reader in readers:
            reader.join()
        assert (failures, seen) == ([], {(30, 30)})


def test_writers_of_several_threads_take_turns(index: SearchIndex, make: Any, find: Any) -> None:
    def write(first: int) -> None:
        for n in range(first, first + 5):
            index.put([make(str(n))], n)

    writers = [Thread(target=write, args=(first,)) for first in (1, 101, 201)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert (find().total, index.position) == (15, 205)
