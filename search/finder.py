"""Finding: what was typed, planned with the thesaurus; the words and the meaning of it put into one order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import structlog

from search.analysis import terms
from search.embedder import EmbeddingFailed
from search.fields import counted_together, key
from search.fusion import WINDOW, Fused, fused, typed_in
from search.highlight import Marker
from search.index import (
    LANGS,
    NOTHING_COUNTED,
    Candidates,
    Chosen,
    Document,
    Hit,
    Near,
    Page,
    Query,
    Scope,
    SearchIndex,
    clauses_of,
    on_page,
)
from search.lexicon import Words
from search.meaning import Meaning
from search.order import BEST, Said, repeats_last
from search.planner import MAX_CHARACTERS, Clause, Lexicon, corrected, plan, translated
from search.reference import Reference
from search.thesaurus import Thesaurus

log = structlog.get_logger()


class Finder:
    """Searches an index. Without `meaning`, when that fails, and as long as it is not `ready`, by words alone: of what
    is known of a part, that part would come first. Without `in_order` the last step is left out, for measuring it."""

    def __init__(
        self,
        index: SearchIndex,
        reference: Reference,
        meaning: Meaning | None = None,
        ready: Callable[[], bool] = lambda: True,
        *,
        in_order: bool = True,
    ) -> None:
        self._index, self._reference, self._meaning = index, reference, meaning
        self._ready, self._in_order = ready, in_order

    def get_ready(self, thesaurus: Thesaurus) -> None:
        """Everything loaded that the first search needs. Raises `SearchUnavailable`."""
        lexicon = self._lexicon(thesaurus)
        if self._meaning:
            with suppress(EmbeddingFailed):
                self._meaning.near("trust", translated(plan("trust", lexicon), lexicon))

    def search(self, query: Query, scope: Scope, thesaurus: Thesaurus | None = None) -> Page:
        """As `SearchIndex.search`, the text planned with the thesaurus and with the words that the public uses."""
        lexicon = self._lexicon(thesaurus) if thesaurus and query.text.strip() else None
        clauses = plan(query.text, lexicon)
        query = replace(query, clauses=clauses)
        near = self._near(query, clauses, scope, lexicon)
        page = self._index.search(query, scope) if near is None else self._by_both(query, clauses, scope, near)
        return replace(page, corrected=_unfound(corrected(clauses, lexicon), page.hits)) if lexicon else page

    def planned(self, query: Query, thesaurus: Thesaurus) -> Query:
        """With the clauses that it is searched by."""
        return replace(query, clauses=plan(query.text, self._lexicon(thesaurus)))

    def alike(self, to: Document, query: Query, scope: Scope) -> Page:
        """Documents that say nearly the same as one. None before its vectors are known, and without a model.

        By its meaning alone: how much a word counts depends on how many have it, and so on what is hidden.
        """
        near = self._meaning.of(to) if self._meaning else None
        if near is None:
            return Page(0, (), NOTHING_COUNTED)
        query = replace(query, text="", clauses=())
        candidates = self._index.candidates(query, scope, near, WINDOW)
        first = fused(candidates, self._reference.snapshot().usual(near))
        return self._page(query, scope, candidates, first, self._chosen(query, scope, first))

    def _lexicon(self, thesaurus: Thesaurus) -> Words:
        return Words(thesaurus, self._reference.snapshot().vocabulary)

    def _near(self, query: Query, clauses: Sequence[Clause], scope: Scope, lexicon: Lexicon | None) -> Near | None:
        """Where what is meant is; None where it is to be found by words alone."""
        # By date what is merely near would stand above what has the words.
        if query.sort != "relevance" or not scope or not _tells(clauses):
            return None
        if self._meaning is None or not self._ready():
            return None
        try:
            others = translated(clauses, lexicon) if lexicon else None
            return self._meaning.near(query.text[:MAX_CHARACTERS], others)
        except EmbeddingFailed as error:
            log.warning("searched by words alone", why=str(error))
            return None

    def _by_both(self, query: Query, clauses: Sequence[Clause], scope: Scope, near: Near) -> Page:
        usual = self._reference.snapshot().usual(near)
        candidates = self._index.candidates(query, scope, near, WINDOW)
        first = fused(candidates, usual, typed_in(usual), one_word=len(clauses) == 1)
        changing = first[:BEST] if self._in_order and on_page(query).start < BEST else []
        chosen = self._chosen(query, scope, first, changing)
        if self._meaning and changing:
            best = chosen.documents[: len(changing)]
            first = _led(first, repeats_last([*map(Said, best, self._meaning.directions(best))]))
        return self._page(query, scope, candidates, first, chosen)

    def _chosen(self, query: Query, scope: Scope, first: Sequence[Fused], changing: Sequence[Fused] = ()) -> Chosen:
        """Those that are changing places, and those on the page."""
        keys = dict.fromkeys(each.key for each in (*changing, *_within(first, on_page(query))))
        return self._index.chosen([*keys], scope, query.at, [each.key for each in first if not each.has_words])

    def _page(self, query: Query, scope: Scope, candidates: Candidates, first: Sequence[Fused], chosen: Chosen) -> Page:
        """What comes first, and after it what else has the words. What is no longer there since the candidates were
        told leaves a gap: the page is not whole."""
        wanted, marker = on_page(query), Marker(clauses_of(query), query)
        shown, near = _within(first, wanted), sum(not each.has_words for each in first)
        known = {key(each.id): each for each in chosen.documents}
        more = candidates.total > len(candidates.words)
        # What is near has words only where more documents have them than are candidates.
        unmarked = marker if more else Marker((), query)
        hits = [
            marker.hit(known[each.key]) if each.has_words else replace(unmarked.hit(known[each.key]), near=True)
            for each in shown
            if each.key in known
        ]
        degraded = candidates.degraded or len(hits) < len(shown)
        if len(shown) < len(wanted) and more:
            begin = max(wanted.start, len(first))
            rest = replace(query, offset=begin - near, limit=wanted.stop - begin)
            after = self._index.search(rest, scope)
            hits, degraded = [*hits, *after.hits], degraded or after.degraded
        facets = counted_together(candidates.facets, chosen.facets)
        return Page(candidates.total + near, tuple(hits), facets, degraded)


def _within(first: Sequence[Fused], page: range) -> Sequence[Fused]:
    return first[page.start : page.stop]


def _led(first: Sequence[Fused], documents: Iterable[Document]) -> list[Fused]:
    """The documents before all others."""
    by_key = {each.key: each for each in first}
    return [*dict.fromkeys([*(by_key[key(each.id)] for each in documents), *first])]


def _tells(clauses: Iterable[Clause]) -> bool:
    """Whether anything was typed but stop words and single letters. Any text is near something."""
    typed = [clause[0].phrase for clause in clauses]
    return any(len("".join(phrase)) > 1 and any(terms(phrase, lang) for lang in LANGS) for phrase in typed)


def _unfound(words: Mapping[str, str], hits: Iterable[Hit]) -> dict[str, str]:
    """Without those that a hit has as they were typed: what only few may read has words of its own."""
    there = {" ".join(match.found) for hit in hits for match in hit.matches if match.found == match.typed}
    return {typed: meant for typed, meant in words.items() if typed not in there}
