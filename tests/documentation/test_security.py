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


def test_a_page_without_the_marks_is_not_written() -> None:
    with pytest.raises(ValueError, match="no marks"):
        written("# Security")
