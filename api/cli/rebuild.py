"""`laerdom rebuild`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import typer

from api.cli.operator import at_work
from api.cli.printing import As, Data, Json, write_json
from api.cli.progress import counting
from api.cli.stopping import Stop
from projections import dead_letters
from projections.dead_letters import DeadLetters
from projections.runner import Projector
from projections.search_feed import SearchFeed
from projections.views import Views
from search.index import digest


def rebuild(context: typer.Context, as_json: Json = False, data: Data = None, name: As = None) -> None:
    """Build the search index anew from the events and switch to it."""
    with at_work(context, data, name=name) as (system, _), TemporaryDirectory(dir=system.data) as folder:
        if not system.leads:
            raise Stop("A server runs on this folder. Stop it, then rebuild.")
        # Kept apart until the switch: a rebuild that is stopped half-way leaves everything as it was.
        aside = DeadLetters(Views(Path(folder) / "views.sqlite", dead_letters.SCHEMA))
        fresh, begun = system.index.fresh(), monotonic()
        feed = SearchFeed(system.store, system.catalogue, fresh)
        with counting("Rebuilding", system.store.position, "events") as told:
            Projector(system.store, (feed,), aside).catch_up(told)
        took_s = monotonic() - begun
        before, after = (digest(index.documents()) for index in (system.index, fresh))
        documents = sum(1 for _ in fresh.documents())
        system.index.adopt(fresh)
        system.dead_letters.clear(feed.name)
        for letter in aside.all():
            system.dead_letters.put_aside(letter.projection, letter.position, letter.topic, letter.reason)
        events, put_aside, changed = system.store.position, len(aside.all()), before != after
    if as_json:
        write_json(
            {
                "events": events,
                "documents": documents,
                "changed": changed,
                "digest": after,
                "put_aside": put_aside,
                "seconds": round(took_s, 3),
            }
        )
        return
    same = "It differs from the one before." if changed else "It says the same as the one before."
    typer.echo(f"{documents:,} documents from {events:,} events, {events / max(took_s, 0.001):,.0f} events/s. {same}")
    if put_aside:
        typer.echo(f"{put_aside} events could not be applied; the log above says which and why.", err=True)
