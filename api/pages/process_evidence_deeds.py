"""The forms with which drafts are made of a process."""

from api.pages.deeds import AnyDeed, Ask, Deed
from api.pages.fields import Field
from api.pages.labels import LABELS
from api.pages.translation import N_
from api.usecases.leaving_evidence import About, draft_case_from, draft_lesson_from
from domain.case import Case
from domain.errors import Invalid
from domain.foresight.checks import Check
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.lesson_record import Phase

SUBJECTS = tuple((f"{kind}:{value}", label) for kind in ("check", "phase") for value, label in LABELS[kind].items())


def _case(ask: Ask) -> Case:
    return draft_case_from(ask.system, ask.viewer, ask.id)


def _lesson(ask: Ask) -> Lesson:
    return draft_lesson_from(ask.system, ask.viewer, ask.id, _about(ask.values["about"]))


def _about(chosen: str | None) -> About:
    kind, _, value = (chosen or "").partition(":")
    try:
        return Check(value) if kind == "check" else Phase(value) if kind else None
    except ValueError:
        raise Invalid(N_("Choose one from the list."), field="about") from None


EVIDENCE_DEEDS: tuple[AnyDeed, ...] = (
    Deed(ForesightProcess, "draft-lesson", N_("Draft a lesson from this process"), N_("Draft a lesson …"), "write",
         _lesson,
         (Field("about", N_("What is it about?"), "choice", choices=SUBJECTS,
                help=N_("Leave it empty for the process as a whole.")),),
         lead=N_("Attendance, return rate and evaluation are filled in. You edit the draft before others read it.")),
    Deed(ForesightProcess, "draft-case", N_("Draft a case from this process"), N_("Draft a case …"), "draft-case",
         _case,
         lead=N_("The whole process with its figures. You edit the draft before others read it.")),
)  # fmt: skip
