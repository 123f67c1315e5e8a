"""What a hit shows and what is suggested: the right language, safe HTML, the words marked."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlight import Marker
from search.index import Document, Query, SearchIndex, Suggestion
from search.planner import plan

PUBLIC = frozenset({"public"})
LONG = "Owners were asked what they expected. " * 30


def shown(page: Any) -> tuple[str, str, str]:
    (hit,) = page.hits
    return hit.lang, hit.title, hit.snippet


class TestMarking:
    def test_words_are_marked_in_their_inflections(self, index: SearchIndex, make: Any, find: Any) -> None:
        index.put([make("a", title={"en": "Recruiting owners"}, body={"en": "They recruited an owner."})], 1)
        assert shown(find("recruit owner")) == (
            "en",
            "<mark>Recruiting</mark> <mark>owners</mark>",
            "They <mark>recruited</mark> an <mark>owner</mark>.",
        )

    def test_text_is_escaped_and_letters_are_kept(self, index: SearchIndex, make: Any, find: Any) -> None:
        title = "«Ærlighet» <b>& tillit</b> på Sørlandet?"
        body = 'Læring <script>alert("æøå")</script> & tillit </mark> 😀 å.'
        index.put([make("a", title={"nb": title}, body={"nb": body})], 1)
        assert shown(find("tillit ærlighet sørlandet æøå")) == (
            "nb",
            "«<mark>Ærlighet</mark>» &lt;b&gt;&amp; <mark>tillit</mark>&lt;/b&gt; på <mark>Sørlandet</mark>?",
            "Læring &lt;script&gt;alert(&quot;<mark>æøå</mark>&quot;)&lt;/script&gt; &amp; <mark>tillit</mark>"
            " &lt;/mark&gt; 😀 å.",
        )

    def test_without_words_nothing_is_marked_and_all_is_escaped(self, index: SearchIndex, make: Any, find: Any) -> None:
        index.put([make("a", title={"en": "<i>Trust</i>"}, body={"en": "<img src=x onerror=alert(1)> & more"})], 1)
        assert shown(find()) == (
            "en",
            "&lt;i&gt;Trust&lt;/i&gt;",
            "&lt;img src=x onerror=alert(1)&gt; &amp; more",
        )

    def test_a_title_is_shown_whole(self, index: SearchIndex, make: Any, find: Any) -> None:
        title = "Trust, " + "and more " * 30 + "trust!"
        index.put([make("a", title={"en": title})], 1)
        assert shown(find("trust"))[1] == title.replace("Trust", "<mark>Trust</mark>").replace(
            "trust!", "<mark>trust</mark>!"
        )

    def test_a_long_body_begins_at_its_beginning_and_ends_at_a_word(
        self, index: SearchIndex, make: Any, find: Any
    ) -> None:
        index.put([make("a", title={"en": "Trust"}, body={"en": LONG})], 1)
        snippet = shown(find("trust"))[2]
        assert re.fullmatch(r"(\S+ )+…", snippet)
        assert LONG.startswith(snippet.removesuffix("…"))
        assert 150 < len(snippet) <= 202

    @pytest.mark.parametrize("before", [0, 1, 10, 30])
    def test_a_long_body_is_shown_where_the_words_are(
        self, index: SearchIndex, make: Any, find: Any, before: int
    ) -> None:
        filler = "Owners were asked what they expected. "
        index.put([make("a", body={"en": filler * before + "In the end trust & patience won. " + filler * 30})], 1)
        snippet = shown(find("patience trust"))[2]
        plain = re.sub(r"</?mark>", "", snippet).strip("… ")
        assert "<mark>trust</mark> &amp; <mark>patience</mark>" in snippet
        assert len(plain) <= 210
        assert plain.replace("&amp;", "&") in filler * before + "In the end trust & patience won. " + filler * 30

    def test_a_body_without_spaces_is_cut_all_the_same(self, index: SearchIndex, make: Any, find: Any) -> None:
        index.put([make("a", title={"en": "Trust"}, body={"en": "x" * 5_000})], 1)
        assert len(shown(find("trust"))[2]) <= 202

    def test_a_body_in_a_language_without_a_title_is_found_and_not_shown(
        self, index: SearchIndex, make: Any, find: Any
    ) -> None:
        index.put([make("a", title={"en": "Trust"}, body={"nb": "Tillit tar tid."})], 1)
        assert shown(find("tillit", prefer="nb")) == ("en", "Trust", "")

    def test_an_empty_body_shows_nothing(self, index: SearchIndex, make: Any, find: Any) -> None:
        index.put([make("a", title={"en": "Trust"}, body={})], 1)
        assert shown(find("trust")) == ("en", "<mark>Trust</mark>", "")

    def test_what_finds_without_being_shown_is_not_shown(self, index: SearchIndex, make: Any, find: Any) -> None:
        index.put([make("a", title={"en": "Trust"}, body={"en": "In the end."}, also="Quisquis")], 1)
        assert shown(find("quisquis")) == ("en", "Trust", "In the end.")


@given(
    title=st.text(max_size=40),
    body=st.text(st.sampled_from("ab <>&\"'\n\u030a😀å"), max_size=700),
    typed=st.text(st.sampled_from("ab å"), max_size=8),
)
def test_whatever_is_shown_is_the_text_escaped_and_marked(title: str, body: str, typed: str) -> None:
    at = datetime(2010, 1, 1, tzinfo=UTC)
    document = Document("lesson:a:1", "a", "lesson", 1, 1, PUBLIC, at, None, {"nb": title}, {"nb": body})
    hit = Marker(plan(typed), Query(at, typed)).hit(document)
    for html, text in ((hit.title, title), (hit.snippet, body)):
        plain = re.sub(r"</?mark>", "", html)
        assert not set("<>\"'") & set(plain)
        assert unescape(plain).removeprefix("… ").removesuffix(" …") in unicodedata.normalize("NFC", text)
    assert len(unescape(re.sub(r"</?mark>", "", hit.snippet))) <= 204


class TestMatches:
    @pytest.fixture
    def matches(self, index: SearchIndex, make: Any, find: Any) -> Callable[[str], list[tuple[str, str, str]]]:
        """Of the one document: what was typed, what was found for it, and how that is written, in order."""
        body = "Klyngelederen asked the Cluster  Managers. Foresight took foresights."
        index.put([make("a", title={"en": "Meetings"}, body={"en": body})], 1)

        def matches(text: str) -> list[tuple[str, str, str]]:
            (hit,) = find(text).hits
            return [(" ".join(m.typed), " ".join(m.found), m.written) for m in hit.matches]

        return matches

    def test_what_was_typed_as_it_is_written_there(self, matches: Callable[[str], Any]) -> None:
        assert matches("meeting") == [("meeting", "meeting", "meetings")]

    def test_another_name_for_it(self, matches: Callable[[str], Any]) -> None:
        assert matches("framsyn") == [("framsyn", "foresight", "foresight")]

    def test_each_name_once_in_the_order_of_the_text(self, matches: Callable[[str], Any]) -> None:
        assert matches("klyngeleder foresight meetings") == [
            ("meetings", "meetings", "meetings"),
            ("klyngeleder", "klyngelederen", "klyngelederen"),
            ("klyngeleder", "cluster manager", "cluster managers"),
            ("foresight", "foresight", "foresight"),
        ]


class TestLanguage:
    @pytest.fixture(autouse=True)
    def documents(self, index: SearchIndex, make: Any) -> None:
        both = make(
            "both",
            title={"en": "Trust in Klyngen", "nb": "Tillit i Klyngen"},
            body={"en": "Firms share.", "nb": "Bedrifter deler."},
            facets={"lang": ("en", "nb")},
        )
        index.put([both], 1)

    @pytest.mark.parametrize(
        ("asked", "title"),
        [
            ({"text": "klyngen", "prefer": "en"}, "Trust in <mark>Klyngen</mark>"),
            ({"text": "klyngen", "prefer": "nb"}, "Tillit i <mark>Klyngen</mark>"),
            ({"text": "tillit", "prefer": "en"}, "<mark>Tillit</mark> i Klyngen"),
            ({"text": "bedrift", "prefer": "en"}, "Tillit i Klyngen"),
            ({"text": "trust", "prefer": "nb"}, "<mark>Trust</mark> in Klyngen"),
            ({"text": "", "prefer": "nb"}, "Tillit i Klyngen"),
            ({"text": "", "prefer": "en"}, "Trust in Klyngen"),
            ({"text": "", "prefer": "en", "filters": {"lang": ("nb",)}}, "Tillit i Klyngen"),
            ({"text": "", "prefer": "nb", "filters": {"lang": ("en",)}}, "Trust in Klyngen"),
            ({"text": "", "prefer": "nb", "filters": {"lang": ("en", "nb")}}, "Tillit i Klyngen"),
        ],
    )
    def test_is_the_one_preferred_unless_only_the_other_has_the_words(self, find: Any, asked: Any, title: str) -> None:
        lang, shown_title, _ = shown(find(**asked))
        assert (lang, shown_title) == ("en" if " in " in title else "nb", title)

    def test_is_the_one_there_is(self, index: SearchIndex, make: Any, find: Any) -> None:
        index.put([make("both", title={"nb": "Tillit"}, body={"nb": "Deling."}, version=2)], 2)
        assert shown(find(prefer="en")) == ("nb", "Tillit", "Deling.")


class TestSuggestions:
    @pytest.fixture(autouse=True)
    def documents(self, index: SearchIndex, make: Any) -> None:
        index.put(
            [
                make("a", title={"en": "Foresight lessons", "nb": "Erfaringer fra framsynsprosess"}),
                make("b", title={"en": "Lessons of <b>trust</b>"}, kind="case"),
                make("c", title={"nb": "Lærdommer om kunnskapsallmenningens eierskap"}),
                make("d", title={"en": "Foresight secrets"}, audience=frozenset({"cluster:7"})),
            ],
            1,
        )

    @pytest.mark.parametrize(
        ("typed", "prefer", "expected"),
        [
            ("fore", "en", ["Foresight lessons"]),
            ("FORE", "nb", ["Foresight lessons"]),
            ("frams", "en", ["Erfaringer fra framsynsprosess"]),
            ("erf frams", "en", ["Erfaringer fra framsynsprosess"]),
            ("les", "en", ["Lessons of <b>trust</b>", "Foresight lessons"]),
            ("lessons", "en", ["Lessons of <b>trust</b>", "Foresight lessons"]),
            ("les tr", "en", ["Lessons of <b>trust</b>"]),
            ("f", "en", ["Foresight lessons"]),
            ("f", "nb", ["Erfaringer fra framsynsprosess"]),
            ("læ", "en", ["Lærdommer om kunnskapsallmenningens eierskap"]),
            ("kunnskapsallmenningens", "en", ["Lærdommer om kunnskapsallmenningens eierskap"]),
            ("kunnskapsallmenningenes", "en", []),
            ("essons", "en", []),
            ("foresight erf", "en", []),
            ("secr", "en", []),
        ],
    )
    def test_every_word_typed_begins_a_word_of_the_title(
        self, index: SearchIndex, now: Any, typed: str, prefer: Any, expected: list[str]
    ) -> None:
        assert [s.title for s in index.suggest(typed, PUBLIC, now, prefer)] == expected

    def test_says_what_it_is(self, index: SearchIndex, now: Any) -> None:
        assert index.suggest("trust", PUBLIC, now) == (Suggestion("b", "case", "en", "Lessons of <b>trust</b>"),)

    def test_names_no_thing_twice(self, index: SearchIndex, make: Any, now: Any) -> None:
        index.put([make("e", title={"en": "Panel one", "nb": "Panel en"}), make("f", title={"en": "Panel two"})], 2)
        assert [(s.thing, s.lang) for s in index.suggest("panel", PUBLIC, now)] == [("e", "en"), ("f", "en")]

    @pytest.mark.parametrize(("limit", "length"), [(-1, 0), (0, 0), (1, 1), (8, 8), (1_000, 100)])
    def test_are_at_most_so_many(self, index: SearchIndex, make: Any, now: Any, limit: int, length: int) -> None:
        index.put([make(f"x{n}", title={"en": f"Panel {n}", "nb": f"Panel {n}"}) for n in range(150)], 2)
        assert len(index.suggest("panel", PUBLIC, now, limit=limit)) == length
