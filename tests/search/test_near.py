"""The contract of every adapter for what is near: exactly the nearest of what is admitted, whatever else there is."""

from collections.abc import Callable, Sequence
from datetime import datetime
from math import cos, sin
from typing import Any

import numpy as np
import pytest

from search import tantivy_near
from search.embedder import Model
from search.fields import key
from search.index import NOTHING_COUNTED, Chosen, Document, Lang, Near, Query, SearchIndex
from search.passages import passages
from search.vectors import VectorFiles, packed

MODEL = Model("a model of two dimensions", 2)
PUBLIC = frozenset({"public"})
EAST = Near(MODEL, np.array([1.0, 0.0], dtype=np.float32))


@pytest.fixture
def teach(vectors: VectorFiles) -> Callable[..., None]:
    """That each passage of a document, in turn, points so many radians away from the east."""

    def teach(document: Document, *angles: float, lang: Lang = "en", model: Model = MODEL) -> None:
        some = passages(document)[lang]
        pairs = zip(some, angles, strict=True)
        vectors.keep(model, {p: packed(np.array([cos(a), sin(a)], dtype=np.float32)) for p, a in pairs})

    return teach


@pytest.fixture(params=["all that is admitted is read", "the nearest are looked for"])
def looking(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As tantivy does with few documents, and with many; what is asked for again, with a few of them already."""
    if request.param == "the nearest are looked for":
        monkeypatch.setattr(tantivy_near, "FEW", 0)
        monkeypatch.setattr(tantivy_near, "FIRST_PASSAGES", 2)


def near_ids(found: Any, lang: Lang, of: Sequence[Document]) -> list[str]:
    names = {key(d.id): d.thing for d in of}
    return [names[c.key] for c in found.near.get(lang, ())]


@pytest.mark.usefixtures("looking")
class TestNearest:
    def test_the_nearest_come_first_and_their_cosines_are_told(
        self, index: SearchIndex, make: Any, teach: Any, now: datetime
    ) -> None:
        documents = [make(name, body={"en": f"What {name} learned."}) for name in ("a", "b", "c")]
        for document, angle in zip(documents, (0.9, 0.1, 2.0), strict=True):
            teach(document, angle)
        index.put(documents, 1)
        found = index.candidates(Query(at=now), PUBLIC, EAST, 10)
        assert near_ids(found, "en", documents) == ["b", "a", "c"]
        assert [c.score for c in found.near["en"]] == pytest.approx([cos(0.1), cos(0.9), cos(2.0)], abs=1e-5)
        assert found.words == ()

    def test_each_language_is_told_apart(self, index: SearchIndex, make: Any, teach: Any, now: datetime) -> None:
        both = make("both", title={"en": "A", "nb": "B"}, body={"en": "x", "nb": "y"}, facets={"lang": ("en", "nb")})
        nb = make("nb", title={"nb": "C"}, body={"nb": "z"}, facets={"lang": ("nb",)})
        teach(both, 0.5)
        teach(both, 0.7, lang="nb")
        teach(nb, 0.2, lang="nb")
        index.put([both, nb], 1)
        found = index.candidates(Query(at=now), PUBLIC, EAST, 10)
        assert near_ids(found, "en", [both, nb]) == ["both"]
        assert near_ids(found, "nb", [both, nb]) == ["nb", "both"]
        assert found.written == {"en": 1, "nb": 2}

    def test_a_document_is_as_near_as_its_nearest_passage(
        self, index: SearchIndex, make: Any, teach: Any, now: datetime
    ) -> None:
        long = make("long", body={"en": " ".join(f"word{n}" for n in range(480))})
        short = make("short", body={"en": "Little."})
        teach(long, 3.0, 0.1, 2.0)
        teach(short, 0.5)
        index.put([long, short], 1)
        found = index.candidates(Query(at=now), PUBLIC, EAST, 10)
        assert near_ids(found, "en", [long, short]) == ["long", "short"]
        assert found.near["en"][0].score == pytest.approx(cos(0.1), abs=1e-5)

    def test_what_is_hidden_takes_no_place(
        self, index: SearchIndex, make: Any, teach: Any, vectors: VectorFiles, now: datetime
    ) -> None:
        """However many are nearer: three thousand passages, more than are looked at first."""
        seen = [make(f"seen{n}", body={"en": f"Seen {n}."}) for n in range(3)]
        hidden = [
            make(f"hidden{n}", audience=frozenset({"cluster:7"}), body={"en": f"Hidden {n}."}) for n in range(3_000)
        ]
        for n, document in enumerate(seen):
            teach(document, 1.0 + n / 10)
        index.put(seen, 1)
        before = index.candidates(Query(at=now), PUBLIC, EAST, 2)
        vectors.keep(MODEL, {next(iter(passages(d)["en"])): packed(EAST.vector) for d in hidden})
        index.put(hidden, 2)
        after = index.candidates(Query(at=now), PUBLIC, EAST, 2)
        assert near_ids(before, "en", seen) == ["seen0", "seen1"]
        assert after == before

    def test_filters_and_past_instants_hold(self, index: SearchIndex, make: Any, teach: Any, now: datetime) -> None:
        kept = make("kept", facets={"phase": ("scoping",), "lang": ("en",)})
        other = make("other", body={"en": "Else."}, facets={"phase": ("planning",), "lang": ("en",)})
        ended = make("ended", body={"en": "Before."}, until=datetime(2012, 1, 1, tzinfo=now.tzinfo))
        for document, angle in ((kept, 1.0), (other, 0.1), (ended, 0.2)):
            teach(document, angle)
        index.put([kept, other, ended], 1)
        scoping = Query(at=now, filters={"phase": ("scoping",)})
        assert near_ids(index.candidates(scoping, PUBLIC, EAST, 9), "en", [kept]) == ["kept"]
        without = Query(at=now, without=frozenset({"other"}))
        assert near_ids(index.candidates(without, PUBLIC, EAST, 9), "en", [kept, other]) == ["kept"]
        then = Query(at=datetime(2011, 1, 1, tzinfo=now.tzinfo))
        found = index.candidates(then, PUBLIC, EAST, 9)
        assert near_ids(found, "en", [kept, other, ended]) == ["other", "ended", "kept"]

    def test_nobody_sees_nothing(self, index: SearchIndex, make: Any, teach: Any, now: datetime) -> None:
        document = make("a")
        teach(document, 0.1)
        index.put([document], 1)
        found = index.candidates(Query(at=now, text="lesson"), frozenset(), EAST, 9)
        assert (found.words, dict(found.near), dict(found.written)) == ((), {}, {})

    def test_vectors_of_another_model_are_not_compared(
        self, index: SearchIndex, make: Any, teach: Any, now: datetime
    ) -> None:
        document = make("a")
        teach(document, 0.1, model=Model("another", 2))
        index.put([document], 1)
        assert near_ids(index.candidates(Query(at=now), PUBLIC, EAST, 9), "en", [document]) == []

    def test_a_model_that_nothing_was_put_with_is_near_nothing(
        self, index: SearchIndex, make: Any, now: datetime
    ) -> None:
        index.put([make("a")], 1)
        unheard = Near(Model("unheard of", 2), EAST.vector)
        found = index.candidates(Query(at=now, text="lesson"), PUBLIC, unheard, 9)
        assert near_ids(found, "en", []) == []
        assert len(found.words) == 1

    def test_what_is_learned_later_counts_once_the_index_has_taken_it(
        self, index: SearchIndex, make: Any, teach: Any, now: datetime
    ) -> None:
        document = make("a")
        index.put([document], 1)
        teach(document, 0.1)
        index.take_vectors([document])
        assert near_ids(index.candidates(Query(at=now), PUBLIC, EAST, 9), "en", [document]) == ["a"]
        assert index.position == 1


class TestBestByWords:
    def test_the_scores_are_those_of_the_search(self, index: SearchIndex, make: Any, now: datetime) -> None:
        documents = [make("a", body={"en": "trust trust"}), make("b", body={"en": "trust and much else beside"})]
        index.put([*documents, make("c")], 1)
        found = index.candidates(Query(at=now, text="trust"), PUBLIC, EAST, 9)
        assert [c.key for c in found.words] == [key(d.id) for d in documents]
        assert found.words[0].score > found.words[1].score > 0

    def test_they_are_the_first_that_a_search_finds_of_equals_too(
        self, index: SearchIndex, make: Any, now: datetime
    ) -> None:
        better = make("better", body={"en": "trust trust"})
        index.put([better, *(make(f"{n:02}", body={"en": "trust alone"}) for n in (7, 3, 9, 1, 5, 8))], 1)
        found = index.candidates(Query(at=now, text="trust"), PUBLIC, EAST, 4)
        page = index.search(Query(at=now, text="trust", limit=4), PUBLIC)
        assert [hit.document.thing for hit in page.hits] == ["better", "01", "03", "05"]
        assert {c.key for c in found.words} == {key(hit.document.id) for hit in page.hits}

    @pytest.mark.parametrize("text", ["trust", "unheard", "the", ""])
    def test_all_that_have_them_are_counted_as_in_a_search(
        self, index: SearchIndex, make: Any, now: datetime, text: str
    ) -> None:
        phases = [("scoping",), ("scoping", "planning"), ("planning",), ()]
        bodies = [{"en": "trust"}] * 3 + [{"en": "else"}]
        made = [
            make(f"{n}", body=body, facets={"phase": phase, "lang": ("en",)})
            for n, (body, phase) in enumerate(zip(bodies, phases, strict=True))
        ]
        index.put([*made, make("hidden", body={"en": "trust"}, audience=frozenset({"cluster:7"}))], 1)
        for filters in ({}, {"phase": ("planning",)}, {"phase": ("planning",), "lang": ("en",)}):
            query = Query(at=now, text=text, filters=filters)
            found, page = index.candidates(query, PUBLIC, EAST, 2), index.search(query, PUBLIC)
            has_words = text in ("trust", "unheard")
            assert (found.total, found.facets) == ((page.total, page.facets) if has_words else (0, NOTHING_COUNTED))

    def test_both_engines_score_alike(self, open_index: Any, make: Any, now: datetime) -> None:
        documents = [make(f"{n}", body={"en": " ".join(["trust"] * n + ["other"] * (9 - n))}) for n in range(9)]
        scores: list[list[float]] = []
        for adapter in ("elasticsearch", "tantivy"):
            engine = open_index(adapter)
            engine.put(documents, 1)
            found = engine.candidates(Query(at=now, text="trust"), PUBLIC, EAST, 9)
            scores.append([c.score for c in found.words])
        assert scores[0] == pytest.approx(scores[1], rel=0.03)


class TestChosen:
    def test_in_the_order_of_the_keys_as_far_as_scope_and_instant_admit(
        self, index: SearchIndex, make: Any, now: datetime
    ) -> None:
        later = datetime(now.year + 1, 1, 1, tzinfo=now.tzinfo)
        kept = [make("a"), make("b"), make("c"), make("d"), make("later", released_at=later)]
        hidden = make("hidden", audience=frozenset({"cluster:7"}))
        index.put([*kept, hidden], 1)
        keys = [key(document.id) for document in (hidden, kept[3], kept[0], kept[4], kept[1])] + [7]
        assert [d.thing for d in index.chosen(keys, PUBLIC, now).documents] == ["d", "a", "b"]
        assert [d.thing for d in index.chosen(keys, frozenset({"cluster:7"}), now).documents] == ["hidden"]
        assert [d.thing for d in index.chosen(keys, PUBLIC, later).documents] == ["d", "a", "later", "b"]
        assert (index.chosen(keys, frozenset(), now), index.chosen([], PUBLIC, now)) == (Chosen(), Chosen())

    def test_those_that_are_to_be_counted_are_read_or_not(self, index: SearchIndex, make: Any, now: datetime) -> None:
        kept = [make(name, facets={"phase": ("scoping", name), "kind": ("lesson",)}) for name in "abcd"]
        hidden = make("hidden", facets={"phase": ("scoping",)}, audience=frozenset({"cluster:7"}))
        index.put([*kept, hidden], 1)
        a, b, c, unseen = (key(document.id) for document in (*kept[:3], hidden))
        found = index.chosen([b], PUBLIC, now, counted=[a, b, c, unseen])
        assert [d.thing for d in found.documents] == ["b"]
        phases = (("scoping", 3), ("a", 1), ("b", 1), ("c", 1))
        assert found.facets == {**NOTHING_COUNTED, "phase": phases, "kind": (("lesson", 3),)}
        assert index.chosen([], PUBLIC, now, counted=[a]).facets["phase"] == (("a", 1), ("scoping", 1))


class TestSample:
    def test_the_same_are_drawn_whatever_is_hidden(self, index: SearchIndex, make: Any, now: datetime) -> None:
        index.put([make(f"{n}") for n in range(20)], 1)
        before = [d.id for d in index.sample(PUBLIC, now, 5)]
        index.put([make(f"h{n}", audience=frozenset({"cluster:7"})) for n in range(100)], 2)
        assert [d.id for d in index.sample(PUBLIC, now, 5)] == before == sorted(before, key=key)
        assert (len(index.sample(PUBLIC, now, 99)), index.sample(frozenset(), now, 5)) == (20, ())
