"""`laerdom history`."""

from dataclasses import asdict
from typing import Annotated

import typer

from api.cli.operator import at_work
from api.cli.printing import Data, Json, console, plain, write_json
from api.cli.stopping import Stop
from api.interchange.naming import as_uuid
from projections.history import Change, Entry, history


def show(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="The id of a lesson, case, cluster or programme.")],
    as_json: Json = False,
    data: Data = None,
) -> None:
    """What happened to one thing: when, by whom, why, and what changed."""
    wanted = as_uuid(id)
    if wanted is None:
        raise Stop("This is not an id. An id looks like 5d9d6b0e-7a55-4f0e-9a1c-0f6a5b3c9e21.", 2)
    with at_work(context, data) as (system, _):
        entries = history(system.store.events(wanted))
        names = system.people.names({entry.actor for entry in entries})
    if not entries:
        raise Stop("Nothing has this id. Search for it: laerdom search WORDS.", 2)
    if as_json:
        write_json([{**asdict(entry), "actor_name": names.get(entry.actor)} for entry in entries])
        return
    for entry in entries:
        _write(entry, names.get(entry.actor, entry.actor))


def _write(entry: Entry, who: str) -> None:
    out = console()
    reason = f" ({entry.reason})" if entry.reason else ""
    head = f"{entry.version}  {entry.recorded_at:%Y-%m-%d %H:%M:%S} UTC  {entry.topic}  {who}{reason}"
    out.print(plain(head), markup=False, style="bold", soft_wrap=True)
    for change in entry.changes:
        out.print(plain(f"   {change.field}: {_told(change)}"), markup=False, soft_wrap=True)


def _told(change: Change) -> str:
    """Words that went between [- and -], words that came between {+ and +}, as in a word diff."""
    wrap = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(wrap[how].format(words) for how, words in change.pieces) if change.before else change.after
