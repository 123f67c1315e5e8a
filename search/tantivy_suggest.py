"""What a half-typed title may become."""

from datetime import datetime

from tantivy import Order, Schema, Searcher

from search import tantivy_query as ask
from search.index import MAX_LIMIT, Lang, Scope, Suggestion, preferring
from search.planner import words


def suggestions(
    searcher: Searcher, schema: Schema, typed: str, scope: Scope, at: datetime, prefer: Lang
) -> list[Suggestion]:
    """From the hundred newest titles of each language: the preferred language first, then those that begin with all
    that was typed, then by title. No thing twice."""
    begun = words(typed)
    if not begun or not scope:
        return []
    found: dict[str, Suggestion] = {}
    for lang in preferring(prefer):
        begins = ask.within(ask.begins(schema, begun, lang), ask.admitted(schema, scope, at))
        newest = searcher.search(begins, MAX_LIMIT, order_by_field="released_at", order=Order.Desc).hits
        documents = [ask.document(searcher.doc(address)) for _, address in newest]
        # The index knows beginnings of some length only.
        fitting = [Suggestion(d.thing, d.kind, lang, d.title[lang]) for d in documents]
        fitting = [s for s in fitting if _fits(begun, words(s.title))]
        for s in sorted(fitting, key=lambda s: (not _leads(begun, s.title), s.title.casefold(), s.thing)):
            found.setdefault(s.thing, s)
    return list(found.values())


def _fits(begun: tuple[str, ...], title: tuple[str, ...]) -> bool:
    return all(any(word.startswith(typed) for word in title) for typed in begun)


def _leads(begun: tuple[str, ...], title: str) -> bool:
    return " ".join(words(title)).startswith(" ".join(begun))
