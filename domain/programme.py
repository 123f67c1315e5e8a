"""A programme such as Arena, NCE or GCE: it admits clusters, and its staff review and publish."""

from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.aggregate import Aggregate, Event
from domain.dates import Span
from domain.errors import Invalid, WrongState
from domain.foresight.checks import Thresholds
from domain.text import Line, Title


class ProgrammeKind(StrEnum):
    """A brand lives on as a name after the programme behind it has ended (NCE since 2019)."""

    PROGRAMME = "programme"
    BRAND = "brand"


Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9 /-]{0,28}[A-Za-z0-9])?$", examples=["NCE"])]


class ProgrammeRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Title
    owner: Line
    kind: ProgrammeKind = ProgrammeKind.PROGRAMME
    period: Span | None = None


class Programme(Aggregate):
    """`code` is what people say, what the search filters by, and never changes."""

    kind: ClassVar[str] = "programme"

    class Established(Event, topic="programme.established"):
        code: Code
        record: ProgrammeRecord

        def apply(self, aggregate: "Programme") -> None:
            aggregate.code = self.code
            aggregate.current = self.record

    class Changed(Event, topic="programme.changed"):
        record: ProgrammeRecord

        def apply(self, aggregate: "Programme") -> None:
            aggregate.current = self.record

    class ThresholdsSet(Event, topic="programme.thresholds-set"):
        """What is enough for the foresight processes of its clusters."""

        thresholds: Thresholds

        def apply(self, aggregate: "Programme") -> None:
            aggregate.thresholds = self.thresholds

    class Closed(Event, topic="programme.closed"):
        period: Span

        def apply(self, aggregate: "Programme") -> None:
            aggregate.closed = True
            aggregate.current = aggregate.current.model_copy(update={"period": self.period})

    current: ProgrammeRecord

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.code = ""
        self.closed = False
        self.thresholds: Thresholds | None = None
        """None: those that come with the program."""

    @classmethod
    def establish(cls, id: UUID, code: str, record: ProgrammeRecord) -> "Programme":
        programme = cls(id)
        programme.record(cls.Established, code=code, record=record)
        return programme

    def change(self, record: ProgrammeRecord) -> None:
        if record != self.current:
            self.record(self.Changed, record=record)

    def set_thresholds(self, thresholds: Thresholds) -> None:
        if thresholds != self.thresholds:
            self.record(self.ThresholdsSet, thresholds=thresholds)

    def close(self, on: str) -> None:
        """The programme ended; its clusters and what it published stay."""
        if self.closed:
            raise WrongState("This programme is closed already.")
        start = self.current.period.start if self.current.period else on
        try:
            period = Span(start=start, end=on)
        except ValueError:
            raise Invalid("The date comes before the one it follows.", field="on") from None
        self.record(self.Closed, period=period)
