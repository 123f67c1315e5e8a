"""The clusters of `clusters.csv`: what describes each, and its way through the programmes."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from api.usecases.clusters import NewCluster
from demo.origin import DATA, url_list
from domain.source import Source

ALSO = {
    "other_status": "Other status",
    "programme_period": "Programme period",
    "predecessor_or_merger": "Before or merged",
    "region_as_in_source": "Region as the source has it",
}


@dataclass(frozen=True, slots=True)
class DemoCluster:
    """`stays` are the programmes in order, each with the year it was reached, None where no source says."""

    new: NewCluster
    stays: tuple[tuple[str, str | None], ...]


def demo_clusters() -> Iterator[DemoCluster]:
    with (DATA / "clusters.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield DemoCluster(_cluster(row), _stays(row))


def _cluster(row: dict[str, str]) -> NewCluster:
    notes = [row["notes"], *(f"{label}: {row[column]}." for column, label in ALSO.items() if row[column])]
    return NewCluster(
        name=row["name"],
        municipality=row["host_city"] or None,
        county=row["county_today"] or None,
        sector=row["sector"] or None,
        former_names=tuple(name.strip() for name in row["former_names"].split(";") if name.strip()),
        members_reported=int(row["members_reported"]) if row["members_reported"] else None,
        members_year=int(row["members_year"]) if row["members_year"] else None,
        notes=" ".join(filter(None, notes)) or None,
        sources=tuple(Source(url=url) for url in [row["source"], *url_list(row["source_2"])]),
    )


def _stays(row: dict[str, str]) -> tuple[tuple[str, str | None], ...]:
    pro = re.match(r"Arena Pro (\d{4})", row["other_status"])
    years = {
        "Arena": row["arena_year"],
        "Arena Pro": pro[1] if pro else "",
        "NCE": row["nce_year"],
        "GCE": row["gce_year"],
    }
    highest = row["highest_status"]
    return tuple((code, year or None) for code, year in years.items() if year or code == highest)
