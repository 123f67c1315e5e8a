"""The measuring programs run, at a size at which their figures mean nothing, and leave nothing behind."""

import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from elasticsearch import Elasticsearch

from bench import entering, growing, opening, rebuilding, report, searching
from bench.corpus import Corpus
from bench.places import servers
from bench.report import Growth, Row
from domain.acting import acting
from tools.services.both import Services

ROOT = Path(__file__).parents[2]
RAW = "Elasticsearch, the same request"


def left(services: Services, process: int) -> set[str]:
    """Databases and indices of what it measured."""
    with psycopg.connect(services.admin) as db, Elasticsearch(services.elasticsearch) as elastic:
        databases = db.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"bench_{process}_%"]
        ).fetchall()
        return {str(name) for (name,) in databases} | set(elastic.indices.get(index=f"bench_{process}_*").body)


def cells(table: str) -> list[list[str]]:
    """Of the rows below the head."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


def test_searching(services: Services) -> None:
    rows = [*searching.run(services, (20, 40), rounds=2, searches=4)]
    ways = ("API, scale-out", "port, scale-out", "API, embedded")
    expected = [(f"search {p}, {way}", f"{RAW}, {p}", n) for n in (20, 40) for way in ways for p in ("p50", "p95")]
    assert [(row.what, row.raw_way, row.size) for row in rows] == expected
    assert {(len(row.ours), len(row.raw), row.unit) for row in rows} == {(2, 2, "ms")}
    assert min(min(*row.ours, *row.raw) for row in rows) > 0


def test_opening(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BALLAST", 1)  # it fills memory, so that others are not read ahead
    rows = [*opening.run(services, rounds=2, large=opening.SMALL)]
    within = ("opening a process for the first time", "opening it again", "its answer in JSON", "taking a step")
    ways = (*within, "its page read ahead", "its page for the first time", "its page again")
    whats = [f"{way}, {mode}" for mode in ("scale-out", "embedded") for way in ways]
    assert [(row.what, row.raw_way) for row in rows] == [(what, f"a small one: {what}") for what in whats]
    assert {(len(row.ratios), row.unit) for row in rows} == {(2, "ms")}


def test_rebuilding(services: Services) -> None:
    rows = [*rebuilding.run(services, 20, rounds=2)]
    ways = [(row.what.split(", ")[:2], row.raw_way) for row in rows]
    assert ways == [
        (["rebuild from events", "scale-out"], "Elasticsearch's bulk helper"),
        (["documents into the port", "scale-out"], "Elasticsearch's bulk helper"),
        (["rebuild from events", "embedded"], "tantivy's writer"),
        (["documents into the port", "embedded"], "tantivy's writer"),
    ]
    assert {(len(row.ratios), row.unit) for row in rows} == {(2, "documents/s")}


def test_growing(services: Services) -> None:
    said: list[str] = []
    grown = {row.what: row for row in growing.run(services, (700, 760), said.append, catch_up_to=700)}
    whats = ("saving", "reading the log", "loading one lesson", "catching up")
    disks = ("disk, events", "disk, views", "disk, index")
    assert set(grown) == {f"{what}, {mode}" for what in whats + disks for mode in ("scale-out", "embedded")}
    once = {what.partition(", scale")[0].partition(", emb")[0] for what, row in grown.items() if len(row.figures) == 1}
    assert once == {"catching up", "disk, views", "disk, index"}
    assert [len(said), {figure > 0 for row in grown.values() for figure in row.figures.values()}] == [4, {True}]


def test_nothing_is_left_of_a_place(services: Services) -> None:
    assert left(services, os.getpid()) == set()
    with servers(services):
        assert len(left(services, os.getpid())) == 1
    assert left(services, os.getpid()) == set()


def test_the_whole_prints_and_writes(services: Services, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Performance\n\nProse stays.\n", "utf-8")
    command = f"-m bench --passing --sizes 20 --parts rebuilding --rounds 1 --write {page}".split()
    for _ in range(2):
        program = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        said, _ = program.communicate(timeout=280)
        assert program.returncode == 0
        assert re.findall(r"^### (\w+)", said, re.MULTILINE) == ["Ratios", "Noise"]
        prose, _, measured = page.read_text("utf-8").partition("<!-- what follows is written by make bench -->\n")
        assert (prose, f"{measured}\n") == ("# Performance\n\nProse stays.\n", f"\n{said}")
        assert left(services, program.pid) == set()


def test_ratios_are_round_by_round() -> None:
    row = Row("search", "ms", ours=[2, 9, 4], raw=[1, 3, 4], raw_way="raw", size=1_000)
    assert (row.ratios, report.grown([row])) == (
        [2, 3, 1],
        [Growth("search", "ms", {1_000: 4}), Growth("raw", "ms", {1_000: 3})],
    )
    assert cells(report.ratios([row])) == [
        ["search, 1,000 documents", "ms", "4", "3", "**2.00**", "1.00–3.00", "3"],
    ]
    assert cells(report.noise([row])) == [["raw, 1,000 documents", "ms", "1", "3", "4", "100%"]]


def test_growth_is_told_beside_the_first_size() -> None:
    rows = [Growth("saving", "events/s", {10: 200, 20: 100}), Growth("catching up", "events/s", {10: 50})]
    assert cells(report.growth(rows, (10, 20))) == [
        ["saving", "events/s", "200", "100 (×0.50)"],
        ["catching up", "events/s", "50", "–"],
    ]


@pytest.mark.parametrize("of", ["lessons", "searches"])
def test_a_seed_always_gives_the_same(of: str) -> None:
    def made(seed: int) -> list[str]:
        corpus = Corpus([UUID(int=21)], seed)
        if of == "searches":
            return list(map(str, corpus.searches(30)))
        return [f"{lesson.id} {lesson.current}" for lesson in corpus.lessons(30)]

    with acting("bench"):
        assert made(1) == made(1)
        assert len(set(made(1)) & set(made(2))) < 5


def test_entering(services: Services) -> None:
    rows = [*entering.run(services, rounds=2, seconds=0.05)]
    whats = [
        f"commits, {name}, {writers}" for name in ("SQLite", "PostgreSQL") for writers in ("1 writer", "8 writers")
    ]
    assert [(row.what, row.raw_way) for row in rows] == [(what, f"without the ledger: {what}") for what in whats]
    assert {(len(row.ratios), row.unit) for row in rows} == {(2, "commands/s")}
    grown = [*entering.grow((20, 50))]
    assert {tuple(row.figures) for row in grown} == {(20, 50)}
    assert min(figure for row in grown for figure in row.figures.values()) > 0
