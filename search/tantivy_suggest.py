"""What a half-typed title may become, from tantivy."""

from datetime import datetime

from tantivy import Order, Schema, Searcher

from search import tantivy_query as ask
from search.index import MAX_LIMIT, Document, Lang, Scope, Suggestion, preferring
from search.planner import words
from search.suggesting import suggestions


def suggested(
    searcher: Searcher,
    schema: Schema,
    typed: str,
    scope: Scope,
    at: datetime,
    prefer: Lang,
    limit: int,
    without: frozenset[str],
) -> tuple[Suggestion, ...]:
    """From the hundred newest titles of each language, the preferred language first."""
    begun = words(typed)
    if not begun or not scope:
        return ()

    def newest(lang: Lang) -> list[Document]:
        begins = ask.within(ask.begins(schema, begun, lang), ask.admitted(schema, scope, at, without))
        hits = searcher.search(begins, MAX_LIMIT, order_by_field="released_at", order=Order.Desc).hits
        return [ask.document(searcher.doc(address)) for _, address in hits]

    return suggestions(begun, ((lang, newest(lang)) for lang in preferring(prefer)), min(limit, MAX_LIMIT))
