"""`laerdom redact`."""

from typing import Annotated
from uuid import UUID

import typer

from api.cli.operator import at_work
from api.cli.printing import As, Data, Json, write_json, write_table
from api.cli.stopping import Stop
from api.usecases.redacting import find_words
from api.usecases.redacting import redact as remove_words
from domain.errors import WrongState


def redact(
    context: typer.Context,
    thing: Annotated[UUID, typer.Argument(metavar="ID", help="Of a lesson, case, process, or what else holds text.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record; without the words.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Only tell where they are.")] = False,
    as_json: Json = False,
    data: Data = None,
    name: As = None,
) -> None:
    """Remove words for good from every version of a thing. They are read from standard input, one line, so that they
    stay in no list of commands."""
    words = typer.get_text_stream("stdin").readline().strip()
    if not words:
        raise Stop("Write the words to standard input, on one line.", 2)
    with at_work(context, data, name=name) as (system, viewer):
        places = find_words(system, viewer, thing, words)
        try:
            places = places if preview else remove_words(system, viewer, thing, words, reason)
        except WrongState as error:  # not wrong with the words: somebody else is at work
            raise Stop(str(error)) from None
    told = [{"version": place.version, "fields": place.fields, "left": place.left} for place in places]
    if as_json:
        write_json({"thing": str(thing), "removed": not preview, "places": told})
        return
    write_table(("version", "texts"), ((str(place.version), ", ".join(place.fields)) for place in places))
    typer.echo("Nothing is removed yet." if preview else "Removed, and nothing is left of it here.")
