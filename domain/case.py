"""A case: a story that programme staff publish. Life: draft → published → revised … → withdrawn."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.aggregate import Aggregate, Event
from domain.dates import Span
from domain.errors import Invalid, NotReady, WrongState
from domain.release import Release, State, Visibility, closed, released
from domain.source import Source
from domain.text import Line, Prose, Title


class CaseRecord(BaseModel):
    """The part of a case that has revisions. `body` is Markdown; `contact` is a person id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    summary: Prose | None = None
    body: Prose | None = None
    clusters: tuple[UUID, ...] = Field(default=(), max_length=50)
    programmes: tuple[UUID, ...] = Field(default=(), max_length=20)
    lessons: tuple[UUID, ...] = Field(default=(), max_length=200)
    contact: str | None = Field(default=None, max_length=100)
    geographical_focus: Line | None = None
    happened: Span | None = None
    source: Source | None = None

    def lacking(self) -> tuple[str, ...]:
        """What publishing still lacks: a story, and something to weigh it by."""
        return tuple(name for name in ("summary", "body") if getattr(self, name) is None)


class Case(Aggregate):
    """`turns` counts the events that readers may know of, and `turned_at` is when the last of them was."""

    kind: ClassVar[str] = "case"

    class Drafted(Event, topic="case.drafted"):
        """`process` is what its first text was made of."""

        record: CaseRecord
        visibility: Visibility
        process: UUID | None = None

        def apply(self, aggregate: "Case") -> None:
            aggregate.author = self.actor
            aggregate.process = self.process
            aggregate.draft = self.record
            aggregate.visibility = self.visibility

    class Edited(Event, topic="case.edited"):
        record: CaseRecord

        def apply(self, aggregate: "Case") -> None:
            aggregate.draft = self.record

    class Published(Event, topic="case.published"):
        revision: int

        def apply(self, aggregate: "Case") -> None:
            assert aggregate.draft is not None
            aggregate.releases = released(aggregate.releases, aggregate.draft, self.recorded_at, self.actor)
            aggregate.draft = None
            aggregate.turn(self.recorded_at)

    class Shared(Event, topic="case.shared"):
        visibility: Visibility

        def apply(self, aggregate: "Case") -> None:
            aggregate.visibility = self.visibility
            if aggregate.releases:
                aggregate.turn(self.recorded_at)

    class Withdrawn(Event, topic="case.withdrawn"):
        def apply(self, aggregate: "Case") -> None:
            aggregate.withdrawn = True
            aggregate.releases = closed(aggregate.releases, self.recorded_at)
            aggregate.turn(self.recorded_at)

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.author = ""
        self.process: UUID | None = None
        self.visibility = Visibility.MANAGERS
        self.draft: CaseRecord | None = None
        self.releases: tuple[Release[CaseRecord], ...] = ()
        self.withdrawn = False
        self.turns = 0
        self.turned_at: datetime | None = None

    def turn(self, at: datetime) -> None:
        self.turns += 1
        self.turned_at = at

    @property
    def state(self) -> State:
        if self.withdrawn:
            return State.WITHDRAWN
        return State.PUBLISHED if self.releases else State.DRAFT

    @property
    def current(self) -> CaseRecord:
        """What a reader sees: the last release, or the draft where nothing was released yet."""
        record = self.releases[-1].record if self.releases else self.draft
        assert record is not None
        return record

    @property
    def missing(self) -> tuple[str, ...]:
        """What publishing the draft still lacks."""
        return (self.draft or self.current).lacking()

    @classmethod
    def draft_new(
        cls,
        id: UUID,
        record: CaseRecord,
        *,
        visibility: Visibility = Visibility.MANAGERS,
        process: UUID | None = None,
    ) -> "Case":
        _not_own_cluster(visibility)
        case = cls(id)
        case.record(cls.Drafted, record=record, visibility=visibility, process=process)
        return case

    def edit(self, record: CaseRecord) -> None:
        self._alive()
        if record != (self.draft or self.current):
            self.record(self.Edited, record=record)

    def publish(self) -> None:
        self._alive()
        if self.draft is None:
            raise WrongState("There is no draft to publish: change the text first.")
        if self.missing:
            raise NotReady("Before this can be published, fill in: {missing}.", missing=self.missing)
        self.record(self.Published, revision=len(self.releases) + 1)

    def share(self, visibility: Visibility) -> None:
        self._alive()
        _not_own_cluster(visibility)
        if visibility is not self.visibility:
            self.record(self.Shared, visibility=visibility)

    def withdraw(self, reason: str) -> None:
        self._alive()
        if not reason.strip():
            raise Invalid("Say why the case is withdrawn.", field="reason")
        self.record(self.Withdrawn, reason=reason.strip())

    def _alive(self) -> None:
        if self.withdrawn:
            raise WrongState("This case is withdrawn; it can no longer be changed.")


def _not_own_cluster(visibility: Visibility) -> None:
    if visibility is Visibility.OWN_CLUSTER:
        raise Invalid("A case is published to a programme, to all managers or to the public.", field="visibility")
