"""What a foresight process is about, and who leads it."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.dates import PartialDate
from domain.source import Source
from domain.text import Line, Note, Prose, Title

Year = Annotated[int, Field(strict=True, ge=1900, le=2200)]
PersonId = Annotated[str, Field(min_length=1, max_length=100, description="Person id.")]


class ProcessRecord(BaseModel):
    """`horizon` is the year that is looked ahead to. `begins` is when planning begins: time is counted from there.

    A process of no cluster, known from a source alone, names its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    focal_question: Title | None = None
    horizon: Year | None = None
    description: Prose | None = None
    cluster: UUID | None = None
    programmes: tuple[UUID, ...] = Field(default=(), max_length=10)
    begins: PartialDate | None = None
    sources: tuple[Source, ...] = Field(default=(), max_length=10)


class Leader(BaseModel):
    """A person of the register, an organisation, or both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation: Line | None = None
    person: PersonId | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.organisation is None and self.person is None:
            raise ValueError("Say which organisation, or which person.")
        return self


class ProcessLeader(Leader):
    """Who facilitates it: should be external to the cluster and neutral. `checked`: how that was found out."""

    external: bool
    neutral: bool
    checked: Note | None = None
