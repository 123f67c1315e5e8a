"""`laerdom audit bundle`: what somebody needs who checks the history with a program of their own."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.operator import settings_of
from api.cli.printing import Data
from api.cli.progress import counting
from api.cli.stopping import Stop
from api.wiring.auditing import open_snapshot
from store.ledger.bundling import NothingSigned, Part, write
from store.ledger.keys import Keys
from store.ledger.rows import read_size
from store.ledger.verifying import kept_in


def bundle(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder that is made, or is empty.")],
    first: Annotated[int | None, typer.Option("--from", min=1, help="The first event, by position.")] = None,
    last: Annotated[int | None, typer.Option("--to", min=1, help="The last event, by position.")] = None,
    proofs: Annotated[
        bool, typer.Option("--proofs", help="A proof with every event; a part of the events has them anyway.")
    ] = False,
    data: Data = None,
) -> None:
    """Write the signed events, the checkpoints and the keys into a folder, for tools/verify. It holds every text."""
    settings = settings_of(context, data=data)
    verifiers = Keys(settings.seals.keys).verifiers()
    with open_snapshot(settings) as snapshot:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Stop(f"{folder} is not empty. Give another folder.", 2)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with counting("Writing", read_size(snapshot.db), "events") as told:
            try:
                older = kept_in(settings.seals.checkpoints)
                count = write(snapshot, folder, verifiers, older, Part(first, last), proofs=proofs, told=told)
            except NothingSigned:
                raise Stop("There is no checkpoint yet. Begin with laerdom serve, which signs them.") from None
    typer.echo(f"{count:,} events in {folder}.")
