"""`laerdom thesaurus`: what it writes, and what it says of a file."""

from pathlib import Path
from typing import Any

import pytest

from api.wiring import open_system
from search.thesaurus import read_turtle, shipped
from tests.cli.test_commands import refused, told

HEAD = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@base <https://example.org/> .\n"


@pytest.fixture
def folder(tmp_path: Path) -> None:
    """One that has been served."""
    with open_system(tmp_path / "data"):
        pass


@pytest.mark.usefixtures("folder")
def test_what_is_written_reads_again(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "words.ttl"
    assert told(run("thesaurus", "export", str(file))) == f"{len(shipped()):,} concepts written to {file}.\n"
    assert read_turtle(file.read_text("utf-8")) == shipped()
    assert told(run("thesaurus", "check", str(file))) == f"{len(shipped()):,} concepts, sound together.\n"


@pytest.mark.usefixtures("folder")
def test_where_nothing_can_be_written(run: Any, tmp_path: Path) -> None:
    assert refused(run("thesaurus", "export", str(tmp_path / "no" / "words.ttl")), 1) == (
        "laerdom: The file cannot be written. Check the name, and whether there is room."
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "There is no such file, or it cannot be read. Check the name."),
        (b"\xff\xfe\x00", "The file is not text in UTF-8. Save it as such."),
        (f"{HEAD}<x> a skos:Concept ; skos:prefLabel 'x'@en .".encode(),
         "x: say what it is called, a preferred label, in nb too."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(run: Any, tmp_path: Path, content: bytes | None, why: str) -> None:
    file = tmp_path / "words.ttl"
    if content is not None:
        file.write_bytes(content)
    assert refused(run("thesaurus", "check", str(file)), 2) == f"laerdom: {why}"
