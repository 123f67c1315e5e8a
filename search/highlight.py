"""What a hit shows: title and snippet in one language, the words that were asked for marked. Safe HTML."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

import tantivy

from search import tantivy_query as ask
from search.index import LANGS, Document, Lang, Query, preferring
from search.planner import Clause

SNIPPET_CHARACTERS = 200


class Marker:
    """For one search: tantivy's snippet generators for each language, made once and used for each hit.

    They know the words of a language by clauses on its title and body, so they are given a query of their own, which
    is never searched with.
    """

    def __init__(
        self, searcher: tantivy.Searcher, schema: tantivy.Schema, clauses: Iterable[Clause], query: Query
    ) -> None:
        only = query.filters.get("lang", ())
        self._langs = preferring("en" if only == ("en",) else "nb" if only == ("nb",) else query.prefer)
        self._generators: dict[str, Any] = {}
        phrases = [phrase for clause in clauses for phrase in clause]
        for lang in LANGS:
            for field, length in ((f"title_{lang}", 2_000), (f"body_{lang}", SNIPPET_CHARACTERS)):
                rendered = [q for p in phrases if (q := ask.in_language(schema, p, field, lang)) is not None]
                if rendered:
                    wanted = tantivy.Query.boolean_query([(tantivy.Occur.Should, q) for q in rendered])
                    generator = tantivy.SnippetGenerator.create(searcher, wanted, schema, field)
                    generator.set_max_num_chars(length)
                    self._generators[field] = generator

    def mark(self, row: Any, document: Document) -> tuple[Lang, str, str]:
        """(language, title, snippet): the preferred language, unless only the other has the words."""
        there: list[Lang] = [lang for lang in self._langs if lang in document.title]
        lang: Lang = there[0]
        for other in there:
            if self._marked(f"title_{other}", row) or self._marked(f"body_{other}", row):
                lang = other
                break
        title = self._marked(f"title_{lang}", row) or escape(document.title[lang])
        return lang, title, self._marked(f"body_{lang}", row) or escape(_beginning(document.body.get(lang, "")))

    def _marked(self, field: str, row: Any) -> str:
        """The text with the words in `<mark>`, or nothing when none of them is there."""
        generator = self._generators.get(field)
        html: str = generator.snippet_from_doc(row).to_html() if generator else ""
        return html.replace("<b>", "<mark>").replace("</b>", "</mark>")


def _beginning(text: str) -> str:
    if len(text) <= SNIPPET_CHARACTERS:
        return text
    return re.sub(r"\s+\S*$", "", text[:SNIPPET_CHARACTERS]) + " …"
