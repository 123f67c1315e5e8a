"""Markdown of readers to HTML that can do nothing but be read."""

from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "img"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
HIGHEST = 2
"""A text never has the h1 of its page."""

_markdown = MarkdownIt("js-default")


def rendered(text: str) -> Markup:
    """Safe HTML. Images of other sites become their description; headings begin at h2 and skip no level."""
    tokens = _markdown.parse(text)
    _level(tokens)
    for token in tokens:
        token.children = [_without_far_image(child) for child in token.children or ()]
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noopener nofollow",
        )
    )


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
