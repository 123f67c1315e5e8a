"""A whole process, to take along: every part, its history, and which lessons were borrowed and adapted in it."""

from dataclasses import dataclass
from uuid import UUID

from api.usecases.adapted import Adapted, adapted_any
from api.usecases.histories import history_of
from api.usecases.looking import load
from api.usecases.noting import note
from api.usecases.process_lessons import NamedLesson, lessons_behind
from api.usecases.processes import readiness_of
from api.wiring import System
from domain.access import Access
from domain.acting import current_act
from domain.foresight.checks import Check
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import Checked
from domain.viewer import Viewer
from projections.history import Entry


@dataclass(frozen=True, slots=True)
class WholeProcess:
    """As the viewer may know it. `history` is oldest first, `behind` are the lessons that each check comes from."""

    process: ForesightProcess
    checks: list[Checked]
    behind: dict[Check, list[NamedLesson]]
    adapted: list[Adapted]
    history: list[Entry]


def whole_process(system: System, viewer: Viewer, id: UUID) -> WholeProcess:
    """Raises `NotFound`."""
    process = load(system, viewer, ForesightProcess, id)
    return WholeProcess(
        process,
        readiness_of(system, viewer, process),
        lessons_behind(system, viewer),
        [one for one in adapted_any(system, viewer, [id]) if one.adaptation.process == id],
        history_of(system, viewer, ForesightProcess, id),
    )


def export_process(system: System, viewer: Viewer, id: UUID) -> WholeProcess:
    """Recorded as an export by somebody who is signed in; others get what everybody may read. Raises `NotFound`."""
    whole = whole_process(system, viewer, id)
    if viewer.signed_in:
        note(system, Access.Exported, person=current_act().actor, what=f"process {id}", count=1)
    return whole
