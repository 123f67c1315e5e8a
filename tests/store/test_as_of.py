"""A thing as it was, at an instant or when the log had come to a position."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.acting import acting
from domain.case import Case
from domain.lesson import Lesson
from store.event_store import EventStore

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
A_LESSON = Callable[..., Lesson]


@pytest.fixture
def lesson(store: EventStore, a_lesson: A_LESSON) -> Lesson:
    """Handed over at noon, at two, and, by a clock that was put back, at one; another is kept between these."""
    hours = iter((0, 2, 1))
    with acting("kari", clock=lambda: NOON + timedelta(hours=next(hours))):
        lesson = a_lesson()
        store.save(lesson)
        for owner in ("ola", "per"):
            with acting("kari"):
                store.save(a_lesson())
            lesson.hand_over(owner)
            store.save(lesson)
    return lesson


@pytest.mark.parametrize(
    ("at", "version"),
    [
        (NOON - TICK, None),
        (NOON, 1),
        (NOON + timedelta(hours=2) - TICK, 1),
        (NOON + timedelta(hours=2), 3),
        (datetime.max.replace(tzinfo=UTC), 3),
        (datetime.min.replace(tzinfo=UTC), None),
    ],
)
def test_at_an_instant(store: EventStore, lesson: Lesson, at: datetime, version: int | None) -> None:
    then = store.find_as_of(Lesson, lesson.id, at)
    assert (then and then.version) == version


def test_at_a_position(store: EventStore, lesson: Lesson) -> None:
    then = [store.find_as_of(Lesson, lesson.id, position) for position in (0, 1, 2, 3, 4, 5, 2**62)]
    assert [one and (one.version, one.owner) for one in then] == [
        None, (1, "kari"), (1, "kari"), (2, "ola"), (2, "ola"), (3, "per"), (3, "per"),
    ]  # fmt: skip


@pytest.mark.parametrize("moment", [NOON, 5], ids=["instant", "position"])
def test_what_is_not_there_or_of_another_kind_was_nothing(
    store: EventStore, lesson: Lesson, moment: datetime | int
) -> None:
    assert store.find_as_of(Lesson, uuid4(), moment) is None
    assert store.find_as_of(Case, lesson.id, moment) is None
