"""Commands that run once: what they write, where, and how they end."""

import getpass
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import Result

from api.wiring import open_system
from domain.lesson import Lesson

LESSON = {
    "id": "a-1",
    "title": {"en": "Recruit early"},
    "lesson": {"en": "Finding people who commit takes longest."},
    "recommendation": {"en": "Ask early."},
    "phase": "recruitment",
    "polarity": "keep",
    "source": {"url": "https://example.org"},
    "visibility": "public",
}
ID = "701e542c-71bd-5766-b21a-8bdb053955aa"


def file_of(folder: Path, *changes: dict[str, Any]) -> str:
    file = folder / "lessons.jsonl"
    file.write_text("".join(json.dumps(LESSON | change) + "\n" for change in changes), "utf-8")
    return str(file)


def told(result: Result, code: int = 0) -> str:
    assert (result.exit_code, result.stderr) == (code, "")
    return result.stdout


def refused(result: Result, code: int) -> str:
    """The one line of a command that ends with this code and writes nothing else."""
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (code, "", 1), result.output
    return result.stderr.removesuffix("\n")


def test_the_version_is_told(run: Any) -> None:
    assert told(run("--version")).startswith("laerdom ")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("nope",), "laerdom: No such command 'nope'. See laerdom --help."),
        (("import", "lessons"), "laerdom: Missing argument 'file'. See laerdom --help."),
        (("search", "--limit", "1000"), None),
        (("search", "--as-of", "May"), None),
        (("search", "--kind", "tip"), None),
        (("history", "x"), "laerdom: This is not an id. An id looks like 5d9d6b0e-7a55-4f0e-9a1c-0f6a5b3c9e21."),
        (("history", ID), "laerdom: Nothing has this id. Search for it: laerdom search WORDS."),
        (("import", "lessons", "none.csv"), "laerdom: There is no such file. Check the name."),
        (
            ("export", "clusters", "out.csv"),
            "laerdom: Only lessons go into tables. End the name of the file in .jsonl.",
        ),
        (("search", "x", "--as", "\x1b[31m"), None),
        (
            ("serve", "--host", "0.0.0.0"),
            "laerdom: Whoever reaches the server acts as the operator, so only a loopback address such as 127.0.0.1 is"
            " served. Set LAERDOM_SIGN_IN=true and LAERDOM_PUBLIC_URL to serve others, who then have to sign in.",
        ),
        (("serve", "--host", "nowhere.invalid"), "laerdom: There is no such host. Serve on 127.0.0.1."),
        (("serve", "--port", "70000"), None),
    ],
)
def test_input_that_cannot_be_used_ends_with_2_and_one_line(
    run: Any, data: Path, args: tuple[str, ...], why: str | None
) -> None:
    data.mkdir()
    line = refused(run(*args), 2)
    assert why is None or line == why
    assert line.isprintable()


