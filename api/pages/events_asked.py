"""What the page of events is asked for: its address, its filters, and the addresses that narrow and widen it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import QueryParams

from domain.errors import Invalid
from domain.registry import AGGREGATES
from projections.events_asked import NEWEST, OLDEST, Asked, Order
from store.database import storable

PATH = "/events"


@dataclass(frozen=True, slots=True)
class Asking:
    """`before` and `after` are positions; `order` is how the rows follow one another."""

    asked: Asked
    before: int | None = None
    after: int | None = None
    order: Order = NEWEST

    def address(self, path: str = PATH, **more: Any) -> str:
        """Of the same question, from its beginning, with this besides."""
        order = [("order", "oldest")] if self.order == OLDEST else []
        pairs = [*self.asked.given(), *order, *((n, str(v)) for n, v in more.items() if v is not None)]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def narrowed(self, **fields: Any) -> str:
        """With these fields of `Asked` in place of what is there; None takes one away."""
        return replace(self, asked=replace(self.asked, **fields)).address()

    def turned(self) -> str:
        return replace(self, order=NEWEST if self.order == OLDEST else OLDEST).address()


def asking(params: QueryParams) -> Asking:
    """Fields left empty narrow nothing. Raises `Invalid` naming the field."""
    given: Mapping[str, str] = {name: value.strip() for name, value in params.items() if value.strip()}
    kinds = tuple(kind for kind in params.getlist("kind") if kind in AGGREGATES)
    asked = Asked(
        person=_text(given, "person"),
        kinds=kinds,
        topic=_text(given, "topic"),
        thing=_id(given, "aggregate"),
        cluster=_id(given, "cluster"),
        programme=_id(given, "programme"),
        request=_text(given, "request"),
        since=_day(given, "from"),
        until=_day(given, "to"),
    )
    order = OLDEST if given.get("order") == "oldest" else NEWEST
    return Asking(asked, _position(given, "before"), _position(given, "after"), order)


def _text(given: Mapping[str, str], name: str) -> str | None:
    text = given.get(name)
    if text is not None and (len(text) > 100 or not storable(text)):
        raise Invalid("Ask for less at a time.", field=name)
    return text


def _id(given: Mapping[str, str], name: str) -> UUID | None:
    try:
        return UUID(given[name]) if name in given else None
    except ValueError:
        raise Invalid("Give an id: a UUID.", field=name) from None


def _day(given: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(given[name]) if name in given else None
    except ValueError:
        raise Invalid("Give a day, such as 2026-05-13.", field=name) from None


def _position(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid("This page is no longer there. Begin at the first.", field=name)
    return int(text)
