"""Files that cannot be used, and rows that are wrong: each told in a sentence that says what to do."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from api.interchange.faults import BadFile
from api.interchange.limits import MAX_ROWS
from api.interchange.reading import read_rows
from api.wiring import System

HEADER = "title.en,lesson.en,cluster\n"
ROW = "A,B,Arena Eyde\n"

BAD_FILES: list[tuple[str, bytes, str]] = [
    ("empty.csv", b"", "The file is empty. Put a header and rows into it."),
    ("blank.csv", b"\n\n", "The file is empty. Put a header and rows into it."),
    ("header.csv", HEADER.encode(), "There is a header and no row below it. Put rows into the file."),
    ("blank.jsonl", b"\n \n", "The file is empty. Put one JSON object on each line."),
    (
        "latin.csv",
        (HEADER + "Lærdom,B,C\n").encode("latin-1"),
        "Line 2 is not UTF-8. Save the file as UTF-8 (in Excel: CSV UTF-8).",
    ),
    ("utf16.csv", HEADER.encode("utf-16"), "The file is in UTF-16. Save it as UTF-8 (in Excel: CSV UTF-8)."),
    (
        "nul.csv",
        (HEADER + "A\0,B,C\n").encode(),
        "Line 2 holds a NUL byte: this is not a text file, or a damaged one.",
    ),
    ("nul.jsonl", b'{"a":1}\n\0\n', "Line 2 holds a NUL byte: this is not a text file, or a damaged one."),
    ("long.jsonl", b'{"a":"' + b"x" * 1_000_001, "Line 1 is longer than 1 MB. Shorten it."),
    (
        "quote.csv",
        (HEADER + '"A,B,C\n').encode(),
        "Row 2 is not CSV: a quotation mark is not closed."
        " Put text with quotation marks between quotes and double them.",
    ),
    (
        "rows.csv",
        (HEADER + ROW * (MAX_ROWS + 1)).encode(),
        "There are more than 20,000 rows. Split the file into several.",
    ),
    (
        "rows.jsonl",
        b"{}\n" * (MAX_ROWS + 1),
        "There are more than 20,000 rows. Split the file into several.",
    ),
    ("lessons.txt", b"x", "The name of the file has to end in .csv, .xlsx or .jsonl: this says what it is."),
    ("lessons", b"x", "The name of the file has to end in .csv, .xlsx or .jsonl: this says what it is."),
    ("text.xlsx", b"title.en\n", "The file is not a spreadsheet, or a damaged one. Save it again as .xlsx."),
    (
        "old.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "The spreadsheet is protected by a password or of the old .xls kind. Save it as plain .xlsx.",
    ),
]


@pytest.mark.parametrize(("name", "content", "sentence"), BAD_FILES, ids=[name for name, _, _ in BAD_FILES])
def test_a_file_that_cannot_be_used(
    take: Any, system: System, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    position = system.store.position
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadFile) as refused:
        take(tmp_path / name, skip_bad=True)
    assert str(refused.value) == sentence
    assert system.store.position == position


def test_a_file_that_is_not_there_or_no_file(take: Any, tmp_path: Path) -> None:
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(50_000_001)
    for file, sentence in [
        (tmp_path / "none.csv", "There is no such file. Check the name."),
        (folder, "This is a folder. Name a file in it."),
        (large, "The file is larger than 50 MB. Split it into several."),
    ]:
        with pytest.raises(BadFile) as refused:
            take(file)
        assert str(refused.value) == sentence


BAD_FIELDS: list[tuple[dict[str, Any], list[str]]] = [
    ({"title": None}, ["row 1, title: Fill this in."]),
    ({"title": {}}, ["row 1, title: Write it in English (en), bokmål (nb) or both. It says: {}"]),
    ({"title": "Recruit"}, ["row 1, title: Write it as an object of the fields inside it. It says: Recruit"]),
    ({"title": {"en": ""}}, ["row 1, title.en: Leave it out rather than empty."]),
    (
        {"title": {"en": "x" * 201}},
        [f"row 1, title.en: Shorten it to at most 200 characters. It says: {'x' * 39}…"],
    ),
    ({"title": {"en": "a\nb"}}, ["row 1, title.en: Write it on one line. It says: a\\nb"]),
    (
        {"title": {"en": "a\x00\x1b[31m"}},
        ["row 1, title.en: Remove the control characters. It says: a\\x00\\x1b[31m"],
    ),
    (
        {"title": {"en": "\ud800"}},
        ["row 1, title.en: Remove the half characters (lone surrogates). It says: \\ud800"],
    ),
    ({"title": {"de": "x"}}, ["row 1, title.de: There is no such column. The nearest is title.en."]),
    ({"titel": {"en": "x"}}, ["row 1, titel: There is no such column. The nearest is title.nb."]),
    ({"lesson": {"en": 3}}, ["row 1, lesson.en: Write it as text, between quotes. It says: 3"]),
    ({"kind": "tip"}, ["row 1, kind: Write one of lesson, challenge or good-practice. It says: tip"]),
    ({"polarity": "good"}, ["row 1, polarity: Write one of keep, change or mixed. It says: good"]),
    (
        {"topics": ["a;b"]},
        [
            "row 1, topics: Write topics of at most 60 characters without , and | in them, several separated by ;."
            " It says: a;b"
        ],
    ),
    ({"topics": "a"}, ["row 1, topics: Write it as a list. It says: a"]),
    (
        {"topics": [str(n) for n in range(21)]},
        ['row 1, topics: Give at most 20. It says: ["0", "1", "2", "3", "4", "5", "6", "7"…'],
    ),
    (
        {"cluster": "NCE Smart Energy Market"},
        [
            "row 1, cluster: No cluster is called this. Did you mean NCE Smart Energy Markets? Register it first."
            " It says: NCE Smart Energy Market"
        ],
    ),
    (
        {"cluster": "0b0c9a52-6c0e-4b8e-8a43-9d3f6f6d2c11"},
        ["row 1, cluster: No cluster is called this. Register it first. It says: 0b0c9a52-6c0e-4b8e-8a43-9d3f6f6d2c11"],
    ),
    (
        {"programmes": ["NCE", "XYZ"]},
        ["row 1, programmes: No programme has this code. There are: Arena, NCE. It says: XYZ"],
    ),
    (
        {"happened": {"start": "2009-13"}},
        ["row 1, happened.start: Write a date that exists: 2009, 2009-05 or 2009-05-13. It says: 2009-13"],
    ),
    (
        {"happened": {"start": "May 2009"}},
        ["row 1, happened.start: Write a date: 2009, 2009-05 or 2009-05-13. It says: May 2009"],
    ),
    (
        {"visibility": "everyone"},
        ["row 1, visibility: Write one of own-cluster, programme, managers or public. It says: everyone"],
    ),
    ({"anonymous": "yes"}, ["row 1, anonymous: Write true or false. It says: yes"]),
    ({"review_by": "2030"}, ["row 1, review_by: Write a whole date: 2009-05-13. It says: 2030"]),
    (
        {"source": {"url": "javascript:alert(1)"}},
        ["row 1, source.url: Give a web address that begins with http:// or https://. It says: javascript:alert(1)"],
    ),
    (
        {"evidence": [{"kind": "figure", "text": "1", "page": 7}]},
        ["row 1, evidence: Leave out what is not kind, text or url. It says: 7"],
    ),
    (
        {"source": {"url": "https://example.org", "auhtor": "x"}},
        ["row 1, source.auhtor: There is no such column. The nearest is source.url."],
    ),
    (
        {"owner": "kari"},
        ["row 1, owner: Leave it out: the owner is whoever imports, and can hand the lesson over. It says: kari"],
    ),
    ({"publish": True, "polarity": None}, ["row 1, polarity: Fill this in; it is needed for publishing."]),
    (
        {"cluster": None},
        ["row 1, cluster: Name the cluster the lesson comes from, or the source that it was drawn from."],
    ),
    (
        {"title": {"en": "x" * 201}, "polarity": "good", "cluster": "Nowhere"},
        [
            "row 1, cluster: No cluster is called this. Register it first. It says: Nowhere",
            f"row 1, title.en: Shorten it to at most 200 characters. It says: {'x' * 39}…",
            "row 1, polarity: Write one of keep, change or mixed. It says: good",
        ],
    ),
]


@pytest.mark.parametrize(("change", "faults"), BAD_FIELDS)
def test_a_row_that_is_wrong(take: Any, system: System, lines: Any, change: dict[str, Any], faults: list[str]) -> None:
    position = system.store.position
    report = take(lines(change))
    assert [str(fault) for fault in report.faults] == faults
    assert (report.kept, system.store.position) == (False, position)


BAD_LINES: list[tuple[str, str]] = [
    ("{", "row 1: This is not JSON from character 3 on."),
    ("[1]", "row 1: Write one JSON object, between { and }. It says: [1]"),
    ('{"a": NaN}', 'row 1: NaN is not JSON. Leave the field out. It says: {"a": NaN}\\n'),
    ('{"a": 1, "a": 2}', 'row 1: A field is there twice. Remove one. It says: {"a": 1, "a": 2}\\n'),
    ('{"a": ' + "9" * 5000 + "}", f'row 1: A number is too long. Write it as text. It says: {{"a": {"9" * 33}…'),
    ('{"a": ' + "[" * 100_000, "row 1: This is nested too deeply."),
]


@pytest.mark.parametrize(("line", "fault"), BAD_LINES, ids=[line[:12] for line, _ in BAD_LINES])
def test_a_line_that_is_not_json(take: Any, tmp_path: Path, line: str, fault: str) -> None:
    file = tmp_path / "lessons.jsonl"
    file.write_text(line + "\n", "utf-8")
    assert [str(f) for f in take(file).faults] == [fault]


def test_every_fault_is_told_with_its_row_as_the_file_shows_it(take: Any, tmp_path: Path) -> None:
    file = tmp_path / "lessons.csv"
    file.write_text(
        "title.en,lesson.en,cluster,anonymous,evidence,phase\n"
        '"On\ntwo lines",B,Arena Eyde,,,\n'
        "\n"
        "A,B,Nowhere,perhaps,figure,never\n"
        "A,B,Arena Eyde,,,,too much\n",
        "utf-8",
    )
    assert [str(fault) for fault in take(file).faults] == [
        "row 2, title.en: Write it on one line. It says: On\\ntwo lines",
        "row 4, anonymous: Write yes or no. It says: perhaps",
        "row 4, evidence: Write kind|text or kind|text|url, one piece of evidence a line. It says: figure",
        "row 4, cluster: No cluster is called this. Register it first. It says: Nowhere",
        "row 4, phase: Write one of scoping, planning, recruitment, scanning, driving-forces, scenarios, strategy, "
        "action, evaluation or follow-up. It says: never",
        "row 5: The row has more cells than the header. Put text with separators in it between quotes."
        " It says: too much",
    ]


def test_a_header_names_each_column_once_and_no_other(take: Any, tmp_path: Path) -> None:
    file = tmp_path / "lessons.csv"
    file.write_text("Title.EN,lesson.en,titel.nb,,title.en\nA,B,C,,D\n", "utf-8")
    assert [str(fault) for fault in take(file).faults[:3]] == [
        "row 1, titel.nb: There is no such column. The nearest is title.nb.",
        "row 1: Column 4 has no name. Name it or remove it.",
        "row 1, title.en: The column is there twice. Remove one.",
    ]


def test_the_same_lesson_twice_in_a_file_is_refused(take: Any, lines: Any) -> None:
    report = take(lines({}, {"title": {"en": "Another"}}, {"id": None}, {"id": None}))
    assert [str(fault) for fault in report.faults] == [
        "row 2, id: This is the same lesson as in row 1. Remove one of them. It says: a-1",
        "row 4: This is the same lesson as in row 3. Remove one of them.",
    ]


def test_what_is_shown_of_a_value_is_short_and_printable(take: Any, tmp_path: Path) -> None:
    file = tmp_path / "lessons.jsonl"
    value = "\u202e\x1b]0;owned\x07" + "long " * 50
    file.write_text(json.dumps({"kind": value}) + "\n", "utf-8")
    shown = next(fault.value for fault in take(file).faults if fault.column == "kind")
    assert shown == "\\u202e\\x1b]0;owned\\x07long long long lo…"
    assert len(shown) <= 40


@given(
    content=some.one_of(some.binary(max_size=300), some.text(alphabet=',;"\n\r\t{}[]:aé1\x00\u2028', max_size=200)),
    ending=some.sampled_from([".csv", ".jsonl"]),
)
@settings(max_examples=200, deadline=None)
def test_whatever_a_text_file_holds_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes | str, ending: str
) -> None:
    file = tmp_path_factory.getbasetemp() / f"any{ending}"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with suppress(BadFile):
        for row in read_rows(file):
            assert row.fields or row.faults or row.fields == {}
