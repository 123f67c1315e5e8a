"""`laerdom backup` and `laerdom restore`: what they say, and that what they say is so."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import Result

from api.usecases.forgetting import forget_person
from api.wiring import open_system
from domain.acting import acting
from domain.viewer import Viewer


def told(result: Result, code: int = 0) -> str:
    assert (result.exit_code, result.stderr) == (code, "")
    return result.stdout


def refused(result: Result, code: int) -> str:
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (code, "", 1), result.output
    return result.stderr.removesuffix("\n")


def lose(data: Path) -> None:
    """The record; keys and checkpoints are left."""
    for file in data.glob("*.sqlite*"):
        file.unlink()


@pytest.mark.usefixtures("demo")
def test_there_and_back(run: Any, data: Path, tmp_path: Path) -> None:
    said = told(run("backup", str(tmp_path / "backup"))).splitlines()
    [first, second] = said
    assert first.endswith(f" MB in {tmp_path / 'backup'}.")
    assert second == (
        "The keys are not in it, and without ledger.key it cannot be restored. Keep a copy of"
        f" {data / 'keys'} elsewhere, or have one made: --keys FOLDER."
    )
    again = refused(run("backup", str(tmp_path / "backup")), 2)
    assert again == (f"laerdom: {tmp_path / 'backup'} is not an empty folder. Give another, or remove what is in it.")
    there = refused(run("restore", str(tmp_path / "backup")), 2)
    assert there.startswith(
        f"laerdom: There is a record in {data}: accounts.sqlite, events.sqlite, people.sqlite. Move"
    )
    before = told(run("search", "trust"))
    lose(data)
    events, documents = told(run("restore", str(tmp_path / "backup"))).splitlines()
    assert events.endswith(" UTC: they fit their ledger.")
    assert documents.endswith(" documents in the search index say what the events say.")
    assert told(run("search", "trust")) == before
    assert "All fits." in told(run("audit", "verify"))


def test_while_others_have_the_folder(run: Any, data: Path, tmp_path: Path) -> None:
    told(run("person", "add", "Kari Nordmann", "--role", "auditor", "--as", "ola"))
    with open_system(data) as system:
        system.start()
        made = json.loads(told(run("backup", str(tmp_path / "backup"), "--keys", str(tmp_path / "keys"), "--json")))
        assert made["contents"]["position"] == system.store.position > 0
        in_use = refused(run("restore", str(tmp_path / "backup")), 1)
    assert in_use == "laerdom: Another process serves this folder. Stop it, or give another folder with --data."
    assert (tmp_path / "keys" / "ledger.key").read_bytes() == (data / "keys" / "ledger.key").read_bytes()


def test_another_log(run: Any, data: Path, tmp_path: Path) -> None:
    told(run("person", "add", "Kari Nordmann", "--as", "ola"))
    told(run("backup", str(tmp_path / "backup")))
    lose(data)
    *_, last = told(run("restore", str(tmp_path / "backup"), "--new-log")).splitlines()
    begun, _, key = last.rpartition(" ")
    assert begun == "Another log begins. Tell whoever checks, and give them its key:"
    assert told(run("audit", "key")).split() == [key]
    assert "All fits." in told(run("audit", "verify"))


def test_what_was_erased_since_does_not_come_back(run: Any, data: Path, tmp_path: Path) -> None:
    told(run("person", "add", "Canary Nordmann", "--login", "canary@example.org", "--as", "ola"))
    told(run("backup", str(tmp_path / "backup")))
    with open_system(data) as system:
        [canary] = system.people.everybody("Canary")
        with acting("ola"):
            forget_person(system, Viewer("ola", operator=True), UUID(canary.id), "She asked for it.")
    lose(data)
    assert told(run("restore", str(tmp_path / "backup"))).splitlines()[2] == (
        "Erased again, as the backup was made before: 1."
    )
    assert "Canary" not in told(run("person", "list"))
    assert [file.name for file in data.rglob("*") if file.is_file() and b"anary" in file.read_bytes()] == []


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_where_there_is_nothing(run: Any, tmp_path: Path, command: str) -> None:
    assert refused(run(command, str(tmp_path / "none")), 2).startswith("laerdom: There is no ")
    assert list(tmp_path.iterdir()) == []
