"""What describes a cluster apart from its dated parts."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.source import Source
from domain.text import Line, Note, Prose, WebAddress


class MemberKind(StrEnum):
    COMPANY = "company"
    RESEARCH = "research"
    EDUCATION = "education"
    PUBLIC = "public"
    CAPITAL = "capital"
    OTHER = "other"


Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2", examples=["NO"])]


class ClusterRecord(BaseModel):
    """`county` and `municipality` are today's; `members_reported` is what a source says, not a count of ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: Country = "NO"
    municipality: Line | None = None
    county: Line | None = None
    sector: Line | None = None
    description: Prose | None = None
    former_names: tuple[Line, ...] = Field(default=(), max_length=20)
    members_reported: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] | None = None
    members_year: Annotated[int, Field(strict=True, ge=1900, le=2200)] | None = None
    website: WebAddress | None = None
    notes: Note | None = None
    sources: tuple[Source, ...] = Field(default=(), max_length=10)
