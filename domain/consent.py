"""What a case may tell of a lesson: what its readers may read anyway, and what the lesson's owner consented to."""

from domain.case import Case
from domain.lesson import CONSENT_FIELDS, ConsentField, Lesson
from domain.policy import may
from domain.release import State, Visibility
from domain.seen import origin_told
from domain.viewer import Viewer

WIDTH = {visibility: width for width, visibility in enumerate(Visibility)}


def needs_consent(lesson: Lesson, case: Case, visibility: Visibility) -> bool:
    """Whether a case that is shared like this tells of the lesson to some who may not read it, or names whom an
    anonymous one comes from."""
    if lesson.anonymous or lesson.state is not State.PUBLISHED or WIDTH[lesson.visibility] < WIDTH[visibility]:
        return True
    record = case.draft or case.current
    return visibility is Visibility.PROGRAMME is lesson.visibility and not (
        set(record.programmes) <= set(lesson.current.programmes)
    )


def told_of(viewer: Viewer, lesson: Lesson, case: Case) -> tuple[ConsentField, ...]:
    """The fields of the lesson that the case tells this viewer; none: it is not even named."""
    if may(viewer, "read", lesson) and origin_told(viewer, lesson):
        return CONSENT_FIELDS
    return lesson.consents.get(case.id, ()) if lesson.releases and not lesson.withdrawn else ()
