"""Markdown parsed within a budget, so that no text costs more than its length is worth.

markdown-it-py is linear for what people write, not for what they can think of: it looks for the end of a link from
every bracket anew, reads a quotation once for each of its levels, fills short rows of a table up to its width, and
leaves out what is nested too deep. Here every step it takes and every token it makes is counted, and a text that takes
too many, or is nested deeper than anyone reads, is given up as a whole.
"""

from collections.abc import Sequence
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

STEPS_EACH = 5
"""For each character; the densest sensible text, a table of single letters, takes three."""
STEPS_BESIDES = 5_000
"""So that a short text may be as crowded as it likes."""
DEEPEST = 20
"""Levels; a list within a list is two more."""
WIDEST = 2
"""The levels that one block can add: a list and its first item."""
ADDRESSES = 10
"""Times the length of the text, all addresses and titles together: a reference repeats its own at every use."""

_LEFT = "laerdom.steps-left"


class TooMuchWork(Exception):
    """The text would take more steps, levels or room than it is given."""


def budget(text: str) -> int:
    return STEPS_BESIDES + STEPS_EACH * len(text)


def tokens_of(text: str) -> tuple[list[Token], int]:
    """The tokens, and the steps they took: at most the budget. Raises `TooMuchWork`."""
    env: dict[str, int] = {_LEFT: budget(text)}
    tokens = _markdown.parse(text, env)
    if _addresses(tokens) > ADDRESSES * (STEPS_BESIDES + len(text)):
        raise TooMuchWork
    return tokens, budget(text) - env[_LEFT]


def html_of(tokens: Sequence[Token]) -> str:
    return _markdown.renderer.render(tokens, _markdown.options, {})


def _spend(env: EnvType) -> None:
    env[_LEFT] -= 1
    if env[_LEFT] < 0:
        raise TooMuchWork


class _BlockState(StateBlock):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        _spend(self.env)
        return super().push(ttype, tag, nesting)


class _Blocks(ParserBlock):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token] | None:
        state = _BlockState(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens


class _Inline(ParserInline):
    def skipToken(self, state: StateInline) -> None:
        """Also what was looked at before: looking it up again from every bracket is what costs most."""
        _spend(state.env)
        super().skipToken(state)


def _at_block(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    """A rule that never applies, asked before all others at each line, also when a line may end what is before it."""
    _spend(state.env)
    if state.level >= DEEPEST:  # the parser would leave the text out from here on
        raise TooMuchWork
    return False


def _at_inline(state: StateInline, _silent: bool) -> bool:
    _spend(state.env)
    return False


def _counting() -> MarkdownIt:
    markdown = MarkdownIt("js-default")
    markdown.block, markdown.inline = _Blocks(), _Inline()
    markdown.configure("js-default", {"maxNesting": DEEPEST + WIDEST})
    ends = ["paragraph", "reference", "blockquote", "list"]
    markdown.block.ruler.before("table", "budget", _at_block, {"alt": ends})
    markdown.inline.ruler.before("text", "budget", _at_inline)
    return markdown


def _addresses(tokens: Sequence[Token]) -> int:
    children = (child for token in tokens for child in token.children or ())
    return sum(len(str(value)) for child in children for value in child.attrs.values())


_markdown = _counting()
# Its rules are put together when they are first asked for, and a second thread would find them half done.
tokens_of("*once*")
