"""`laerdom import`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.cli.operator import at_work, catch_up
from api.cli.printing import As, Data, Json, plain, write_json, write_table
from api.cli.progress import counting
from api.interchange.faults import shown
from api.interchange.importing import Judged, Outcome, Report, import_lessons

app = typer.Typer(no_args_is_help=True, help="Read things from a file.")

OUTCOMES: dict[Outcome, str] = {
    "add": "would be added",
    "publish": "would be published",
    "there": "is already there",
    "differs": "differs, left as it is",
    "refused": "refused",
}
MOST_FAULTS = 100


@app.callback()
def read() -> None:
    """Read things from a file."""


@app.command("lessons")
def lessons(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .csv, .xlsx or .jsonl file.")],
    publish: Annotated[bool, typer.Option("--publish", help="Publish what is added, not only draft it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show row by row what would happen.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Keep the good rows; else it is all or none.")] = False,
    as_json: Json = False,
    data: Data = None,
    name: As = None,
) -> None:
    """Read lessons. A lesson that is there already is not added again; one that was changed since is left as it is."""
    reason = f"import of {shown(file.name)}"
    with at_work(context, data, name=name, reason=reason, making=True) as (system, viewer):
        with counting("Reading", None, "rows") as told:
            report = import_lessons(
                system, viewer, file, publish=publish, skip_bad=skip_bad, dry_run=dry_run, progress=told
            )
        if report.kept and system.leads:
            catch_up(system)
        if as_json:
            write_json(_as_json(report, dry_run))
        else:
            _tell(report, dry_run=dry_run, led_by_other=not system.leads)
    if report.faults and not (skip_bad and report.header_is_sound):
        raise typer.Exit(2)


def _tell(report: Report, *, dry_run: bool, led_by_other: bool) -> None:
    if dry_run:
        write_table(
            ("row", "what happens", "lesson", "id"),
            ((j.row, _outcome(j, report), j.title, j.id) for j in report.judged),
        )
    for fault in report.faults[:MOST_FAULTS]:
        typer.echo(plain(str(fault)), err=True)
    if len(report.faults) > MOST_FAULTS:
        typer.echo(f"and {len(report.faults) - MOST_FAULTS:,} more; --json has all of them", err=True)
    for judged in report.judged:
        if judged.outcome == "differs" and not dry_run:
            typer.echo(f"row {judged.row}: differs from what is here, which is left as it is ({judged.id})", err=True)
    typer.echo(_summary(report, dry_run))
    if report.kept and led_by_other:
        typer.echo("A running server shows it in a moment.")


def _outcome(judged: Judged, report: Report) -> str:
    if judged.outcome == "add" and judged.state == "published":
        return "would be added and published"
    return OUTCOMES[judged.outcome]


def _summary(report: Report, dry_run: bool) -> str:
    added, published = report.count("add"), sum(j.state == "published" for j in report.judged if j.outcome == "add")
    parts = [
        f"{added:,} added" + (f", {published:,} of them published" if published else ""),
        f"{report.count('publish'):,} drafts published" if report.count("publish") else "",
        f"{report.count('there'):,} already there" if report.count("there") else "",
        f"{report.count('differs'):,} left as they are" if report.count("differs") else "",
        f"{report.count('refused'):,} refused" if report.count("refused") else "",
    ]
    told = "; ".join(filter(None, parts)) + "."
    if dry_run:
        return f"Nothing was changed. It would be: {told}"
    if report.faults and not report.kept:
        return "Nothing was changed: correct the rows named above, or keep the others with --skip-bad."
    return told[0].upper() + told[1:]


def _as_json(report: Report, dry_run: bool) -> object:
    return {
        "dry_run": dry_run,
        "kept": report.kept,
        "counts": {outcome: report.count(outcome) for outcome in OUTCOMES},
        "rows": [asdict(judged) for judged in report.judged],
        "faults": [asdict(fault) for fault in report.faults],
    }
