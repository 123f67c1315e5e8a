"""Adapting lessons: a cluster says what it kept, changed and dropped, and later what came of it.

Whoever may not read a lesson learns nothing of its adaptations, whatever the audience of these: `checking.readable`.
"""

from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict

from api.usecases.changing import change, merged, partial, require
from api.usecases.looking import load, today
from api.wiring import System
from domain.adaptation import Adaptation, AdaptationRecord, Outcome, Rater
from domain.cluster import Cluster
from domain.errors import Invalid, NotAllowed, WrongState
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import Action, allow, may
from domain.release import State
from domain.seen import seen
from domain.text import Note
from domain.viewer import Viewer


class NewAdaptation(AdaptationRecord):
    """The lesson, the cluster that applies it, and why it is done as it is are enough."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "lesson": "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11",
                    "cluster": "7d0b3c52-95f0-4a0e-8a55-5b3f0f5f7a10",
                    "kept": {"en": "A written commitment before the first gathering."},
                    "changed": {"en": "We ask the owners, not the managers."},
                    "why": {"en": "Our members are small, and their owners decide."},
                    "phase": "recruitment",
                    "since": "2026-10",
                }
            ]
        }
    )

    lesson: UUID
    cluster: UUID
    process: UUID | None = None


if TYPE_CHECKING:
    AdaptationChanges: TypeAlias = BaseModel
else:
    AdaptationChanges = partial(AdaptationRecord, "AdaptationChanges", reason=(Note | None, None))

ASKS: dict[Rater, Action] = {Rater.CLUSTER: "write", Rater.PROGRAMME: "review"}
"""What somebody has to be allowed to, to rate the outcome as one of these."""


def make_adaptation(system: System, viewer: Viewer, new: NewAdaptation, *, id: UUID | None = None) -> Adaptation:
    """Of the revision that is released now, in the programmes that the cluster is in today. Raises `Invalid`,
    `NotAllowed`, and `WrongState` for a lesson that is not published."""
    allow(viewer, "make", Adaptation)
    [lesson] = require(system, viewer, Lesson, "lesson", new.lesson)
    [cluster] = require(system, viewer, Cluster, "cluster", new.cluster)
    processes = require(system, viewer, ForesightProcess, "process", *([new.process] if new.process else []))
    if not (viewer.operator or cluster.id in viewer.clusters):
        raise Invalid("Adapt a lesson for a cluster that you manage or contribute to.", field="cluster")
    if lesson.state is not State.PUBLISHED:
        raise WrongState("Only a published lesson can be adapted.", field="lesson")
    if seen(viewer, lesson).current.cluster == cluster.id:
        raise Invalid("This lesson is the cluster's own: change the lesson instead.", field="cluster")
    if any(process.current.cluster != cluster.id or process.withdrawn for process in processes):
        raise Invalid("Choose a process of the cluster that adapts the lesson.", field="process")
    adaptation = Adaptation.make(
        id or uuid4(),
        AdaptationRecord.model_validate(new.model_dump(include=set(AdaptationRecord.model_fields))),
        lesson=lesson.id,
        revision=len(lesson.releases),
        cluster=cluster.id,
        programmes=cluster.programmes_on(today()),
        process=new.process,
    )
    system.save(adaptation)
    return adaptation


def change_adaptation(system: System, viewer: Viewer, id: UUID, version: int, changes: dict[str, Any]) -> Adaptation:
    """`changes` are fields of `AdaptationRecord`; what is left out stays. Raises `NotFound`, `NotAllowed`, `Stale`."""
    given = {name: value for name, value in changes.items() if name != "reason"}

    def decide(adaptation: Adaptation) -> None:
        adaptation.change(merged(adaptation.current, given))

    return change(system, viewer, Adaptation, id, version, "write", decide, reason=changes.get("reason"))


def raters(viewer: Viewer, adaptation: Adaptation) -> tuple[Rater, ...]:
    """As whom the viewer may say what came of it."""
    return tuple(by for by, action in ASKS.items() if may(viewer, action, adaptation))


def rate_adaptation(
    system: System,
    viewer: Viewer,
    id: UUID,
    version: int,
    outcome: Outcome,
    *,
    by: Rater | None = None,
    on: str | None = None,
    note: str | None = None,
) -> Adaptation:
    """`by` follows from who rates; whoever may as both says which. `on` None: today.

    Raises `Invalid` for a day to come and where `by` is missing, `NotFound`, `NotAllowed`, `Stale`."""
    now = today().isoformat()
    if on is not None and on > now:
        raise Invalid("Say what came of it once it has: choose a day that is not to come.", field="on")
    rater = _one_of(raters(viewer, load(system, viewer, Adaptation, id)), by)

    def decide(adaptation: Adaptation) -> None:
        adaptation.rate(rater, outcome, on or now, note)

    return change(system, viewer, Adaptation, id, version, ASKS[rater], decide)


def _one_of(open_to: tuple[Rater, ...], by: Rater | None) -> Rater:
    fitting = [rater for rater in open_to if by in (None, rater)]
    if not fitting:
        raise NotAllowed("The outcome is rated by the cluster that adapted the lesson, and by staff of its programmes.")
    if len(fitting) > 1:
        raise Invalid("Say whether you rate it for the cluster or for the programme.", field="by")
    return fitting[0]


def withdraw_adaptation(system: System, viewer: Viewer, id: UUID, version: int, reason: str) -> Adaptation:
    return change(system, viewer, Adaptation, id, version, "withdraw", lambda adaptation: adaptation.withdraw(reason))
