"""`laerdom export`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.operator import at_work
from api.cli.printing import As, Data, Json, write_json
from api.cli.progress import counting
from api.interchange.exporting import Kind, export

app = typer.Typer(no_args_is_help=True, help="Write things to a file.")

Table = Annotated[Path, typer.Argument(help="The file to write: .csv, .xlsx or .jsonl.")]
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


def _export(context: typer.Context, kind: Kind, file: Path, as_json: bool, data: str | None, name: str | None) -> None:
    with at_work(context, data, name=name) as (system, _):
        with counting("Writing", system.store.position, "events read") as told:
            done = export(system, kind, file, progress=told)
        if as_json:
            write_json({"written": done.written, "ended": done.ended})
            return
        ended = f" {done.ended:,} withdrawn or superseded ones were left out." if done.ended else ""
        typer.echo(f"{done.written:,} {kind} written.{ended}")
