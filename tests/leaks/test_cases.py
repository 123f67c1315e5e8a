"""Staff who write a case learn of no lesson of it that they may not know of, and keep it there by saving."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.acting import acting
from domain.case import Case, CaseRecord
from domain.lesson import Lesson
from domain.release import Visibility
from domain.text import Title
from tests.leaks.asking import MISSING, Answer, ask, differing
from tests.leaks.conftest import Another, At
from tests.leaks.world import (
    ARENA,
    AUTHOR,
    BEGIN,
    NCE,
    OURS,
    THEIRS,
    World,
    build,
    case_record,
    clock,
    id_of,
    keep,
    lesson_record,
    published,
)

WHO = "staff of another programme"
HIDDEN, CASE = id_of("lesson", "hidden"), id_of("case", "written together")
OPEN = (id_of("lesson", 0), id_of("lesson", 2))
URL, API = f"/cases/{CASE}", f"/api/v1/cases/{CASE}"


def write(system: System, *, names: bool = True) -> World:
    """A case in both programmes, published and with a draft in work; each names the lesson of THEIRS, if it does."""
    world = build(system)
    with acting(AUTHOR, request_id="request-6", clock=clock(BEGIN + timedelta(days=40))):
        record = lesson_record(99, THEIRS, ARENA)
        hidden = Lesson.draft_new(HIDDEN, record, owner=AUTHOR, visibility=Visibility.OWN_CLUSTER)
        lessons = (OPEN[0], HIDDEN, OPEN[1]) if names else OPEN
        case = Case.draft_new(
            CASE, case_record(7, OURS, NCE, lessons=lessons, programmes=(NCE, ARENA)), visibility=Visibility.PUBLIC
        )
        case.publish()
        case.edit(case.current.model_copy(update={"title": Title(en="In work"), "lessons": lessons[:-1]}))
        keep(system, [published(hidden), case])
    return world


def draft(system: System) -> CaseRecord:
    record = system.store.get(Case, CASE).draft
    assert record is not None
    return record


def form_of(page: str) -> dict[str, Any]:
    """What a browser would send of the fields that this test changes or keeps."""
    [version] = re.findall(r'name="version" value="(\d+)"', page)
    [lessons] = re.findall(r'<textarea[^>]*name="lessons"[^>]*>\n(.*?)</textarea>', page, re.S)
    title, summary, body = (
        "In work",
        "A kick-off, four gatherings and a catch-up.",
        "# What was done\n\nThe cluster met.",
    )
    programmes, start = [str(NCE), str(ARENA)], "2016"
    return {
        "key": str(uuid4()),
        "version": version,
        "lessons": unescape(lessons),
        "title.en": title,
        "body.en": body,
        "summary.en": summary,
        "clusters": [str(OURS)],
        "programmes": programmes,
        "happened.start": start,
        "visibility": "public",
    }


def if_match(version: int, **more: str) -> dict[str, str]:
    return {"If-Match": f'"{version}"', **more}


def test_whether_the_case_names_it_changes_no_byte(another: Another, at: At) -> None:
    def told(*, names: bool) -> dict[str, Answer]:
        system = another()
        client = at(system, write(system, names=names).viewers[WHO])
        return {
            p: ask(client, p)
            for p in (URL, f"{URL}?draft=true", f"{URL}/edit", f"{URL}/history", API, f"{API}/history")
        }

    answers = told(names=True)
    assert {status for status, _, _ in answers.values()} == {200}
    assert differing(answers, told(names=False)) == {}


@pytest.fixture
def client(system: System, at: At) -> TestClient:
    return at(system, write(system).viewers[WHO])


def test_no_answer_to_a_change_names_it(client: TestClient, system: System) -> None:
    key = {"Idempotency-Key": "1"}
    answers = [
        client.patch(API, json={"title": {"en": "Other words"}}, headers=if_match(3)),
        client.post(f"{API}/publish", headers=if_match(4)),
        *(client.post(f"{API}/withdraw", json={"reason": "Wrong."}, headers=if_match(4, **key)) for _ in range(2)),
    ]
    assert [a.status_code for a in answers] == [200, 422, 200, 200]
    assert [a.json()["lessons"] for a in (answers[0], *answers[2:])] == [[str(id) for id in OPEN]] * 3
    assert [text for a in answers for text in (str(HIDDEN), "Recruit early for owners 99") if text in a.text] == []
    assert HIDDEN in draft(system).lessons


def test_saving_the_form_keeps_it_and_the_rest_is_as_it_was_typed(client: TestClient, system: System) -> None:
    path = f"{URL}/edit"
    shown = form_of(client.get(path).text)
    assert (shown["lessons"], client.post(path, data=shown).status_code) == (str(OPEN[0]), 303)
    assert system.store.get(Case, CASE).version == 3
    typed = f"{OPEN[1]}\r\nhttps://example.org/lessons/{OPEN[0]}"
    assert client.post(path, data={**shown, "key": str(uuid4()), "lessons": typed}).status_code == 303
    assert draft(system).lessons == (OPEN[1], OPEN[0], HIDDEN)


def test_a_form_that_comes_too_late_tells_nothing_of_it(client: TestClient, system: System) -> None:
    path = f"{URL}/edit"
    shown = form_of(client.get(path).text)
    case = system.store.get(Case, CASE)
    with acting(AUTHOR):
        case.edit(draft(system).model_copy(update={"lessons": (OPEN[1], HIDDEN)}))
    keep(system, [case])
    answer = client.post(path, data={**shown, "title.en": "Mine"})
    assert (answer.status_code, str(HIDDEN) in answer.text) == (412, False)
    again = form_of(answer.text)
    assert again["lessons"] == str(OPEN[1])
    assert client.post(path, data={**again, "title.en": "Mine"}).status_code == 303
    assert draft(system).lessons == (OPEN[1], HIDDEN)


def test_it_can_be_left_out_on_purpose(client: TestClient, system: System) -> None:
    path = f"{URL}/edit"
    sent = form_of(client.get(path).text) | {"leave_out_untold": "yes"}
    assert (client.post(path, data=sent).status_code, draft(system).lessons) == (303, OPEN[:1])


def test_it_is_named_as_one_that_is_not_there(client: TestClient) -> None:
    answers = [client.patch(API, json={"lessons": [id]}, headers=if_match(3)) for id in (str(HIDDEN), MISSING)]
    assert [a.status_code for a in answers] == [422, 422]
    assert answers[0].content == answers[1].content


def test_a_lesson_says_who_took_over_to_those_alone_who_may_read_that(system: System, at: At) -> None:
    world, old = write(system), id_of("lesson", 0)
    lesson, by = system.store.get(Lesson, old), system.store.get(Lesson, HIDDEN)
    with acting(AUTHOR):
        lesson.supersede(by)
    keep(system, [lesson])
    paths = (f"/lessons/{old}", f"/lessons/{old}/history", f"/api/v1/lessons/{old}", f"/api/v1/lessons/{old}/history")
    for name in ("visitor", WHO, "manager of another cluster"):
        client = at(system, world.viewers[name])
        answers = [client.get(path) for path in paths]
        assert [(a.status_code, str(HIDDEN) in a.text) for a in answers] == [(200, False)] * 4
        assert "It is not shared with you." in answers[0].text
        body = answers[2].json()
        assert (body["state"], body["superseded_by"]) == ("superseded", None)
    client = at(system, world.viewers["manager of theirs"])
    assert client.get(paths[2]).json()["superseded_by"] == str(HIDDEN)
    assert f'href="/lessons/{HIDDEN}"' in client.get(paths[0]).text


def test_how_it_was_to_be_shared_before_its_release_is_told_to_nobody_else(system: System, at: At) -> None:
    world, told = build(system), list[list[Any]]()
    for id, shared in ((UUID(int=1), ()), (UUID(int=2), (Visibility.MANAGERS, Visibility.PUBLIC))):
        with acting(AUTHOR, clock=clock(BEGIN + timedelta(days=50))):
            lesson = Lesson.draft_new(id, lesson_record(1, THEIRS, ARENA), owner=AUTHOR, visibility=Visibility.PUBLIC)
            for visibility in shared:
                lesson.share(visibility, False)
            keep(system, [published(lesson)])
        client = at(system, world.viewers["visitor"])
        entries = client.get(f"/api/v1/lessons/{id}/history").json()["entries"]
        version = client.get(f"/api/v1/lessons/{id}").json()["version"]
        told.append([version, [(e["version"], e["topic"]) for e in entries]])
    assert told == [[1, [(1, "lesson.published")]]] * 2