def test_a_setting_that_is_none_is_named(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAERDOM_PROT", "1")
    assert refused(run("search"), 2).startswith("laerdom: LAERDOM_PROT is not a setting.")


@pytest.mark.parametrize("args", [("search",), ("history", ID), ("rebuild",), ("export", "lessons", "out.csv")])
def test_a_folder_that_is_not_there_is_not_made_by_looking(run: Any, data: Path, args: tuple[str, ...]) -> None:
    assert refused(run(*args), 2) == (
        f"laerdom: There is no folder {data}. Name the folder with --data, or begin with laerdom serve."
    )
    assert not data.exists()


def test_a_folder_that_cannot_be_used_ends_with_1(run: Any, data: Path) -> None:
    data.write_text("a file")
    assert refused(run("search"), 1).startswith("laerdom: File exists at ")


def test_search_in_either_language(run: Any, demo: None) -> None:
    for words in (("recruit", "committed", "participants"), ("rekruttere forpliktede deltakere",)):
        first = json.loads(told(run("search", *words, "--kind", "lesson", "--json")))["hits"][0]
        assert first["url"].startswith("/lessons/")
        assert first["phase"] == "recruitment"
    text = told(run("search", "recruit", "committed", "participants", "--limit", "1"))
    assert text.startswith("Recruit committed participants early\n  lesson · NIC · recruitment · 2011 · ")


def test_search_as_of_a_day_before_anything_was_published(run: Any, demo: None) -> None:
    assert told(run("search", "trust", "--as-of", "2011-05-30")) == (
        "Nothing is published that fits. Try fewer words, or leave --kind and --as-of out.\n"
    )


def test_import_tells_what_it_did(run: Any, data: Path, tmp_path: Path) -> None:
    file = file_of(tmp_path, {}, {"id": "a-2"})
    assert told(run("import", "lessons", file)) == "2 added.\n"
    assert told(run("import", "lessons", file)) == "0 added; 2 already there.\n"
    assert told(run("import", "lessons", file, "--publish")) == "0 added; 2 drafts published.\n"
    assert told(run("search", "recruit", "--json")).count('"kind": "lesson"') == 2
    changed = run("import", "lessons", file_of(tmp_path, {"title": {"en": "Recruit late"}}))
    assert (changed.exit_code, changed.stdout, changed.stderr) == (
        0,
        "0 added; 1 left as they are.\n",
        f"row 1: differs from what is here, which is left as it is ({ID})\n",
    )


def test_a_dry_run_shows_each_row(run: Any, tmp_path: Path) -> None:
    file = file_of(tmp_path, {"title": {"en": "A [bold]title[/bold]"}}, {"id": "a-2", "publish": True}, {"phase": "x"})
    result = run("import", "lessons", file, "--dry-run")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["row", "what", "happens", "lesson", "id"]
    assert lines[2] == ["1", "would", "be", "added", "A", "[bold]title[/bold]", ID]
    assert lines[3][:8] == ["2", "would", "be", "added", "and", "published", "Recruit", "early"]
    assert lines[4] == ["3", "refused"]
    assert result.stdout.splitlines()[-1] == (
        "Nothing was changed. It would be: 2 added, 1 of them published; 1 refused."
    )
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_a_bad_row_stops_the_import_unless_it_may_be_skipped(run: Any, data: Path, tmp_path: Path) -> None:
    file = file_of(tmp_path, {"phase": "never"}, {"id": "a-2"})
    result = run("import", "lessons", file)
    assert (result.exit_code, result.stdout) == (
        2,
        "Nothing was changed: correct the rows named above, or keep the others with --skip-bad.\n",
    )
    assert result.stderr.startswith("row 1, phase: Write one of scoping, ")
    result = run("import", "lessons", file, "--skip-bad")
    assert (result.exit_code, result.stdout) == (0, "1 added; 1 refused.\n")


def test_import_tells_programs_as_json(run: Any, tmp_path: Path) -> None:
    result = run("import", "lessons", file_of(tmp_path, {}, {"id": "a-2", "phase": "never"}), "--json")
    assert result.exit_code == 2
    answer = json.loads(result.stdout)
    assert answer["faults"][0].pop("remedy").startswith("Write one of scoping")
    assert answer == {
        "dry_run": False,
        "kept": False,
        "counts": {"add": 1, "publish": 0, "there": 0, "differs": 0, "refused": 1},
        "rows": [
            {"row": 1, "outcome": "add", "id": ID, "title": "Recruit early", "state": "draft"},
            {"row": 2, "outcome": "refused", "id": None, "title": None, "state": None},
        ],
        "faults": [{"row": 2, "column": "phase", "value": "never"}],
    }


def test_the_history_tells_who_and_why(run: Any, data: Path, tmp_path: Path) -> None:
    told(run("import", "lessons", file_of(tmp_path, {}), "--as", "Kari Nordmann"))
    told(run("import", "lessons", file_of(tmp_path, {}), "--publish"))
    entries = json.loads(told(run("history", ID, "--json")))
    assert [(e["topic"], e["actor_name"], e["reason"]) for e in entries] == [
        ("lesson.drafted", "Kari Nordmann", "import of lessons.jsonl"),
        ("lesson.submitted", getpass.getuser(), "import of lessons.jsonl"),
        ("lesson.published", getpass.getuser(), "import of lessons.jsonl"),
    ]
    with open_system(data) as system:
        assert str(system.store.get(Lesson, UUID(ID)).owner) == entries[0]["actor"]
    text = told(run("history", ID))
    assert "lesson.submitted" in text
    assert "state: [-draft-]{+submitted+}" in text


def test_without_a_name_for_the_user_there_is_still_an_operator(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    told(run("import", "lessons", file_of(tmp_path, {})))
    assert json.loads(told(run("history", ID, "--json")))[0]["actor_name"] == "operator"


def test_export_writes_what_import_reads(run: Any, demo: None, tmp_path: Path) -> None:
    for ending in ("csv", "xlsx", "jsonl"):
        file = str(tmp_path / f"lessons.{ending}")
        assert told(run("export", "lessons", file)) == "41 lessons written.\n"
        assert told(run("import", "lessons", file, "--publish")) == "0 added; 41 already there.\n"
    assert told(run("export", "cases", str(tmp_path / "cases.jsonl"))) == "7 cases written.\n"
    assert json.loads(told(run("export", "clusters", str(tmp_path / "c.jsonl"), "--json"))) == {
        "written": 52,
        "ended": 0,
    }


def test_a_rebuilt_index_says_what_the_old_one_said_and_drops_what_was_put_aside_of_it(
    run: Any, demo: None, data: Path
) -> None:
    with open_system(data) as system:
        system.projector.catch_up()
        system.dead_letters.put_aside("search", 1, "lesson.drafted", "an error that is mended")
        system.dead_letters.put_aside("access", 2, "person.appointed", "an error that is not looked at here")
        events, documents = system.store.position, len(list(system.index.documents()))
    report = json.loads(told(run("rebuild", "--json")))
    assert report.pop("seconds") < 60
    assert len(report.pop("digest")) == 64
    assert report == {"events": events, "documents": documents, "changed": False, "put_aside": 0}
    with open_system(data) as system:
        assert [letter.projection for letter in system.dead_letters.all()] == ["access"]
    assert told(run("rebuild")).endswith("It says the same as the one before.\n")
    assert told(run("search", "trust", "--limit", "1")) != ""
