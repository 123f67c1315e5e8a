"""What is found, by whom, and as of when."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.embedded import TantivyIndex
from search.index import FACETS, MAX_LIMIT, Document, Page, Query, SearchIndex

NOTHING = Page(0, (), dict.fromkeys(FACETS, ()))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("recruit", ["english"]),
        ("RECRUITING", ["english"]),
        ("recruited", ["english"]),
        ("erfaring", ["norwegian"]),
        ("erfaringene", ["norwegian"]),
        ("BEDRIFT", ["norwegian"]),
        ("bedriftene", ["norwegian"]),
        ("Sørlandet", ["norwegian"]),
        ("Sorlandet", []),
        ("Ålesund", ["norwegian"]),
        ("A\u030alesund", ["norwegian"]),
        ("Ｒｅｃｒｕｉｔ", ["english"]),
    ],
)
def test_words_are_found_in_their_inflections_and_in_any_case(
    index: SearchIndex, make: Any, find: Any, things: Any, typed: str, expected: list[str]
) -> None:
    index.put(
        [
            make("english", title={"en": "Recruiting participants"}),
            make("norwegian", title={"nb": "Erfaringer fra Sørlandet"}, body={"nb": "Bedrifter i Ålesund."}),
        ],
        1,
    )
    assert things(find(typed)) == expected


def test_letters_made_of_two_characters_are_found_by_one(index: SearchIndex, make: Any, find: Any, things: Any) -> None:
    index.put([make("decomposed", title={"nb": "Besøk i A\u030alesund"})], 1)
    assert things(find("Ålesund")) == ["decomposed"]


def test_more_of_the_words_is_better_and_any_of_them_is_enough(
    index: SearchIndex, make: Any, find: Any, things: Any
) -> None:
    index.put(
        [
            make("trust", title={"en": "Trust"}),
            make("both", title={"en": "Trust among owners"}),
            make("neither", title={"en": "Exports"}),
        ],
        1,
    )
    page = find("trust owners")
    assert (page.total, things(page)) == (2, ["both", "trust"])


class TestThesaurus:
    @pytest.fixture(autouse=True)
    def documents(self, index: SearchIndex, make: Any) -> None:
        index.put(
            [
                make("english", title={"en": "The cluster manager decides"}),
                make("norwegian", title={"nb": "Klyngelederen bestemmer"}, body={}),
                make("apart", title={"en": "A cluster of firms and their manager"}),
                make("expertise", title={"en": "Centres of Expertise"}),
                make("nce", title={"nb": "NCE"}, body={}),
            ],
            1,
        )

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("klyngeleder", ["english", "norwegian"]),
            ("cluster manager", ["english", "norwegian"]),
            ("Centre of Expertise", ["expertise", "nce"]),
            ("cluster", ["apart", "english"]),
        ],
    )
    def test_asked_in_one_language_finds_the_other_and_phrases_whole(
        self, find: Any, things: Any, typed: str, expected: list[str]
    ) -> None:
        assert sorted(things(find(typed))) == expected

    def test_of_a_phrase_all_words_are_marked_or_none(self, find: Any) -> None:
        marked = {hit.document.thing: hit.title for hit in find("klyngeleder firms").hits}
        assert marked == {
            "english": "The <mark>cluster</mark> <mark>manager</mark> decides",
            "norwegian": "<mark>Klyngelederen</mark> bestemmer",
            "apart": "A cluster of <mark>firms</mark> and their manager",
        }

    def test_stop_words_within_a_phrase_stay_unmarked(self, find: Any) -> None:
        titles = [hit.title for hit in find("centre of expertise").hits]
        assert "<mark>Centres</mark> of <mark>Expertise</mark>" in titles


def test_words_that_are_not_shown_find_the_document_in_each_of_its_languages(
    index: SearchIndex, make: Any, find: Any, things: Any
) -> None:
    index.put([make("a", also="Subsea"), make("b", title={"nb": "Tillit"}, body={}, also="subsea")], 1)
    assert sorted(things(find("subsea"))) == ["a", "b"]


def test_a_document_comes_back_whole(index: SearchIndex, make: Any, find: Any) -> None:
    document = make(
        "whole",
        audience=frozenset({"public", "cluster:7"}),
        released_at=datetime(2010, 3, 1, 12, 0, 0, 123457, UTC),
        until=datetime(2030, 1, 1, tzinfo=UTC),
        title={"en": "<b>Trust</b> & æøå", "nb": "Tillit"},
        body={"en": "One\ntwo " * 9_000, "nb": ""},
        facets={"topic": ("trust", "owners"), "year": ("2009", "2010")},
        also="Klynge",
        happened="2009/2010",
        happened_from=2009,
        happened_to=2010,
        version=42,
    )
    index.put([document], 1)
    assert [hit.document for hit in find().hits] == [document]
    assert list(index.documents()) == [document]


class TestScope:
    @pytest.fixture(autouse=True)
    def documents(self, index: SearchIndex, make: Any) -> None:
        secret: dict[str, Any] = {"facets": {"topic": ("merger",), "kind": ("lesson",)}, "also": "quisquis"}
        index.put(
            [
                make("open", title={"en": "Foresight for all"}, facets={"topic": ("trust",), "kind": ("lesson",)}),
                make("ours", title={"en": "Foresight of ours"}, audience=frozenset({"cluster:7"}), **secret),
                make("shared", title={"en": "Foresight shared"}, audience=frozenset({"cluster:7", "managers"})),
            ],
            1,
        )

    def test_what_is_out_of_scope_shows_nowhere(self, index: SearchIndex, find: Any, things: Any, now: Any) -> None:
        page = find("foresight")
        assert (page.total, things(page)) == (1, ["open"])
        assert page.facets == {**NOTHING.facets, "topic": (("trust", 1),), "kind": (("lesson", 1),)}
        assert [s.thing for s in index.suggest("fore", frozenset({"public"}), now)] == ["open"]

    @pytest.mark.parametrize("asked", ["quisquis", "ours", "merger"])
    def test_words_out_of_scope_find_nothing(self, find: Any, asked: str) -> None:
        assert find(asked) == NOTHING

    def test_a_filter_on_a_value_out_of_scope_tells_nothing(self, find: Any) -> None:
        page = find(filters={"topic": ("merger",)})
        assert (page.total, page.hits, page.facets["topic"]) == (0, (), (("trust", 1),))

    @pytest.mark.parametrize(
        ("scope", "expected"),
        [
            (("public",), ["open"]),
            (("managers",), ["shared"]),
            (("cluster:7",), ["ours", "shared"]),
            (("public", "cluster:7", "managers"), ["open", "ours", "shared"]),
            (("cluster",), []),
            (("cluster:*",), []),
            (("PUBLIC",), []),
            (("",), []),
        ],
    )
    def test_one_audience_in_common_is_enough(
        self, find: Any, things: Any, scope: tuple[str, ...], expected: list[str]
    ) -> None:
        assert sorted(things(find("foresight", scope=scope))) == expected

    @pytest.mark.parametrize("text", ["", "foresight"])
    def test_the_empty_scope_sees_nothing(self, index: SearchIndex, find: Any, now: Any, text: str) -> None:
        assert find(text, scope=()) == NOTHING
        assert index.suggest("fore", frozenset(), now) == ()

    def test_hidden_documents_change_no_answer(self, index: SearchIndex, make: Any, find: Any, now: Any) -> None:
        def answers() -> Any:
            public = frozenset({"public"})
            return find(), find("foresight"), find("foresight", sort="oldest"), index.suggest("fo", public, now)

        before = answers()
        hidden: dict[str, Any] = {"audience": frozenset({"managers"}), "facets": {"topic": ("trust", "merger")}}
        index.put([make(f"x{n}", title={"en": "Foresight"}, **hidden) for n in range(120)], 2)
        assert answers() == before

    def test_documents_for_nobody_are_seen_by_nobody(self, index: SearchIndex, make: Any, find: Any) -> None:
        index.put([make("nobody", title={"en": "Zebra"}, audience=frozenset[str]())], 2)
        assert find("zebra", scope=("public", "managers", "cluster:7")) == NOTHING

    def test_narrowing_who_may_read_takes_effect_at_once(self, index: SearchIndex, make: Any, find: Any) -> None:
        index.put([make("open", version=2, audience=frozenset({"cluster:7"}))], 2)
        assert find() == NOTHING


class TestAsOf:
    """Two revisions of one lesson: released in 2010, revised in 2012."""

    revised_at = datetime(2012, 5, 30, 10, 0, 0, 500_001, UTC)

    @pytest.fixture(autouse=True)
    def documents(self, index: SearchIndex, make: Any) -> None:
        first: dict[str, Any] = {"until": self.revised_at, "facets": {"topic": ("before",)}}
        second: dict[str, Any] = {"released_at": self.revised_at, "facets": {"topic": ("after",)}, "revision": 2}
        index.put(
            [
                make("lesson", title={"en": "Early words"}, **first),
                make("lesson", title={"en": "Later words"}, **second),
            ],
            1,
        )

    @pytest.mark.parametrize(
        ("apart", "titles", "topics"),
        [
            (-timedelta(days=9_999), [], ()),
            (-timedelta(days=1), ["Early words"], (("before", 1),)),
            (-timedelta(microseconds=1), ["Early words"], (("before", 1),)),
            (timedelta(0), ["Later words"], (("after", 1),)),
            (timedelta(days=9_999), ["Later words"], (("after", 1),)),
        ],
    )
    def test_hits_facets_and_suggestions_are_those_of_the_instant(
        self, index: SearchIndex, find: Any, apart: timedelta, titles: list[str], topics: Any
    ) -> None:
        at = self.revised_at + apart
        for page in (find(at=at), find("words", at=at)):
            assert [hit.document.title["en"] for hit in page.hits] == titles
            assert (page.total, page.facets["topic"]) == (len(titles), topics)
        assert [s.title for s in index.suggest("words", frozenset({"public"}), at)] == titles

    def test_an_instant_of_another_time_zone_is_the_same_instant(self, find: Any) -> None:
        at = self.revised_at.astimezone(timezone(timedelta(hours=5, minutes=30)))
        assert find(at=at) == find(at=self.revised_at)


def test_until_is_exact_to_the_microsecond(index: SearchIndex, make: Any, find: Any) -> None:
    start = datetime(2026, 11, 24, 2, 45, 53, 0, UTC)
    instants = [start + timedelta(microseconds=n) for n in range(200)]
    index.put(
        [make(str(n), released_at=at, until=at + timedelta(microseconds=1)) for n, at in enumerate(instants)],
        1,
    )
    assert [find(at=at).total for at in instants] == [1] * len(instants)


@pytest.mark.parametrize(
    ("year_from", "year_to", "expected"),
    [
        (None, None, ["eighties", "long", "never", "one"]),
        (2010, 2010, ["long", "one"]),
        (2011, None, ["long"]),
        (None, 1989, ["eighties"]),
        (None, 2009, ["eighties", "long"]),
        (2013, 2026, []),
        (2012, 2005, []),
        (-5, 20_000, ["eighties", "long", "one"]),
    ],
)
def test_spans_of_years_that_touch(
    index: SearchIndex, make: Any, find: Any, things: Any, year_from: int | None, year_to: int | None, expected: Any
) -> None:
    index.put(
        [
            make("one", happened_from=2010, happened_to=2010),
            make("long", happened_from=2008, happened_to=2012),
            make("eighties", happened_from=1985, happened_to=1989),
            make("never"),
        ],
        1,
    )
    assert sorted(things(find(year_from=year_from, year_to=year_to))) == expected


class TestHostileInput:
    @pytest.fixture(autouse=True)
    def documents(self, index: SearchIndex, make: Any) -> None:
        index.put(
            [
                make("plain", title={"en": "The trust of owners", "nb": "Tillit i Centre of Expertise, The Switch"}),
                make(
                    "secret", title={"en": "Secret"}, audience=frozenset({"cluster:7"}), facets={"topic": ("secret",)}
                ),
            ],
            1,
        )

    @pytest.mark.parametrize(
        "typed",
        [
            '"trust',
            "'trust",
            "trust AND (",
            "NCE: trust",
            "trust\x00secret",
            "trust OR id:[* TO *]",
            "+trust -owners",
            "trust~2^9",
            "trust/a\\b",
            "😀 trust",
            "trust\ud800",
            "trust " * 2_000,
            "trust\u202e\u200b",
            "_exists_:audience trust",
            "{!lucene}trust",
            "trust' OR 1=1 --",
        ],
    )
    def test_is_read_as_words(self, index: SearchIndex, find: Any, things: Any, now: Any, typed: str) -> None:
        assert things(find(typed)) == ["plain"]
        assert [s.thing for s in index.suggest(typed, frozenset({"public"}), now)] in ([], ["plain"])

    @pytest.mark.parametrize(
        "typed",
        [
            *("*", "?", '"', "()", "+", "~", "😀", "\x00", ":", "…", "\u200b", "\ud800", "*:*"),
            *("x" * 10_000, "topic:secret", "æøå" * 50),
            *("the", "of the", "og det er", "OG", "The of", "and til"),
        ],
    )
    def test_with_no_word_that_counts_finds_nothing(self, index: SearchIndex, find: Any, now: Any, typed: str) -> None:
        assert find(typed) == NOTHING

    @pytest.mark.parametrize("typed", ["*", "", " ", "\x00", "😀", "x" * 10_000, '"', "\ud800", "se"])
    def test_suggests_nothing(self, index: SearchIndex, now: Any, typed: str) -> None:
        assert index.suggest(typed, frozenset({"public"}), now) == ()

    @pytest.mark.parametrize("typed", ["", " ", "\n\t "])
    def test_blank_text_matches_everything_admitted(self, find: Any, things: Any, typed: str) -> None:
        assert things(find(typed)) == ["plain"]

    @pytest.mark.parametrize("value", ["", "*", "\x00", "\ud800", "x" * 100_000, '" OR "'])
    def test_filters_and_scopes_are_taken_literally(self, find: Any, value: str) -> None:
        assert find(filters={"topic": (value,)}).total == 0
        assert find(scope=(value,)) == NOTHING

    def test_an_unknown_facet_is_refused(self, find: Any) -> None:
        with pytest.raises(ValueError, match="colour"):
            find(filters={"colour": ("red",)})

    @pytest.mark.parametrize("limit", [-1, 0, MAX_LIMIT + 1, 10**9])
    @pytest.mark.parametrize("offset", [-1, 0, 10_000, 10**12])
    def test_any_page_can_be_asked_for(self, find: Any, limit: int, offset: int) -> None:
        page = find(limit=limit, offset=offset)
        assert (page.total, len(page.hits)) == (1, int(limit > 0 and offset <= 0))


@given(text=st.text(max_size=60))
def test_any_text_can_be_searched(shared: Callable[[Query], Page], text: str) -> None:
    page = shared(Query(at=datetime(2026, 1, 1, tzinfo=UTC), text=text))
    assert page.total == len(page.hits) <= 1


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An index kept for all the texts."""
    index = TantivyIndex(tmp_path_factory.mktemp("shared"))
    at, public = datetime(2010, 1, 1, tzinfo=UTC), frozenset({"public"})
    index.put([Document("lesson:a:1", "a", "lesson", 1, 1, public, at, None, {"en": "A B C 0 1 2"}, {})], 1)

    def search(query: Query) -> Page:
        return index.search(query, public)

    yield search
    index.close()
