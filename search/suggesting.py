"""Which titles a half-typed one may become, from those that an engine found for the beginnings of its words."""

from collections.abc import Iterable, Sequence

from search.index import Document, Lang, Suggestion
from search.planner import words


def suggestions(
    begun: tuple[str, ...], found: Iterable[tuple[Lang, Sequence[Document]]], limit: int
) -> tuple[Suggestion, ...]:
    """Language by language as given; in each first those that begin with all that was typed, then by title. No thing
    twice, at most `limit`."""
    suggested: dict[str, Suggestion] = {}
    for lang, documents in found:
        # The index knows beginnings of some length only.
        fitting = [Suggestion(d.thing, d.kind, lang, d.title[lang]) for d in documents]
        fitting = [s for s in fitting if _fits(begun, words(s.title))]
        for s in sorted(fitting, key=lambda s: (not _leads(begun, s.title), s.title.casefold(), s.thing)):
            suggested.setdefault(s.thing, s)
    return tuple(suggested.values())[: max(0, limit)]


def _fits(begun: tuple[str, ...], title: tuple[str, ...]) -> bool:
    return all(any(word.startswith(typed) for word in title) for typed in begun)


def _leads(begun: tuple[str, ...], title: str) -> bool:
    return " ".join(words(title)).startswith(" ".join(begun))
