"""What was typed is never lost, what was sent twice is written once, and others are not overwritten."""

import re
from html import unescape
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.audiences import OPERATOR
from domain.cluster import Cluster
from domain.lesson import Lesson
from store.people import People, Person

Things: TypeAlias = Any

FORM = {"kind": "lesson", "stance": "instructional", "visibility": "own-cluster", "version": "0"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def lesson_form(**fields: str) -> dict[str, str]:
    return {**FORM, "key": str(uuid4()), "title.en": "Meet often", "lesson.en": "It keeps people in.", **fields}


def made(location: str) -> UUID:
    found = re.fullmatch(r"/\w+/([0-9a-f-]{36})\?done=[a-z.-]+", location)
    assert found, location
    return UUID(found[1])


def test_a_lesson_is_drafted(client: TestClient, system: System, things: Things):
    sent = lesson_form(cluster=str(things.cluster), topics="trust, time ,trust", **{"happened.start": "2009-05"})
    answer = client.post("/lessons/new", data=sent)
    assert answer.status_code == 303
    lesson = system.store.get(Lesson, made(answer.headers["location"]))
    assert lesson.current.title.languages == {"en": "Meet often"}
    assert (lesson.current.topics, str(lesson.current.happened)) == (("trust", "time"), "2009-05")
    assert "The draft is saved." in client.get(answer.headers["location"]).text


def test_a_form_sent_twice_writes_once(client: TestClient, system: System, things: Things):
    sent = lesson_form(cluster=str(things.cluster))
    before = len(system.catalogue.listing("lesson", scope=frozenset({OPERATOR})))
    first, second = (client.post("/lessons/new", data=sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert len(system.catalogue.listing("lesson", scope=frozenset({OPERATOR}))) == before + 1


def test_a_button_pressed_twice_acts_once(client: TestClient, system: System, things: Things):
    page = client.get(f"/lessons/{things.submitted}").text
    sent = {"version": hidden(page, "version"), "key": hidden(page, "key")}
    answers = [client.post(f"/lessons/{things.submitted}/publish", data=sent) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert len(system.store.get(Lesson, things.submitted).releases) == 1


def test_the_key_of_one_form_does_not_serve_another(client: TestClient, things: Things):
    key = str(uuid4())
    assert client.post("/lessons/new", data=lesson_form(cluster=str(things.cluster), key=key)).status_code == 303
    other = lesson_form(cluster=str(things.cluster), key=key, **{"title.en": "Other"})
    answer = client.post("/lessons/new", data=other)
    assert answer.status_code == 409
    assert 'value="Other"' in answer.text
    assert "This form was sent before" in answer.text


@pytest.mark.parametrize(
    ("fields", "at", "says"),
    [
        ({"lesson.en": ""}, "f-lesson-en", "Fill this in."),
        ({}, "f-cluster", "Name the cluster the lesson comes from, or the source that it was drawn from."),
        ({"source.url": "javascript:x"}, "f-source-url", "Give a web address that begins with http"),
        ({"happened.start": "2009-13"}, "f-happened-start", "Write a date that exists: 2009, 2009-05 or 2009-05-13."),
        ({"happened.start": "soon"}, "f-happened-start", "Write a date that exists: 2009, 2009-05 or 2009-05-13."),
        ({"happened.end": "2009"}, "f-happened-start", "Fill this in."),
        ({"title.en": "x" * 201}, "f-title-en", "Write at most 200 characters."),
        ({"title.en": "a\nb"}, "f-title-en", "Write it on one line."),
        ({"lesson.en": "a\x00b"}, "f-lesson-en", "Remove the control characters."),
        ({"phase": "teatime"}, "f-phase", "Choose one from the list."),
        ({"cluster": "teatime"}, "f-cluster", "Give the address or the id of what you mean."),
        ({"cluster": str(uuid4())}, "f-cluster", "There is no such cluster. Look its id up first."),
        ({"evidence.1.text": "12 of 40"}, "f-evidence-0-kind", "Choose one from the list."),
        ({"topics": "x" * 61}, "f-topics", "Write at most 60 characters."),
    ],
)
def test_faults_are_named_at_their_field_and_nothing_typed_is_lost(
    client: TestClient, fields: dict[str, str], at: str, says: str
):
    text = "A long\n\nstory with <b> & «signs»."
    sent = lesson_form(**{"what_happened.nb": text, **fields})
    answer = client.post("/lessons/new", data=sent)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert text in page.replace("\r\n", "\n")
    assert f'href="#{at}"' in page
    field = re.search(rf'<(?:input|textarea|select)[^>]*\bid="{at}"[^>]*>', answer.text)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert f"{at}-fault" in field[0]
    assert says in page
    assert hidden(answer.text, "key") == sent["key"]


def test_a_stale_form_shows_what_others_changed_and_keeps_mine(client: TestClient, system: System, things: Things):
    path = f"/lessons/{things.draft}/edit"
    page = client.get(path).text
    theirs = edit_form(page, sector="fisheries")
    assert client.post(path, data=theirs).status_code == 303
    mine = edit_form(page, **{"title.en": "My own title", "key": str(uuid4())})
    answer = client.post(path, data=mine)
    assert answer.status_code == 412
    assert "What others changed meanwhile" in answer.text
    assert "<ins>fisheries</ins>" in answer.text.replace("<del>smart energy</del>", "") or "fisheries" in answer.text
    assert 'value="My own title"' in answer.text
    assert 'value="fisheries"' in answer.text
    again = client.post(path, data=edit_form(answer.text))
    assert again.status_code == 303
    record = system.store.get(Lesson, things.draft).current
    assert (record.title.en, record.sector) == ("My own title", "fisheries")


def edit_form(page: str, **fields: str) -> dict[str, str]:
    """What a browser would send of the page's form, with some fields typed over."""
    form = page[page.index('<form class="form"') :]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") != "checkbox" or " checked" in tag:
            sent[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S):
        sent[name] = unescape(value).replace("\n", "\r\n")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = unescape(chosen[1]) if chosen else ""
    return sent | fields


def test_saving_without_a_change_changes_nothing(client: TestClient, system: System, things: Things):
    path = f"/lessons/{things.revised}/edit"
    before = system.store.get(Lesson, things.revised).version
    assert client.post(path, data=edit_form(client.get(path).text)).status_code == 303
    assert system.store.get(Lesson, things.revised).version == before


UNFIT_REASONS = {
    "a\x00b": "Remove the control characters.",
    "a\x1b[31mb": "Remove the control characters.",
    "a" * 2_001: "Write at most 2000 characters.",
}


@pytest.mark.parametrize("deed", ["withdraw", "edit", "supersede"])
@pytest.mark.parametrize("reason", UNFIT_REASONS, ids=range(len(UNFIT_REASONS)))
def test_a_reason_is_judged_as_other_texts_are(
    client: TestClient, system: System, things: Things, deed: str, reason: str
):
    path, before = f"/lessons/{things.published}/{deed}", system.store.position
    sent = edit_form(client.get(path).text, reason=reason) | (
        {"by": str(things.revised)} if deed == "supersede" else {}
    )
    answer = client.post(path, data=sent)
    assert (answer.status_code, UNFIT_REASONS[reason] in answer.text, system.store.position) == (422, True, before)


def test_a_reason_is_kept_as_it_would_be_typed_in_one_way(client: TestClient, system: System, things: Things):
    path = f"/lessons/{things.published}/withdraw"
    sent = edit_form(client.get(path).text, reason=" It held once,\r\nin cafe\u0301s. ")
    assert client.post(path, data=sent).status_code == 303
    assert system.store.events(things.published)[-1].reason == "It held once,\nin caf\u00e9s."


def test_submitting_says_what_is_missing(client: TestClient, things: Things):
    answer = client.post(f"/lessons/{things.draft}/submit", data={"version": "1", "key": str(uuid4())})
    assert answer.status_code == 422
    assert "Phase" in answer.text
    assert f'href="/lessons/{things.draft}/edit"' in answer.text


def test_what_does_not_fit_the_state_is_said(client: TestClient, things: Things):
    sent = {"version": "4", "key": str(uuid4()), "reason": "Again."}
    answer = client.post(f"/lessons/{things.withdrawn}/withdraw", data=sent)
    assert (answer.status_code, "Again." in answer.text) == (409, True)
    assert "This lesson is withdrawn; it can no longer be changed." in answer.text


def test_a_taken_name_keeps_the_form(client: TestClient, things: Things):
    sent = {"name": "Arena Usus", "sector": "tourism", "version": "0", "key": str(uuid4())}
    answer = client.post("/clusters/new", data=sent)
    assert answer.status_code == 409
    assert 'value="tourism"' in answer.text
    assert "This name is taken." in answer.text


def test_keys_that_are_none(client: TestClient, things: Things):
    assert client.post("/lessons/new", data=lesson_form(key="two words")).status_code == 422


UNFIT_PEOPLE = [
    ({"name": "Ola", "email": "nowhere"}, "email"),
    ({"name": "Ola", "email": "ola\x00@example.org"}, "email"),
    ({"name": "x" * 201, "email": ""}, "name"),
    ({"name": "Ola\x07", "email": ""}, "name"),
    ({"name": "", "email": "ola@example.org"}, "name"),
]


@pytest.mark.parametrize(("person", "field"), UNFIT_PEOPLE)
def test_somebody_new_is_checked_like_everything_else(
    client: TestClient, system: System, things: Things, person: dict[str, str], field: str
):
    before = system.store.position
    version = str(system.store.get(Cluster, things.cluster).version)
    appointed = {"key": str(uuid4()), "version": version, "on": "2020"} | {f"new.{k}": v for k, v in person.items()}
    written = {"key": str(uuid4()), "version": "0", "title.en": "x", "visibility": "managers"}
    written |= {f"new_contact.{k}": v for k, v in person.items()}
    for path, sent, name in (
        (f"/clusters/{things.cluster}/appoint", appointed, f"f-new-{field}"),
        ("/cases/new", written, f"f-new-contact-{field}"),
    ):
        answer = client.post(path, data=sent)
        assert answer.status_code == 422
        assert re.findall(r'href="#(f-[^"]*)"', answer.text) == [name]
    assert system.store.position == before


def test_nobody_is_added_for_a_case_that_is_refused(
    client: TestClient, things: Things, monkeypatch: pytest.MonkeyPatch
):
    added: list[str] = []
    add = People.add

    def noted(people: People, name: str, *given: Any, **named: Any) -> Person:
        added.append(name)
        return add(people, name, *given, **named)

    monkeypatch.setattr(People, "add", noted)
    written = {
        "key": str(uuid4()),
        "version": "0",
        "title.en": "x",
        "visibility": "managers",
        "new_contact.name": "Ola",
    }
    assert client.post("/cases/new", data=written | {"happened.start": "some day"}).status_code == 422
    assert added == []
    assert client.post("/cases/new", data=written).status_code == 303
    assert added == ["Ola"]
