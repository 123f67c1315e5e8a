"""`laerdom audit`: is the history still the one that was written, and the one that others were shown?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from api.cli import audit_bundle, audit_keys, audit_witness
from api.cli.operator import settings_of
from api.cli.printing import Data, Json, plain, write_json
from api.cli.progress import counting
from api.cli.stopping import Stop
from api.settings import Settings
from api.wiring.auditing import open_snapshot
from store.ledger.keys import Keys
from store.ledger.note import Verifier, encoded
from store.ledger.recount import UNREADABLE, Finding
from store.ledger.rows import read_size
from store.ledger.verifying import Kept, Verified, kept_in, kept_in_table, read, verify
from store.refused import OtherKey
from store.unavailable import StoreDamaged, StoreUnavailable

TOLD = 50
"""Findings on a terminal; JSON has up to a thousand."""

app = typer.Typer(help="Check the history against its ledger, and let others check it.", no_args_is_help=True)
app.command("key")(audit_keys.key)
app.command("rotate")(audit_keys.rotate)
app.command("cosign")(audit_keys.cosign)
app.command("compare")(audit_witness.compare)
app.command("witness")(audit_witness.witness)
app.command("bundle")(audit_bundle.bundle)


@app.command("verify")
def verify_all(
    context: typer.Context,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", help="A checkpoint that was kept elsewhere, or a folder of them."),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", metavar="VKEY", help="The log's verification key, or a file with it.")
    ] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Count everything once more: 0 all fits, 1 something does not, 2 it could not be checked."""
    settings = settings_of(context, data=data)
    keys = Keys(settings.seals.keys)
    try:
        verifiers = audit_keys.verifiers_of(key) if key else keys.verifiers()
        kept = _given(checkpoint) if checkpoint else kept_in(settings.seals.checkpoints)
        found = _verified(settings, keys.ledger(make=False), kept, verifiers, own=not checkpoint)
    except (StoreUnavailable, OtherKey, OSError) as error:
        if not isinstance(error, StoreDamaged):
            raise Stop(str(error), 2) from None
        found = Verified(0, None, 0, 0, 0, (Finding(f"{UNREADABLE} {error}"),), 1)
    write_json(_as_json(found)) if as_json else _tell(found)
    if found.found:
        raise typer.Exit(1)


def _verified(
    settings: Settings, key: bytes, kept: Sequence[Kept], verifiers: Sequence[Verifier], *, own: bool
) -> Verified:
    with open_snapshot(settings, looking=True) as snapshot:
        if own:
            kept = [*kept, *kept_in_table(snapshot.db)]
        if kept and not verifiers:
            raise Stop("There is no key to check the signatures with. Give the log's with --key.", 2)
        with counting("Verifying", read_size(snapshot.db), "events") as told:
            return verify(snapshot, key, kept, verifiers, told)


def _given(checkpoints: Sequence[Path]) -> list[Kept]:
    found = list[Kept]()
    for one in checkpoints:
        if not one.exists():
            raise Stop(f"There is no checkpoint {one}. Check the name.", 2)
        found += kept_in(one) if one.is_dir() else [Kept(str(one), read(one))]
    if not found:
        raise Stop("There is no checkpoint in that folder: files that end in .checkpoint.", 2)
    return found


def _tell(found: Verified) -> None:
    for finding in found.findings[:TOLD]:
        typer.echo(plain(str(finding)))
    if found.found > TOLD:
        typer.echo(f"… and {found.found - TOLD:,} more (--json tells up to a thousand).")
    typer.echo(f"{found.size:,} events, {found.fitting} of {found.compared} checkpoints fit.")
    if not found.compared:
        typer.echo("No checkpoint was compared: nothing here shows whether the newest events were removed.")
    typer.echo(f"{found.found:,} findings." if found.found else f"All fits. Root {encoded(found.root or b'')}")


def _as_json(found: Verified) -> dict[str, object]:
    return {
        "fits": not found.found,
        "events": found.size,
        "root": None if found.root is None else encoded(found.root),
        "checkpoints": {"compared": found.compared, "fitting": found.fitting, "proved": found.proved},
        "found": found.found,
        "findings": [
            {"what": one.what, "position": one.position, "leaf": one.leaf, "checkpoint": one.checkpoint}
            for one in found.findings
        ],
    }
