"""`laerdom`: one command a module, put together here."""

from importlib.metadata import version
from typing import Annotated

import typer

from api.cli import (
    audit,
    backup,
    demo,
    exporting,
    history,
    importing,
    migrate,
    person,
    process,
    projector,
    rebuild,
    removing,
    search,
    serve,
    thesaurus,
)
from api.cli.operator import Asked
from api.cli.printing import Data
from api.cli.stopping import OneLineGroup

app = typer.Typer(
    cls=OneLineGroup,
    name="laerdom",
    help="Lærdom: clusters share what they learned. Settings are environment variables that begin with LAERDOM_.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"laerdom {version('laerdom')}")
        raise typer.Exit


@app.callback()
def laerdom(
    context: typer.Context,
    data: Data = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version and stop.")
    ] = False,
) -> None:
    context.obj = Asked(data)


app.command("serve")(serve.serve)
app.command("search")(search.search)
app.add_typer(importing.app, name="import")
app.add_typer(exporting.app, name="export")
app.add_typer(person.app, name="person")
app.add_typer(process.app, name="process")
app.command("rebuild")(rebuild.rebuild)
app.command("tidy")(rebuild.tidy)
app.command("redact")(removing.redact)
app.command("demo")(demo.demo)
app.command("migrate")(migrate.migrate)
app.command("projector")(projector.projector)
app.command("history")(history.show)
app.add_typer(thesaurus.app, name="thesaurus")
app.add_typer(audit.app, name="audit")
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
