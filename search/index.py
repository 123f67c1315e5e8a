"""The port `SearchIndex`, and the values that cross it.

An adapter stores whole documents and answers queries under a reader's scope. It never sees an event, never parses
what a reader typed (the planner has done that), and never returns anything that the scope does not admit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, TypeAlias

from search.embedder import Model, Vector
from search.planner import Clause, Lang, Match, plan

Sort: TypeAlias = Literal["relevance", "newest", "oldest"]
Scope: TypeAlias = frozenset[str]
"""The audiences a reader belongs to. A document that names one of them is admitted; the empty scope sees nothing."""

Key: TypeAlias = int
"""What engines know a document by among themselves, made of its id: 63 bits, spread evenly but for the last."""

LANGS: tuple[Lang, ...] = ("en", "nb")


def preferring(first: Lang) -> tuple[Lang, ...]:
    """Every language, `first` first."""
    return ("en", "nb") if first == "en" else ("nb", "en")


FACETS: tuple[str, ...] = (
    "kind",
    "programme",
    "cluster",
    "sector",
    "county",
    "phase",
    "polarity",
    "topic",
    "lang",
    "year",
)
"""What can be counted and filtered by. A filter on several values of one facet means any of them."""

Facets: TypeAlias = Mapping[str, tuple[tuple[str, int], ...]]
NOTHING_COUNTED: Facets = dict.fromkeys(FACETS, ())

MAX_LIMIT = 100
MAX_OFFSET = 10_000


class SearchUnavailable(Exception):
    """The engine cannot answer now. Nothing is lost: the index catches up with the log by itself."""

    def __init__(self, why: str, retry_after_s: int = 5) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Document:
    """One released revision of one thing, and the interval in which it was the released one.

    `id` is `kind:thing:revision`. `version` is the log position the document was made from: an older version never
    overwrites a newer one. The interval is half open, `[released_at, until)`; `until=None` means still released.
    `also` are words that find the document in each of its languages and are not shown: names, places, topics.
    """

    id: str
    thing: str
    kind: str
    revision: int
    version: int
    audience: frozenset[str]
    released_at: datetime
    until: datetime | None
    title: Mapping[Lang, str]
    body: Mapping[Lang, str]
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    also: str = ""
    happened: str = ""
    happened_from: int | None = None
    happened_to: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader asks. `at` is the instant whose released revisions are searched: now, or the past.

    An empty `text` matches everything the scope and filters admit; a text of nothing but stop words matches nothing.
    `clauses` are the text as it was planned, none where it is not to be looked for by its words; None makes each word
    one.
    `year_from`/`year_to` (inclusive) select what happened in a span of years that touches them. `without` names things
    that are left out of everything, whatever is kept of them: hits, total and counts.
    """

    at: datetime
    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    year_from: int | None = None
    year_to: int | None = None
    sort: Sort = "relevance"
    prefer: Lang = "en"
    limit: int = 10
    offset: int = 0
    without: frozenset[str] = frozenset()
    clauses: tuple[Clause, ...] | None = None


def clauses_of(query: Query) -> tuple[Clause, ...]:
    return plan(query.text) if query.clauses is None else query.clauses


def on_page(query: Query) -> range:
    """Which hits are asked for, from 0: none beyond what can be paged to."""
    offset = max(0, query.offset)
    return range(offset, offset + max(0, min(query.limit, MAX_LIMIT)) if offset < MAX_OFFSET else offset)


@dataclass(frozen=True, slots=True)
class Near:
    """A direction to look in: `vector` (dims,) of length 1, compared with vectors of the same `model` alone."""

    model: Model
    vector: Vector


