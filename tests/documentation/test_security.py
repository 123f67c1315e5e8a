"""What docs/security.md says of the policy and of tests is so."""

import re
from pathlib import Path

import pytest

from tools.policy_table import PAGE, written

ROOT = Path(__file__).parents[2]


def test_the_table_is_that_of_the_policy() -> None:
    page = PAGE.read_text("utf-8")
    assert page == written(page)


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/[^`]+)`", PAGE.read_text("utf-8"))
    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_threat_has_a_control_and_a_test() -> None:
    _, _, threats = PAGE.read_text("utf-8").partition("## Threats\n")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in threats.strip().splitlines()[2:]]
    assert [row for row in rows if len(row) != 4 or not all(row) or "`tests/" not in row[3]] == []
    who = {"outsider", "competing manager", "curious staff", "database administrator", "stolen laptop"}
    assert who <= {row[0] for row in rows}


def test_a_page_without_the_marks_is_not_written() -> None:
    with pytest.raises(ValueError, match="no marks"):
        written("# Security")
