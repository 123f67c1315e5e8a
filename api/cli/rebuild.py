"""`laerdom rebuild` and `laerdom tidy`."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import typer

from api.cli.operator import at_work
from api.cli.printing import As, Data, Json, write_json
from api.cli.progress import counting
from api.cli.stopping import Stop
from api.wiring import FolderInUse, System
from projections import dead_letters
from projections.dead_letters import DeadLetters
from projections.rebuild import Differs, Rebuild, Rebuilt
from projections.search_feed import SearchFeed
from projections.views import Views
from store.database import SqliteFile


def rebuild(context: typer.Context, as_json: Json = False, data: Data = None, name: As = None) -> None:
    """Build the search index anew from the events, compare it with them and switch to it."""
    with at_work(context, data, name=name) as (system, _), TemporaryDirectory() as folder:
        # Kept apart until the switch: a rebuild that is stopped half-way leaves everything as it was.
        aside = DeadLetters(Views(SqliteFile(Path(folder) / "aside.sqlite", *dead_letters.SCHEMA, durable=False)))
        try:
            with system.rebuilding():
                built, took_s = _rebuild(system, aside)
        except FolderInUse:
            raise Stop("A server runs on this folder. Stop it, then rebuild.") from None
        except Differs as error:
            raise Stop(f"{error} Among those that differ: {', '.join(error.ids[:5])}.") from None
        put_aside, alone = len(aside.all()), system.leads
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


def _rebuild(system: System, aside: DeadLetters) -> tuple[Rebuilt, float]:
    with closing(Rebuild(system.store, system.catalogue, system.index, aside, system.meaning)) as rebuild:
        begun = monotonic()
        with counting("Rebuilding", system.store.position, "events") as told:
            rebuild.build(told)
        took_s = monotonic() - begun
        built = rebuild.switch()
    system.dead_letters.clear(SearchFeed.name)  # the others go on from where they were: what they put aside is still so
    for letter in aside.all():
        system.dead_letters.put_aside(letter.projection, letter.position, letter.topic, letter.reason)
    return built, took_s


def tidy(context: typer.Context, data: Data = None, name: As = None) -> None:
    """Remove search indexes that are no longer in use: what rebuilds have left."""
    with at_work(context, data, name=name) as (system, _):
        try:
            with system.rebuilding():
                removed = system.index.tidy()
        except FolderInUse:
            raise Stop("A server runs on this folder. Stop it, then tidy.") from None
    typer.echo(f"{removed} removed.")
