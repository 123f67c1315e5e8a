"""`laerdom export`."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import typer

from api.cli.operator import at_work
from api.cli.printing import As, Data, Json, write_json
from api.cli.progress import counting
from api.interchange.events_file import csv_of, jsonl_of
from api.interchange.exporting import Kind, export, whole
from api.interchange.faults import BadFile
from api.interchange.limits import ending
from api.usecases.event_export import COLUMNS, export_events
from projections.events_asked import Asked

app = typer.Typer(no_args_is_help=True, help="Write things to a file.")

Table = Annotated[Path, typer.Argument(help="The file to write: .csv, .xlsx or .jsonl.")]
Rows: TypeAlias = list[dict[str, Any]]
Day: TypeAlias = datetime | None
Lines = Annotated[Path, typer.Argument(help="The file to write: .jsonl.")]


@app.command()
def lessons(context: typer.Context, file: Table, as_json: Json = False, data: Data = None, name: As = None) -> None:
    """Published lessons as they are read now, and drafts: everything, whoever it is shared with. Import reads it."""
    _export(context, "lessons", file, as_json, data, name)


@app.command()
def cases(context: typer.Context, file: Lines, as_json: Json = False, data: Data = None, name: As = None) -> None:
    """Every case, one JSON object a line."""
    _export(context, "cases", file, as_json, data, name)


@app.command()
def clusters(context: typer.Context, file: Lines, as_json: Json = False, data: Data = None, name: As = None) -> None:
    """Every cluster with its dated names, memberships and members, one JSON object a line."""
    _export(context, "clusters", file, as_json, data, name)


@app.command()
def programmes(context: typer.Context, file: Lines, as_json: Json = False, data: Data = None, name: As = None) -> None:
    """Every programme, one JSON object a line."""
    _export(context, "programmes", file, as_json, data, name)


@app.command()
def events(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write: .csv or .jsonl.")],
    person: Annotated[str | None, typer.Option(help="Person id: they did it, or it concerns them.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Of these kinds, such as lesson or access.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only this, such as lesson.published.")] = None,
    aggregate: Annotated[UUID | None, typer.Option(help="What it happened to, or is about as well.")] = None,
    cluster: Annotated[UUID | None, typer.Option(help="Of things of this cluster.")] = None,
    programme: Annotated[UUID | None, typer.Option(help="Of things of this programme.")] = None,
    since: Annotated[Day, typer.Option("--from", formats=["%Y-%m-%d"], help="A day (UTC), which counts.")] = None,
    until: Annotated[Day, typer.Option("--to", formats=["%Y-%m-%d"], help="A day (UTC), which counts.")] = None,
    request: Annotated[str | None, typer.Option(help="In this request.")] = None,
    changes: Annotated[bool, typer.Option("--changes", help="With what each event changed; takes longer.")] = False,
    as_json: Json = False,
    data: Data = None,
    name: As = None,
) -> None:
    """The event log, oldest first, in little memory however long it is. It is recorded that it was taken."""
    form = ending(file)
    if form == ".xlsx":
        raise BadFile("The event log goes into .csv or .jsonl: it has no end that a sheet would hold.")
    days = (since.date() if since else None, until.date() if until else None)
    asked = Asked(person, tuple(kind or ()), topic, aggregate, cluster, programme, request, *days)
    with at_work(context, data, name=name) as (system, viewer):
        found = export_events(system, viewer, asked, changes=changes)
        with counting("Writing", found.count, "events") as told, whole(file) as out:
            pages = _counted(found.pages, told)
            columns = (*COLUMNS, "changes") if changes else COLUMNS
            for chunk in csv_of(columns, pages) if form == ".csv" else jsonl_of(pages):
                out.write(chunk)
        if as_json:
            write_json({"written": found.count})
            return
        typer.echo(f"{found.count:,} events written.")


def _counted(pages: Iterator[Rows], told: Callable[[int], None]) -> Iterator[Rows]:
    done = 0
    for page in pages:
        yield page
        done += len(page)
        told(done)


def _export(context: typer.Context, kind: Kind, file: Path, as_json: bool, data: str | None, name: str | None) -> None:
    with at_work(context, data, name=name) as (system, _):
        with counting("Writing", system.store.position, "events read") as told:
            done = export(system, kind, file, progress=told)
        if as_json:
            write_json({"written": done.written, "ended": done.ended})
            return
        ended = f" {done.ended:,} withdrawn or superseded ones were left out." if done.ended else ""
        typer.echo(f"{done.written:,} {kind} written.{ended}")
