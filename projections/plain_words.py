"""Texts of the domain as words to search in: by language, Markdown without its marks."""

from collections.abc import Callable, Mapping
from typing import cast

from domain.text import LocalText
from projections.markdown_budget import TooMuchWork, tokens_of
from search.index import Lang


def plain_words(markdown: str) -> str:
    """As it was typed where reading it would cost more than its length is worth."""
    try:
        tokens, _ = tokens_of(markdown)
    except TooMuchWork:
        return markdown
    blocks: list[str] = []
    for token in tokens:
        if token.type == "inline":
            blocks.append("".join(" " if c.type.endswith("break") else c.content for c in token.children or ()))
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.strip())
    return "\n".join(blocks)


def by_language(text: LocalText) -> Mapping[Lang, str]:
    return cast(Mapping[Lang, str], text.languages)


def in_both(text: str) -> Mapping[Lang, str]:
    return {"en": text, "nb": text}


def joined(*texts: LocalText | None, plain: Callable[[str], str] = plain_words) -> Mapping[Lang, str]:
    """The texts of each language one after the other, Markdown as `plain` words."""
    parts: dict[Lang, list[str]] = {}
    for text in texts:
        for lang, words in by_language(text).items() if text else ():
            parts.setdefault(lang, []).append(plain(words))
    return {lang: "\n".join(lines) for lang, lines in parts.items()}
