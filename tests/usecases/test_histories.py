"""Who was let in later is history: of an anonymous lesson too, whose history tells nobody else whom it is from."""

from typing import Any, TypeAlias

from api.usecases.histories import history_of
from api.usecases.lessons import change_lesson
from domain.lesson import Lesson

World: TypeAlias = Any


def let_in(world: World, lesson: Lesson, *changes: dict[str, Any]) -> None:
    """By the manager of its cluster, one after the other."""
    for change in changes:
        with world.acts("mona") as mona:
            change_lesson(world.system, mona, lesson.id, world.system.store.get(Lesson, lesson.id).version, change)


def told(world: World, name: str, lesson: Lesson) -> list[tuple[str, str, dict[str, tuple[str, str]]]]:
    """Of each time that it was shared: by whom, on which day or at what time, and what changed."""
    with world.acts(name) as viewer:
        entries = history_of(world.system, viewer, Lesson, lesson.id)
    return [
        (entry.actor, f"{entry.recorded_at:%H:%M}", {c.field: (c.before, c.after) for c in entry.changes})
        for entry in entries
        if entry.topic == "lesson.shared"
    ]


def test_its_own_people_and_auditors_see_who_let_whom_in_and_when(world: World) -> None:
    lesson = world.lesson("kari", visibility="managers", anonymous=True)
    let_in(world, lesson, {"visibility": "public"}, {"visibility": "own-cluster"})
    mona = str(world["mona"])
    for name in ("kari", "mona", "aud"):
        assert told(world, name, lesson) == [
            (mona, "12:00", {"visibility": ("managers", "public")}),
            (mona, "12:00", {"visibility": ("public", "own-cluster")}),
        ]


def test_others_see_that_it_was_shared_and_on_which_day(world: World) -> None:
    lesson = world.lesson("kari", visibility="managers", anonymous=True)
    let_in(world, lesson, {"visibility": "public"})
    for name in ("odd", "siv", "sven"):
        assert told(world, name, lesson) == [("", "00:00", {})]
