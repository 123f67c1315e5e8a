"""An adaptation: a cluster applied a lesson of another. What it kept, changed and dropped, why, and what came of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.aggregate import Aggregate, Event
from domain.dates import Day, PartialDate
from domain.errors import Invalid, WrongState
from domain.lesson_record import Phase
from domain.text import Note, Prose

ASKED_AFTER_MONTHS = (6, 12, 24)


class Rater(StrEnum):
    """Who says what came of it: the cluster that did it, and apart from it the programme."""

    CLUSTER = "cluster"
    PROGRAMME = "programme"


class Outcome(StrEnum):
    WORKED = "worked"
    PARTLY = "partly"
    DID_NOT = "did-not"


class AdaptationRecord(BaseModel):
    """Copy-paste is not an option: `changed` and `dropped` tell what is different here, and `why` that is so, or why
    nothing is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kept: Prose | None = None
    changed: Prose | None = None
    dropped: Prose | None = None
    why: Prose
    phase: Phase | None = None
    since: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class OutcomeRating:
    by: Rater
    outcome: Outcome
    on: str
    """A day."""
    note: str | None


class Adaptation(Aggregate):
    """Of one `revision` of one lesson, by one cluster, in one of its processes or in none."""

    kind: ClassVar[str] = "adaptation"

    class Made(Event, topic="adaptation.made"):
        lesson: UUID
        revision: int
        cluster: UUID
        programmes: tuple[UUID, ...] = ()
        process: UUID | None = None
        record: AdaptationRecord

        def apply(self, aggregate: "Adaptation") -> None:
            aggregate.lesson, aggregate.revision = self.lesson, self.revision
            aggregate.cluster, aggregate.programmes, aggregate.process = self.cluster, self.programmes, self.process
            aggregate.current = self.record
            aggregate.made_on = self.recorded_at.date()

    class Changed(Event, topic="adaptation.changed"):
        record: AdaptationRecord

        def apply(self, aggregate: "Adaptation") -> None:
            aggregate.current = self.record

    class OutcomeRated(Event, topic="adaptation.outcome-rated"):
        by: Rater
        outcome: Outcome
        on: Day
        note: Note | None = None

        def apply(self, aggregate: "Adaptation") -> None:
            rating = OutcomeRating(self.by, self.outcome, self.on, self.note)
            aggregate.ratings = tuple(sorted((*aggregate.ratings, rating), key=lambda rating: rating.on))

    class Withdrawn(Event, topic="adaptation.withdrawn"):
        def apply(self, aggregate: "Adaptation") -> None:
            aggregate.withdrawn = True

    lesson: UUID
    revision: int
    cluster: UUID
    programmes: tuple[UUID, ...]
    """Those that the cluster was in on that day."""
    current: AdaptationRecord
    made_on: date

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.process: UUID | None = None
        self.ratings: tuple[OutcomeRating, ...] = ()
        """Earliest first."""
        self.withdrawn = False

    def outcome(self, by: Rater) -> Outcome | None:
        """The last that was said."""
        return next((rating.outcome for rating in reversed(self.ratings) if rating.by is by), None)

    def due(self, by: Rater, today: date) -> int | None:
        """After how many months the outcome is asked for and not yet told; the latest of those that have passed."""
        if self.withdrawn:
            return None
        passed = [months for months in ASKED_AFTER_MONTHS if _later(self.made_on, months) <= today]
        if not passed:
            return None
        asked_on = _later(self.made_on, passed[-1])
        told = any(rating.by is by and date.fromisoformat(rating.on) >= asked_on for rating in self.ratings)
        return None if told else passed[-1]

    @classmethod
    def make(
        cls,
        id: UUID,
        record: AdaptationRecord,
        *,
        lesson: UUID,
        revision: int,
        cluster: UUID,
        programmes: tuple[UUID, ...] = (),
        process: UUID | None = None,
    ) -> "Adaptation":
        adaptation = cls(id)
        adaptation.record(
            cls.Made,
            lesson=lesson,
            revision=revision,
            cluster=cluster,
            programmes=programmes,
            process=process,
            record=record,
        )
        return adaptation

    def change(self, record: AdaptationRecord) -> None:
        self._goes_on()
        if record != self.current:
            self.record(self.Changed, record=record)

    def rate(self, by: Rater, outcome: Outcome, on: str, note: str | None = None) -> None:
        self._goes_on()
        that_day = [rating for rating in self.ratings if (rating.by, rating.on) == (by, on)]
        if that_day[-1:] != [OutcomeRating(by, outcome, on, note)]:
            self.record(self.OutcomeRated, by=by, outcome=outcome, on=on, note=note)

    def withdraw(self, reason: str) -> None:
        self._goes_on()
        if not reason.strip():
            raise Invalid("Say why the adaptation is withdrawn.", field="reason")
        self.record(self.Withdrawn, reason=reason.strip())

    def _goes_on(self) -> None:
        if self.withdrawn:
            raise WrongState("This adaptation is withdrawn; it can no longer be changed.")


def _later(day: date, months: int) -> date:
    """The same day so many months on, or the first of the next month where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return day.replace(year=day.year + years, month=month + 1)
    except ValueError:
        years, month = divmod(day.month + months, 12)
        return day.replace(year=day.year + years, month=month + 1, day=1)
