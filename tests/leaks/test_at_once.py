"""Whoever may read less is told less at once, although nothing has been projected since."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System, open_system
from domain.access import Access
from domain.acting import acting
from domain.aggregate import A
from domain.case import Case
from domain.lesson import Lesson
from domain.release import Visibility
from search import reference
from tests.leaks.asking import Answer, addresses, ask, differing, everything
from tests.leaks.conftest import At
from tests.leaks.world import ARENA, AUTHOR, BEGIN, THEIRS, World, build, clock, id_of, published
from tests.sampling import enough

RECRUIT = "/api/v1/search?q=recruit&limit=100"
COUNTED = "/api/v1/search?q=recruit&limit=0"
BEFORE = "/api/v1/search?q=recruit&as_of=2024-03-02&sort=newest&limit=100"


@pytest.fixture(autouse=True)
def looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is usual among public texts moves a little when there are fewer of them, as much as half a minute later."""
    monkeypatch.setattr(reference, "REFRESH_S", 3_600.0)


@pytest.fixture
def world(system: System) -> World:
    return build(system)


@pytest.fixture(autouse=True)
def author() -> Iterator[None]:
    with acting(AUTHOR, clock=clock(BEGIN + timedelta(days=60))):
        yield


def decide(system: System, cls: type[A], id: UUID, *decisions: Callable[[A], object]) -> None:
    """Saved, and not projected."""
    thing = system.store.get(cls, id)
    for decision in decisions:
        decision(thing)
    system.store.save(thing)


def share(visibility: Visibility, *, anonymous: bool = False) -> Callable[[Lesson], object]:
    return lambda lesson: lesson.share(visibility, anonymous)


def searches(client: TestClient, world: World) -> dict[str, Answer]:
    asked = addresses(world, COUNTED, BEFORE)
    return {path: ask(client, path) for path in asked if "search" in path or "suggest" in path or path.startswith("/?")}


def found(client: TestClient, path: str = RECRUIT) -> dict[str, Any]:
    return client.get(path).json()


def things_of(answer: dict[str, Any]) -> set[str]:
    return {hit["id"] for hit in answer["hits"]}


def test_what_is_kept_to_fewer_is_gone_from_everything(system: System, world: World, at: At) -> None:
    client = at(system, world.viewers["visitor"])
    before = everything(client, addresses(world))
    decide(system, Lesson, id_of("lesson", 0), share(Visibility.OWN_CLUSTER))
    decide(system, Lesson, id_of("lesson", 2), share(Visibility.PROGRAMME))
    decide(system, Lesson, id_of("lesson", 4), share(Visibility.MANAGERS))
    decide(system, Case, id_of("case", 1), lambda case: case.share(Visibility.PROGRAMME))
    at_once = everything(client, addresses(world))
    system.projector.catch_up(slow=True)
    assert differing(at_once, everything(client, addresses(world))) == {}
    gone = [id_of("lesson", 0), id_of("lesson", 2), id_of("lesson", 4), id_of("case", 1)]
    told = {path: body for path, (_, _, body) in at_once.items() if not any(str(id) in path for id in gone)}
    assert {path for path, body in told.items() if any(str(id) in body for id in gone)} == set()
    assert len(differing(before, at_once)) > enough(100, of=3)


def test_what_moved_to_another_cluster_is_gone_from_everything(system: System, world: World, at: At) -> None:
    client = at(system, world.viewers["contributor"])
    before = everything(client, addresses(world))
    moved = {"cluster": THEIRS, "programmes": (ARENA,)}
    for number in (13, 14):
        decide(
            system,
            Lesson,
            id_of("lesson", number),
            lambda lesson: lesson.edit(lesson.current.model_copy(update=moved)),
            published,
        )
    at_once = everything(client, addresses(world))
    system.projector.catch_up(slow=True)
    assert differing(at_once, everything(client, addresses(world))) == {}
    assert len(differing(before, at_once)) > enough(50, of=3)


def test_what_is_over_is_gone_from_search(system: System, world: World, at: At) -> None:
    client = at(system, world.viewers["visitor"])
    before = searches(client, world)
    decide(system, Lesson, id_of("lesson", 6), lambda lesson: lesson.withdraw("It held once."))
    successor = system.store.get(Lesson, id_of("lesson", 4))
    decide(system, Lesson, id_of("lesson", 8), lambda lesson: lesson.supersede(successor))
    decide(system, Case, id_of("case", 1), lambda case: case.withdraw("Replaced."))
    at_once = searches(client, world)
    system.projector.catch_up(slow=True)
    assert differing(at_once, searches(client, world)) == {}
    changed = differing(before, at_once)
    assert COUNTED in changed
    assert [path for path in changed if "as_of=2024-03" in path] == []


