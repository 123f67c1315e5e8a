"""What programme staff can do with a programme, and the forms for it."""

from typing import Any

from api.pages.deeds import AnyDeed, Ask, Deed
from api.pages.fields import Field, both
from api.pages.labels import FIELDS
from api.pages.lesson_deeds import WHY_NOT_REQUIRED
from api.pages.translation import N_
from api.usecases import programmes
from api.usecases.programmes import NewProgramme, ProgrammeChanges
from domain.foresight.checks import Thresholds
from domain.programme import Programme
from domain.text import TITLE_MAX

RECORD = (
    *both("name", FIELDS["name"], "line", required=True, longest=TITLE_MAX),
    Field("owner", N_("Who runs it"), required=True, longest=TITLE_MAX),
    Field("kind", FIELDS["kind"], "choice", choices="programme", required=True),
    Field("period.start", N_("From"), "date", N_("2009, 2009-05 or 2009-05-13.")),
    Field("period.end", N_("To"), "date", N_("If it has ended.")),
)

THRESHOLDS = (
    Field("planning_weeks", N_("Weeks of planning before the first gathering"), "number"),
    Field("committed", N_("Participants committed before the first gathering"), "number"),
    Field("organisation_kinds", N_("Kinds of organisation among them"), "number"),
    Field("perspectives", N_("Perspectives among them"), "number"),
    Field("gatherings_in_a_year", N_("Gatherings in a year"), "number"),
    Field("gathering_days", N_("Days of such a gathering, at least"), "number"),
)


def _initial(programme: Programme | None) -> dict[str, Any]:
    return programme.current.model_dump(mode="json") if programme else {"kind": "programme"}


def _establish(ask: Ask) -> Programme:
    return programmes.establish_programme(ask.system, ask.viewer, NewProgramme.model_validate(ask.values), id=ask.id)


def _change(ask: Ask) -> Programme:
    changes = ProgrammeChanges.model_validate(ask.values).model_dump(exclude_unset=True)
    return programmes.change_programme(ask.system, ask.viewer, ask.id, ask.version, changes)


def _thresholds(ask: Ask) -> Programme:
    wanted = Thresholds.model_validate({n: v for n, v in ask.values.items() if n != "reason" and v is not None})
    return programmes.set_thresholds(ask.system, ask.viewer, ask.id, ask.version, wanted, ask.reason)


def _wanted(programme: Programme | None) -> dict[str, Any]:
    return ((programme and programme.thresholds) or Thresholds()).model_dump()


def _close(ask: Ask) -> Programme:
    return programmes.close_programme(ask.system, ask.viewer, ask.id, ask.version, ask.values["on"], ask.reason)


PROGRAMME_DEEDS: tuple[AnyDeed, ...] = (
    Deed(Programme, "new", N_("Establish a programme"), N_("Establish"), "make", _establish,
         (Field("code", FIELDS["code"], help=N_("What people say, such as NCE. It never changes."), required=True,
                longest=30),
          *RECORD), makes=True, initial=_initial, tone="primary"),
    Deed(Programme, "edit", N_("Change the programme"), N_("Change"), "register", _change,
         (*RECORD, WHY_NOT_REQUIRED), changes=True, initial=_initial),
    Deed(Programme, "thresholds", N_("Set what is enough for a foresight process"), N_("What is enough …"), "register",
         _thresholds, (*THRESHOLDS, WHY_NOT_REQUIRED), initial=_wanted,
         lead=N_("The processes of its clusters are warned below these figures. An empty field means what comes with"
                 " the program.")),
    Deed(Programme, "close", N_("Close the programme"), N_("Close …"), "register", _close,
         (Field("on", N_("When"), "date", N_("2009, 2009-05 or 2009-05-13."), required=True), WHY_NOT_REQUIRED),
         possible=lambda programme: not programme.closed, tone="danger",
         lead=N_("Its clusters, and what it published, stay.")),
)  # fmt: skip
