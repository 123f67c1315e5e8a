"""Markdown of readers to HTML that can do nothing but be read."""

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

import nh3
from markdown_it.token import Token
from markupsafe import Markup, escape

from projections.markdown_budget import TooMuchWork, html_of, tokens_of

TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "img"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
HIGHEST = 2
"""A text never has the h1 of its page."""
LONGEST = 300_000
"""Characters of HTML; text that is all quotation marks is 120,000 of it."""
KEPT = 256
"""Results that are kept, so that a page read often is rendered once."""


def rendered(text: str) -> Markup:
    """Safe HTML. Images of other sites become their description; headings begin at h2 and skip no level.

    Work and result are bounded for every text of `PROSE_MAX` characters: one that would take more than the budget is
    shown as plain paragraphs, whole and unformatted.
    """
    place = _place(sha256(text.encode("utf-8", "surrogatepass")).digest())
    if not place:  # two threads may both find it empty; they put in the same
        place.append(_render(text))
    return place[0]


@lru_cache(maxsize=KEPT)
def _place(_digest: bytes) -> list[Markup]:
    """Where the result for a text is put; the text itself is not kept."""
    return []


def _render(text: str) -> Markup:
    try:
        tokens, _ = tokens_of(text)
    except TooMuchWork:
        return _plain(text)
    _level(tokens)
    for token in tokens:
        token.children = [_without_far_image(child) for child in token.children or ()]
    html = html_of(tokens)
    if len(html) > LONGEST:
        return _plain(text)
    return Markup(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noopener nofollow",
        )
    )


def _plain(text: str) -> Markup:
    """Every character as it was typed; lines and paragraphs stay apart."""
    paragraphs = (p.strip("\n") for p in re.split(r"\n(?:[ \t]*\n)+", text))
    lines = (Markup("<br>\n").join(escape(line) for line in p.split("\n")) for p in paragraphs if p)
    return Markup("").join(Markup("<p>{}</p>\n").format(paragraph) for paragraph in lines)


def _level(tokens: Sequence[Token]) -> None:
    """Screen readers walk headings by level; a text that begins with `###` would leave a hole."""
    last = HIGHEST - 1
    for token in tokens:
        if token.type == "heading_open":
            last = min(max(int(token.tag[1]), HIGHEST), last + 1)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{last}"


def _without_far_image(token: Token) -> Token:
    """A far image would tell its site who reads this page."""
    if token.type != "image" or _is_near(str(token.attrs.get("src", ""))):
        return token
    return Token("text", "", 0, content=token.content)


def _is_near(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/\\"))
