"""A lesson and its life: draft → submitted → (returned) → published → revised … → superseded | withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.aggregate import Aggregate, Event
from domain.consent_record import CONSENT_FIELDS, Consent, ConsentField
from domain.dates import Day
from domain.errors import Invalid, NotReady, WrongState
from domain.lesson_record import LessonRecord
from domain.release import DraftState, Release, State, Visibility, closed, released


@dataclass(frozen=True, slots=True)
class Home:
    """Where a lesson belongs and who answers for it: what the policy goes by."""

    cluster: UUID | None
    process: UUID | None
    programmes: tuple[UUID, ...]
    author: str
    owner: str


class Lesson(Aggregate):
    """`draft` is what is being worked on, `releases` is what could be read and when; both may be there at once.

    `turns` counts the events that readers may know of, and `turned_at` is when the last of them was.
    """

    kind: ClassVar[str] = "lesson"

    class Drafted(Event, topic="lesson.drafted"):
        record: LessonRecord
        owner: str
        visibility: Visibility
        anonymous: bool = False
        review_by: Day | None = None

        def apply(self, aggregate: "Lesson") -> None:
            aggregate.author = self.actor
            aggregate.owner = self.owner
            aggregate.visibility = self.visibility
            aggregate.anonymous = self.anonymous
            aggregate.review_by = self.review_by
            aggregate.draft = self.record
            aggregate.draft_state = DraftState.DRAFT

    class Edited(Event, topic="lesson.edited"):
        """A change to the draft, or the first one after a release."""

        record: LessonRecord

        def apply(self, aggregate: "Lesson") -> None:
            aggregate.draft = self.record
            aggregate.draft_state = DraftState.DRAFT

    class Submitted(Event, topic="lesson.submitted"):
        def apply(self, aggregate: "Lesson") -> None:
            aggregate.draft_state = DraftState.SUBMITTED
            aggregate.return_reason = None

    class Returned(Event, topic="lesson.returned"):
        def apply(self, aggregate: "Lesson") -> None:
            aggregate.draft_state = DraftState.RETURNED
            aggregate.return_reason = self.reason

    class Published(Event, topic="lesson.published"):
        revision: int

        def apply(self, aggregate: "Lesson") -> None:
            assert aggregate.draft is not None
            aggregate.releases = released(aggregate.releases, aggregate.draft, self.recorded_at, self.actor)
            aggregate.draft = aggregate.draft_state = aggregate.return_reason = None
            aggregate.turn(self.recorded_at)

    class Shared(Event, topic="lesson.shared"):
        """Who may read it was changed; takes effect at once, on every revision."""

        visibility: Visibility
        anonymous: bool

        def apply(self, aggregate: "Lesson") -> None:
            aggregate.visibility = self.visibility
            aggregate.anonymous = self.anonymous
            if aggregate.releases:
                aggregate.turn(self.recorded_at)

    class ReviewRenewed(Event, topic="lesson.review-renewed"):
        review_by: Day | None

        def apply(self, aggregate: "Lesson") -> None:
            aggregate.review_by = self.review_by

    class HandedOver(Event, topic="lesson.handed-over"):
        owner: str

        def apply(self, aggregate: "Lesson") -> None:
            aggregate.owner = self.owner

    class Superseded(Event, topic="lesson.superseded"):
        by: UUID

        def apply(self, aggregate: "Lesson") -> None:
            aggregate.superseded = True
            aggregate.superseded_by = self.by
            aggregate.draft_state = None
            aggregate.releases = closed(aggregate.releases, self.recorded_at)
            aggregate.turn(self.recorded_at)

    class Withdrawn(Event, topic="lesson.withdrawn"):
        def apply(self, aggregate: "Lesson") -> None:
            aggregate.withdrawn = True
            aggregate.draft_state = None
            aggregate.releases = closed(aggregate.releases, self.recorded_at)
            aggregate.turn(self.recorded_at)

    class Consented(Event, topic="lesson.consented"):
        """A case may tell these fields of it to everybody who may read the case, as long as it is shared no more widely
        than this; none: no longer."""

        case: UUID
        fields: tuple[ConsentField, ...] = Field(max_length=len(CONSENT_FIELDS))
        visibility: Visibility | None = None
        programmes: tuple[UUID, ...] = ()

        def apply(self, aggregate: "Lesson") -> None:
            others = {case: given for case, given in aggregate.consents.items() if case != self.case}
            given = Consent(self.fields, self.visibility, self.programmes)
            aggregate.consents = {**others, self.case: given} if self.fields else others

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.author = ""
        self.owner = ""
        self.visibility = Visibility.OWN_CLUSTER
        self.anonymous = False
        self.review_by: str | None = None
        self.draft: LessonRecord | None = None
        self.draft_state: DraftState | None = None
        self.return_reason: str | None = None
        self.releases: tuple[Release[LessonRecord], ...] = ()
        self.superseded = False
        self.superseded_by: UUID | None = None
        """None as well in a copy for somebody who may not know of the lesson that took over."""
        self.withdrawn = False
        self.consents: dict[UUID, Consent] = {}
        self.turns = 0
        self.turned_at: datetime | None = None
        self._home: Home | None = None

    @property
    def home(self) -> Home:
        record = self.current
        return self._home or Home(record.cluster, record.process, record.programmes, self.author, self.owner)

    def keep_home(self, home: Home) -> None:
        """What may be done with a copy that is shown without its origin is what may be done with the lesson."""
        self._home = home

    def turn(self, at: datetime) -> None:
        self.turns += 1
        self.turned_at = at

    @property
    def state(self) -> State:
        if self.withdrawn:
            return State.WITHDRAWN
        if self.superseded:
            return State.SUPERSEDED
        return State.PUBLISHED if self.releases else State(self.draft_state or DraftState.DRAFT)

    @property
    def current(self) -> LessonRecord:
        """What a reader sees: the last release, or the draft where nothing was released yet."""
        record = self.releases[-1].record if self.releases else self.draft
        assert record is not None
        return record

    @property
    def missing(self) -> tuple[str, ...]:
        """What publishing the draft still lacks."""
        record = self.draft or self.current
        unshared = record.cluster is None and self.visibility is Visibility.OWN_CLUSTER
        return record.lacking() + (("visibility",) if unshared else ())

    @classmethod
    def draft_new(
        cls,
        id: UUID,
        record: LessonRecord,
        *,
        owner: str,
        visibility: Visibility = Visibility.OWN_CLUSTER,
        anonymous: bool = False,
        review_by: str | None = None,
    ) -> "Lesson":
        _has_origin(record)
        lesson = cls(id)
        lesson.record(
            cls.Drafted,
            record=record,
            owner=owner,
            visibility=visibility,
            anonymous=anonymous,
            review_by=review_by,
        )
        return lesson

    def edit(self, record: LessonRecord) -> None:
        self._alive()
        _has_origin(record)
        if record != (self.draft or self.current):
            self.record(self.Edited, record=record)

    def submit(self) -> None:
        self._alive()
        if self.draft is None:
            raise WrongState("There is no draft to submit: change the text first.")
        if self.draft_state is DraftState.SUBMITTED:
            raise WrongState("This draft is already waiting for review.")
        self._ready()
        self.record(self.Submitted)

    def return_draft(self, reason: str) -> None:
        """Back to its author. The reason is what the author reads; it is required."""
        self._alive()
        if self.draft_state is not DraftState.SUBMITTED:
            raise WrongState("Only a submitted draft can be returned.")
        if not reason.strip():
            raise Invalid("Say why the draft is returned.", field="reason")
        self.record(self.Returned, reason=reason.strip())

    def publish(self) -> None:
        self._alive()
        if self.draft is None:
            raise WrongState("There is no draft to publish: change the text first.")
        if self.draft_state is not DraftState.SUBMITTED:
            raise WrongState("Submit the draft before it is published.")
        self._ready()
        self.record(self.Published, revision=len(self.releases) + 1)

    def share(self, visibility: Visibility, anonymous: bool) -> None:
        self._alive()
        if visibility is Visibility.OWN_CLUSTER and self.releases and self.current.cluster is None:
            raise Invalid("A lesson of no cluster cannot be kept to its own cluster.", field="visibility")
        if (visibility, anonymous) != (self.visibility, self.anonymous):
            self.record(self.Shared, visibility=visibility, anonymous=anonymous)

    def renew_review(self, review_by: str | None) -> None:
        self._alive()
        if review_by != self.review_by:
            self.record(self.ReviewRenewed, review_by=review_by)

    def hand_over(self, owner: str) -> None:
        self._alive()
        if owner != self.owner:
            self.record(self.HandedOver, owner=owner)

    def consent(
        self,
        case: UUID,
        fields: tuple[ConsentField, ...],
        visibility: Visibility | None = None,
        programmes: tuple[UUID, ...] = (),
    ) -> None:
        """That the case tells these fields as long as it is shared no more widely than this, in place of what was
        consented before; no fields take it back."""
        self._alive()
        ordered: tuple[ConsentField, ...] = tuple(f for f in CONSENT_FIELDS if f in fields)
        if ordered and "title" not in ordered:
            raise Invalid("A case cannot tell of a lesson without its title.", field="fields")
        given = Consent(ordered, visibility, programmes) if ordered else None
        if given != self.consents.get(case):
            to = given or Consent(())
            self.record(self.Consented, case=case, fields=to.fields, visibility=to.visibility, programmes=to.programmes)

    def supersede(self, by: "Lesson") -> None:
        self._released()
        if by.id == self.id:
            raise Invalid("A lesson cannot supersede itself.", field="by")
        if by.state is not State.PUBLISHED:
            raise WrongState("The lesson that takes over has to be published first.", field="by")
        self.record(self.Superseded, by=by.id)

    def withdraw(self, reason: str) -> None:
        self._alive()
        if not reason.strip():
            raise Invalid("Say why the lesson is withdrawn.", field="reason")
        self.record(self.Withdrawn, reason=reason.strip())

    def _alive(self) -> None:
        if self.state in (State.WITHDRAWN, State.SUPERSEDED):
            raise WrongState("This lesson is {state}; it can no longer be changed.", state=self.state.value)

    def _released(self) -> None:
        self._alive()
        if not self.releases:
            raise WrongState("Only a published lesson can be superseded.")

    def _ready(self) -> None:
        if self.missing:
            raise NotReady("Before this can be published, fill in: {missing}.", missing=self.missing)


def _has_origin(record: LessonRecord) -> None:
    if record.cluster is None and record.source is None:
        raise Invalid("Name the cluster the lesson comes from, or the source that it was drawn from.", field="cluster")
