"""The cursor."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index import MAX_OFFSET, Hit, Page, Query
from search.paging import BadCursor, decode_cursor, encode_cursor

QUERY = Query(
    at=datetime(2026, 1, 1, 12, 30, 0, 123_456, UTC),
    text="trust \ud800",
    filters={"kind": ("lesson", "case"), "topic": ("owners",)},
    limit=2,
)
SOME = "eyJvIjoxfQ"


def page_of(hits: int, total: int, make: Any) -> Page:
    return Page(total, (Hit(make("a"), "en", "", ""),) * hits, {})


@pytest.fixture
def cursor(make: Any) -> str:
    encoded = encode_cursor(QUERY, page_of(2, 9, make))
    assert encoded
    return encoded


def test_it_moves_to_the_next_page_at_the_instant_of_the_first(cursor: str) -> None:
    later = replace(QUERY, at=QUERY.at + timedelta(hours=3))
    assert decode_cursor(cursor, later) == replace(QUERY, offset=2)


def test_it_fits_in_an_address(cursor: str) -> None:
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(cursor) < 200


@pytest.mark.parametrize(
    ("hits", "total", "offset"), [(2, 2, 0), (1, 9, 8), (0, 9, 0), (0, 0, 0), (2, 99_999, MAX_OFFSET - 2)]
)
def test_there_is_none_after_the_last_page(make: Any, hits: int, total: int, offset: int) -> None:
    assert encode_cursor(replace(QUERY, offset=offset), page_of(hits, total, make)) is None


@pytest.mark.parametrize(
    "differing",
    [
        {"text": "trus"},
        {"filters": {"kind": ("lesson",), "topic": ("owners",)}},
        {"filters": {}},
        {"year_from": 2010},
        {"year_to": 2010},
        {"sort": "newest"},
    ],
)
def test_one_of_another_search_is_refused(cursor: str, differing: dict[str, Any]) -> None:
    with pytest.raises(BadCursor, match="Leave it out to begin at the first page"):
        decode_cursor(cursor, replace(QUERY, **differing))


@pytest.mark.parametrize(
    "same",
    [{"filters": {"topic": ("owners",), "kind": ("case", "lesson")}}, {"prefer": "nb"}, {"offset": 8}],
)
def test_the_same_search_said_otherwise_is_the_same(cursor: str, same: dict[str, Any]) -> None:
    assert decode_cursor(cursor, replace(QUERY, **same)).offset == 2


@pytest.mark.parametrize("damage", ["", "x", "====", SOME, SOME[1:], "æøå", "a b", "\x00", "\ud800", "[" * 5_000])
def test_a_damaged_one_is_refused(damage: str) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(damage, QUERY)


@pytest.mark.parametrize(
    "differing",
    [
        {"o": -1},
        {"o": 0},
        {"o": MAX_OFFSET},
        {"o": 2.0},
        {"o": True},
        {"o": "2"},
        {"o": None},
        {"t": "2026-01-01"},
        {"t": "2026-01-01T00:00:00"},
        {"t": 5},
        {"q": None},
        {"q": ["x"]},
    ],
)
def test_a_forged_one_is_refused(cursor: str, differing: dict[str, Any]) -> None:
    parts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    forged = urlsafe_b64encode(json.dumps(parts | differing).encode()).decode()
    with pytest.raises(BadCursor):
        decode_cursor(forged, QUERY)


@pytest.mark.parametrize("value", [b"5", b"[]", b'"x"', b"null", b"{}", b"\xff\xfe", b"[" * 100_000, b"9" * 5_000])
def test_json_of_another_shape_is_refused(value: bytes) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(urlsafe_b64encode(value).decode(), QUERY)


@given(st.text(max_size=300))
def test_any_text_is_refused_rather_than_failing(text: str) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(text, QUERY)
