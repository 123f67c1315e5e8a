"""Whether a case may tell of a lesson that is shared with fewer people: asked of its owner, for each case and field."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from api.usecases.changing import change
from api.wiring import System
from domain.aggregate import Aggregate
from domain.audiences import OPERATOR
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.consent import needs_consent, told_of
from domain.errors import Invalid
from domain.lesson import ConsentField, Lesson
from domain.policy import allow, may
from domain.release import Visibility
from domain.seen import origin_told
from domain.text import Prose, Title
from domain.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Asking:
    """A case that names the lesson. `author` is a person id; `fields` is what was consented to, `needed` whether it is
    needed as the case is shared now."""

    case: UUID
    title: Title
    author: str
    visibility: Visibility
    published: bool
    needed: bool
    fields: tuple[ConsentField, ...]


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
    # Of all there are: whoever answers for a lesson has to know of a case before its readers do.
    entries = system.catalogue.linked_to(id, "case", scope=frozenset({OPERATOR}))
    found = system.store.find_many(entry.id for entry in entries)
    cases = [found.get(entry.id) for entry in entries]
    return [_asking(lesson, case) for case in cases if isinstance(case, Case) and _asks(case, id)]


def consent(
    system: System,
    viewer: Viewer,
    id: UUID,
    version: int,
    case: UUID,
    fields: tuple[ConsentField, ...],
    reason: str | None = None,
) -> Lesson:
    """In place of what was consented to before; no fields take it back, at once.

    Raises `Invalid` for a case that does not name the lesson, as for one that is not there."""

    def decide(lesson: Lesson) -> None:
        found = system.store.find(Case, case)
        if not (found and _asks(found, id)) and case not in lesson.consents:
            raise Invalid("There is no such case that names this lesson.", field="case")
        lesson.consent(case, fields)

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


def _asking(lesson: Lesson, case: Case) -> Asking:
    record = case.draft or case.current
    return Asking(
        case=case.id,
        title=record.title,
        author=case.author,
        visibility=case.visibility,
        published=bool(case.releases),
        needed=needs_consent(lesson, case, case.visibility),
        fields=lesson.consents.get(case.id, ()),
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
