"""The forms for who takes part: invitations and their answers, gatherings and who came."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel
from pydantic import Field as Limit

from api.pages.fields import Choice, Field, rows
from api.pages.labels import FIELDS, LABELS
from api.pages.lesson_deeds import WHY, WHY_NOT_REQUIRED
from api.pages.people_around import somebody, with_somebody
from api.pages.process_forms import StepForm, Values, of_step, step_named
from api.pages.process_parts import About, called_participants, part_of, record_of
from api.pages.translation import N_, Told, words
from api.usecases.looking import today
from api.usecases.process_steps import Step
from api.usecases.process_steps.participation import DescribeParticipant
from api.usecases.process_steps.step import Asked
from domain.dates import Day
from domain.errors import Invalid
from domain.foresight.gatherings import GatheringState
from domain.foresight.participation import Commitment, ParticipantRecord
from domain.foresight.process import ForesightProcess
from domain.text import TITLE_MAX

AT_ONCE = 10
"""Participants that the form has lines for."""
ON = Field("on", FIELDS["on"], "day", required=True)
KIND = Field("organisation_kind", FIELDS["organisation_kind"], "choice", choices="organisation_kind", required=True)
PERSPECTIVE = Field("perspective", FIELDS["perspective"], longest=TITLE_MAX,
                    help=N_("What they see that others do not: technology, customers, law."))  # fmt: skip
PLAN = (
    Field("starts", FIELDS["starts"], "day", required=True),
    Field("ends", FIELDS["ends"], "day", required=True),
    Field("purpose", FIELDS["purpose"], help=N_("One, such as: find what drives the industry."), longest=2_000),
    Field("product", FIELDS["product"], help=N_("What it leaves behind, such as: a list of driving forces."),
          longest=2_000),
    Field("catch_up", N_("It is for those who join late, to catch up"), "check"),
)  # fmt: skip


class InviteSeveral(Asked):
    participants: list[ParticipantRecord] = Limit(min_length=1)
    on: Day
    committed: bool


class AnswerSeveral(Asked):
    participants: list[UUID] = Limit(min_length=1)
    commitment: Commitment
    on: Day


def _invite(process: ForesightProcess, asked: InviteSeveral) -> None:
    for record in asked.participants:
        id = uuid4()
        process.invite(id, record, asked.on)
        if asked.committed:
            process.answer_invitation(id, Commitment.COMMITTED, asked.on)


def _answer(process: ForesightProcess, asked: AnswerSeveral) -> None:
    for id in asked.participants:
        process.answer_invitation(id, asked.commitment, asked.on)


INVITE = Step("invite", InviteSeveral, _invite)
ANSWER = Step("answer-invitation", AnswerSeveral, _answer, together=True)


def _invited_fields(_: About) -> tuple[Field, ...]:
    line = (
        Field("organisation_kind", FIELDS["organisation_kind"], "choice", choices="organisation_kind",
              named=FIELDS["organisation_kind"], group=N_("Whom you invite, one on each line")),
        Field("organisation", FIELDS["organisation"], longest=TITLE_MAX, named=FIELDS["organisation"],
              group=N_("Whom you invite, one on each line")),
        Field("perspective", FIELDS["perspective"], longest=TITLE_MAX, named=FIELDS["perspective"],
              group=N_("Whom you invite, one on each line")),
    )  # fmt: skip
    committed = Field("committed", N_("They have committed already"), "check")
    return (*rows("participants", AT_ONCE, *line), ON, committed)


def _invited(_: About, values: Values) -> BaseModel:
    if not values["participants"]:
        raise Invalid(N_("Name at least one participant."), field="participants")
    return InviteSeveral.model_validate(values)


def _today(_: About) -> Mapping[str, Any]:
    return {"on": today().isoformat()}


def _described_fields(about: About) -> tuple[Field, ...]:
    return (Field("organisation", FIELDS["organisation"], required=True, longest=TITLE_MAX), KIND, PERSPECTIVE,
            *somebody(about))  # fmt: skip


def _answered_fields(about: About) -> tuple[Field, ...]:
    answers = tuple((value, name) for value, name in LABELS["commitment"].items() if value != Commitment.INVITED)
    return (
        Field("commitment", FIELDS["commitment"], "choice", required=True, choices=answers),
        Field("participants", N_("Who answered so?"), "many", choices=by_commitment(about, *Commitment)),
        ON,
    )  # fmt: skip


def by_commitment(about: About, *commitments: Commitment, also: frozenset[UUID] = frozenset()) -> tuple[Choice, ...]:
    """Participants with one of these answers, and those `also`: in the order of the answers, each by name."""
    there, say = about.process.participants.values(), words(about.lang)
    found: list[Choice] = []
    for commitment in Commitment:
        some = [p for p in there if p.commitment is commitment and (commitment in commitments or p.id in also)]
        answer = say(LABELS["commitment"][commitment.value])
        found += [(id, Told(f"{name} – {answer}")) for id, name in called_participants(about, some)]
    return tuple(found)


def _answered(about: About) -> Mapping[str, Any]:
    return {"participants": [about.part] if about.part else [], "on": today().isoformat()}


def _came_fields(about: About) -> tuple[Field, ...]:
    """Whoever could have come: those who committed first."""
    found = part_of(about.process, "gathering", about.part)
    came = found.attended if found else frozenset[UUID]()
    committed = by_commitment(about, Commitment.COMMITTED)
    others = by_commitment(about, Commitment.INVITED, also=came)
    choices = (*committed, *(choice for choice in others if choice not in committed))
    return (Field("attended", N_("Who came?"), "many", choices=choices), WHY_NOT_REQUIRED)


def _came(about: About) -> Mapping[str, Any]:
    found = part_of(about.process, "gathering", about.part)
    return {"attended": sorted(map(str, found.attended))} if found else {}


def _invited_somebody(process: ForesightProcess) -> bool:
    return bool(process.participants)


def _has_gathering(process: ForesightProcess) -> bool:
    return bool(process.by_date(GatheringState.PLANNED, GatheringState.HELD))


PEOPLE_FORMS = (
    StepForm("invite", INVITE, N_("Invite participants"), N_("Invite participants …"), _invited_fields, _invited,
             _today, lead=N_("A line for each; leave the others empty, and come back for more.")),
    StepForm("describe-participant", step_named("describe-participant"), N_("Change whom a participant stands for"),
             N_("Change …"), _described_fields,
             lambda about, values: with_somebody(about, DescribeParticipant, values),
             lambda about: record_of(about, "participant"), part="participant", changes=True,
             possible=_invited_somebody),
    StepForm("answer-invitation", ANSWER, N_("Record answers to invitations"), N_("Record answers …"),
             _answered_fields, of_step(ANSWER), _answered, part="participant", anew=True,
             possible=_invited_somebody),
    StepForm("plan-gathering", step_named("plan-gathering"), N_("Plan a gathering"), N_("Plan a gathering …"),
             lambda _: PLAN, of_step(step_named("plan-gathering")),
             lead=N_("Four gatherings of two days within a year are a good measure.")),
    StepForm("replan-gathering", step_named("replan-gathering"), N_("Change the plan of a gathering"), N_("Change …"),
             lambda _: (*PLAN, WHY_NOT_REQUIRED), of_step(step_named("replan-gathering")),
             lambda about: record_of(about, "gathering"), part="gathering", changes=True, possible=_has_gathering),
    StepForm("hold-gathering", step_named("hold-gathering"), N_("Record who came"), N_("Who came …"), _came_fields,
             of_step(step_named("hold-gathering")), _came, part="gathering", possible=_has_gathering,
             lead=N_("The gathering counts as held with this. You can correct it later.")),
    StepForm("cancel-gathering", step_named("cancel-gathering"), N_("Cancel a gathering"), N_("Cancel it …"),
             lambda _: (WHY,), of_step(step_named("cancel-gathering")), part="gathering", tone="danger",
             possible=_has_gathering),
)  # fmt: skip
