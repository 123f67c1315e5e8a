"""Steps of recruiting: who is invited, and what they answer."""

from typing import Any
from uuid import UUID

from api.usecases.process_steps.step import AN_ID, Asked, NewId, Step, day_of, example, part_of
from domain.dates import Day
from domain.foresight.participation import Commitment, ParticipantRecord


class Invite(ParticipantRecord, Asked):
    """A participant, invited on the day; today where none is given."""

    model_config = example(organisation="Elkem", organisation_kind="company", perspective="production")

    participant: NewId
    on: Day | None = None


class DescribeParticipant(ParticipantRecord, Asked):
    """Whom a participant stands for, as a whole."""

    model_config = example(participant=AN_ID, organisation="Elkem", organisation_kind="company")

    participant: UUID


class AnswerInvitation(Asked):
    """That a participant committed, declined or withdrew; today where no day is given."""

    model_config = example(participant=AN_ID, commitment="committed", on="2026-02-20")

    participant: UUID
    commitment: Commitment
    on: Day | None = None


STEPS: tuple[Step[Any], ...] = (
    Step("invite", Invite, lambda p, a: p.invite(a.participant, part_of(ParticipantRecord, a), day_of(a.on))),
    Step(
        "describe-participant",
        DescribeParticipant,
        lambda p, a: p.describe_participant(a.participant, part_of(ParticipantRecord, a)),
    ),
    Step(
        "answer-invitation",
        AnswerInvitation,
        lambda p, a: p.answer_invitation(a.participant, a.commitment, day_of(a.on)),
        together=True,
    ),
)
