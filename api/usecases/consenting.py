"""Whether a case may tell of a lesson or process that is shared with fewer people: asked of those who answer for it,
for each case, and of a lesson for each field."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from api.usecases.changing import change, require
from api.wiring import System
from domain.aggregate import Aggregate
from domain.audiences import OPERATOR
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.consent import covered, needs_consent, told_of
from domain.consent_record import ConsentField
from domain.errors import Invalid
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import allow, may
from domain.programme import Programme
from domain.release import Visibility
from domain.seen import origin_told
from domain.text import Prose, Title
from domain.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Asking:
    """A case that names the lesson. `author` is a person id; `visibility` and `programmes` are how it is to be shared,
    `needed` says whether it needs consent for that. `fields` is what was consented to, `enough` whether that was to its
    being shared this widely."""

    case: UUID
    title: Title
    author: str
    visibility: Visibility
    programmes: tuple[UUID, ...]
    published: bool
    needed: bool
    fields: tuple[ConsentField, ...]
    enough: bool

    @property
    def outgrown(self) -> bool:
        """Whether consent was given, and the case is to have more readers than that."""
        return bool(self.fields) and self.needed and not self.enough


@dataclass(frozen=True, slots=True)
class Drafted:
    """A case that was drafted from a process, with its text as it is in work, for whoever decides whether it may be
    published. `needed` says whether it needs consent as it is to be shared, `given` what was consented to, `enough`
    whether that was to its being shared this widely."""

    case: UUID
    record: CaseRecord
    author: str
    visibility: Visibility
    published: bool
    needed: bool
    given: Visibility | None
    enough: bool

    @property
    def title(self) -> Title:
        return self.record.title

    @property
    def programmes(self) -> tuple[UUID, ...]:
        return self.record.programmes

    @property
    def outgrown(self) -> bool:
        return self.given is not None and self.needed and not self.enough


@dataclass(frozen=True, slots=True)
class Told:
    """What a case tells of a lesson that its reader may not read, or may not know the origin of. A `cluster` is told by
    its name."""

    lesson: UUID
    fields: Mapping[ConsentField, Title | Prose | str]


def asking(system: System, viewer: Viewer, id: UUID) -> list[Asking]:
    """The living cases that name the lesson, most lately changed first. Raises `NotFound`, `NotAllowed`."""
    lesson = system.store.get(Lesson, id)
    allow(viewer, "consent", lesson)
    return [_asking(lesson, case) for case in _cases_naming(system, id) if _asks(case, id)]


def drafted_from(system: System, viewer: Viewer, id: UUID) -> list[Drafted]:
    """The living cases that were drafted from the process, most lately changed first. Raises `NotFound`,
    `NotAllowed`."""
    process = system.store.get(ForesightProcess, id)
    allow(viewer, "consent", process)
    cases = [case for case in _cases_naming(system, id) if case.process == id and not case.withdrawn]
    return [_drafted(process, case) for case in cases]


def consent(
    system: System,
    viewer: Viewer,
    id: UUID,
    version: int,
    case: UUID,
    fields: tuple[ConsentField, ...],
    reason: str | None = None,
    *,
    visibility: Visibility | None = None,
    programmes: tuple[UUID, ...] | None = None,
) -> Lesson:
    """In place of what was consented to before; no fields take it back, at once. It holds as long as the case is shared
    no more widely than `visibility` and `programmes` say: what whoever consents was shown, or else as it is now.

    Raises `Invalid` for a case that does not name the lesson, as for one that is not there."""

    def decide(lesson: Lesson) -> None:
        found = system.store.find(Case, case)
        if found is None or not (_asks(found, id) or case in lesson.consents):
            raise Invalid("There is no such case that names this lesson.", field="case")
        require(system, viewer, Programme, "programmes", *(programmes or ()))
        shared = found.draft or found.current
        lesson.consent(
            case, fields, visibility or found.visibility, shared.programmes if programmes is None else programmes
        )

    return change(system, viewer, Lesson, id, version, "consent", decide, reason=reason)


def told(system: System, viewer: Viewer, case: Case, record: CaseRecord) -> list[Told]:
    """What the case tells its reader of lessons that it does not lead to, in its order; of others it tells nothing."""
    found = system.store.find_many(record.lessons)
    lessons = [lesson for id in record.lessons if isinstance(lesson := found.get(id), Lesson)]
    hidden = [lesson for lesson in lessons if not leads_to(viewer, lesson)]
    return [
        Told(lesson.id, {name: value for name in names if (value := _value(system, lesson, name))})
        for lesson in hidden
        if (names := told_of(viewer, lesson, case))
    ]


def leads_to(viewer: Viewer, lesson: Aggregate) -> bool:
    """Whether a case links to the lesson: beside a case, an anonymous one would say where it comes from."""
    return may(viewer, "read", lesson) and origin_told(viewer, lesson)


def _cases_naming(system: System, id: UUID) -> list[Case]:
    """Of all there are: whoever answers for a lesson or process has to know of a case before its readers do."""
    entries = system.catalogue.linked_to(id, "case", scope=frozenset({OPERATOR}))
    found = system.store.find_many(entry.id for entry in entries)
    return [case for entry in entries if isinstance(case := found.get(entry.id), Case)]


def _drafted(process: ForesightProcess, case: Case) -> Drafted:
    record, given = case.draft or case.current, process.consents.get(case.id)
    shared = case.visibility, record.programmes
    return Drafted(
        case=case.id,
        record=record,
        author=case.author,
        visibility=case.visibility,
        published=bool(case.releases),
        needed=needs_consent(process, *shared),
        given=given and given.visibility,
        enough=covered(process, case.id, *shared),
    )


def _asking(lesson: Lesson, case: Case) -> Asking:
    record, given = case.draft or case.current, lesson.consents.get(case.id)
    return Asking(
        case=case.id,
        title=record.title,
        author=case.author,
        visibility=case.visibility,
        programmes=record.programmes,
        published=bool(case.releases),
        needed=needs_consent(lesson, case.visibility, record.programmes),
        fields=given.fields if given else (),
        enough=covered(lesson, case.id, case.visibility, record.programmes),
    )


def _asks(case: Case, lesson: UUID) -> bool:
    return not case.withdrawn and any(lesson in r.lessons for r in (case.current, case.draft or case.current))


def _value(system: System, lesson: Lesson, name: ConsentField) -> Title | Prose | str | None:
    """As it is in the revision that is released."""
    record = lesson.releases[-1].record
    if name != "cluster":
        return getattr(record, name)
    cluster = system.store.find(Cluster, record.cluster) if record.cluster else None
    return cluster.name if cluster else None
