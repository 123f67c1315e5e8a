"""Whoever may not read a lesson learns nothing of its adaptations; and those of an anonymous one tell no origin."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from api.wiring import System, open_system
from domain.acting import acting
from domain.adaptation import Adaptation, AdaptationRecord, Outcome, Rater
from domain.lesson import Lesson
from domain.release import Visibility
from domain.text import Prose
from tests.leaks.asking import differing, everything
from tests.leaks.conftest import At
from tests.leaks.hiding import SECRET
from tests.leaks.world import (
    ARENA,
    AUTHOR,
    BEGIN,
    ENTITLED,
    FAR,
    NCE,
    OURS,
    PEERS,
    THEIRS,
    World,
    build,
    clock,
    id_of,
    keep,
    lesson_record,
    published,
)

HIDDEN, ANONYMOUS, PUBLIC = id_of("lesson", "hidden"), id_of("lesson", 10), id_of("lesson", 0)
PROCESS = id_of("process", 1)
STAFF, MANAGER = "staff of another programme", "manager of another cluster"
WHO = ("visitor", STAFF, MANAGER, ENTITLED)
OF_HIDDEN = [id_of("adaptation", HIDDEN, cluster) for cluster in (OURS, PEERS, FAR)]


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    """On one of the engines, which know nothing of adaptations."""
    with open_system(tmp_path / "data") as system:
        yield system


@pytest.fixture
def world(system: System) -> World:
    world = build(system)
    with acting(AUTHOR, request_id="request-7", clock=clock(BEGIN + timedelta(days=30))):
        record = lesson_record(99, THEIRS, ARENA)
        hidden = Lesson.draft_new(HIDDEN, record, owner=AUTHOR, visibility=Visibility.OWN_CLUSTER)
        keep(system, [published(hidden), *adapted(PUBLIC, (OURS, FAR), "Public.")])
    return world


def adapted(lesson: UUID, clusters: tuple[UUID, ...], said: str) -> Iterator[Adaptation]:
    """Rated by the cluster; long enough ago for the programme to be asked. In a process that everybody reads."""
    for cluster in clusters:
        made = Adaptation.make(
            id_of("adaptation", lesson, cluster),
            AdaptationRecord(why=Prose(en=said)),
            lesson=lesson,
            revision=1,
            cluster=cluster,
            programmes=(ARENA if cluster == FAR else NCE,),
            process=PROCESS,
        )
        made.rate(Rater.CLUSTER, Outcome.WORKED, "2024-05-01", said)
        yield made


def asked() -> Iterator[str]:
    yield from ("/adaptations", "/adaptations?offset=1", "/review")
    yield from (f"/api/v1/adaptations?limit={limit}&offset={n}" for limit, n in ((1, 1), (1, 2), (100, 0)))
    for lesson in (HIDDEN, ANONYMOUS, PUBLIC):
        yield f"/lessons/{lesson}/adapt"
        for face, tail in (("", ""), ("", "/provenance"), ("/api/v1", "/adaptations"), ("/api/v1", "/provenance")):
            yield f"{face}/lessons/{lesson}{tail}"
    for id in (OF_HIDDEN[0], id_of("adaptation", PUBLIC, OURS)):
        yield from (f"/adaptations/{id}{tail}" for tail in ("", "/history", "/rate"))
        yield from (f"/api/v1/adaptations/{id}{tail}" for tail in ("", "/history"))
    for face, tails in (("", ("", "/print", "/history")), ("/api/v1", ("", "/lessons", "/export", "/history"))):
        yield from (f"{face}/processes/{PROCESS}{tail}" for tail in tails)
    yield from (f"/clusters/{OURS}", f"/clusters/{THEIRS}")


def test_those_of_a_lesson_that_one_may_not_read_are_noticed_by_nobody(system: System, world: World, at: At) -> None:
    """Not by managers and staff either, who read adaptations otherwise, and not by those who made them."""
    clients = {who: at(system, viewer) for who, viewer in world.viewers.items() if who in WHO}
    before = {who: everything(client, asked()) for who, client in clients.items()}
    with acting(AUTHOR, request_id="request-8", clock=clock(BEGIN + timedelta(days=31))):
        keep(system, list(adapted(HIDDEN, (OURS, PEERS, FAR), SECRET)))
    changed = {who: differing(before[who], everything(client, asked())) for who, client in clients.items()}
    seen_by_those_who_may = changed.pop(ENTITLED)
    assert changed == {who: {} for who in changed}
    told = {"/adaptations", f"/api/v1/adaptations/{OF_HIDDEN[0]}", f"/api/v1/lessons/{HIDDEN}/provenance"}
    assert told <= seen_by_those_who_may.keys()


def test_a_lesson_that_is_narrowed_takes_its_adaptations_along_at_once(system: System, world: World, at: At) -> None:
    """Although nothing has been projected since."""
    visible = {who: at(system, world.viewers[who]).get("/api/v1/adaptations").json() for who in (STAFF, MANAGER)}
    assert [len(found["items"]) for found in visible.values()] == [2, 2]
    lesson = system.store.get(Lesson, PUBLIC)
    with acting(AUTHOR, clock=clock(BEGIN + timedelta(days=60))):
        lesson.share(Visibility.OWN_CLUSTER, anonymous=False)
        system.store.save(lesson)
    id = id_of("adaptation", PUBLIC, OURS)
    for who in (STAFF, MANAGER):
        client = at(system, world.viewers[who])
        told = everything(client, [path for path in asked() if str(PUBLIC) not in path and str(id) not in path])
        assert {path for path, (_, _, body) in told.items() if str(id) in body or "Public." in body} == set()
        nothing = client.get(f"/api/v1/adaptations/{id_of('none')}").content
        assert client.get(f"/api/v1/adaptations/{id}").content == nothing


def test_those_of_an_anonymous_lesson_do_not_tell_whom_it_comes_from(system: System, world: World, at: At) -> None:
    with acting(AUTHOR, request_id="request-8", clock=clock(BEGIN + timedelta(days=31))):
        keep(system, list(adapted(ANONYMOUS, (OURS,), "Tried.")))
    id = id_of("adaptation", ANONYMOUS, OURS)
    client = at(system, world.viewers[MANAGER])
    paths = (
        *(f"/adaptations/{id}", f"/api/v1/adaptations/{id}", f"/api/v1/adaptations/{id}/history"),
        *(f"/lessons/{ANONYMOUS}/provenance", f"/api/v1/lessons/{ANONYMOUS}/provenance"),
        f"/api/v1/lessons/{ANONYMOUS}/adaptations",
    )
    told = everything(client, paths)
    assert {status for status, _, _ in told.values()} == {200}
    origin = (str(THEIRS), "Raufoss", str(ARENA), str(id_of("process", "energy")))
    assert [(path, word) for path, (_, _, body) in told.items() for word in origin if word in body] == []
