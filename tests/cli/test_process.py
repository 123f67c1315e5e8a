"""`laerdom process`: what it tells of processes, and every step of one."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.cli.process import _body  # pyright: ignore[reportPrivateUsage]
from api.usecases.process_steps import STEPS
from api.wiring import open_system
from demo.fictional import PROCESS
from domain.foresight.process import ForesightProcess
from tests.cli.test_commands import refused, told

ID = str(PROCESS)
FORCE = {"title": {"en": "Electricity is free at noon"}, "steep": "economic"}
pytestmark = pytest.mark.usefixtures("demo")


def file_of(folder: Path, content: object) -> str:
    file = folder / "step.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return str(file)


def process_in(data: Path) -> ForesightProcess:
    with open_system(data) as system:
        return system.store.get(ForesightProcess, PROCESS)


def test_all_are_listed(run: Any, data: Path) -> None:
    listed = json.loads(told(run("process", "list", "--json")))
    assert len(listed) == 7
    [invented] = [one for one in listed if one["id"] == ID]
    process = process_in(data)
    assert invented == {
        "id": ID,
        "title": "The heat of our towns 2040 (invented)",
        "cluster": str(process.current.cluster),
        "phase": "follow-up",
        "withdrawn": False,
        "not_met": 1,
        "version": process.version,
    }
    assert "Renergi foresight" in told(run("process", "list"))


def test_one_is_shown_with_its_parts(run: Any) -> None:
    shown = told(run("process", "show", ID))
    for part in ("The heat of our towns 2040", "14, of them 11 committed", "5, of them 5 held", "24, assessed by 6"):
        assert part in shown
    whole = json.loads(told(run("process", "show", ID, "--json")))
    assert (whole["id"], len(whole["driving_forces"]), len(whole["readiness"])) == (ID, 24, 11)


def test_its_readiness(run: Any) -> None:
    checks = {one["check"]: one for one in json.loads(told(run("process", "readiness", ID, "--json")))}
    assert {name for name, one in checks.items() if one["state"] != "met"} == {"evaluation-agreed", "follow-up"}
    assert checks["planning-time"]["figures"] == {"weeks": 13, "wanted": 8}
    shown = told(run("process", "readiness", ID))
    assert "Weeks from the beginning of planning to the first gathering: 13; wanted: 8." in shown
    [line] = [line for line in shown.splitlines() if line.startswith("follow-up")]
    assert "waived" in line


def test_a_step_is_taken_from_a_file(run: Any, data: Path, tmp_path: Path) -> None:
    before, force = process_in(data), str(uuid4())
    asked = file_of(tmp_path, FORCE | {"force": force, "reason": "Said at the door."})
    done = told(run("process", "take", ID, "name-force", "--json", asked, "--as", "mona"))
    assert done == f"name-force: version {before.version + 1}; 1 checks not met.\n"
    assert process_in(data).force(UUID(force)).record.title.en == FORCE["title"]["en"]  # pyright: ignore[reportArgumentType, reportIndexIssue]
    last = json.loads(told(run("history", ID, "--json")))[-1]
    assert (last["topic"], last["reason"], last["actor_name"]) == ("process.force-named", "Said at the door.", "mona")


def test_a_step_is_taken_from_standard_input_and_checks_turn(data: Path) -> None:
    command = ["--data", str(data), "process", "take", ID, "agree-evaluation", "--json", "-"]
    version = process_in(data).version
    asked = [
        {"id": str(id), **q.model_dump(mode="json", exclude={"id"})} for id, q in process_in(data).questions.items()
    ]
    asked.append({"id": str(uuid4()), "area": "joint-goals", "text": {"en": "We will meet again."}})
    done = CliRunner().invoke(app, command, input=json.dumps({"questions": asked, "on": "2026-11-01"}))
    assert (done.exit_code, done.stdout) == (0, f"agree-evaluation: version {version + 1}; 1 checks not met.\n")


def test_what_changes_nothing_stays_at_its_version(run: Any, data: Path, tmp_path: Path) -> None:
    version = process_in(data).version
    asked = file_of(tmp_path, {"phase": "follow-up", "on": "2026-05-04"})
    done = told(run("process", "take", ID, "enter-phase", "--json", asked, "--if-version", str(version)))
    assert done == f"enter-phase: version {version}; 1 checks not met.\n"


@pytest.mark.parametrize(
    ("args", "asked", "code", "why"),
    [
        (("show", "x"), None, 2, "This is not an id. Look it up: laerdom process list."),
        (("show", str(uuid4())), None, 2, "There is nothing here."),
        (("take", ID, "name-force"), "{", 2, "What was given is not JSON. Check it for missing quotes and commas."),
        (("take", ID, "name-force"), {}, 2, "title: Field required"),
        (("take", ID, "name-force"), FORCE | {"colour": 1}, 2, "colour: Extra inputs are not permitted"),
        (("take", ID, "assess"),
         {"participant": str(uuid4()), "scores": [{"force": str(uuid4()), "impact": 6, "uncertainty": 1}]}, 2,
         "scores.0.impact: Input should be less than or equal to 5"),
        (("take", ID, "plan-gathering"), {"starts": "2026-03-11", "ends": "2026-03-10"}, 2,
         "The step: The gathering ends before it begins."),
        (("take", ID, "hold-gathering"), {"gathering": str(uuid4()), "attended": []}, 2,
         "There is no such gathering."),
        (("take", ID, "name-force", "--if-version", "1"), FORCE, 1,
         "Someone has changed this since you opened it. Load it again; what you wrote is not lost."),
    ],
)  # fmt: skip
def test_refusals(
    run: Any, data: Path, tmp_path: Path, args: tuple[str, ...], asked: object, code: int, why: str
) -> None:
    version = process_in(data).version
    given = ("--json", file_of(tmp_path, asked)) if asked is not None else ()
    assert refused(run("process", *args, *given), code) == f"laerdom: {why}"
    assert process_in(data).version == version


def test_a_step_that_is_not_there_and_a_file_that_is_not(run: Any, tmp_path: Path) -> None:
    names = ", ".join(step.name for step in STEPS)
    asked = file_of(tmp_path, {})
    assert refused(run("process", "take", ID, "dance", "--json", asked), 2) == (
        f"laerdom: There is no such step. Steps are {names}."
    )
    assert refused(run("process", "take", ID, "invite", "--json", str(tmp_path / "none")), 2) == (
        "laerdom: There is no such file, or it cannot be read. Check the name."
    )


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_every_step_reads_its_own_example(step: Any) -> None:
    [example] = step.asks.model_config["json_schema_extra"]["examples"]
    assert isinstance(_body(step, json.dumps(example)), step.asks)
