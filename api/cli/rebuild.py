"""`laerdom rebuild` and `laerdom tidy`."""

import typer

from api.cli.operator import at_work
from api.cli.printing import As, Data, Json, write_json
from api.cli.progress import counting
from api.cli.stopping import Stop
from api.usecases.rebuilding import rebuild_index
from api.wiring import FolderInUse
from projections.rebuild import Differs


def rebuild(context: typer.Context, as_json: Json = False, data: Data = None, name: As = None) -> None:
    """Build the search index anew from the events, compare it with them and switch to it."""
    with at_work(context, data, name=name) as (system, _):
        try:
            with system.rebuilding(), counting("Rebuilding", system.store.position, "events") as told:
                built, took_s, letters = rebuild_index(system, told)
        except FolderInUse:
            raise Stop("A server runs on this folder. Stop it, then rebuild.") from None
        except Differs as error:
            raise Stop(f"{error} Among those that differ: {', '.join(error.ids[:5])}.") from None
        put_aside, alone = len(letters), system.leads
        if alone:
            system.index.tidy()
    changed = built.digest != built.before
    if as_json:
        write_json(
            {
                "events": built.position,
                "documents": built.documents,
                "changed": changed,
                "digest": built.digest,
                "put_aside": put_aside,
                "seconds": round(took_s, 3),
            }
        )
        return
    same = "It differs from the one before." if changed else "It says the same as the one before."
    rate = f"{built.position / max(took_s, 0.001):,.0f} events/s"
    typer.echo(f"{built.documents:,} documents from {built.position:,} events, {rate}. {same}")
    if not alone:
        typer.echo("The old one is kept until laerdom tidy.")
    if put_aside:
        typer.echo(f"{put_aside} events could not be applied; the log above says which and why.", err=True)


def tidy(context: typer.Context, data: Data = None, name: As = None) -> None:
    """Remove search indexes that are no longer in use: what rebuilds have left."""
    with at_work(context, data, name=name) as (system, _):
        try:
            with system.rebuilding():
                removed = system.index.tidy()
        except FolderInUse:
            raise Stop("A server runs on this folder. Stop it, then tidy.") from None
    typer.echo(f"{removed} removed.")
