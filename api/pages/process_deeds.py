"""The forms with which a process is opened, described, led and shared, and with which a warning is waived."""

from collections.abc import Mapping
from typing import Any

from api.pages.deeds import AnyDeed, Ask, Deed
from api.pages.fields import Field, both
from api.pages.labels import FIELDS
from api.pages.lesson_deeds import WHY, WHY_NOT_REQUIRED
from api.pages.people_around import somebody, with_somebody
from api.pages.process_forms import StepForm, of_step, step_named
from api.pages.process_parts import About
from api.pages.translation import N_
from api.usecases import processes
from api.usecases.looking import today
from api.usecases.process_steps.whole import NameProcessLeader, NameProjectLeader
from api.usecases.processes import NewProcess
from domain.foresight.process import ForesightProcess
from domain.foresight.record import Leader, ProcessLeader
from domain.release import Visibility
from domain.text import PROSE_MAX, TITLE_MAX

CLUSTER = Field("cluster", FIELDS["cluster"], "choice", choices="own-clusters", required=True)
RECORD = (
    *both("title", FIELDS["title"], "line", required=True, longest=TITLE_MAX, help=N_("English, bokmål or both.")),
    *both("focal_question", FIELDS["focal_question"], "line", longest=TITLE_MAX,
          help=N_("What the cluster has to decide, and needs to look ahead for.")),
    Field("horizon", FIELDS["horizon"], "number", N_("Such as 2040.")),
    Field("begins", FIELDS["begins"], "date",
          N_("2026-01 or 2026-01-15: the time until the first gathering counts from there.")),
    *both("description", FIELDS["description"], longest=PROSE_MAX, more=True),
)  # fmt: skip
SHARING = Field("visibility", FIELDS["visibility"], "choice", choices="visibility", required=True)


def _open(ask: Ask) -> ForesightProcess:
    values = {name: value for name, value in ask.values.items() if value is not None}
    return processes.open_process(ask.system, ask.viewer, NewProcess.model_validate(values), id=ask.id)


NEW: AnyDeed = Deed(
    ForesightProcess, "new", N_("Open a process"), N_("Open the process"), "make", _open, (CLUSTER, *RECORD, SHARING),
    makes=True, tone="primary", lead=N_("A cluster and a title are enough to begin with."),
    initial=lambda _: {"visibility": Visibility.OWN_CLUSTER.value},
)  # fmt: skip


def _record(about: About) -> Mapping[str, Any]:
    return about.process.current.model_dump(mode="json")


def _visibility(about: About) -> Mapping[str, Any]:
    return {"visibility": about.process.visibility.value}


def _today(about: About) -> Mapping[str, Any]:
    return {"on": today().isoformat()}


def _leader_fields(about: About) -> tuple[Field, ...]:
    return (
        Field(
            "organisation", FIELDS["organisation"], help=N_("An organisation, a person, or both."), longest=TITLE_MAX
        ),
        *somebody(about),
    )  # fmt: skip


def _process_leader_fields(about: About) -> tuple[Field, ...]:
    return (
        *_leader_fields(about),
        Field("external", N_("External: from outside the cluster and its members"), "check"),
        Field("neutral", N_("Neutral: with no stake in what the process comes to"), "check"),
        Field("checked", FIELDS["checked"], "text",
              N_("Such as: no owner or customer among the members. The check is met with this alone."), longest=2_000),
    )  # fmt: skip


def _led(about: About) -> Mapping[str, Any]:
    leader: ProcessLeader | None = about.process.process_leader
    return leader.model_dump(mode="json") if leader else {}


def _project_led(about: About) -> Mapping[str, Any]:
    leader: Leader | None = about.process.project_leader
    return leader.model_dump(mode="json") if leader else {}


PROCESS_FORMS = (
    StepForm("describe", step_named("describe"), N_("Change what the process is about"), N_("What it is about …"),
             lambda _: (*RECORD, WHY_NOT_REQUIRED), of_step(step_named("describe")), _record, changes=True),
    StepForm("enter-phase", step_named("enter-phase"), N_("Enter a phase"), N_("Enter a phase …"),
             lambda _: (Field("phase", FIELDS["phase"], "choice", choices="phase", required=True),
                        Field("on", FIELDS["on"], "day", required=True)),
             of_step(step_named("enter-phase")), _today,
             lead=N_("In any order, and as often as the process returns to one.")),
    StepForm("name-process-leader", step_named("name-process-leader"), N_("Name the process leader"),
             N_("Name the process leader …"), _process_leader_fields,
             lambda about, values: with_somebody(about, NameProcessLeader, values), _led,
             lead=N_("Who facilitates the process: a professional who is external and neutral. A person who is named"
                     " can read and write the process.")),
    StepForm("name-project-leader", step_named("name-project-leader"), N_("Name the project leader"),
             N_("Name the project leader …"), _leader_fields,
             lambda about, values: with_somebody(about, NameProjectLeader, values), _project_led,
             lead=N_("Who answers for the process inside the cluster.")),
    StepForm("waive-check", step_named("waive-check"), N_("Let a check not count here"), N_("Waive …"),
             lambda _: (WHY,), of_step(step_named("waive-check")), part="check",
             lead=N_("It no longer warns. Your reason stands beside it, and stays in the history.")),
    StepForm("end-waiver", step_named("end-waiver"), N_("Let a check count again"), N_("Let it count again …"),
             lambda _: (WHY_NOT_REQUIRED,), of_step(step_named("end-waiver")), part="check"),
    StepForm("share", step_named("share"), N_("Change who may read it"), N_("Who may read it …"),
             lambda _: (SHARING, WHY_NOT_REQUIRED), of_step(step_named("share")), _visibility),
    StepForm("withdraw", step_named("withdraw"), N_("Withdraw the process"), N_("Withdraw …"),
             lambda _: (WHY,), of_step(step_named("withdraw")), tone="danger",
             lead=N_("For one that was opened by mistake or broken off. Nothing of it is lost.")),
)  # fmt: skip
