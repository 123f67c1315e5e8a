"""The cursor: where a page begins, at which instant, of which search. Opaque to whoever carries it."""

import json
from base64 import b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from search.index import MAX_OFFSET, Page, Query


class BadCursor(ValueError):
    """The cursor is damaged, or belongs to another search."""

    def __init__(self) -> None:
        super().__init__("This cursor fits no page of this search. Leave it out to begin at the first page.")


def encode_cursor(query: Query, page: Page) -> str | None:
    """The cursor of the page after `page`; None when it is the last, or when ten thousand hits have been read."""
    following = query.offset + len(page.hits)
    if not page.hits or following >= min(page.total, MAX_OFFSET):
        return None
    parts = {"o": following, "t": query.at.isoformat(), "q": _fingerprint(query)}
    return urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, query: Query) -> Query:
    """`query` moved to the page the cursor names, at the instant of its first page. Raises `BadCursor`."""
    try:
        parts = json.loads(b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
        offset, at, fingerprint = parts["o"], datetime.fromisoformat(parts["t"]), parts["q"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadCursor from None
    if (
        type(offset) is not int
        or not 0 < offset < MAX_OFFSET
        or at.tzinfo is None
        or fingerprint != _fingerprint(query)
    ):
        raise BadCursor
    return replace(query, offset=offset, at=at)


def _fingerprint(query: Query) -> str:
    filters = sorted((facet, sorted(values)) for facet, values in query.filters.items())
    asked = (query.text, filters, query.year_from, query.year_to, query.sort, query.limit)
    return sha256(repr(asked).encode("utf-8", "replace")).hexdigest()[:12]
