"""How tantivy is asked: its schema and analysis, and the rendering of a planned query under a scope.

What a reader typed never reaches tantivy's own parser; see `planner`. Scores of filters are zero, so that who else may
read a document, or what it is about, changes no order.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from tantivy import Document as Stored
from tantivy import FieldType, Filter, Occur, Query, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from search.index import FACETS, LANGS, Document, Lang, Scope
from search.planner import Clause, Phrase, words

VERSION: Final = 1
"""Raised when the same text would be indexed otherwise; an index of another version is filled anew."""
LANGUAGE_TIE = 0.3
LONGEST_PREFIX = 15
LONGEST_TOKEN = 80
OPEN_END = 2**62

STEMMERS: Mapping[Lang, str] = {"en": "english", "nb": "norwegian"}


def _analyzer(lang: Lang) -> TextAnalyzer:
    # Lower case first: stop words and stems are lower case, and "Og" is a stop word too.
    name = STEMMERS[lang]
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_TOKEN))
    return builder.filter(Filter.lowercase()).filter(Filter.stopword(name)).filter(Filter.stemmer(name)).build()


ANALYZERS: Mapping[Lang, TextAnalyzer] = {lang: _analyzer(lang) for lang in LANGS}
TOKENIZERS: Mapping[str, TextAnalyzer] = {
    **{f"text_{lang}": analyzer for lang, analyzer in ANALYZERS.items()},
    "spaced": TextAnalyzerBuilder(Tokenizer.whitespace()).build(),
}


def schema() -> Schema:
    """One searched field a language (title and body together: measured better than one each); titles and bodies apart
    for marking words in them only."""
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("audience", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("version", stored=True)
    builder.add_integer_field("released_at", stored=True, indexed=True, fast=True)
    builder.add_integer_field("until", indexed=True, fast=True)
    builder.add_integer_field("happened_from", indexed=True, fast=True)
    builder.add_integer_field("happened_to", indexed=True, fast=True)
    for lang in LANGS:
        builder.add_text_field(f"all_{lang}", tokenizer_name=f"text_{lang}")
        builder.add_text_field(f"title_{lang}", stored=True, tokenizer_name=f"text_{lang}")
        builder.add_text_field(f"body_{lang}", stored=True, tokenizer_name=f"text_{lang}")
        builder.add_text_field(f"begins_{lang}", tokenizer_name="spaced", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(f"facet_{facet}", tokenizer_name="raw", fast=True, index_option="basic")
    builder.add_text_field("document", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def micros(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() * 1_000_000)


def stored(document: Document, serialised: str) -> Stored:
    row = Stored()
    row.add_text("id", document.id)
    row.add_text("document", serialised)
    row.add_integer("version", document.version)
    row.add_integer("released_at", micros(document.released_at))
    row.add_integer("until", micros(document.until) if document.until else OPEN_END)
    if document.happened_from is not None:
        row.add_integer("happened_from", document.happened_from)
        row.add_integer("happened_to", document.happened_to or document.happened_from)
    for audience in document.audience:
        row.add_text("audience", audience)
    for lang in LANGS:
        if lang in document.title:
            title, body = document.title[lang], document.body.get(lang, "")
            row.add_text(f"title_{lang}", title)
            row.add_text(f"body_{lang}", body)
            row.add_text(f"all_{lang}", "\n".join((title, body, document.also)))
            row.add_text(f"begins_{lang}", " ".join(_beginnings(title)))
    for facet, values in document.facets.items():
        for value in values:
            row.add_text(f"facet_{facet}", value)
    return row


def _beginnings(title: str) -> dict[str, None]:
    return dict.fromkeys(w[:n] for w in words(title) for n in range(1, min(len(w), LONGEST_PREFIX) + 1))


def asked(s: Schema, clauses: Iterable[Clause], field: str = "all") -> Query | None:
    """Any clause, the more the better; None when nothing is left after stop words. Of alternatives the best counts."""
    rendered: list[Query] = []
    for clause in clauses:
        alternatives = [q for phrase in clause if (q := _in_languages(s, phrase, field)) is not None]
        if alternatives:
            rendered.append(Query.disjunction_max_query(alternatives, 0.0))
    return Query.boolean_query([(Occur.Should, q) for q in rendered]) if rendered else None


def _in_languages(s: Schema, phrase: Phrase, field: str) -> Query | None:
    queries = [q for lang in LANGS if (q := in_language(s, phrase, f"{field}_{lang}", lang)) is not None]
    return Query.disjunction_max_query(queries, LANGUAGE_TIE) if queries else None


def in_language(s: Schema, phrase: Phrase, field: str, lang: Lang) -> Query | None:
    terms = ANALYZERS[lang].analyze(" ".join(phrase))
    if not terms:
        return None
    return Query.term_query(s, field, terms[0]) if len(terms) == 1 else Query.phrase_query(s, field, [*terms], 1)


def begins(s: Schema, typed: Iterable[str], lang: Lang) -> Query:
    field = f"begins_{lang}"
    return Query.boolean_query([(Occur.Must, Query.term_query(s, field, w[:LONGEST_PREFIX])) for w in typed])


def admitted(s: Schema, scope: Scope, at: datetime) -> list[Query]:
    """The clauses no query goes without: who is asking, and what was released at the instant."""
    instant = micros(at)
    return [
        Query.term_set_query(s, "audience", sorted(scope)),
        _range(s, "released_at", -OPEN_END, instant),
        _range(s, "until", instant + 1, OPEN_END),
    ]


def filtered(s: Schema, filters: Mapping[str, tuple[str, ...]]) -> list[Query]:
    return [Query.term_set_query(s, f"facet_{facet}", list(values)) for facet, values in filters.items()]


def happened(s: Schema, year_from: int | None, year_to: int | None) -> list[Query]:
    clauses: list[Query] = []
    if year_from is not None:
        clauses.append(_range(s, "happened_to", year_from, 9999))
    if year_to is not None:
        clauses.append(_range(s, "happened_from", 0, year_to))
    return clauses


def within(query: Query | None, conditions: Iterable[Query]) -> Query:
    """`query`, or everything, where all conditions hold; the conditions add nothing to the score."""
    must: list[tuple[Occur, Query]] = [(Occur.Must, query or Query.all_query())]
    return Query.boolean_query(must + [(Occur.Must, Query.const_score_query(c, 0.0)) for c in conditions])


def _range(s: Schema, field: str, low: int, high: int) -> Query:
    return Query.range_query(s, field, FieldType.Integer, low, high, True, True)
