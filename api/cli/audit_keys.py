"""`laerdom audit key`, `rotate` and `cosign`: who signs the ledger, and who signs along."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from api.cli.operator import settings_of
from api.cli.printing import Data
from api.cli.stopping import Stop
from api.wiring.auditing import open_ledger
from store.ledger.keys import Keys
from store.ledger.note import BadNote, Verifier


def key(context: typer.Context, data: Data = None) -> None:
    """Print the verification keys of the log: those that sign now, then those that have signed before."""
    verifiers = Keys(settings_of(context, data=data).seals.keys).verifiers()
    if not verifiers:
        raise Stop("There is no key yet: it is made with the first checkpoint. Begin with laerdom serve.", 2)
    for one in verifiers:
        typer.echo(str(one))


def rotate(
    context: typer.Context,
    finish: Annotated[
        bool, typer.Option("--finish", help="End the change: from now on the new key signs alone.")
    ] = False,
    data: Data = None,
) -> None:
    """Change the key that signs: a new one signs beside the old one, until --finish."""
    settings = settings_of(context, data=data)
    keys = Keys(settings.seals.keys)
    if not keys.signers(make=False):
        raise Stop("There is no key yet: it is made with the first checkpoint. Begin with laerdom serve.", 2)
    if not finish:
        new = keys.begin_rotation()
        typer.echo(
            "A second key signs as well, from the next checkpoint on. Hand it out, then end with --finish:"
            f"\n{new.verifier}"
        )
        return
    with open_ledger(settings) as ledger:
        newest = ledger.checkpoint()
    signers = keys.signers(make=False)
    if len(signers) == 2 and newest is not None and not newest.signed_by(signers[1].verifier):
        raise Stop("The new key has not signed the newest checkpoint yet. Wait ten seconds with a server running.")
    typer.echo(f"From now on this key signs alone:\n{keys.end_rotation().verifier}")


def cosign(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The line that the witness has written.")],
    key: Annotated[
        str, typer.Option("--key", metavar="VKEY", help="The witness's verification key, or a file with it.")
    ],
    data: Data = None,
) -> None:
    """Add a witness's signature to the newest checkpoint."""
    [verifier] = verifiers_of([key])
    line = read_file(file).strip() + "\n"
    with open_ledger(settings_of(context, data=data)) as ledger:
        try:
            checkpoint = ledger.cosign(line, verifier)
        except BadNote as error:
            raise Stop(str(error)) from None
    typer.echo(checkpoint.note(), nl=False)


def verifiers_of(keys: Sequence[str]) -> list[Verifier]:
    """Of keys, or of files with one a line. Raises `Stop`."""
    try:
        lines = [line for key in keys for line in (read_file(Path(key)).split() if Path(key).is_file() else [key])]
        return [Verifier.parse(line) for line in lines]
    except BadNote as error:
        raise Stop(str(error), 2) from None


def read_file(file: Path) -> str:
    """Raises `Stop`."""
    try:
        return file.read_bytes().decode(errors="replace")
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}.", 2) from None
