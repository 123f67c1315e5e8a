"""What a case may tell of a lesson, and of the process that it was drafted from: what its readers may read anyway, and
what was consented to by those who answer for it."""

from collections.abc import Collection
from uuid import UUID

from domain.audiences import STAFF, released_to, staff_of
from domain.case import Case
from domain.consent_record import CONSENT_FIELDS, Consent, ConsentField
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import may
from domain.release import State, Visibility
from domain.seen import origin_told
from domain.viewer import Viewer

WIDTH = {visibility: width for width, visibility in enumerate(Visibility)}


def wider(
    visibility: Visibility, programmes: Collection[UUID], than: Visibility, than_programmes: Collection[UUID]
) -> bool:
    """Whether what is shared like this, in these programmes, has readers that what is shared like that has not."""
    if than is Visibility.PUBLIC or WIDTH[visibility] > WIDTH[than]:
        return than is not Visibility.PUBLIC
    if than is Visibility.MANAGERS:  # staff are among them all; the contributors of a programme are not
        return not set(programmes) <= set(than_programmes)
    return not staff_of(programmes) <= staff_of(than_programmes)


def needs_consent(of: Lesson | ForesightProcess, visibility: Visibility, programmes: Collection[UUID]) -> bool:
    """Whether a case that is shared like this tells of the lesson or process to some who may not read it, or names whom
    an anonymous lesson comes from."""
    if isinstance(of, ForesightProcess):
        return wider(visibility, programmes, of.visibility, of.current.programmes)
    if of.anonymous or of.state is not State.PUBLISHED:
        return True
    return wider(visibility, programmes, of.visibility, of.home.programmes)


def drafts_wider(process: ForesightProcess, programmes: Collection[UUID]) -> bool:
    """Whether the draft of a case of these programmes is read by staff who may not read the process."""
    admitted = released_to(process)
    return STAFF not in admitted and not staff_of(programmes) <= admitted


def covered(of: Lesson | ForesightProcess, case: UUID, visibility: Visibility, programmes: Collection[UUID]) -> bool:
    """Whether consent was given to the case as it is to be shared. Of an older one nobody knows how widely it was
    meant, so it has to be given anew."""
    given = of.consents.get(case)
    return given is not None and given.visibility is not None and _holds(given, visibility, programmes)


def consented(lesson: Lesson, case: Case) -> tuple[ConsentField, ...]:
    """What the case may tell its readers by consent, as it is shared now."""
    given = lesson.consents.get(case.id)
    if given is None or not lesson.releases or lesson.withdrawn:
        return ()
    return given.fields if _holds(given, case.visibility, case.current.programmes) else ()


def told_of(viewer: Viewer, lesson: Lesson, case: Case) -> tuple[ConsentField, ...]:
    """The fields of the lesson that the case tells this viewer; none: it is not even named."""
    if may(viewer, "read", lesson) and origin_told(viewer, lesson):
        return CONSENT_FIELDS
    return consented(lesson, case)


def _holds(given: Consent, visibility: Visibility, programmes: Collection[UUID]) -> bool:
    return given.visibility is None or not wider(visibility, programmes, given.visibility, given.programmes)
