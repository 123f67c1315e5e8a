"""No text costs more than its length is worth. Counted in calls, which are the same on every machine."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from api.pages.markdown import LONGEST, _render  # pyright: ignore[reportPrivateUsage]
from domain.text import PROSE_MAX
from projections.markdown_budget import ADDRESSES, STEPS_BESIDES, STEPS_EACH, TooMuchWork, budget, html_of, tokens_of
from tests.sampling import enough

COUNTED = enough(PROSE_MAX, of=2)
"""How long a text is while calls are counted, which takes most of the time; with WHOLE=1, as long as they can be."""
OF_THE_LENGTH = Callable[[int], str]


def run(piece: str) -> OF_THE_LENGTH:
    return lambda n: (piece * n)[:n]


def halves(before: str, after: str) -> OF_THE_LENGTH:
    return lambda n: (before * n)[: n // 2] + (after * n)[: n // 2]


def thirds(before: str, within: str) -> OF_THE_LENGTH:
    return lambda n: (before * n)[: n // 3] + (within * n)[: n // 3] + (before[::-1] * n)[: n // 3]


RUNS = (
    *(
        "[",
        "![",
        "[[a](",
        "[a](",
        "[a](()",
        "[a]: ",
        "[a]: b\n",
        "[a]:b\n[a]\n",
        "![a](",
        "![a](/b)",
        "[a](/b)",
        "[a][",
    ),
    *("*a ", "**", "*a_", "a*", "***a", "_a __b ", "~~a", "*`", "[*", "[*a*](", "`", "`a``b```", "`["),
    *(
        "<",
        ">",
        "> ",
        "> a\n",
        "- ",
        "- a\n",
        "-\n",
        "> - ",
        "1. ",
        "<!--",
        "<http://a>",
        "<![CDATA[",
        "<div>\n",
        "a@b.c ",
    ),
    *("|", "|a", "|a\n|-\n", "a|b\n-|-\n", "|a|\n|-|\n|b|\n", "&", "&amp;", "&#", "\\", "\\\n", "http://a "),
    *("#", "# \n", "a\n=\n", "a\n", "a  \n", "\n", "    a\n", "```\n", "---\n", "word ", "æ", "\u00a0", '"'),
)
BUILT: dict[str, OF_THE_LENGTH] = {
    "quotation that every line continues": lambda n: "> " * 19 + "a\n" + "a\n" * (n // 2 - 20),
    "quotation begun at many lines": thirds("\n> =\n=\nhttp://a", "> __="),
    "lists in lists": lambda n: "".join("  " * i + "- a\n" for i in range(int(n**0.5))),
    "emphasis in emphasis": halves("*a _b ", "_ * "),
    "strong in strong": halves("**a ", "**"),
    "links in links": lambda n: "[" * (n // 8) + "a" + "](/b)" * (n // 8),
    "images in images": lambda n: "![" * (n // 8) + "a" + "](/b)" * (n // 8),
    "images before what ends none": thirds("- ![<http://a><http://a>", '__"'),
    "brackets before what ends none": halves("[`__* ", "<"),
    "wide table of short rows": lambda n: "|a" * (n // 6) + "\n" + "|-" * (n // 6) + "\n" + "a\n" * (n // 6),
    "long address used often": lambda n: "[a]: " + "b" * (n // 2) + "\n\n" + "[a]" * (n // 6),
    "long title used often": lambda n: "[a]: b '" + "æ" * (n // 2) + "'\n\n" + "[a]" * (n // 6),
    "backticks of every number": lambda n: "".join("`" * i + "a" for i in range(1, int((2 * n) ** 0.5))),
}


def calls(text: str) -> int:
    """Of functions, Python's own and those written in C, while the text is rendered."""
    count = 0

    def counted(_frame: FrameType, event: str, _of: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        _render(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("text_of", [*map(run, RUNS), *BUILT.values()], ids=[*map(repr, RUNS), *BUILT])
def test_twice_the_length_is_at_most_twice_the_work_and_never_much(text_of: OF_THE_LENGTH) -> None:
    half, whole = calls(text_of(COUNTED // 2)), calls(text_of(COUNTED))
    assert whole <= 2.1 * half + 1_000
    assert whole <= 250 * COUNTED


@pytest.mark.parametrize("text_of", [*map(run, RUNS), *BUILT.values()], ids=[*map(repr, RUNS), *BUILT])
def test_the_result_has_a_size_that_can_be_kept(text_of: OF_THE_LENGTH) -> None:
    assert len(_render(text_of(PROSE_MAX))) <= LONGEST


@pytest.mark.parametrize(
    "name", [n for n in BUILT if "used often" in n or "continues" in n or "wide" in n or "none" in n]
)
def test_what_would_grow_faster_than_its_length_is_given_up(name: str) -> None:
    with pytest.raises(TooMuchWork):
        tokens_of(BUILT[name](PROSE_MAX))


def test_a_text_is_formatted_up_to_its_budget_and_not_beyond() -> None:
    def fits(text: str) -> bool:
        try:
            _, steps = tokens_of(text)
        except TooMuchWork:
            return False
        assert 0 < steps <= budget(text) == STEPS_BESIDES + STEPS_EACH * len(text)
        return True

    told = [fits("[" * n) for n in range(200, 300)]
    assert (told[0], told[-1]) == (True, False)
    assert told == sorted(told, reverse=True)


def test_addresses_are_counted_to_the_character() -> None:
    def told(uses: int) -> int:
        return len("".join(str(c.attrs["href"]) for t in tokens_of(text(uses))[0] for c in t.children or () if c.attrs))

    def text(uses: int) -> str:
        return f"[a]: {'b' * 999}\n\n" + "[a] " * uses

    most = next(n for n in range(500) if 999 * (n + 1) > ADDRESSES * (STEPS_BESIDES + len(text(n + 1))))
    assert told(most) == 999 * most
    with pytest.raises(TooMuchWork):
        tokens_of(text(most + 1))


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).parents[2] / "demo/data/cases").glob("*.md")), ids=lambda f: f.name
)
def test_what_people_write_is_far_from_the_budget(file: Path) -> None:
    text = file.read_text("utf-8")
    tokens, steps = tokens_of((text * PROSE_MAX)[:PROSE_MAX])
    assert steps < budget("a" * PROSE_MAX) / 10
    assert len(html_of(tokens)) < LONGEST / 10
