"""One complete process of a cluster that does not exist, step by step as its people would have taken them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from api.usecases.clusters import NewCluster
from api.usecases.process_steps import STEPS
from demo.origin import DATA, demo_id
from domain.adaptation import Adaptation, AdaptationRecord, Outcome, Rater
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.release import Visibility

PROCESS = demo_id("process", "demo-cluster")
STEP = {step.name: step for step in STEPS}


@cache
def _told() -> dict[str, Any]:
    """What the file says, with an id in the place of each name that begins with @."""
    return _with_ids(json.loads((DATA / "demo_process.json").read_text("utf-8")))


def _with_ids(told: Any) -> Any:
    match told:
        case dict():
            return {name: _with_ids(value) for name, value in cast(dict[str, Any], told).items()}
        case list():
            return [_with_ids(value) for value in cast(list[Any], told)]
        case str() if told.startswith("@"):
            return demo_id("process-part", told.removeprefix("@"))
        case _:
            return told


def demo_cluster() -> NewCluster:
    return NewCluster.model_validate(_told()["cluster"])


def fictional_process() -> ForesightProcess:
    """Not saved."""
    cluster = demo_id("cluster", demo_cluster().name)
    record = ProcessRecord.model_validate({**_told()["process"], "cluster": cluster})
    process = ForesightProcess.open(PROCESS, record, Visibility.PUBLIC)
    for told in _told()["steps"]:
        step = STEP[told["step"]]
        step.decide(process, step.asks.model_validate({name: told[name] for name in told if name != "step"}))
    return process


def demo_adaptations() -> Iterator[Adaptation]:
    """Of lessons of the demo data, in the process; with what came of them. Not saved."""
    for told in _told()["adaptations"]:
        adaptation = Adaptation.make(
            demo_id("adaptation", told["key"]),
            AdaptationRecord.model_validate(told["record"]),
            lesson=demo_id("lesson", told["lesson"]),
            revision=1,
            cluster=demo_id("cluster", demo_cluster().name),
            process=PROCESS,
        )
        for rated in told["ratings"]:
            adaptation.rate(Rater(rated["by"]), Outcome(rated["outcome"]), rated["on"], rated.get("note"))
        yield adaptation
