"""What a lesson says and the context it comes from: the part of a lesson that has revisions."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.dates import Span
from domain.source import Source
from domain.text import CLEANED, Line, Note, Prose, Title, WebAddress


class Phase(StrEnum):
    """The phases of a foresight process. Logical, not chronological: a process may return to one (ForLearn)."""

    SCOPING = "scoping"
    PLANNING = "planning"
    RECRUITMENT = "recruitment"
    SCANNING = "scanning"
    DRIVING_FORCES = "driving-forces"
    SCENARIOS = "scenarios"
    STRATEGY = "strategy"
    ACTION = "action"
    EVALUATION = "evaluation"
    FOLLOW_UP = "follow-up"


class LessonKind(StrEnum):
    LESSON = "lesson"
    CHALLENGE = "challenge"
    GOOD_PRACTICE = "good-practice"


class Polarity(StrEnum):
    """What the experience says of the practice: keep it, change it, or both."""

    KEEP = "keep"
    CHANGE = "change"
    MIXED = "mixed"


class Stance(StrEnum):
    """Observational lessons tell what was seen; instructional ones also what to do (ALNAP's distinction)."""

    OBSERVATIONAL = "observational"
    INSTRUCTIONAL = "instructional"


class EvidenceKind(StrEnum):
    FIGURE = "figure"
    EVALUATION = "evaluation"
    QUOTE = "quote"
    DOCUMENT = "document"
    LINK = "link"


class Evidence(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: EvidenceKind
    text: Note
    url: WebAddress | None = None


Topic = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\s,;|](?:[^,;|\n]*[^\s,;|])?$"), CLEANED]


class LessonRecord(BaseModel):
    """Only a title, the lesson and where it comes from are needed to save a draft; publishing wants more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    lesson: Prose
    what_happened: Prose | None = None
    recommendation: Prose | None = None
    kind: LessonKind = LessonKind.LESSON
    polarity: Polarity | None = None
    stance: Stance = Stance.INSTRUCTIONAL
    phase: Phase | None = None
    topics: tuple[Topic, ...] = Field(default=(), max_length=20)
    sector: Line | None = None
    cluster: UUID | None = None
    programmes: tuple[UUID, ...] = Field(default=(), max_length=10)
    process: UUID | None = None
    happened: Span | None = None
    evidence: tuple[Evidence, ...] = Field(default=(), max_length=20)
    source: Source | None = None

    def lacking(self) -> tuple[str, ...]:
        """What publishing still lacks, in the order of the form; empty when it can be published."""
        wanted = {
            "phase": self.phase is None,
            "polarity": self.polarity is None,
            "recommendation": self.recommendation is None and self.stance is Stance.INSTRUCTIONAL,
        }
        return tuple(name for name, is_missing in wanted.items() if is_missing)
