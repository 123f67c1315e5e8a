"""Who reads what is restricted without being of those who work on it is recorded: once an hour, or nothing is shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from api.usecases.glass import break_glass
from api.usecases.histories import history_of
from api.usecases.lessons import submit_lesson
from api.usecases.looking import load, viewer_of
from api.usecases.processes import NewProcess, open_process
from domain.access import Access
from domain.acting import RequestKey
from domain.aggregate import Aggregate
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.viewer import Viewer
from projections.events_asked import OLDEST, Asked
from store.event_store import EventStore
from store.unavailable import StoreUnavailable

World = Any


def reads(world: World) -> list[tuple[str, UUID]]:
    """By whom, and of what."""
    lines = world.log.listing(Asked(topic=Access.Read.topic), order=OLDEST)
    assert all(line.actor == line.person for line in lines)
    return [(world.name(line.actor), line.thing) for line in lines]


def read(world: World, who: str, thing: Aggregate) -> None:
    with world.acts(who) as viewer:
        load(world.system, viewer, type(thing), thing.id)


def test_a_draft_is_read_by_others_than_its_own(world: World) -> None:
    lesson = world.lesson("kari", published=False)
    with world.acts("kari") as kari:
        lesson = submit_lesson(world.system, kari, lesson.id, lesson.version)
    for who in ("kari", "mona", "operator"):
        read(world, who, lesson)
    assert reads(world) == []
    read(world, "siv", lesson)
    read(world, "aud", lesson)
    assert reads(world) == [("siv", lesson.id), ("aud", lesson.id)]


def test_what_is_shared_with_all_managers_is_not_restricted(world: World) -> None:
    lesson = world.lesson("kari", visibility="managers")
    for who in ("odd", "siv", "aud"):
        read(world, who, lesson)
    assert reads(world) == []


def test_what_is_shared_with_its_own_cluster_alone_is(world: World) -> None:
    lesson = world.lesson("kari", visibility="own-cluster")
    with world.acts("mona") as mona:
        record = {"title": {"en": "Ahead"}, "cluster": world["ours"], "visibility": "own-cluster"}
        process = open_process(world.system, mona, NewProcess.model_validate(record))
    for who in ("kari", "mona"):
        read(world, who, lesson)
        read(world, who, process)
    assert reads(world) == []
    read(world, "aud", lesson)
    read(world, "aud", process)
    assert reads(world) == [("aud", lesson.id), ("aud", process.id)]
    assert process.kind == ForesightProcess.kind


def test_once_for_each_person_thing_and_hour(world: World) -> None:
    one, other = world.lesson("kari", published=False), world.lesson("mona", published=False)
    for _ in range(3):
        read(world, "aud", one)
    read(world, "aud", other)
    assert reads(world) == [("aud", one.id), ("aud", other.id)]
    world.now += timedelta(minutes=59, seconds=59)
    read(world, "aud", one)
    assert len(reads(world)) == 2
    world.now += timedelta(seconds=1)
    read(world, "aud", one)
    assert reads(world)[2:] == [("aud", one.id)]


def test_whoever_breaks_the_glass_is_told_of_for_what_they_read(world: World) -> None:
    lesson = world.lesson("kari", published=False)
    with world.acts("alan") as alan:
        break_glass(world.system, alan, Lesson, lesson.id, "A complaint.")
    read(world, "alan", lesson)
    assert reads(world) == [("alan", lesson.id)]


def test_the_history_of_it_is_read_as_the_thing_itself(world: World) -> None:
    lesson = world.lesson("kari", published=False)
    with world.acts("aud") as aud:
        history_of(world.system, aud, Lesson, lesson.id)
    assert reads(world) == [("aud", lesson.id)]


def test_it_answers_no_request_in_place_of_the_change(world: World) -> None:
    lesson = world.lesson("kari", published=False)
    with world.acts("aud", request_key=RequestKey("key-1", "x")) as aud:
        load(world.system, aud, Lesson, lesson.id)
    assert reads(world) == [("aud", lesson.id)]
    assert world.system.store.answer(str(world["aud"]), "key-1") is None


class _Refusing:
    """A store that reads and cannot write."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def save(self, *things: Any) -> int:
        raise StoreUnavailable("The event store does not answer.")


@pytest.mark.parametrize("look", [load, history_of])
def test_what_cannot_be_recorded_is_not_shown(world: World, look: Callable[..., object]) -> None:
    lesson = world.lesson("kari", published=False)
    refusing = replace(world.system, store=cast(EventStore, _Refusing(world.system.store)))
    with world.acts("aud"):
        aud: Viewer = viewer_of(world.system, str(world["aud"]))
        with pytest.raises(StoreUnavailable):
            look(refusing, aud, Lesson, lesson.id)
    with world.acts("kari") as kari:
        look(refusing, kari, Lesson, lesson.id)
    assert reads(world) == []
