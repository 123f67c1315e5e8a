"""`laerdom thesaurus`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.operator import at_work
from api.cli.printing import Data
from api.cli.stopping import Stop
from api.usecases.thesaurus import as_turtle
from search.thesaurus import read_turtle

app = typer.Typer(no_args_is_help=True, help="The words of the field, as SKOS.")


@app.command()
def export(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="The file to write: .ttl.")], data: Data = None
) -> None:
    """The concepts in use, with what staff have changed of them."""
    with at_work(context, data) as (system, viewer):
        text = as_turtle(system, viewer)
    try:
        file.write_text(text, "utf-8")
    except OSError:
        raise Stop("The file cannot be written. Check the name, and whether there is room.") from None
    typer.echo(f"{len(read_turtle(text)):,} concepts written to {file}.")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A file of SKOS concepts in Turtle.")]) -> None:
    """Whether the concepts of a file could be those of the thesaurus; where not, what to change."""
    try:
        found = read_turtle(file.read_text("utf-8"))
    except OSError:
        raise Stop("There is no such file, or it cannot be read. Check the name.", 2) from None
    except UnicodeDecodeError:
        raise Stop("The file is not text in UTF-8. Save it as such.", 2) from None
    except ValueError as error:
        raise Stop(str(error), 2) from None
    typer.echo(f"{len(found):,} concepts, sound together.")
