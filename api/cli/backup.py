"""`laerdom backup` and `laerdom restore`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.logs import set_up_logs
from api.cli.operator import catch_up, settings_of
from api.cli.printing import Data, Json, write_json
from api.cli.progress import counting
from api.cli.stopping import Stop
from api.settings import Settings
from api.usecases.reapplying import reapply
from api.usecases.rebuilding import rebuild_index
from api.wiring import open_system
from api.wiring.backup import Place, back_up
from api.wiring.backup import restore as put_back
from api.wiring.meaning import embedder_for
from projections.rebuild import Differs, Rebuilt
from search.index import SearchUnavailable
from store.backup.manifest import Manifest
from store.ledger.keys import Keys
from store.unavailable import StoreUnavailable

Folder = Annotated[Path, typer.Argument(help="A folder of its own.")]


def backup(
    context: typer.Context,
    folder: Folder,
    keys: Annotated[Path | None, typer.Option(help="Copy the ledger's keys too, to this other folder.")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Copy the record to an empty folder while everything goes on: whole, or not at all. The keys are not in it."""
    settings = settings_of(context, data=data)
    set_up_logs("warning")
    made = back_up(_place(settings), folder, counting, keys=keys)
    if as_json:
        write_json(_said(made))
        return
    typer.echo(f"{made.contents.position:,} events and {_size(made.bytes)} in {folder}.")
    if keys:
        typer.echo(
            f"The keys are in {keys}. Keep them apart from the backup: whoever has both can write another history."
        )
    else:
        typer.echo(
            "The keys are not in it, and without ledger.key it cannot be restored. Keep a copy of"
            f" {settings.seals.keys} elsewhere, or have one made: --keys FOLDER."
        )


def restore(
    context: typer.Context,
    folder: Folder,
    new_log: Annotated[
        bool, typer.Option("--new-log", help="Events are lost: sign what follows as another log, with a new key.")
    ] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Put a backup back where there is no record, and show that it is whole: ledger, lists and search."""
    settings = settings_of(context, data=data)
    set_up_logs("warning")
    made = put_back(_place(settings), folder, counting, new_log=new_log)
    try:
        built, again = _projected(settings)
    except (Differs, SearchUnavailable, StoreUnavailable) as error:
        raise Stop(f"The record is restored; lists and search are not: {error} Then run laerdom rebuild.") from None
    key = str(Keys(settings.seals.keys).signers(make=True)[0].verifier) if new_log else None
    if as_json:
        said = {"documents": built.documents, "digest": built.digest, "erased_again": again, "new_key": key}
        write_json(_said(made) | said)
        return
    typer.echo(f"{made.contents.position:,} events as of {made.made_at:%Y-%m-%d %H:%M} UTC: they fit their ledger.")
    typer.echo(f"{built.documents:,} documents in the search index say what the events say.")
    if again:
        typer.echo(f"Erased again, as the backup was made before: {again:,}.")
    if new_log:
        typer.echo(f"Another log begins. Tell whoever checks, and give them its key: {key}")


def _projected(settings: Settings) -> tuple[Rebuilt, int]:
    """Lists and index made from the restored events, and compared with them; and how much was erased again."""
    embedder = embedder_for(settings.meaning)
    with open_system(settings.data, settings.servers, embedder, settings.seals) as system:
        with system.rebuilding(), counting("Making lists and search", system.store.position, "events") as told:
            built, _, _ = rebuild_index(system, told)
        if system.leads:
            catch_up(system)
        return built, reapply(system)


def _place(settings: Settings) -> Place:
    return Place(settings.data, settings.servers, settings.seals)


def _said(made: Manifest) -> dict[str, Any]:
    return made.model_dump(mode="json", exclude={"parts"}) | {"bytes": made.bytes}


def _size(bytes: int) -> str:
    return f"{bytes / 1_000_000:,.1f} MB"
