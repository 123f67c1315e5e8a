"""`make bench`: everything there is to measure, as Markdown.

    python -m bench --sizes 10000,100000,1000000 --write docs/performance.md

Other work on the machine takes part in the figures; the ratios bear it, since both sides took turns.
"""

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from bench import commits, entering, growing, opening, rebuilding, report, searching
from bench.places import database
from tools.services.both import Services, up
from tools.services.places import cache_folder, passing_folder

MARK = "<!-- what follows is written by make bench -->\n"
PARTS = ("commits", "entering", "opening", "rebuilding", "searching", "growing")


def measured(services: Services, sizes: Sequence[int], parts: Sequence[str], rounds: int, catch_up_to: int) -> str:
    begun, machine = datetime.now(UTC), report.machine(services)
    rows = list[report.Row]()
    if "commits" in parts:
        say("commits")
        rows += kept(services, rounds)
    if "entering" in parts:
        say("the ledger")
        rows += entering.run(services, rounds=rounds)
    if "opening" in parts:
        say("opening processes")
        rows += opening.run(services, rounds=rounds)
    if "rebuilding" in parts:
        say(f"rebuilding: {sizes[0]:,} documents")
        rows += rebuilding.run(services, sizes[0], rounds=rounds)
    if "searching" in parts:
        say(f"searching: {', '.join(f'{size:,}' for size in sizes)} documents")
        rows += searching.run(services, sizes, rounds=rounds)
    grown = list(growing.run(services, sizes, say, catch_up_to=catch_up_to)) if "growing" in parts else []
    if "entering" in parts:
        say(f"the ledger: {', '.join(f'{size:,}' for size in sizes)} events")
        grown += entering.grow(sizes)
    text = [f"Measured {begun:%Y-%m-%d %H:%M} UTC: {machine}"]
    if rows:
        text += ["### Ratios", report.ratios(rows), "### Noise", report.noise(rows)]
    if grown or "searching" in parts:
        text += ["### Growth", report.growth([*grown, *report.grown(rows)], sizes)]
    return "\n\n".join(text) + "\n"


def kept(services: Services, rounds: int) -> Iterator[report.Row]:
    """Of `commits`, each way against the raw one with as many writers in the same database."""
    with database(services) as address:
        rows = commits.run(address, rounds=rounds)
    raw = {(row.database, row.writers): row.rates for row in rows if row.way == "raw"}
    for row in rows:
        if row.way != "raw":
            where = f"{row.database}, {row.writers} writer{'s' * (row.writers > 1)}"
            baseline = raw[row.database, row.writers]
            yield report.Row(f"keeping, {row.way}, {where}", "commands/s", row.rates, baseline, f"INSERT, {where}")


def say(words: str) -> None:
    print(f"{monotonic() - BEGUN:6.0f} s  {words}", file=sys.stderr)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench", description="Measures, and prints what it measured.")
    arguments.add_argument("--sizes", default="10000,100000", help="of events and of documents, the smallest first")
    arguments.add_argument("--parts", default=",".join(PARTS), help="which of all to measure")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--catch-up-to", type=int, default=100_000, help="events; a longer log is not caught up")
    arguments.add_argument("--passing", action="store_true", help="on the servers of the tests, as a trial: in memory")
    arguments.add_argument("--write", type=Path, help="a page whose end is replaced by what was measured")
    given = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))  # so that databases and folders go
    sizes = sorted({int(size) for size in given.sizes.split(",")})
    services = up(cache_folder(), say, passing_folder() if given.passing else None)
    text = measured(services, sizes, given.parts.split(","), given.rounds, given.catch_up_to)
    print(text)
    if given.write is not None:
        report.write_below(given.write, MARK, text)


BEGUN = monotonic()

if __name__ == "__main__":
    main()
