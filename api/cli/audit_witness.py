"""`laerdom audit compare` and `laerdom audit witness`: what one was shown, against what another was shown."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from api.cli.audit_keys import read_file, verifiers_of
from api.cli.operator import settings_of
from api.cli.printing import Data
from api.cli.stopping import Stop
from api.wiring.auditing import open_snapshot
from store.ledger.note import COSIGNATURE, BadNote, Checkpoint, Signer, new_signer
from store.ledger.reading import consistency_of
from store.ledger.witnessing import Contradiction, check_continued, cosigned, parsed_proof


def compare(
    context: typer.Context,
    a: Annotated[Path, typer.Argument(help="A checkpoint.")],
    b: Annotated[Path, typer.Argument(help="Another of the same log, as somebody else was shown it.")],
    proof: Annotated[
        Path | None,
        typer.Option("--proof", help="As the server answers, or hashes, one a line; else the store here is asked."),
    ] = None,
    data: Data = None,
) -> None:
    """Do two checkpoints belong to one history? 0 yes, 1 no."""
    old, new = sorted((_checkpoint(a), _checkpoint(b)), key=lambda one: one.size)
    hashes = None
    if 0 < old.size < new.size and old.origin == new.origin:
        hashes = _proof(proof) if proof else _proof_of_store(context, data, old.size, new.size)
    try:
        check_continued(old, new, hashes)
    except Contradiction as why:
        raise Stop(str(why)) from None
    typer.echo(
        f"Both are of one history, of {old.size:,} leaves."
        if old.size == new.size
        else f"The one of {new.size:,} leaves continues the one of {old.size:,}."
    )


def witness(
    checkpoint: Annotated[Path | None, typer.Argument(help="The log's newest checkpoint.")] = None,
    key: Annotated[Path, typer.Option("--key", help="File with the witness's own key.")] = Path("witness.key"),
    new_key: Annotated[
        str | None, typer.Option("--new-key", metavar="NAME", help="Make the key, under this name, and stop.")
    ] = None,
    log_key: Annotated[
        list[str] | None,
        typer.Option("--log-key", metavar="VKEY", help="The log's verification key, or a file with it."),
    ] = None,
    state: Annotated[Path, typer.Option("--state", help="File with what was seen last.")] = Path("witness.state"),
    proof: Annotated[
        Path | None,
        typer.Option("--proof", help="That it continues that: as the server answers, or hashes, one a line."),
    ] = None,
) -> None:
    """Sign along what continues the checkpoint that was seen last; the line goes to standard output."""
    if new_key is not None:
        _make_key(key, new_key)
        return
    if checkpoint is None or not log_key:
        raise Stop("Give a checkpoint, and the log's verification key with --log-key.", 2)
    new, seen = _checkpoint(checkpoint), _checkpoint(state) if state.exists() else None
    try:
        hashes = _proof(proof) if proof else None
        line = cosigned(new, verifiers_of(log_key), seen, hashes, by=_signer(key), at_s=int(time.time()))
    except Contradiction as why:
        raise Stop(str(why)) from None
    _keep(state, new.note())  # before the line is out: else it could be signed that another history was never seen
    typer.echo(line, nl=False)


def _make_key(file: Path, name: str) -> None:
    try:
        signer = new_signer(name, COSIGNATURE)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(signer.text() + "\n")
    except BadNote as error:
        raise Stop(str(error), 2) from None
    except FileExistsError:
        raise Stop(f"{file} is there already, and is not written over.", 2) from None
    typer.echo(str(signer.verifier))


def _signer(file: Path) -> Signer:
    try:
        signer = Signer.parse(read_file(file))
    except BadNote as error:
        raise Stop(str(error), 2) from None
    if signer.kind != COSIGNATURE:
        raise Stop("This key signs logs. Make one for a witness with --new-key.", 2)
    return signer


def _checkpoint(file: Path) -> Checkpoint:
    try:
        return Checkpoint.parse(read_file(file))
    except BadNote as error:
        raise Stop(f"{file}: {error}", 2) from None


def _proof(file: Path) -> list[bytes]:
    try:
        return parsed_proof(read_file(file))
    except ValueError as error:
        raise Stop(f"{file}: {error}", 2) from None


def _proof_of_store(context: typer.Context, data: str | None, old: int, new: int) -> list[bytes]:
    with open_snapshot(settings_of(context, data=data)) as snapshot:
        try:
            return consistency_of(snapshot.db, old, new)
        except ValueError:
            raise Stop(
                "The ledger here is shorter than the newer checkpoint says, and cannot show that it continues."
            ) from None


def _keep(file: Path, text: str) -> None:
    made = file.with_name(f".{file.name}.new")
    with made.open("w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(made, file)
