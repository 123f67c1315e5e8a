"""Opening foresight processes, and every step that can be taken in one."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from api.usecases.changing import change, require
from api.usecases.checking import readable
from api.usecases.looking import today
from api.usecases.people import of_register, with_parts
from api.usecases.process_steps import Step
from api.usecases.process_steps.whole import ConsentToCase, NameProcessLeader
from api.wiring import System
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.audiences import audiences
from domain.case import Case
from domain.cluster import Cluster
from domain.errors import Conflict, Invalid
from domain.foresight.checks import Thresholds
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import Checked, readiness
from domain.foresight.record import ProcessRecord
from domain.person import Part, Person, Role
from domain.policy import allow, may
from domain.programme import Programme
from domain.release import Visibility
from domain.viewer import Viewer

TRIES = 5
"""For a step that fits whatever came before it."""


class NewProcess(ProcessRecord):
    """A title and the cluster are enough; only the operator opens one of no cluster, known from a source."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": {"en": "Smart energy 2035"},
                    "focal_question": {"en": "What will our members live on when electricity is free at noon?"},
                    "horizon": 2035,
                    "cluster": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11",
                    "begins": "2026-01",
                }
            ]
        }
    )

    visibility: Visibility = Field(
        default=Visibility.OWN_CLUSTER, description="Who may read it besides those who run it."
    )


def open_process(system: System, viewer: Viewer, new: NewProcess, *, id: UUID | None = None) -> ForesightProcess:
    """Of the programmes that the cluster is in today, where none is named. Raises `Invalid`, `NotAllowed`."""
    allow(viewer, "make", ForesightProcess)
    if not (viewer.operator or new.cluster in viewer.clusters):
        raise Invalid("Open a process for a cluster that you manage or contribute to.", field="cluster")
    clusters = require(system, viewer, Cluster, "cluster", *([new.cluster] if new.cluster else []))
    require(system, viewer, Programme, "programmes", *new.programmes)
    record = ProcessRecord.model_validate(new.model_dump(exclude={"visibility"}))
    if clusters and not record.programmes:
        record = record.model_copy(update={"programmes": clusters[0].programmes_on(today())})
    process = ForesightProcess.open(id or uuid4(), record, new.visibility)
    system.save(process)
    return process


def take(
    system: System, viewer: Viewer, id: UUID, version: int | None, step: Step[Any], asked: BaseModel
) -> ForesightProcess:
    """One step. `version` None: whatever is the latest, for what several people do at the same time.

    Raises `NotFound`, `NotAllowed`, `Stale`, and what the step refuses."""

    def beside(process: ForesightProcess) -> tuple[Aggregate, ...]:
        _known(system, viewer, process, asked)
        return tuple(_led(system, process, asked)) if isinstance(asked, NameProcessLeader) else ()

    for tried in range(1, TRIES + 1):
        try:
            return change(
                system,
                viewer,
                ForesightProcess,
                id,
                version,
                step.action,
                lambda process: step.decide(process, asked),
                reason=getattr(asked, "reason", None),
                beside=beside,
            )
        except Conflict:
            if version is not None or tried == TRIES:
                raise
    raise AssertionError("the last try returns or raises")


def readiness_of(system: System, viewer: Viewer, process: ForesightProcess) -> list[Checked]:
    """Every check of the process as it is given, with what was adapted in it, as far as the viewer may know, and the
    thresholds of its programme."""
    return list(readiness(process, adaptations_in(system, viewer, process.id), thresholds_of(system, process)))


def thresholds_of(system: System, process: ForesightProcess) -> Thresholds:
    """Those of the first of its programmes that set some."""
    for programme in system.store.find_many(process.current.programmes).values():
        if isinstance(programme, Programme) and programme.thresholds is not None:
            return programme.thresholds
    return Thresholds()


def adaptations_in(system: System, viewer: Viewer, process: UUID) -> list[Adaptation]:
    """Those that were made in the process and that the viewer may read: of the others not even the number is told."""
    found = readable(system, viewer, system.catalogue.naming(process)).values()
    return [thing for thing in found if isinstance(thing, Adaptation) and thing.process == process]


def processes_of(system: System, viewer: Viewer, cluster: UUID) -> list[ForesightProcess]:
    """Those of the cluster that the viewer may read, most lately changed first."""
    entries = system.catalogue.linked_to(cluster, "process", scope=audiences(viewer))
    found = system.store.find_many(e.id for e in entries)
    things = (found.get(e.id) for e in entries)
    return [t for t in things if isinstance(t, ForesightProcess) and may(viewer, "read", t) and not t.withdrawn]


def _known(system: System, viewer: Viewer, process: ForesightProcess, asked: BaseModel) -> None:
    """Raises `Invalid` for a person who is not in the register, and for a case that was not drafted from it."""
    if isinstance(asked, ConsentToCase):
        case = system.store.find(Case, asked.case)
        if case is None or case.process != process.id:
            raise Invalid("There is no such case that was drafted from this process.", field="case")
        require(system, viewer, Programme, "programmes", *asked.programmes)
    if person := getattr(asked, "person", None):
        of_register(system, person, "person")


def _led(system: System, process: ForesightProcess, asked: NameProcessLeader) -> Iterator[Person]:
    """Who leads gets the part, and who led before gives it back, in the same transaction."""
    part, day = Part(Role.PROCESS_LEADER, process.id), today().isoformat()
    before = process.process_leader.person if process.process_leader else None
    if before == asked.person:
        return
    for person in of_register(system, asked.person, "person") if asked.person else ():
        if not person.holds(part):
            person.appoint(part, day)
            yield person
    for left in with_parts(system, before) if before else ():
        if left.holds(part):
            left.stand_down(part, day)
            yield left