def test_what_became_anonymous_is_told_by_no_word_of_its_origin(system: System, world: World, at: At) -> None:
    client, id = at(system, world.viewers["visitor"]), id_of("lesson", 0)
    named = f"/api/v1/search?cluster={THEIRS}&limit=100"
    before, among_named = found(client), things_of(found(client, named))
    assert (str(id) in things_of(before), str(id) in among_named) == (True, True)
    decide(system, Lesson, id, share(Visibility.PUBLIC, anonymous=True))
    at_once = found(client)
    assert (at_once["total"], str(id) in things_of(at_once)) == (before["total"] - 1, False)
    for path in (named, "/api/v1/search?q=raufoss&limit=100", "/api/v1/search?programme=Arena&limit=100"):
        assert str(id) not in things_of(found(client, path))
    assert str(id) not in client.get(f"/clusters/{THEIRS}").text + client.get(f"/programmes/{ARENA}").text
    system.projector.catch_up(slow=True)
    [hit] = [hit for hit in found(client)["hits"] if hit["id"] == str(id)]
    assert (hit["cluster"], hit["programmes"], hit["published_at"][10:]) == (None, [], "T00:00:00Z")
    assert things_of(found(client, named)) == among_named - {str(id)}


def test_a_draft_of_an_anonymous_lesson_is_noticed_by_nobody(system: System, world: World, at: At) -> None:
    client = at(system, world.viewers["visitor"])
    before = everything(client, addresses(world))
    for number in (10, 11):
        decide(
            system,
            Lesson,
            id_of("lesson", number),
            lambda lesson: lesson.edit(lesson.current.model_copy(update={"topics": ("quisquis",)})),
            Lesson.submit,
        )
    assert differing(before, everything(client, addresses(world))) == {}


@pytest.mark.parametrize(("others", "degraded"), [(1_999, False), (2_000, True)])
def test_far_behind_it_says_that_counts_may_be_too_high_and_shows_nothing(
    system: System, world: World, at: At, others: int, degraded: bool
) -> None:
    client, id = at(system, world.viewers["visitor"]), id_of("lesson", 0)
    before = found(client)
    noted = [Access.note(uuid4(), Access.SignedOut, person="x", sessions=1) for _ in range(others)]
    system.store.save(noted[0], *noted[1:])
    decide(system, Lesson, id, share(Visibility.OWN_CLUSTER))
    at_once = found(client)
    assert (before["degraded"], at_once["degraded"]) == (False, degraded)
    assert (str(id) in things_of(before), str(id) in things_of(at_once)) == (True, False)
    assert at_once["total"] == before["total"] - 1
    assert str(id) not in client.get("/api/v1/suggest?q=recruit").text
    assert str(id) not in client.get("/api/v1/lessons?limit=100").text


def test_an_index_that_is_not_as_far_as_it_says_shows_nothing(system: System, world: World, at: At) -> None:
    """As when an event was put aside."""
    client, id = at(system, world.viewers["visitor"]), id_of("lesson", 0)
    before = found(client)
    decide(system, Lesson, id, share(Visibility.OWN_CLUSTER))
    system.index.put([], system.store.position)
    with system.views.writing("catalogue", system.store.position):
        pass
    reached = dict.fromkeys(system.positions(), system.store.position)
    system.views.note(reached)
    system.projector.progress.tell(reached)
    at_once = found(client)
    assert (at_once["total"], things_of(at_once)) == (before["total"] - 1, things_of(before) - {str(id)})
    topics = [{v["value"]: v["count"] for v in answer["facets"]["topic"]} for answer in (before, at_once)]
    assert topics[1]["commitment"] == topics[0]["commitment"] - 1
    assert str(id) not in client.get("/suggest?q=recruit").text
    assert str(id) not in client.get("/lessons").text + client.get("/api/v1/lessons?limit=100").text


def test_what_is_damaged_is_left_out_and_the_others_are_found(tmp_path: Path, at: At) -> None:
    with open_system(tmp_path / "data") as system:
        world, id = build(system), id_of("lesson", 0)
        client = at(system, world.viewers["visitor"])
        before = found(client)
        with closing(sqlite3.connect(tmp_path / "data" / "events.sqlite")) as db, db:
            db.execute("UPDATE stored_events SET topic='os:system' WHERE originator_id=?", (id.hex,))
        answer = found(client)
        assert things_of(answer) == things_of(before) - {str(id)}
        assert [client.get(path).status_code for path in ("/lessons", "/api/v1/lessons", "/?q=recruit")] == [200] * 3
