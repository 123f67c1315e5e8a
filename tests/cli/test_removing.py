"""`laerdom redact` and `laerdom person forget`."""

import json
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app
from api.usecases.lessons import NewLesson, draft_lesson
from api.wiring import open_system
from domain.acting import acting
from domain.lesson import Lesson
from domain.viewer import Viewer

Run: TypeAlias = Any


@pytest.fixture
def lesson(data: Path) -> Lesson:
    new = {
        "title": {"en": "Kari Nordmann began early"},
        "lesson": {"en": "x"},
        "source": {"url": "https://example.org"},
    }
    with open_system(data) as system, acting("tester"):
        return draft_lesson(system, Viewer("tester", operator=True), NewLesson.model_validate(new))


def redact(data: Path, words: str, *args: str) -> Result:
    return CliRunner().invoke(app, ["--data", str(data), "redact", *args], input=words)


def test_the_words_come_from_standard_input(data: Path, lesson: Lesson) -> None:
    shown = redact(data, "kari nordmann\n", str(lesson.id), "--preview")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.endswith("Nothing is removed yet.\n")
    done = redact(data, "kari nordmann\n", str(lesson.id), "--reason", "Asked.", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    places = [{"version": 1, "fields": ["record.title.en"], "left": []}]
    assert json.loads(done.stdout) == {"thing": str(lesson.id), "removed": True, "places": places}
    with open_system(data) as system:
        assert system.store.get(Lesson, lesson.id).current.title.en == "[removed] began early"
    left = [path for path in data.rglob("*") if path.is_file() and b"nordmann" in path.read_bytes().lower()]
    assert left == []


def test_what_cannot_be_done(data: Path, lesson: Lesson) -> None:
    for words, args, why in (
        ("", (str(lesson.id),), "Write the words to standard input, on one line."),
        ("nowhere\n", (str(lesson.id), "--reason", "x"), "These words are in no text of it."),
        ("kari\n", (str(uuid4()), "--reason", "x"), "There is nothing here."),
        ("kari\n", (str(lesson.id),), "Say why it has to be removed."),
    ):
        refused = redact(data, words, *args)
        assert (refused.exit_code != 0, refused.stdout, why in refused.stderr) == (True, "", True), refused.output


def test_while_a_server_runs_it_is_done_there(data: Path, lesson: Lesson) -> None:
    with open_system(data) as server:
        refused = redact(data, "kari\n", str(lesson.id), "--reason", "x")
        assert "A server runs on this folder." in refused.stderr
        assert (refused.exit_code, server.erasures.all()) == (1, ())


def test_somebody_is_forgotten(run: Run, data: Path) -> None:
    run("person", "add", "Ola Nordmann", "--email", "ola@example.org", "--login", "ola")
    done = run("person", "forget", "Ola Nordmann", "--reason", "Asked.")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Ola Nordmann" not in run("person", "list").stdout
    left = [path for path in data.rglob("*") if path.is_file() and b"nordmann" in path.read_bytes().lower()]
    assert left == []
