"""What can be done with somebody: given a part, relieved of one, invited, suspended and restored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from pydantic import BaseModel

from api.pages.deeds import Ask, Tone
from api.pages.fields import Choice, Field
from api.pages.lesson_deeds import WHY, WHY_NOT_REQUIRED
from api.pages.parts import choices_of, from_value
from api.pages.translation import N_
from api.usecases import persons
from api.usecases.forgetting import forget_person
from api.usecases.people import Registered, get_person, id_of
from api.usecases.persons import Invitation
from api.wiring import System
from domain.dates import PartialDate
from domain.errors import WrongState
from domain.person import Part, Person
from domain.policy import allow, may
from domain.viewer import Viewer
from search.index import Lang

DATES = N_("2009, 2009-05 or 2009-05-13.")
PART = Field("part", N_("Part"), "choice", choices="part", required=True)
SINCE = Field("since", N_("From"), "date", DATES, required=True)
UNTIL = Field("until", N_("Not any more from"), "date", DATES, required=True)
Parts: TypeAlias = Callable[[System, Viewer, Registered], Sequence[Part]]


def _no_parts(system: System, viewer: Viewer, one: Registered) -> Sequence[Part]:
    return ()


@dataclass(frozen=True, slots=True)
class PersonDeed:
    """`admit` refuses before a form is shown; `parts` are those to choose from; `open_to` says whether the button is
    shown. `do` answers the person, an invitation to be shown once, or nothing."""

    name: str
    title: str
    button: str
    do: Callable[[Ask], Person | Invitation | None]
    admit: Callable[[System, Viewer, UUID], None]
    open_to: Callable[[System, Viewer, Registered], bool]
    fields: tuple[Field, ...] = ()
    lead: str = ""
    tone: Tone = "secondary"
    parts: Parts = field(default=_no_parts)

    def choices(self, system: System, viewer: Viewer, one: Registered, lang: Lang) -> Mapping[str, Sequence[Choice]]:
        return {"part": choices_of(system, viewer, self.parts(system, viewer, one), lang)} if self.fields else {}


class Since(BaseModel):
    since: PartialDate


class Until(BaseModel):
    until: PartialDate


def _appoint(ask: Ask) -> Person:
    since, part = Since.model_validate({"since": ask.values["since"]}).since, from_value(ask.values["part"])
    return persons.appoint(ask.system, ask.viewer, ask.id, part, since, ask.reason, version=ask.version)


def _stand_down(ask: Ask) -> Person:
    until, part = Until.model_validate({"until": ask.values["until"]}).until, from_value(ask.values["part"])
    return persons.stand_down(ask.system, ask.viewer, ask.id, part, until, ask.reason, version=ask.version)


def _forget(ask: Ask) -> None:
    forget_person(ask.system, ask.viewer, ask.id, ask.reason or "")


def _givable(system: System, viewer: Viewer, one: Registered) -> list[Part]:
    return [part for part in persons.givable(system, viewer) if not one.person.holds(part)]


def _endable(system: System, viewer: Viewer, one: Registered) -> list[Part]:
    held = (a.part for a in one.person.appointments if a.until is None)
    return [part for part in held if persons.may_give(system, viewer, part)]


def _gives(system: System, viewer: Viewer, id: UUID) -> None:
    allow(viewer, "make", get_person(system, viewer, str(id)).person)


def _ends(system: System, viewer: Viewer, id: UUID) -> None:
    _gives(system, viewer, id)
    if not _endable(system, viewer, get_person(system, viewer, str(id))):
        raise WrongState("This person has no part that you could end.")


def _administers(system: System, viewer: Viewer, id: UUID) -> None:
    allow(viewer, "administer", get_person(system, viewer, str(id)).person)


def _may_administer(viewer: Viewer, one: Registered) -> bool:
    return may(viewer, "administer", one.person) and one.known.id != viewer.person


def _may_give(system: System, viewer: Viewer, one: Registered) -> bool:
    return (viewer.operator or one.known.id != viewer.person) and bool(_givable(system, viewer, one))


def _may_invite(system: System, viewer: Viewer, one: Registered) -> bool:
    id = id_of(one.known.id)
    return id is not None and persons.may_invite(system, viewer, id)


PERSON_DEEDS: tuple[PersonDeed, ...] = (
    PersonDeed("appoint", N_("Give a part"), N_("Give a part …"), _appoint, _gives, _may_give,
               (PART, SINCE, WHY_NOT_REQUIRED), parts=_givable,
               lead=N_("What somebody may do here follows from their parts. A manager is listed with the cluster.")),
    PersonDeed("stand-down", N_("End a part"), N_("End a part …"), _stand_down, _ends,
               lambda system, viewer, one: bool(_endable(system, viewer, one)),
               (PART, UNTIL, WHY_NOT_REQUIRED), parts=_endable,
               lead=N_("It stays in the history. What they are signed in to ends at their next step.")),
    PersonDeed("invite", N_("Invite"), N_("Invite …"), lambda a: persons.invite(a.system, a.viewer, a.id),
               persons.allow_inviting, _may_invite,
               lead=N_("Makes a link that opens an account to this person, for a week. Whoever has the link has their"
                       " parts: give it to them yourself. A link that was made before ends.")),
    PersonDeed("suspend", N_("Suspend"), N_("Suspend …"),
               lambda a: persons.suspend(a.system, a.viewer, a.id, a.reason or ""), _administers,
               lambda system, viewer, one: _may_administer(viewer, one) and one.account != "suspended", (WHY,),
               lead=N_("They are signed out everywhere at once, and cannot sign in until they are restored. Their parts"
                       " stay."), tone="danger"),
    PersonDeed("restore", N_("Restore"), N_("Restore …"),
               lambda a: persons.restore(a.system, a.viewer, a.id, a.reason or ""), _administers,
               lambda system, viewer, one: _may_administer(viewer, one) and one.account == "suspended", (WHY,),
               lead=N_("They may sign in again.")),
    PersonDeed("forget", N_("Forget this person"), N_("Forget …"), _forget, _administers,
               lambda system, viewer, one: _may_administer(viewer, one), (WHY,),
               lead=N_("Their name, their address and their ways in are erased for good, and their parts end. What they"
                       " did stays, done by somebody who was forgotten. Leave the name out of the reason. A name that"
                       " stands in a text is removed there: see the history of the thing."), tone="danger"),
)  # fmt: skip
