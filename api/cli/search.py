"""`laerdom search`."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from api.cli.operator import at_work
from api.cli.printing import As, Data, Json, console, marked, plain, write_json
from api.usecases.finding import FoundHit, SearchParams, find
from search.index import MAX_LIMIT


class Kind(StrEnum):
    LESSON = "lesson"
    CASE = "case"
    PROCESS = "process"
    CLUSTER = "cluster"
    PROGRAMME = "programme"


def search(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="In English or bokmål. Without any: the newest.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="Only these; may be repeated.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, max=MAX_LIMIT, help="How many at most.")] = 10,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="What was published then: 2011-05-30.")
    ] = None,
    as_json: Json = False,
    data: Data = None,
    name: As = None,
) -> None:
    """Search what is published."""
    params = SearchParams.model_validate(
        {"q": " ".join(words or ()), "kind": [k.value for k in kind or ()], "limit": limit, "as_of": as_of}
    )
    with at_work(context, data, name=name) as (system, viewer):
        found = find(system, viewer, params)
    if as_json:
        write_json(asdict(found))
        return
    out = console()
    for hit in found.hits:
        out.print(marked(hit.marked), soft_wrap=True)
        out.print(f"  {plain(_context(hit))}", markup=False, style="dim", soft_wrap=True)
        out.print("  ", marked(hit.snippet), sep="", soft_wrap=True)
    if not found.total:
        typer.echo("Nothing is published that fits. Try fewer words, or leave --kind and --as-of out.")
    else:
        typer.echo(f"{len(found.hits)} of {found.total:,}")


def _context(hit: FoundHit) -> str:
    parts = (hit.kind, hit.cluster and hit.cluster.name, ", ".join(hit.programmes), hit.phase, hit.happened, hit.id)
    return " · ".join(part for part in parts if part)
