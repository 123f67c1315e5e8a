"""Texts as the words to search in."""

import pytest

from domain.text import PROSE_MAX, Prose
from projections.plain_words import joined, plain_words


def test_markdown_without_its_marks() -> None:
    text = "## A *heading*\n\nTwo\nlines, [a link](https://example.org).\n\n- one\n- two\n\n```\ncode\n```"
    assert plain_words(text) == "A heading\nTwo lines, a link.\none\ntwo\ncode"


@pytest.mark.parametrize(
    "costly",
    [
        "> " * 19 + "a\n" + "a\n" * (PROSE_MAX // 2 - 20),
        "[" * PROSE_MAX,
        "|a" * 3_000 + "\n" + "|-" * 3_000 + "\n" + "a\n" * 3_000,
        "> " * 30 + "deeper than it would be read",
    ],
    ids=["quotation that every line continues", "brackets", "wide table of short rows", "too deep"],
)
def test_what_would_cost_more_than_its_length_is_worth_is_taken_as_it_was_typed(costly: str) -> None:
    """Or whoever shares it would hold up search for everybody."""
    assert plain_words(costly) == costly


def test_the_languages_stay_apart() -> None:
    assert joined(Prose(en="*One*", nb="*En*"), None, Prose(nb="To")) == {"en": "One", "nb": "En\nTo"}
