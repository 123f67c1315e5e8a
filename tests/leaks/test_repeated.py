"""What comes too late, or twice, is answered with no more than its sender may read by then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.acting import acting
from domain.lesson import Lesson
from domain.release import Visibility
from domain.text import Title
from domain.viewer import Viewer
from tests.leaks.conftest import At
from tests.leaks.hiding import SECRET
from tests.leaks.world import AUTHOR, BEGIN, NCE, OURS, World, build, clock, id_of, keep, lesson_record, published

Send: TypeAlias = Callable[[TestClient], Any]
REVISED = id_of("lesson", 1)
STAFF, MANAGER = "staff of another programme", "manager of another cluster"
NEW = {"title": {"en": "Ask"}, "lesson": {"en": "It helps."}, "cluster": str(OURS), "visibility": "own-cluster"}


@pytest.fixture
def world(system: System) -> World:
    return build(system)


def change(system: System, id: UUID, decide: Callable[[Lesson], object]) -> None:
    lesson = system.store.get(Lesson, id)
    with acting(AUTHOR, reason=SECRET, clock=clock(BEGIN + timedelta(days=60))):
        decide(lesson)
    keep(system, [lesson])


def in_work(lesson: Lesson) -> None:
    lesson.edit(lesson.current.model_copy(update={"title": Title(en=f"Draft {SECRET}"), "topics": (SECRET,)}))


@pytest.mark.parametrize(("who", "knows"), [(STAFF, False), (MANAGER, True)])
def test_a_withdrawal_that_comes_too_late_tells_of_a_draft_to_those_who_may_read_it(
    system: System, world: World, at: At, who: str, knows: bool
) -> None:
    version = system.store.get(Lesson, REVISED).version
    change(system, REVISED, in_work)
    sent = {"key": str(uuid4()), "version": str(version), "reason": "It held once."}
    answer = at(system, world.viewers[who]).post(f"/lessons/{REVISED}/withdraw", data=sent)
    assert (answer.status_code, SECRET in answer.text, "It held once." in answer.text) == (412, knows, True)


def without_parts(viewer: Viewer) -> Viewer:
    return replace(viewer, manages=frozenset(), programmes=frozenset())


def by_json(client: TestClient) -> Any:
    return client.post("/api/v1/lessons", json=NEW, headers={"Idempotency-Key": "first"})


def by_form(client: TestClient) -> Any:
    fields = {"title.en": "Ask", "lesson.en": "It helps.", "cluster": str(OURS), "kind": "lesson"}
    sent = {"key": "first", "version": "0", "stance": "instructional", "visibility": "own-cluster", **fields}
    return client.post("/lessons/new", data=sent)


def made(system: System, answer: Any) -> UUID:
    place = answer.headers["location"].partition("?")[0]
    id = UUID(place.rsplit("/", 1)[1])
    assert system.store.get(Lesson, id).current.title == Title(en="Ask")
    return id


@pytest.mark.parametrize("send", [by_json, by_form])
def test_whoever_has_left_is_not_given_it_again(system: System, world: World, at: At, send: Send) -> None:
    manager = world.viewers[MANAGER]
    first, again = send(at(system, manager)), send(at(system, manager))
    assert (first.status_code, first.content, first.headers["location"]) == (
        *(again.status_code, again.content, again.headers["location"]),
    )
    id = made(system, first)
    answer = send(at(system, without_parts(manager)))
    assert (answer.status_code, str(id) in answer.text, "location" in answer.headers) == (404, False, False)


@pytest.mark.parametrize("send", [by_json, by_form])
def test_nor_as_the_draft_that_it_was_when_everybody_reads_it_now(
    system: System, world: World, at: At, send: Send
) -> None:
    manager = world.viewers[MANAGER]
    id = made(system, send(at(system, manager)))
    change(system, id, lambda lesson: lesson.edit(lesson_record(2, OURS, NCE)))
    change(system, id, published)
    change(system, id, lambda lesson: lesson.share(Visibility.PUBLIC, False))
    assert at(system, without_parts(manager)).get(f"/lessons/{id}").status_code == 200
    answer = send(at(system, without_parts(manager)))
    assert (answer.status_code, "It helps." in answer.text) == (404, False)
