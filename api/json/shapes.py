"""What the API answers: each thing as it is at one version, and nothing that is not of that version."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.usecases.finding import PLURALS
from domain.aggregate import Aggregate
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord, MemberKind
from domain.foresight.checks import Thresholds
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.programme import Programme, ProgrammeRecord
from domain.release import DraftState, Release, State, Visibility

Missing = Annotated[list[str], Field(description="What publishing the draft still lacks; empty without one.")]


class Changed(BaseModel):
    """One field, before and after as text, and the difference in words: `same`, `removed`, `added` pieces in order."""

    model_config = ConfigDict(from_attributes=True)

    field: str
    before: str
    after: str
    pieces: list[tuple[str, str]]


class AsOf(BaseModel):
    """`at`: the instant asked for or, of a version or position, when it came to be so. `readers` is who could read it
    then; null: those who worked on it alone, it was a draft. `changes` are from then to now."""

    model_config = ConfigDict(from_attributes=True)

    asked: str
    at: datetime
    readers: Visibility | None
    changes: list[Changed]


class Thing(BaseModel):
    """`version` is the ETag to send in If-Match; `as_of` is there in an answer about the past alone, which has none."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    id: UUID
    version: int
    url: str
    created_at: datetime | None
    modified_at: datetime | None
    as_of: AsOf | None = Field(default=None, exclude_if=lambda of_now: of_now is None)


class Revision(BaseModel):
    """Readable in `[released_at, until)`; `until` null is the one readable now."""

    revision: int
    released_at: datetime
    released_by: str | None
    until: datetime | None

    @classmethod
    def of(cls, release: Release[LessonRecord] | Release[CaseRecord]) -> Self:
        return cls(
            revision=release.revision,
            released_at=release.released_at,
            released_by=release.released_by or None,
            until=release.until,
        )


class LessonShape(LessonRecord, Thing):
    """The fields of the record are the released revision's, or the draft's where nothing is released yet."""

    state: State
    draft_state: DraftState | None
    draft: LessonRecord | None
    return_reason: str | None
    missing: Missing
    revisions: list[Revision]
    visibility: Visibility
    anonymous: bool
    author: str | None
    owner: str | None
    review_by: str | None
    superseded_by: UUID | None


class CaseShape(CaseRecord, Thing):
    """The fields of the record are the released revision's, or the draft's where nothing is released yet."""

    state: State
    draft: CaseRecord | None
    missing: Missing
    revisions: list[Revision]
    visibility: Visibility
    author: str | None
    process: UUID | None = Field(description="What it was drafted from, for those who may read that.")


class DatedShape(BaseModel):
    """A value in `[since, until)`; null where it is not known or goes on."""

    model_config = ConfigDict(from_attributes=True)

    value: str
    since: str | None
    until: str | None


class MembershipShape(BaseModel):
    """In a programme from `admitted` to `ended`; `graduated_to` is the programme it went on to."""

    model_config = ConfigDict(from_attributes=True)

    programme: UUID
    admitted: str | None
    ended: str | None
    graduated_to: UUID | None


class MemberShape(BaseModel):
    """A member organisation."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    kind: MemberKind


class ClusterShape(ClusterRecord, Thing):
    """`name` is the one borne now; `managers` are person ids."""

    name: str
    names: list[DatedShape]
    memberships: list[MembershipShape]
    managers: list[DatedShape]
    members: list[MemberShape]


class ProgrammeShape(ProgrammeRecord, Thing):
    """`code` is what a search filters by."""

    code: str
    closed: bool
    thresholds: Thresholds | None = Field(description="Null: those that come with the program.")


def common_to(thing: Aggregate) -> dict[str, Any]:
    """The fields of every `Thing`."""
    return {
        "id": thing.id,
        "version": thing.version,
        "url": f"/api/v1/{PLURALS[thing.kind]}/{thing.id}",
        "created_at": thing.created_at,
        "modified_at": thing.modified_at,
    }


def shape(thing: Aggregate) -> Thing:
    """The thing as the API answers it."""
    common = common_to(thing)
    match thing:
        case Lesson():
            return LessonShape(
                **vars(thing.current),
                **common,
                state=thing.state,
                draft_state=thing.draft_state,
                draft=thing.draft,
                return_reason=thing.return_reason,
                missing=list(thing.missing) if thing.draft else [],
                revisions=[Revision.of(r) for r in thing.releases],
                visibility=thing.visibility,
                anonymous=thing.anonymous,
                author=thing.author or None,
                owner=thing.owner or None,
                review_by=thing.review_by,
                superseded_by=thing.superseded_by,
            )
        case Case():
            return CaseShape(
                **vars(thing.current),
                **common,
                state=thing.state,
                draft=thing.draft,
                missing=list(thing.missing) if thing.draft else [],
                revisions=[Revision.of(r) for r in thing.releases],
                visibility=thing.visibility,
                author=thing.author or None,
                process=thing.process,
            )
        case Cluster():
            return ClusterShape(
                **vars(thing.current),
                **common,
                name=thing.name,
                names=[DatedShape.model_validate(n) for n in thing.names],
                memberships=[MembershipShape.model_validate(m) for m in thing.memberships],
                managers=[DatedShape.model_validate(m) for m in thing.managers],
                members=[MemberShape.model_validate(m) for m in thing.members],
            )
        case Programme():
            return ProgrammeShape(
                **vars(thing.current), **common, code=thing.code, closed=thing.closed, thresholds=thing.thresholds
            )
        case _:
            raise TypeError(f"{thing.kind} is not shown")
