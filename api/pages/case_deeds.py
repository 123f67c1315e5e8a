"""What programme staff can do with a case, and the forms for it."""

from typing import Any

from pydantic import BaseModel

from api.pages.deeds import AnyDeed, Ask, Deed
from api.pages.fields import Field, both
from api.pages.labels import FIELDS, LABELS
from api.pages.lesson_deeds import WHY, WHY_NOT_REQUIRED
from api.pages.translation import N_
from api.usecases import cases
from api.usecases.cases import CaseChanges, NewCase
from api.usecases.people import add_once
from domain.case import Case
from domain.person_record import PersonRecord
from domain.text import PROSE_MAX, TITLE_MAX

READERS = tuple((v, label) for v, label in LABELS["visibility"].items() if v != "own-cluster")
FIELDS_OF_CASE = (
    *both("title", FIELDS["title"], "line", required=True, longest=TITLE_MAX, help=N_("English, bokmål or both.")),
    *both("summary", FIELDS["summary"], help=N_("Two or three sentences. Needed for publishing."), longest=PROSE_MAX),
    *both("body", FIELDS["body"], longest=PROSE_MAX,
          help=N_("Needed for publishing. Markdown: ## for a heading, - for a list, [text](https://…) for a link.")),
    Field("clusters", FIELDS["clusters"], "many", choices="clusters", more=True),
    Field("programmes", FIELDS["programmes"], "many", choices="programmes", more=True),
    Field("lessons", FIELDS["lessons"], "things", more=True,
          help=N_("The addresses of the lessons, one on each line. Those that you may not know of stay as they are.")),
    Field("contact", FIELDS["contact"], "choice", choices="known", group=N_("Who to ask"), more=True),
    Field("new_contact.name", N_("Or somebody new: name"), group=N_("Who to ask"), more=True, longest=TITLE_MAX),
    Field("new_contact.email", N_("E-mail"), "email", group=N_("Who to ask"), more=True, longest=254),
    Field("geographical_focus", FIELDS["geographical_focus"], more=True, longest=TITLE_MAX),
    Field("happened.start", N_("It happened in, or from"), "date", more=True,
          help=N_("As exact as you know: 2009, 2009-05 or 2009-05-13.")),
    Field("happened.end", N_("To"), "date", N_("If it lasted."), more=True),
    Field("source.url", N_("Web address"), group=FIELDS["source"], more=True, longest=2_000),
    Field("source.title", FIELDS["title"], group=FIELDS["source"], more=True, longest=TITLE_MAX),
    Field("source.note", N_("Note"), group=FIELDS["source"], more=True, longest=2_000),
    Field("source.paraphrased", N_("The words are ours, paraphrased from public pages"), "check",
          group=FIELDS["source"], more=True),
    Field("visibility", FIELDS["visibility"], "choice", N_("Once it is published."), choices=READERS, required=True,
          more=True),
)  # fmt: skip


LEAVE_OUT = Field("leave_out_untold", N_("Leave out the lessons that I may not know of"), "check", more=True)


def _initial(case: Case | None) -> dict[str, Any]:
    if case is None:
        return {"visibility": "managers"}
    return {**(case.draft or case.current).model_dump(mode="json"), "visibility": case.visibility.value}


class _NewContact(BaseModel):
    new_contact: PersonRecord | None


def _with_contact(ask: Ask, record: type[BaseModel]) -> dict[str, Any]:
    """The values, with the id of the new contact where one was named: added only when `record` takes the rest."""
    values = dict(ask.values)
    new = _NewContact.model_validate({"new_contact": values.pop("new_contact", None)}).new_contact
    if new is not None:
        record.model_validate(values)
        values["contact"] = add_once(ask.system, ask.viewer, new, ask.key)
    return values


def _new(ask: Ask) -> Case:
    return cases.draft_case(ask.system, ask.viewer, NewCase.model_validate(_with_contact(ask, NewCase)), id=ask.id)


def _edit(ask: Ask) -> Case:
    changes = CaseChanges.model_validate(_with_contact(ask, CaseChanges)).model_dump(exclude_unset=True)
    return cases.change_case(ask.system, ask.viewer, ask.id, ask.version, changes)


def _alive(case: Case) -> bool:
    return not case.withdrawn


CASE_DEEDS: tuple[AnyDeed, ...] = (
    Deed(Case, "new", N_("Write a case"), N_("Save the draft"), "make", _new, FIELDS_OF_CASE, makes=True,
         initial=_initial, tone="primary", lead=N_("A title is enough to save a draft.")),
    Deed(Case, "publish", N_("Publish the case"), N_("Publish"), "review",
         lambda a: cases.publish_case(a.system, a.viewer, a.id, a.version, a.reason), (WHY_NOT_REQUIRED,),
         tone="primary", at_once=True, possible=lambda case: _alive(case) and case.draft is not None),
    Deed(Case, "edit", N_("Change the case"), N_("Change"), "write", _edit,
         (*FIELDS_OF_CASE, LEAVE_OUT, WHY_NOT_REQUIRED),
         changes=True, initial=_initial, possible=_alive,
         lead=N_("What is published stays readable until the changed text is published.")),
    Deed(Case, "withdraw", N_("Withdraw the case"), N_("Withdraw …"), "withdraw",
         lambda a: cases.withdraw_case(a.system, a.viewer, a.id, a.version, a.reason or ""), (WHY,), tone="danger",
         lead=N_("It is no longer found by a search. It stays in the history, and so does your reason."),
         possible=_alive),
)  # fmt: skip
