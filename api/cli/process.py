"""`laerdom process`."""

import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import BaseModel, ValidationError

from api.cli.operator import at_work, catch_up
from api.cli.printing import As, Data, Json, console, plain, write_json, write_table
from api.cli.stopping import Stop
from api.interchange.naming import as_uuid
from api.json.process_shapes import CheckShape, process_shape
from api.usecases.evidence_text import Telling
from api.usecases.looking import load
from api.usecases.process_lessons import lessons_behind
from api.usecases.process_steps import STEPS, Step
from api.usecases.processes import readiness_of, take
from api.wiring import System
from domain.audiences import audiences
from domain.foresight.gatherings import GatheringState
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import Checked, CheckState
from domain.viewer import Viewer

MOST = 100_000
app = typer.Typer(no_args_is_help=True, help="Foresight processes: how they stand, and each step of them.")

TheProcess = Annotated[str, typer.Argument(metavar="ID", help="The id of the process: laerdom process list.")]
TheStep = Annotated[str, typer.Argument(metavar="STEP", help=f"One of {', '.join(step.name for step in STEPS)}.")]
Asked = Annotated[
    str,
    typer.Option("--json", metavar="FILE", help="What the step asks for, as JSON: a file, or - for standard input."),
]
IfVersion = Annotated[
    int | None, typer.Option("--if-version", min=0, help="Only if the process is still at this version.")
]


@app.command("list", help="Every process that there is, most lately changed first.")
def list_(context: typer.Context, as_json: Json = False, data: Data = None, name: As = None) -> None:
    with at_work(context, data, name=name) as (system, viewer):
        entries = system.catalogue.listing("process", scope=audiences(viewer), limit=MOST)
        found = system.store.find_many(entry.id for entry in entries)
        there = [found[entry.id] for entry in entries if entry.id in found]
        told = [_line(system, viewer, process) for process in there if isinstance(process, ForesightProcess)]
    if as_json:
        write_json(told)
        return
    columns = ("title", "phase", "checks not met", "version", "id")
    write_table(columns, ((t["title"], t["phase"], t["not_met"], t["version"], t["id"]) for t in told))


@app.command(help="One process: what it is about, and how many parts it has; with --json every part.")
def show(context: typer.Context, id: TheProcess, as_json: Json = False, data: Data = None, name: As = None) -> None:
    with at_work(context, data, name=name) as (system, viewer):
        process = _process(system, viewer, id)
        checks = readiness_of(system, viewer, process)
        behind = lessons_behind(system, viewer) if as_json else {}
    if as_json:
        write_json(process_shape(process, checks, behind).model_dump(mode="json"))
        return
    _write_head(process)
    write_table(("part", "how many"), _parts(process))


@app.command("take", help="Take a step of a process, as a form or the JSON API does.")
def take_(
    context: typer.Context,
    id: TheProcess,
    step: TheStep,
    asked: Asked,
    if_version: IfVersion = None,
    data: Data = None,
    name: As = None,
) -> None:
    found = _step(step)
    body = _body(found, _read(asked))
    with at_work(context, data, name=name) as (system, viewer):
        process = take(system, viewer, _id(id), if_version, found, body)
        if system.leads:
            catch_up(system)
        left = len(_not_met(readiness_of(system, viewer, process)))
    typer.echo(f"{found.name}: version {process.version}; {left} checks not met.")


@app.command(help="How ready a process is: each check, with the figures that it looked at.")
def readiness(
    context: typer.Context, id: TheProcess, as_json: Json = False, data: Data = None, name: As = None
) -> None:
    with at_work(context, data, name=name) as (system, viewer):
        process = _process(system, viewer, id)
        checks = readiness_of(system, viewer, process)
        behind = lessons_behind(system, viewer) if as_json else {}
    if as_json:
        shapes = (CheckShape.of(one, behind.get(one.check, [])) for one in checks)
        write_json([shape.model_dump(mode="json") for shape in shapes])
        return
    telling = Telling(process, {one.check: one for one in checks}, (), {}, "en")
    rows = ((one.check.value, "waived" if one.waived else one.state.value, telling.check(one.check)) for one in checks)
    write_table(("check", "state", "figures"), rows)


def _id(text: str) -> UUID:
    if (id := as_uuid(text)) is None:
        raise Stop("This is not an id. Look it up: laerdom process list.", 2)
    return id


def _process(system: System, viewer: Viewer, id: str) -> ForesightProcess:
    return load(system, viewer, ForesightProcess, _id(id))


def _step(name: str) -> Step[Any]:
    found = next((step for step in STEPS if step.name == name), None)
    if found is None:
        raise Stop(f"There is no such step. Steps are {', '.join(step.name for step in STEPS)}.", 2)
    return found


def _read(place: str) -> str:
    try:
        return sys.stdin.read() if place == "-" else Path(place).read_text("utf-8")
    except OSError:
        raise Stop("There is no such file, or it cannot be read. Check the name.", 2) from None
    except UnicodeDecodeError:
        raise Stop("What was given is not text in UTF-8. Save it as such.", 2) from None


def _body(step: Step[Any], text: str) -> BaseModel:
    """Raises `Stop`, naming the first field at fault and never what was in it."""
    try:
        return step.asks.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        if first["type"] == "json_invalid":
            raise Stop("What was given is not JSON. Check it for missing quotes and commas.", 2) from None
        where = ".".join(map(str, first["loc"])) or "The step"
        message = str(first["msg"]).removeprefix("Value error, ")
        raise Stop(f"{where}: {message}", 2) from None


def _not_met(checks: list[Checked]) -> list[Checked]:
    return [one for one in checks if one.state is not CheckState.MET and not one.waived]


def _line(system: System, viewer: Viewer, process: ForesightProcess) -> dict[str, Any]:
    return {
        "id": str(process.id),
        "title": process.current.title.in_language("en")[1],
        "cluster": process.current.cluster and str(process.current.cluster),
        "phase": process.phase,
        "withdrawn": process.withdrawn,
        "not_met": len(_not_met(readiness_of(system, viewer, process))),
        "version": process.version,
    }


def _write_head(process: ForesightProcess) -> None:
    record, out = process.current, console()
    out.print(plain(record.title.in_language("en")[1]), markup=False, style="bold", soft_wrap=True)
    if record.focal_question:
        out.print(plain(record.focal_question.in_language("en")[1]), markup=False, soft_wrap=True)
    facts = (process.phase, record.begins and f"begins {record.begins}", f"version {process.version}", str(process.id))
    out.print(" · ".join(fact for fact in facts if fact), markup=False, style="dim", soft_wrap=True)


def _parts(process: ForesightProcess) -> list[tuple[str, str]]:
    held = len(process.by_date(GatheringState.HELD))
    return [
        ("participants", f"{len(process.participants)}, of them {len(process.committed())} committed"),
        ("gatherings", f"{len(process.gatherings)}, of them {held} held"),
        ("driving forces", f"{len(process.forces)}, assessed by {len(process.scores)}"),
        ("axes", str(len(process.axes))),
        ("scenarios", str(len(process.scenarios))),
        ("options", str(len(process.options))),
        ("signposts", str(len(process.signposts))),
        ("actions", str(len(process.actions))),
        ("questions", f"{len(process.questions)}, answered by {len(process.answers)}"),
    ]
