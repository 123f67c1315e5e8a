"""The six real processes: what `foresight_cases.jsonl` and its sources tell, and nothing beside. Where a part of a
process wants a day, a person's word or a figure that no source gives, it is empty, and the words are in the
description."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from demo.origin import DATA, demo_id
from demo.programmes import PROGRAMME_IDS
from domain.foresight.gatherings import GatheringPlan
from domain.foresight.process import ForesightProcess
from domain.foresight.record import Leader, ProcessRecord
from domain.release import Visibility
from domain.source import Source


def real_processes(clusters: Mapping[str, UUID]) -> Iterator[ForesightProcess]:
    """`clusters` are the ids by name. Not saved."""
    told: dict[str, Any] = json.loads((DATA / "foresight_processes.json").read_text("utf-8"))
    for line in (DATA / "foresight_cases.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        yield _process(row, told[row["id"]], clusters)


def _process(row: dict[str, Any], told: dict[str, Any], clusters: Mapping[str, UUID]) -> ForesightProcess:
    key = row["id"]
    record = ProcessRecord(
        title=told["title"],
        description=told["description"],
        cluster=clusters[row["cluster"]] if row.get("cluster") else None,
        programmes=tuple(PROGRAMME_IDS[code] for code in told.get("programmes", ())),
        begins=told.get("begins"),
        sources=(Source(url=row["source"], paraphrased=True),),
    )
    process = ForesightProcess.open(demo_id("process", key), record, Visibility.PUBLIC)
    if leader := told.get("project_leader"):
        process.name_project_leader(Leader(organisation=leader))
    for day, purpose in told.get("gatherings", ()):
        plan = GatheringPlan(starts=day, ends=day, purpose=purpose)
        process.plan_gathering(demo_id("gathering", f"{key} {day}"), plan)
    return process
