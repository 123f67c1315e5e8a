"""Who was invited to the process, and what came of it: committed, declined or withdrew."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.aggregate import Aggregate, Event
from domain.cluster_record import MemberKind
from domain.dates import Day
from domain.errors import Invalid, NotFound, WrongState
from domain.foresight.parts import WorkedOut, one_of
from domain.foresight.record import PersonId
from domain.text import Line

MOST_PARTICIPANTS = 500


class Commitment(StrEnum):
    INVITED = "invited"
    COMMITTED = "committed"
    DECLINED = "declined"
    WITHDREW = "withdrew"


class ParticipantRecord(BaseModel):
    """Whom a participant stands for. `perspective` is what they see that others do not: technology, customers, law."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation: Line
    organisation_kind: MemberKind
    perspective: Line | None = None
    person: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """`turns` are all steps with their days, the invitation first."""

    id: UUID
    record: ParticipantRecord
    turns: tuple[tuple[Commitment, date], ...]

    @property
    def commitment(self) -> Commitment:
        return self.turns[-1][0]

    def on(self, day: date) -> Commitment | None:
        """What held at the end of that day; None before the invitation."""
        return next((step for step, since in reversed(self.turns) if since <= day), None)

    def away(self, first: date, last: date) -> bool:
        """Whether they had declined or withdrawn before the first of these days, and were not back by the last."""
        return {self.on(first - timedelta(days=1)), self.on(last)} <= {Commitment.DECLINED, Commitment.WITHDREW}


class Participation(Aggregate):
    class ParticipantInvited(Event, topic="process.participant-invited"):
        participant: UUID
        record: ParticipantRecord
        on: Day

        def apply(self, aggregate: "Participation") -> None:
            turns = ((Commitment.INVITED, date.fromisoformat(self.on)),)
            one = Participant(self.participant, self.record, turns)
            aggregate.participants = {**aggregate.participants, self.participant: one}

    class ParticipantDescribed(Event, topic="process.participant-described"):
        participant: UUID
        record: ParticipantRecord

        def apply(self, aggregate: "Participation") -> None:
            one = replace(aggregate.participants[self.participant], record=self.record)
            aggregate.participants = {**aggregate.participants, self.participant: one}

    class ParticipantAnswered(Event, topic="process.participant-answered"):
        """They committed, declined or withdrew; who had withdrawn may commit again."""

        participant: UUID
        commitment: Commitment
        on: Day

        def apply(self, aggregate: "Participation") -> None:
            one = aggregate.participants[self.participant]
            one = replace(one, turns=(*one.turns, (self.commitment, date.fromisoformat(self.on))))
            aggregate.participants = {**aggregate.participants, self.participant: one}

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.worked_out = WorkedOut()
        self.participants: dict[UUID, Participant] = {}
        """In the order of invitation."""

    def committed(self) -> tuple[Participant, ...]:
        def commit() -> tuple[Participant, ...]:
            return tuple(p for p in self.participants.values() if p.commitment is Commitment.COMMITTED)

        return self.worked_out.of((self.participants,), "committed", commit)

    def participant(self, id: UUID) -> Participant:
        """Raises `NotFound`."""
        return one_of(self.participants, id, NotFound("There is no such participant.", field="participant"))

    def takes_part(self, id: UUID) -> bool:
        """Whether they were invited and have not declined. Who withdrew later did take part."""
        return id in self.participants and self.participants[id].commitment is not Commitment.DECLINED

    def invite(self, id: UUID, record: ParticipantRecord, on: str) -> None:
        if id in self.participants:
            if record != self.participants[id].record:
                raise WrongState("This participant was invited already.", field="participant")
            return
        if len(self.participants) >= MOST_PARTICIPANTS:
            raise Invalid("A process has at most {most} participants.", most=MOST_PARTICIPANTS)
        self._once(id, record)
        self.record(self.ParticipantInvited, participant=id, record=record, on=on)

    def describe_participant(self, id: UUID, record: ParticipantRecord) -> None:
        if record != self.participant(id).record:
            self._once(id, record)
            self.record(self.ParticipantDescribed, participant=id, record=record)

    def answer_invitation(self, id: UUID, commitment: Commitment, on: str) -> None:
        """Only who has committed can withdraw; who has withdrawn or declined may commit later."""
        participant = self.participant(id)
        before, since = participant.turns[-1]
        if commitment is Commitment.INVITED:
            raise Invalid("Say whether they committed, declined or withdrew.", field="commitment")
        if commitment is before:
            return
        if commitment is Commitment.WITHDREW and before is not Commitment.COMMITTED:
            raise WrongState("Only a participant who has committed can withdraw.", field="commitment")
        if commitment is Commitment.DECLINED and before is not Commitment.INVITED:
            raise WrongState("Only an open invitation can be declined.", field="commitment")
        if on < since.isoformat():  # as text: that it is a day at all is checked by the event
            raise Invalid("The date comes before the one it follows.", field="on")
        self.record(self.ParticipantAnswered, participant=id, commitment=commitment, on=on)

    def _once(self, id: UUID, record: ParticipantRecord) -> None:
        others = (p.record.person for p in self.participants.values() if p.id != id)
        if record.person is not None and record.person in others:
            raise WrongState("This person was invited already.", field="person")
