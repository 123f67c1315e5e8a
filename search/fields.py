"""What every engine keeps of a document to find it by, whatever the engine calls its types."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pydantic import TypeAdapter

from search.analysis import normal
from search.index import FACETS, LANGS, Document, Facets, Key, Lang
from search.planner import Term, words

LANGUAGE_TIE = 0.3
"""What the lesser of two languages adds where both have the word."""
PHRASE_SLOP = 1
"""One word may stand between those of a phrase: its stop words are not among its stems."""
LONGEST_PREFIX = 15
OPEN_END = 2**62
MOST_VALUES = 200
"""Values counted of a facet."""

BRIEF = ("cluster:", "programme:")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DOCUMENT = TypeAdapter(Document)


def micros(at: datetime) -> int:
    # In whole numbers: a float of seconds puts neighbouring microseconds together.
    return (at - EPOCH) // timedelta(microseconds=1)


def numbers(document: Document) -> Mapping[str, int]:
    """Instants in µs, an open end far away; the years only where they are known; and the key."""
    found = {
        "key": key(document.id),
        "released_at": micros(document.released_at),
        "until": micros(document.until) if document.until else OPEN_END,
    }
    if document.happened_from is not None:
        found["happened_from"] = document.happened_from
        found["happened_to"] = document.happened_to or document.happened_from
    return found


def key(id: str) -> Key:
    """Of a document with this id: the first 62 bits of its SHA-256, and one that tells whether it `is_brief`."""
    first = int.from_bytes(sha256(id.encode("utf-8", "replace")).digest()[:8], "big")
    return first >> 1 & ~1 | id.startswith(BRIEF)


def is_brief(key: Key) -> bool:
    """Whether it is of a kind of which there may be but a name, a sector and a place."""
    return bool(key & 1)


def literals(document: Document) -> Mapping[str, tuple[str, ...]]:
    """What is compared as it stands: audiences, facets, ids, and the beginnings of the words of its titles."""
    return {
        "id": (document.id,),
        "thing": (document.thing,),
        "audience": tuple(sorted(document.audience)),
        **{f"facet_{facet}": document.facets.get(facet, ()) for facet in FACETS},
        **{f"begins_{lang}": tuple(_beginnings(document.title.get(lang, ""))) for lang in LANGS},
    }


def texts(document: Document) -> Mapping[Lang, str]:
    """One searched field a language, title and body together: measured better than one each."""
    return {
        lang: normal("\n".join((document.title.get(lang, ""), document.body.get(lang, ""), document.also)))
        for lang in LANGS
        if lang in document.title or lang in document.body
    }


def newest(documents: Iterable[Document]) -> dict[str, Document]:
    """By id, the newest version of each; of equals the later one."""
    kept: dict[str, Document] = {}
    for document in documents:
        if document.id not in kept or kept[document.id].version <= document.version:
            kept[document.id] = document
    return kept


def in_order(documents: Iterable[Document], keys: Iterable[Key]) -> tuple[Document, ...]:
    """Those of the keys, in their order."""
    found = {key(document.id): document for document in documents}
    return tuple(found[each] for each in keys if each in found)


def counted_facets(documents: Iterable[Mapping[str, Iterable[str]]]) -> Facets:
    """Of the facets of each document."""
    counts = {facet: Counter[str]() for facet in FACETS}
    for facets in documents:
        for facet, values in facets.items():
            counts[facet].update(set(values))
    return {facet: in_falling_order(counted.items()) for facet, counted in counts.items()}


def counted_together(some: Facets, others: Facets) -> Facets:
    """Of documents that are none of the others."""
    together = dict(some)
    for facet, values in others.items():
        if values:
            together[facet] = in_falling_order((Counter(dict(some[facet])) + Counter(dict(values))).items())
    return together


def in_falling_order(counted: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """By falling count, and then by value."""
    return tuple(sorted(counted, key=lambda value: (-value[1], value[0]))[:MOST_VALUES])


def digest(documents: Iterable[Document]) -> str:
    """SHA-256 over documents in the order given, in hex: equal for equal contents, versions left out."""
    total = sha256()
    for d in documents:
        total.update(
            repr(
                (
                    d.id,
                    sorted(d.audience),
                    d.released_at.isoformat(),
                    d.until and d.until.isoformat(),
                    sorted(d.title.items()),
                    sorted(d.body.items()),
                    sorted(d.facets.items()),
                    d.also,
                    d.happened,
                    d.happened_from,
                    d.happened_to,
                )
            ).encode()
        )
    return total.hexdigest()


def langs(term: Term) -> tuple[Lang, ...]:
    """Those of the texts that a term is looked for in."""
    return LANGS if term.lang is None else (term.lang,)


def sound(values: Iterable[str]) -> list[str]:
    """Those that can be in a document at all: half a surrogate pair is in none, and engines refuse it."""
    return [v for v in values if v == v.encode("utf-8", "ignore").decode()]


def known(filters: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Raises `ValueError` for a facet that there is not: leaving it out would show more than was asked for."""
    if unknown := sorted(filters.keys() - set(FACETS)):
        raise ValueError(f"{unknown[0]} is not a facet. Facets are: {', '.join(FACETS)}.")
    return filters


def _beginnings(title: str) -> dict[str, None]:
    return dict.fromkeys(w[:n] for w in words(title) for n in range(1, min(len(w), LONGEST_PREFIX) + 1))
