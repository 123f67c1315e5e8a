"""Finding: what was typed, planned with the thesaurus; the words and the meaning of it put into one order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import structlog

from search.analysis import terms
from search.embedder import EmbeddingFailed
from search.fields import key
from search.fusion import WINDOW, Fused, fused, typed_in
from search.index import LANGS, Document, Hit, Key, Page, Query, Scope, SearchIndex
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
        first, degraded = self._first(query, clauses, scope, lexicon)
        page = self._index.search(query, scope, _to_lead(first, query))
        near = {each.key for each in first if not each.has_words}
        hits = tuple(replace(hit, near=key(hit.document.id) in near) for hit in page.hits)
        return replace(
            page,
            hits=hits,
            degraded=page.degraded or degraded,
            corrected=_unfound(corrected(clauses, lexicon), hits) if lexicon else {},
        )

    def planned(self, query: Query, thesaurus: Thesaurus) -> Query:
        """With the clauses that it is searched by."""
        return replace(query, clauses=plan(query.text, self._lexicon(thesaurus)))

    def alike(self, to: Document, query: Query, scope: Scope) -> Page:
        """Documents that say nearly the same as one. None before its vectors are known, and without a model.

        By its meaning alone: how much a word counts depends on how many have it, and so on what is hidden.
        """
        query, first = replace(query, text="alike", clauses=()), list[Fused]()
        if self._meaning and (near := self._meaning.of(to)):
            usual = self._reference.snapshot().usual(near)
            first = fused(self._index.candidates(query, scope, near, WINDOW), usual)
        return self._index.search(query, scope, [each.key for each in first])

    def _lexicon(self, thesaurus: Thesaurus) -> Words:
        return Words(thesaurus, self._reference.snapshot().vocabulary)

    def _first(
        self, query: Query, clauses: Sequence[Clause], scope: Scope, lexicon: Lexicon | None
    ) -> tuple[list[Fused], bool]:
        """What comes first, and whether only a part of the index was asked; nothing where there are words alone."""
        # By date what is merely near would stand above what has the words.
        if query.sort != "relevance" or not scope or not _tells(clauses):
            return [], False
        if self._meaning is None or not self._ready():
            return [], False
        try:
            others = translated(clauses, lexicon) if lexicon else None
            near = self._meaning.near(query.text[:MAX_CHARACTERS], others)
        except EmbeddingFailed as error:
            log.warning("searched by words alone", why=str(error))
            return [], False
        usual = self._reference.snapshot().usual(near)
        candidates = self._index.candidates(query, scope, near, WINDOW)
        found = fused(candidates, usual, typed_in(usual), one_word=len(clauses) == 1)
        return self._repeats_last(found, query, scope, self._meaning) if self._in_order else found, candidates.degraded

    def _repeats_last(self, found: Sequence[Fused], query: Query, scope: Scope, meaning: Meaning) -> list[Fused]:
        best = {each.key: each for each in found[:BEST]}
        documents = self._index.chosen([*best], scope, query.at)
        said = map(Said, documents, meaning.directions(documents))
        ordered = [best[key(document.id)] for document in repeats_last([*said])]
        return [*dict.fromkeys([*ordered, *found])]


def _to_lead(first: Sequence[Fused], query: Query) -> list[Key]:
    """Those up to the end of the page; of the others, whose order is another page's, those that no words find."""
    end = max(0, query.offset) + max(0, query.limit)
    return [each.key for n, each in enumerate(first) if n < end or not each.has_words]


def _tells(clauses: Iterable[Clause]) -> bool:
    """Whether anything was typed but stop words and single letters. Any text is near something."""
    typed = [clause[0].phrase for clause in clauses]
    return any(len("".join(phrase)) > 1 and any(terms(phrase, lang) for lang in LANGS) for phrase in typed)


def _unfound(words: Mapping[str, str], hits: Iterable[Hit]) -> dict[str, str]:
    """Without those that a hit has as they were typed: what only few may read has words of its own."""
    there = {" ".join(match.found) for hit in hits for match in hit.matches if match.found == match.typed}
    return {typed: meant for typed, meant in words.items() if typed not in there}
