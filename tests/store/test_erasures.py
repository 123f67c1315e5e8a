"""The list of what was erased."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

from store.erasures import FILE, Erasures, Forgotten, Removed, Searches, Wiped

AT = datetime(2026, 11, 29, tzinfo=UTC)
THING, PERSON = UUID(int=1), UUID(int=2)


def removed(version: int, was: str, state: str, *fields: str) -> Removed:
    return Removed(
        of=THING, of_version=version, was=(was,), state=state, fields=fields or ("reason",), reason="x", at=AT
    )


def test_what_is_added_is_there_for_everybody_and_for_the_owner_alone(tmp_path: Path) -> None:
    one, other = Erasures(tmp_path / "list"), Erasures(tmp_path / "list")
    assert (one.all(), one.unfinished()) == ((), False)
    lines = (Forgotten(person=PERSON, reason="x", at=AT), Searches(ids=("a", "b")), removed(1, "aa", "{}"))
    one.add(lines[0])
    other.add(*lines[1:])
    assert one.all() == other.all() == lines
    assert (tmp_path / "list" / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "list").iterdir()] == [FILE]


def test_it_is_unfinished_until_it_was_wiped(tmp_path: Path) -> None:
    erasures = Erasures(tmp_path)
    erasures.finished(AT)
    assert erasures.all() == ()
    for _ in range(2):
        erasures.add(removed(1, "aa", "{}"))
        assert erasures.unfinished()
        erasures.finished(AT)
        assert not erasures.unfinished()
        assert isinstance(erasures.all()[-1], Wiped)


def test_of_an_event_from_which_more_is_removed_no_former_text_is_left(tmp_path: Path) -> None:
    erasures = Erasures(tmp_path)
    erasures.add(removed(1, "aa", "the other name", "record.title.en"), removed(2, "cc", "{}"))
    erasures.add(removed(1, "bb", "[removed]", "reason"))
    assert b"the other name" not in erasures.file.read_bytes()
    first, second = erasures.all()
    assert first == removed(2, "cc", "{}")
    assert isinstance(second, Removed)
    assert (second.was, second.state, second.fields) == (("aa", "bb"), "[removed]", ("record.title.en", "reason"))


def test_a_file_of_another_make_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"what": "burned"}\n')
    with pytest.raises(ValidationError):
        Erasures(tmp_path).all()
