"""Text, dates, spans and sources: what is taken, what is refused, and with which words."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.case import CaseRecord
from domain.cluster_record import ClusterRecord
from domain.dates import Day, PartialDate, Span, first_day
from domain.lesson_record import Evidence, LessonRecord
from domain.programme import Code
from domain.source import Source
from domain.text import Line, Note, Paragraphs, Prose, Title, WebAddress

LINE, NOTE, PARAGRAPHS, ADDRESS, DATE, DAY, CODE = (
    TypeAdapter[str](t) for t in (Line, Note, Paragraphs, WebAddress, PartialDate, Day, Code)
)
EMPTY = "String should have at least 1 character"
CONTROL = "Remove the control characters."
ADDRESS_WANTED = "Give a web address that begins with http:// or https://."
NO_DATE = "Write a date that exists: 2009, 2009-05 or 2009-05-13."
NO_PATTERN = "String should match pattern '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$'"
BACKWARDS = "The end comes before the start."
NO_LANGUAGE = "Write it in English (en), bokmål (nb) or both."
EXTRA = "Extra inputs are not permitted"


def refusal(kind: TypeAdapter[Any] | type[BaseModel], given: Any) -> str:
    """The first message; fails when the value is taken."""
    with pytest.raises(ValidationError) as refused:
        kind.validate_python(given) if isinstance(kind, TypeAdapter) else kind.model_validate(given)
    return refused.value.errors()[0]["msg"].removeprefix("Value error, ")


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (LINE, "  Trust first \t", "Trust first"),
        (LINE, "A\u030arena", "\u00c5rena"),
        (LINE, "x" * 200, "x" * 200),
        (LINE, "\x1fTrust", "Trust"),
        (NOTE, "one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        (PARAGRAPHS, "a\tb\n\n\n", "a\tb"),
        (ADDRESS, " https://example.org/æ?q=1#x ", "https://example.org/æ?q=1#x"),
        (ADDRESS, "http://localhost:8000", "http://localhost:8000"),
        (DATE, "2009", "2009"),
        (DATE, "2008-02-29", "2008-02-29"),
        (DATE, "1900", "1900"),
        (DATE, "2200-12-31", "2200-12-31"),
        (DAY, "2009-05-13", "2009-05-13"),
        (CODE, "Arena Pro", "Arena Pro"),
        (CODE, "A", "A"),
    ],
)
def test_taken(kind: TypeAdapter[str], given: str, kept: str) -> None:
    assert kind.validate_python(given) == kept


REFUSED: list[tuple[TypeAdapter[str] | type[BaseModel], Any, str]] = [
    (LINE, "", EMPTY),
    (LINE, " \n\t ", EMPTY),
    (LINE, "\x1c\x1d", EMPTY),
    (LINE, None, "Input should be a valid string"),
    (LINE, 7, "Input should be a valid string"),
    (LINE, b"\xff", "Input should be a valid string, unable to parse raw data as a unicode string"),
    (LINE, "x" * 201, "String should have at most 200 characters"),
    (LINE, "one\ntwo", "Write it on one line."),
    (LINE, "one\rtwo", "Write it on one line."),
    (LINE, "nul\x00l", CONTROL),
    (LINE, "bell\x07!", CONTROL),
    (LINE, "line\u2028end", CONTROL),
    (LINE, "no\ufffecharacter", CONTROL),
    (LINE, "half\ud800a pair", "Input should be a valid string, unable to parse raw data as a unicode string"),
    (NOTE, "x" * 2_001, "String should have at most 2000 characters"),
    (PARAGRAPHS, "x" * 20_001, "String should have at most 20000 characters"),
    (ADDRESS, "example.org", ADDRESS_WANTED),
    (ADDRESS, "javascript:alert(1)", ADDRESS_WANTED),
    (ADDRESS, "ftp://example.org/x", ADDRESS_WANTED),
    (ADDRESS, "https://", ADDRESS_WANTED),
    (ADDRESS, "https:///path", ADDRESS_WANTED),
    (ADDRESS, "https://example.org/a b", ADDRESS_WANTED),
    (ADDRESS, "https://example.org/a\nb", ADDRESS_WANTED),
    (DATE, "", NO_PATTERN),
    (DATE, "09", NO_PATTERN),
    (DATE, "2009-5", NO_PATTERN),
    (DATE, "2009-05-13T00:00", NO_PATTERN),
    (DATE, "13.05.2009", NO_PATTERN),
    (DATE, "٢٠٠٩", NO_PATTERN),
    (DATE, "2009\n", NO_PATTERN),
    (DATE, 2009, "Input should be a valid string"),
    (DATE, "2009-13", NO_DATE),
    (DATE, "2009-02-29", NO_DATE),
    (DATE, "0000", NO_DATE),
    (DATE, "1899-12-31", "Write a year from 1900 to 2200."),
    (DATE, "2201", "Write a year from 1900 to 2200."),
    (DAY, "2009-05", "Write a whole date: 2009-05-13."),
    (DAY, "2009", "Write a whole date: 2009-05-13."),
    (CODE, "", "String should match pattern '^[A-Za-z0-9](?:[A-Za-z0-9 /-]{0,28}[A-Za-z0-9])?$'"),
    (CODE, "NCE ", "String should match pattern '^[A-Za-z0-9](?:[A-Za-z0-9 /-]{0,28}[A-Za-z0-9])?$'"),
    (CODE, "x" * 31, "String should match pattern '^[A-Za-z0-9](?:[A-Za-z0-9 /-]{0,28}[A-Za-z0-9])?$'"),
    (Title, {}, NO_LANGUAGE),
    (Title, {"en": None, "nb": None}, NO_LANGUAGE),
    (Title, {"en": ""}, EMPTY),
    (Title, {"en": "Trust", "nb": " "}, EMPTY),
    (Title, {"en": "Trust", "sv": "Tillit"}, EXTRA),
    (Title, {"en": "two\nlines"}, "Write it on one line."),
    (Prose, {}, NO_LANGUAGE),
    (Prose, {"nn": "Tillit"}, EXTRA),
    (Span, {"start": "2010", "end": "2009"}, BACKWARDS),
    (Span, {"start": "2010-05-13", "end": "2010-05-12"}, BACKWARDS),
    (Span, {"start": "2010-05-13", "end": "2010-04"}, BACKWARDS),
    (Span, {"start": "2010-05", "end": "2010-04-30"}, BACKWARDS),
    (Span, {"end": "2010"}, "Field required"),
    (Span, {"start": "2010", "until": "2011"}, EXTRA),
    (Source, {}, "Field required"),
    (Source, {"url": "example.org"}, ADDRESS_WANTED),
    (Source, {"url": "https://[example"}, ADDRESS_WANTED),
    (Source, {"url": "https://example.org", "title": ""}, EMPTY),
    (Source, {"url": "https://example.org", "paraphrased": "yes"}, "Input should be a valid boolean"),
    (Source, {"url": "https://example.org", "licence": "none"}, EXTRA),
    (Evidence, {"kind": "rumour", "text": "x"},
     "Input should be 'figure', 'evaluation', 'quote', 'document' or 'link'"),
    (Evidence, {"kind": "figure", "text": ""}, EMPTY),
    (ClusterRecord, {"country": "no"}, "String should match pattern '^[A-Z]{2}$'"),
    (ClusterRecord, {"members_reported": "12"}, "Input should be a valid integer"),
    (ClusterRecord, {"members_reported": -1}, "Input should be greater than or equal to 0"),
    (ClusterRecord, {"website": "ftp://example.org"}, ADDRESS_WANTED),
    (ClusterRecord, {"website": "https://example.org/\x00"}, "Remove the control characters."),
    (CaseRecord, {"title": {"en": "Halden"}, "contact": "x" * 101}, "String should have at most 100 characters"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "message"), REFUSED)
def test_refused(kind: TypeAdapter[Any] | type[BaseModel], given: Any, message: str) -> None:
    assert refusal(kind, given) == message


@pytest.mark.parametrize("topic", ["", "trust, time", "a;b", "a|b", "two\nlines", "x" * 61, "nul\x00l"])
def test_a_topic_is_a_word_or_two(topic: str) -> None:
    record = {"title": {"en": "Trust"}, "lesson": {"en": "Trust."}}
    assert LessonRecord.model_validate(record | {"topics": [" open innovation "]}).topics == ("open innovation",)
    refusal(LessonRecord, record | {"topics": [topic]})


def test_a_title_that_grows_when_it_is_composed_is_measured_afterwards() -> None:
    assert refusal(Title, {"en": "\u0958" * 200}) == "String should have at most 200 characters"


@pytest.mark.parametrize("kind", [LINE, NOTE, PARAGRAPHS])
@given(text=st.text(max_size=300))
def test_what_was_taken_is_taken_again_unchanged(kind: TypeAdapter[str], text: str) -> None:
    """Or a stored event could not be read again."""
    try:
        kept = kind.validate_python(text)
    except ValidationError:
        return
    assert kind.validate_python(kept) == kept


def test_the_language_asked_for_comes_first_and_the_other_where_it_is_missing() -> None:
    both, bokmål = Title(en="Trust", nb="Tillit"), Title(nb="Tillit")
    assert [both.in_language("nb"), both.in_language("en"), bokmål.in_language("en")] == [
        ("nb", "Tillit"),
        ("en", "Trust"),
        ("nb", "Tillit"),
    ]
    assert list(both.languages) == ["en", "nb"]


def test_a_partial_date_begins_on_its_first_day() -> None:
    assert [first_day(text) for text in ("2009", "2009-05", "2009-05-13")] == [
        date(2009, 1, 1),
        date(2009, 5, 1),
        date(2009, 5, 13),
    ]


@pytest.mark.parametrize(
    ("start", "end", "day", "covered"),
    [
        ("2009", "2010", date(2008, 12, 31), False),
        ("2009", "2010", date(2009, 1, 1), True),
        ("2009", "2010", date(2010, 12, 31), True),
        ("2009", "2010", date(2011, 1, 1), False),
        ("2009", "2009", date(2009, 6, 1), True),
        ("2009-05", "2009", date(2009, 12, 31), True),
        ("2009", "2009-02", date(2009, 2, 28), True),
        ("2009", "2009-02", date(2009, 3, 1), False),
        ("2009-05-13", "2009-05-13", date(2009, 5, 13), True),
        ("2009-05-13", None, date(2009, 5, 12), False),
        ("2009-05-13", None, date(2199, 1, 1), True),
    ],
)
def test_a_span_covers_both_its_ends(start: str, end: str | None, day: date, covered: bool) -> None:
    assert Span(start=start, end=end).covers(day) is covered


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [("2009-05", "2011", (2009, 2011)), ("2009", "2009", (2009, 2009)), ("2009-12-31", None, (2009, 2009))],
)
def test_the_years_of_a_span(start: str, end: str | None, years: tuple[int, int]) -> None:
    assert Span(start=start, end=end).years == years