class Candidate(NamedTuple):
    """A document, when it was released in µs since 1970, and what an engine thinks of it."""

    key: Key
    released_at: int
    score: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may come first. `words` are scored by BM25 (k1 = 1.2, b = .75, without the factor k1 + 1), the first of
    those that a search finds; `near`, by language, with the cosine of the nearest passage, nearest first. A language
    may be missing. `written` is how many documents the scope and filters admit in each language, whether they have the
    words or not; `total` and `facets` are those of a page, counted of the documents that have the words."""

    words: tuple[Candidate, ...] = ()
    near: Mapping[Lang, tuple[Candidate, ...]] = field(default_factory=dict[Lang, tuple[Candidate, ...]])
    written: Mapping[Lang, int] = field(default_factory=dict[Lang, int])
    total: int = 0
    facets: Facets = field(default_factory=lambda: NOTHING_COUNTED)
    degraded: bool = False


class Chosen(NamedTuple):
    documents: tuple[Document, ...] = ()
    facets: Facets = NOTHING_COUNTED


@dataclass(frozen=True, slots=True)
class Hit:
    """`lang` is the language of `title` and of `snippet`; both of those are safe HTML, with the words marked. `matches`
    are what the document has, in that language, of what was asked for. `near`: it was found for being close in meaning,
    and not by its words."""

    document: Document
    lang: Lang
    title: str
    snippet: str
    matches: tuple[Match, ...] = ()
    near: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """`facets` holds every facet of `FACETS`, values by falling count and then by value.

    The counts of a facet ignore that facet's own filter, so that a reader sees what choosing another value would give.
    `degraded` says that only a part of the index could answer. `corrected` are words typed that nobody writes, each
    with the one that may have been meant.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Facets
    degraded: bool = False
    corrected: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A released thing whose title has a word that begins as typed."""

    thing: str
    kind: str
    lang: Lang
    title: str


class SearchIndex(Protocol):
    """Where documents are kept and found.

    Whoever opens an index closes it. One process writes (`put`, `adopt`); any number of threads search meanwhile.

        index.put([document], position=7)
        index.search(Query(at=now, text="trust"), scope=frozenset({"public"})).total
    """

    @property
    def position(self) -> int:
        """The log position up to which this index is known to be complete; 0 for an empty one. Survives a crash
        together with the documents, never ahead of them. Raises `SearchUnavailable`."""
        ...

    def put(self, documents: Sequence[Document], position: int) -> None:
        """Make the documents findable and durable, then the position. A document older than the one kept under its
        id is ignored. After return a search sees them; those of a fresh index are seen when it is read or adopted.

        Raises `SearchUnavailable` when they may not all be written: go on from `position`, which says how far. Raises
        `ValueError` for what this engine can never keep, naming the ids and leaving the position: having written
        nothing for a text that is not Unicode, else with the other documents of the batch perhaps written."""
        ...

    def search(self, query: Query, scope: Scope) -> Page:
        """By words: at most `query.limit` hits. Raises `SearchUnavailable`, and `ValueError` for a filter on what is no
        facet."""
        ...

    def candidates(self, query: Query, scope: Scope, near: Near, top: int) -> Candidates:
        """The `top` best by words, and in each language the `top` nearest, of what scope and filters admit: exactly
        those, however many others are nearer. Raises as `search`."""
        ...

    def chosen(self, keys: Sequence[Key], scope: Scope, at: datetime, counted: Sequence[Key] = ()) -> Chosen:
        """Those of these documents that the scope admits and that were released then, in the order of the keys; and
        the facets of those that are to be `counted`. Raises `SearchUnavailable`."""
        ...

    def sample(self, scope: Scope, at: datetime, top: int) -> tuple[Document, ...]:
        """So many of the documents that the scope admits, those with the lowest keys: always the same ones, whatever
        else is kept. Raises `SearchUnavailable`."""
        ...

    def take_vectors(self, documents: Sequence[Document]) -> None:
        """The vectors of passages of these are known now. Nothing else of the documents changes, and an older version
        of one changes nothing. Raises as `put`."""
        ...

    def suggest(
        self,
        typed: str,
        scope: Scope,
        at: datetime,
        prefer: Lang = "en",
        limit: int = 8,
        without: frozenset[str] = frozenset(),
    ) -> tuple[Suggestion, ...]:
        """Things whose title holds words that begin with every word typed, at most `limit`, no thing twice, and none
        of those `without`."""
        ...

    def documents(self) -> Iterator[Document]:
        """Every document kept, ordered by id: for comparing an index with the log or with another index."""
        ...

    def fresh(self) -> "SearchIndex":
        """An empty index of the same kind beside this one, found by nobody until it is adopted; closed without that it
        goes. One rebuild at a time: it may remove what a killed one left. Raises `SearchUnavailable`."""
        ...

    def adopt(self, fresh: "SearchIndex") -> None:
        """Search the fresh index from now on, in every process that has this index and after a restart; no search
        fails meanwhile. The old one is kept, found by nobody, until `tidy`. Raises `ValueError` for an index that is
        in use already, and `SearchUnavailable` with the old one in use."""
        ...

    def tidy(self) -> int:
        """Remove what is not in use, former indexes and fresh ones that were never adopted, and say how many those
        were. Not while a rebuild runs: its fresh index goes as well. Raises `SearchUnavailable`."""
        ...

    def close(self) -> None: ...
