"""Foresight processes: the list, and one process with its readiness and every part of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.check_words import TURNS, found
from api.pages.deeds import open_deeds
from api.pages.fitting import lessons_shown
from api.pages.form_route import FormRoute
from api.pages.forms import add_deeds
from api.pages.listing import Offset, listing_page
from api.pages.past import AsOfThen, look, shown_past
from api.pages.process_deeds import NEW, PROCESS_FORMS
from api.pages.process_end_deeds import END_FORMS
from api.pages.process_evidence_deeds import EVIDENCE_DEEDS
from api.pages.process_force_deeds import FORCE_FORMS
from api.pages.process_forms import StepForm, add_forms, open_forms
from api.pages.process_option_deeds import OPTION_FORMS
from api.pages.process_parts import called
from api.pages.process_people_deeds import PEOPLE_FORMS
from api.pages.process_scenario_deeds import SCENARIO_FORMS
from api.pages.rendering import page
from api.pages.seen import linked_to, named, people
from api.pages.translation import N_, language, words
from api.usecases.consenting import drafted_from
from api.usecases.glass import openings
from api.usecases.looking import load
from api.usecases.process_lessons import NamedLesson, lessons_behind
from api.usecases.processes import readiness_of
from api.wiring import System
from domain.foresight.forces import Assessed
from domain.foresight.gatherings import Gathering, GatheringState
from domain.foresight.participation import Commitment, Participant
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import Checked
from domain.policy import may
from domain.viewer import Viewer

FORMS = (*PROCESS_FORMS, *PEOPLE_FORMS, *FORCE_FORMS, *SCENARIO_FORMS, *OPTION_FORMS, *END_FORMS)
FIRST = 12
"""Participants, gatherings and driving forces on the page of a process; the others have pages of their own."""
routes = APIRouter(prefix="/processes", include_in_schema=False, route_class=FormRoute)


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """`sentence` is made of the figures; `forms` are those with which the viewer can meet it."""

    checked: Checked
    sentence: str
    lessons: Sequence[NamedLesson]
    forms: Sequence[StepForm]


@routes.get("")
def list_processes(request: Request, system: TheSystem, viewer: TheViewer, offset: Offset = 0) -> Response:
    return listing_page(request, system, viewer, "process", N_("Foresight processes"), (NEW,), offset)


add_deeds(routes, (NEW,))
add_forms(routes, FORMS)


@routes.get("/{id}")
def show_process(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, as_of: AsOfThen = None) -> Response:
    """Now, with how ready it is and lessons that fit it; or by itself, as it was, in full length."""
    process, past = look(system, viewer, ForesightProcess, id, as_of)
    forms = {} if past else open_forms(FORMS, viewer, process)
    ids = (*process.current.programmes, *([process.current.cluster] if process.current.cluster else ()))
    around = named(system, viewer, ids, language(request))
    opened = () if past else openings(system, viewer, process)
    itself: dict[str, Any] = _parts(request, system, process, forms) | {
        "cluster": next((t for t in around if t.kind == "cluster"), None),
        "programmes": [t for t in around if t.kind == "programme"],
        "coming": _coming(process),
        "openings": opened,
        "opened_by": people(system, *(line.actor for line in opened)),
    }
    if past:
        shown = shown_past(request, system, viewer, past)
        return page(request, "process.html", **itself, evidence=[], asking=[], cases=[], first=None, past=shown)
    checks = _checks(request, system, viewer, process, forms)
    asking = drafted_from(system, viewer, id) if may(viewer, "consent", process) else []
    itself["names"] = {**itself["names"], **people(system, *(one.author for one in asking))}
    return page(
        request,
        "process.html",
        **itself,
        checks=checks,
        **lessons_shown(system, viewer, process, language(request), [one.checked for one in checks]),
        evidence=open_deeds(EVIDENCE_DEEDS, viewer, process),
        asking=[one for one in asking if one.needed or one.given],
        cases=linked_to(system, viewer, id, "case", language(request)),
        first=FIRST,
    )


def _add_whole(part: str, heading: str) -> None:
    """A part of a process in full length, on a page of its own."""

    def show(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
        process = load(system, viewer, ForesightProcess, id)
        parts = _parts(request, system, process, open_forms(FORMS, viewer, process))
        return page(request, "process_whole.html", **parts, part=part, heading=heading, first=None)

    routes.add_api_route(f"/{{id}}/{part}", show, methods=["GET"])


for _part, _heading in (
    ("people", N_("People")),
    ("gatherings", N_("Gatherings")),
    ("forces", N_("Driving forces")),
):
    _add_whole(_part, _heading)


def _parts(request: Request, system: System, process: ForesightProcess, forms: dict[str, StepForm]) -> dict[str, Any]:
    """What the templates of the parts take."""
    kept, assessed = process.worked_out, process.assessed()
    participants = kept.of((process.participants,), "by commitment", lambda: _by_commitment(process))
    leaders = (process.process_leader, process.project_leader)
    names = people(system, *(p.record.person for p in participants), *(leader.person for leader in leaders if leader))
    return {
        "process": process,
        "url": f"/processes/{process.id}",
        "forms": forms,
        "names": names,
        "participants": participants,
        "called": {p.id: called(p, names) for p in participants},
        "commitments": [(c, n) for c in Commitment if (n := sum(p.commitment is c for p in participants))],
        "gatherings": process.by_date(*GatheringState),
        "turnouts": {turnout.gathering: turnout for turnout in process.turnouts()},
        "assessed": kept.of((assessed,), "by weight", lambda: sorted(assessed, key=_weight, reverse=True)),
    }


def _by_commitment(process: ForesightProcess) -> list[Participant]:
    """Those who committed first, then those who have not answered; each by organisation."""
    order = (Commitment.COMMITTED, Commitment.INVITED, Commitment.WITHDREW, Commitment.DECLINED)
    there = process.participants.values()
    return sorted(there, key=lambda p: (order.index(p.commitment), p.record.organisation.casefold()))


def _weight(assessed: Assessed) -> tuple[bool, float]:
    """What is critical first, then what matters most and is least certain."""
    critical = assessed.force.record.standing == "critical"
    return critical, (assessed.impact or 0) * (assessed.uncertainty or 0)


def _coming(process: ForesightProcess) -> Gathering | None:
    """The next that is planned, one whose day has passed included: somebody has to record who came."""
    return next(iter(process.by_date(GatheringState.PLANNED)), None)


def _checks(
    request: Request, system: System, viewer: Viewer, process: ForesightProcess, forms: dict[str, StepForm]
) -> list[ShownCheck]:
    behind, say = lessons_behind(system, viewer), words(language(request))
    return [
        ShownCheck(
            checked,
            found(checked, say),
            behind.get(checked.check, []),
            [forms[name] for name in TURNS[checked.check] if name in forms],
        )
        for checked in readiness_of(system, viewer, process)
    ]
