"""What was measured, as Markdown: ratios to raw baselines, how cost grows, on which machine, and how it wavered."""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import psycopg
from elasticsearch import Elasticsearch

from tools.services.both import Services


@dataclass(frozen=True)
class Row:
    """One figure for each round, of `ours` and of the `raw` way that took turns with it."""

    what: str
    unit: str
    ours: Sequence[float]
    raw: Sequence[float]
    raw_way: str
    size: int | None = None
    """Of documents, where it was measured at several."""

    @property
    def ratios(self) -> list[float]:
        return [ours / raw for ours, raw in zip(self.ours, self.raw, strict=True)]


@dataclass(frozen=True)
class Growth:
    """One figure for each size."""

    what: str
    unit: str
    figures: Mapping[int, float]


def grown(rows: Iterable[Row]) -> list[Growth]:
    """Of what was measured at several sizes, ours and raw."""
    found: dict[tuple[str, str], dict[int, float]] = {}
    for row in rows:
        if row.size is not None:
            found.setdefault((row.what, row.unit), {})[row.size] = median(row.ours)
            found.setdefault((row.raw_way, row.unit), {})[row.size] = median(row.raw)
    return [Growth(what, unit, figures) for (what, unit), figures in found.items()]


def _at(what: str, size: int | None) -> str:
    return what if size is None else f"{what}, {size:,} documents"


def ratios(rows: Iterable[Row]) -> str:
    return table(
        ("what", "unit", "ours", "raw", "ours ÷ raw", "min–max", "rounds"),
        (
            (
                _at(row.what, row.size),
                row.unit,
                number(median(row.ours)),
                number(median(row.raw)),
                f"**{median(row.ratios):.2f}**",
                f"{min(row.ratios):.2f}–{max(row.ratios):.2f}",
                str(len(row.ratios)),
            )
            for row in rows
        ),
    )


def growth(rows: Iterable[Growth], sizes: Sequence[int]) -> str:
    """Beside each figure, its ratio to the one at the first size."""

    def cell(row: Growth, size: int) -> str:
        if size not in row.figures:
            return "–"
        beside = "" if size == sizes[0] else f" (×{row.figures[size] / row.figures[sizes[0]]:.2f})"
        return number(row.figures[size]) + beside

    cells = ((row.what, row.unit, *(cell(row, size) for size in sizes)) for row in rows)
    return table(("what", "unit", *(f"at {size:,}" for size in sizes)), cells)


def noise(rows: Iterable[Row]) -> str:
    """How far apart the rounds of one and the same raw baseline lay."""
    seen = {(_at(row.raw_way, row.size), row.unit): row.raw for row in rows}

    def cells(way: str, unit: str, raw: Sequence[float]) -> Sequence[str]:
        least, middle, most = min(raw), median(raw), max(raw)
        return way, unit, number(least), number(middle), number(most), f"{(most - least) / middle:.0%}"

    head = ("raw baseline", "unit", "min", "median", "max", "spread")
    return table(head, (cells(way, unit, raw) for (way, unit), raw in seen.items()))


def machine(services: Services) -> str:
    """What was measured, and on what."""
    with psycopg.connect(services.admin) as db, Elasticsearch(services.elasticsearch) as elastic:
        postgres = db.info.parameter_status("server_version")
        elasticsearch = str(elastic.info()["version"]["number"])
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    described = ("git", "describe", "--always", "--dirty")
    commit = subprocess.run(described, cwd=Path(__file__).parent, capture_output=True, text=True, check=False).stdout
    facts = (
        f"commit {commit.strip() or 'unknown'}",
        f"{os.cpu_count()} cores ({model[0].partition(':')[2].strip() if model else platform.machine()})",
        f"{memory:.0f} GB of memory",
        f"load average {os.getloadavg()[0]:.1f} at the beginning",
        f"Python {platform.python_version()}",
        f"PostgreSQL {postgres}",
        f"Elasticsearch {elasticsearch}",
        f"tantivy {version('tantivy')}",
        f"SQLite {sqlite3.sqlite_version}",
    )
    return ", ".join(facts) + "."


def write_below(page: Path, mark: str, text: str) -> None:
    """Replaces what stands below the mark; a page without one gets it at its end."""
    before, found, _ = page.read_text("utf-8").partition(mark)
    page.write_text(f"{before}{found or mark}\n{text}", "utf-8")


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)
