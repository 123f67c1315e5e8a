"""How tantivy is asked: its schema, a document's row in it, and a planned query under a scope.

What a reader typed never reaches tantivy's own parser; see `planner`. Scores of filters are zero, so that who else may
read a document, or what it is about, changes no order.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tantivy import Document as Row
from tantivy import FieldType, Occur, Query, Schema, SchemaBuilder

from search import fields
from search.analysis import terms
from search.fields import DOCUMENT, LANGUAGE_TIE, LONGEST_PREFIX, PHRASE_SLOP, micros
from search.index import FACETS, LANGS, Document, Key, Lang, Scope
from search.passages import MOST, Passage, passages
from search.planner import Clause, Phrase, Term

ONE_BY_ONE = 50
"""Terms that are sooner looked for one by one: of a set tantivy makes an automaton first, which takes 0.2 ms."""


def schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("thing", "audience"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("version", fast=True)
    for name in ("key", "released_at", "until", "happened_from", "happened_to"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for lang in LANGS:
        builder.add_text_field(f"all_{lang}", tokenizer_name=f"text_{lang}")
        builder.add_text_field(f"begins_{lang}", tokenizer_name="spaced", index_option="basic")
        builder.add_text_field(f"passages_{lang}", tokenizer_name="raw", index_option="basic")
        for name in passage_columns(lang):
            builder.add_integer_field(name, fast=True)
    for facet in FACETS:
        builder.add_text_field(f"facet_{facet}", tokenizer_name="raw", fast=True, index_option="basic")
    # As bytes: a text field is indexed as well, and the document is one term of its own length then.
    builder.add_bytes_field("document", stored=True)
    return builder.build()


def row(document: Document) -> Row:
    row = Row()
    row.add_bytes("document", DOCUMENT.dump_json(document))
    row.add_integer("version", document.version)
    for name, number in fields.numbers(document).items():
        row.add_integer(name, number)
    for lang, text in fields.texts(document).items():
        row.add_text(f"all_{lang}", text)
    for name, values in fields.literals(document).items():
        for value in values:
            row.add_text(name, value)
    for lang, found in passages(document).items():
        for name, passage in zip(passage_columns(lang), found, strict=False):
            row.add_text(f"passages_{lang}", str(passage))
            row.add_integer(name, passage)
    return row


def passage_columns(lang: Lang) -> list[str]:
    """The passages of a document again, one a column: of a field with many values only the first is told quickly."""
    return [f"passage_{lang}_{n}" for n in range(MOST)]


def document(row: Row) -> Document:
    """The document as it was put."""
    return DOCUMENT.validate_json(bytes(row.get_first("document") or b""))


def asked(s: Schema, clauses: Iterable[Clause]) -> Query | None:
    """Any clause, the more the better; None when nothing is left after stop words. Of alternatives the best counts."""
    rendered: list[tuple[Occur, Query]] = []
    for clause in clauses:
        alternatives = [q for term in clause if (q := _in_languages(s, term)) is not None]
        if alternatives:
            rendered.append((Occur.Should, Query.disjunction_max_query(alternatives, 0.0)))
    return Query.boolean_query(rendered) if rendered else None


def _in_languages(s: Schema, term: Term) -> Query | None:
    queries = [q for lang in fields.langs(term) if (q := _in_language(s, term.phrase, lang)) is not None]
    if not queries:
        return None
    best = Query.disjunction_max_query(queries, LANGUAGE_TIE)
    return best if term.weight == 1 else Query.boost_query(best, term.weight)


def _in_language(s: Schema, phrase: Phrase, lang: Lang) -> Query | None:
    field, stems = f"all_{lang}", terms(phrase, lang)
    if not stems:
        return None
    if len(stems) == 1:
        return Query.term_query(s, field, stems[0])
    return Query.phrase_query(s, field, [*stems], PHRASE_SLOP)


def begins(s: Schema, typed: Iterable[str], lang: Lang) -> Query:
    """A title of words that begin with each of those typed, as far as 15 characters tell."""
    field = f"begins_{lang}"
    return Query.boolean_query([(Occur.Must, Query.term_query(s, field, w[:LONGEST_PREFIX])) for w in typed])


def admitted(s: Schema, scope: Scope, at: datetime, without: frozenset[str]) -> list[Query]:
    """The clauses no query goes without: who is asking, what was released at the instant, and what is left out."""
    instant = micros(at)
    clauses = [
        _any_of(s, "audience", sorted(scope)),
        _range(s, "released_at", None, instant),
        _range(s, "until", instant + 1, None),
    ]
    if without:
        but: list[tuple[Occur, Query]] = [
            (Occur.Must, Query.all_query()),
            (Occur.MustNot, _any_of(s, "thing", sorted(without))),
        ]
        clauses.append(Query.boolean_query(but))
    return clauses


def filtered(s: Schema, filters: Mapping[str, tuple[str, ...]]) -> list[Query]:
    """Raises `ValueError` for a facet that there is not."""
    return [_any_of(s, f"facet_{facet}", values) for facet, values in fields.known(filters).items()]


def happened(s: Schema, year_from: int | None, year_to: int | None) -> list[Query]:
    after = [] if year_from is None else [_range(s, "happened_to", year_from, None)]
    before = [] if year_to is None else [_range(s, "happened_from", None, year_to)]
    return after + before


def having(s: Schema, passages: Mapping[Lang, Iterable[Passage]]) -> Query:
    """Any of the passages of any language."""
    sets = [Query.term_set_query(s, f"passages_{lang}", [*map(str, some)]) for lang, some in passages.items()]
    return Query.boolean_query([(Occur.Should, each) for each in sets])


def chosen(s: Schema, keys: Iterable[Key]) -> Query:
    return _any(s, "key", [*keys])


def within(query: Query | None, conditions: Iterable[Query]) -> Query:
    """`query`, or everything, where all conditions hold; the conditions add nothing to the score."""
    must: list[tuple[Occur, Query]] = [(Occur.Must, query or Query.all_query())]
    return Query.boolean_query(must + [(Occur.Must, Query.const_score_query(c, 0.0)) for c in conditions])


def _any_of(s: Schema, field: str, values: Iterable[str]) -> Query:
    return _any(s, field, fields.sound(values))


def _any(s: Schema, field: str, values: Sequence[str | int]) -> Query:
    if not 0 < len(values) <= ONE_BY_ONE:
        return Query.term_set_query(s, field, [*values])
    return Query.boolean_query([(Occur.Should, Query.term_query(s, field, value)) for value in values])


def _range(s: Schema, field: str, low: int | None, high: int | None) -> Query:
    return Query.range_query(s, field, FieldType.Integer, low, high)
