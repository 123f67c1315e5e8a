"""The address of a search: read with patience, written in one way, taken apart into chips."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.datastructures import QueryParams

from api.usecases.finding import FacetValue, SearchParams
from search.index import FACETS

FILTERS = tuple(f for f in FACETS if f != "year")
SINGLE = ("q", "year_from", "year_to", "sort", "as_of", "cursor")
SHOWN = ("programme", "phase", "kind", "cluster", "polarity", "topic", "sector", "county", "lang")
"""The facets beside the results, those that help most on top."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`typed` is what the address says; `params` is None where that cannot be searched for, and `wrong` names why."""

    typed: tuple[tuple[str, str], ...]
    params: SearchParams | None
    wrong: tuple[str, ...] = ()

    def first(self, name: str) -> str:
        return next((v for n, v in self.typed if n == name), "")

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.typed

    def values(self, name: str) -> list[str]:
        return [v for n, v in self.typed if n == name]

    @property
    def anything(self) -> bool:
        """Whether something is searched for, apart from how it is sorted."""
        return any(name not in ("sort",) for name, _ in self.typed)

    @property
    def chips(self) -> list[tuple[str, str]]:
        """The filters, each as facet and value, that can be taken away one by one."""
        return [(n, v) for n, v in self.typed if n in FILTERS or n in ("year_from", "year_to", "as_of")]

    def without(self, name: str, value: str) -> str:
        return address(p for p in self.typed if p != (name, value) and p[0] != "cursor")

    def plus(self, name: str, value: str) -> str:
        return address([*(p for p in self.typed if p[0] not in (name, "cursor")), (name, value)])

    def only_words(self) -> str:
        return address(p for p in self.typed if p[0] in ("q", "as_of"))


def asked(query: QueryParams) -> Asked:
    """What is empty, the default or unknown is left out, so that a form sends an address that can be shared."""
    known = [(n, v.strip()) for n, v in query.multi_items() if n in FILTERS or n in SINGLE]
    order = {name: i for i, name in enumerate((*SINGLE[:1], *FILTERS, *SINGLE[1:]))}
    given = dict.fromkeys((n, v) for n, v in known if v and (n, v) != ("sort", "relevance"))
    typed = sorted(given, key=lambda pair: order[pair[0]])
    typed = tuple(p for i, p in enumerate(typed) if p[0] in FILTERS or p[0] not in [n for n, _ in typed[:i]])
    values: dict[str, object] = {n: v for n, v in typed if n in SINGLE}
    values |= {f: [v for n, v in typed if n == f] for f in FILTERS if any(n == f for n, _ in typed)}
    try:
        return Asked(typed, SearchParams.model_validate(values))
    except ValidationError as error:
        return Asked(typed, None, tuple(dict.fromkeys(str(e["loc"][0]) for e in error.errors())))


def address(pairs: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(pairs))
    return f"/?{query}" if query else "/"


def canonical(query: QueryParams, found: Asked) -> str | None:
    """The address to send the reader on to, None where it is that already. What is said after a step stays."""
    if "done" in query:
        return None
    wanted = address(found.typed)
    sent = address(query.multi_items())
    return wanted if sorted(query.multi_items()) != sorted(found.typed) and wanted != sent else None


def with_chosen(values: tuple[FacetValue, ...], chosen: list[str]) -> tuple[list[FacetValue], list[FacetValue]]:
    """(in view, folded away): what is chosen and the six most frequent; a chosen value without hits is kept."""
    by_value = {v.value: v for v in values}
    first = [by_value.get(c, FacetValue(c, c, 0)) for c in chosen]
    rest = [v for v in values if v.value not in chosen]
    room = max(6 - len(first), 2)
    return first + rest[:room], rest[room:]
