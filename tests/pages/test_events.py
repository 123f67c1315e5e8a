"""The page of the event log: its filters, what it shows of an event, the rows that come, and the report."""

import re
from dataclasses import replace
from html import unescape
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.pages import pictures
from api.usecases.lessons import change_lesson
from api.wiring import System
from domain.acting import acting
from domain.lesson import Lesson
from domain.viewer import ANYBODY, Viewer

Cast: TypeAlias = Any
Things: TypeAlias = Any
ROW = re.compile(r'<li class="row" id="e(\d+)"')


@pytest.fixture
def auditor(system: System, cast: Cast, things: Things) -> Viewer:
    """At the door, after a lesson was changed."""
    with acting(cast.staff.person):
        version = system.store.get(Lesson, things.published).version
        changes = {"title": {"en": "Book four gatherings"}, "reason": "A slip of the pen."}
        change_lesson(system, cast.staff, things.published, version, changes)
    assert system.projector.wait_for(system.store.position)
    cast.now = replace(cast.stranger, auditor=True)
    return cast.now


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def rows(page: str) -> list[int]:
    return [int(position) for position in ROW.findall(page)]


def test_a_row_says_what_changed_in_words(client: TestClient, things: Things, auditor: Viewer) -> None:
    page = text(client.get("/events?topic=lesson.edited"))
    assert "Kari Programstab</a></strong> changed the draft" in page
    assert '<blockquote class="reason">A slip of the pen.</blockquote>' in page
    assert "<dt>Title (English)</dt>" in page
    assert f'href="/lessons/{things.published}"' in page
    assert f'href="/events?aggregate={things.published}"' not in page, "what narrows it already stays"
    assert f'href="/events?topic=lesson.edited&aggregate={things.published}"' in page


def test_people_are_found_by_name(client: TestClient, cast: Cast, auditor: Viewer) -> None:
    page = text(client.get("/events?person=programstab"))
    assert "Who is meant?" in page
    [link] = re.findall(r'<li><a href="([^"]*)">Kari Programstab</a></li>', page)
    assert link == f"/events?person={cast.staff.person}"
    page = text(client.get(link))
    assert (len(rows(page)), 'aria-label="Remove the filter Kari Programstab"' in page) == (50, True)
    assert "Nothing of this kind has happened" in text(client.get("/events?person=nobody+at+all"))


def test_filters_narrow_and_are_kept_in_every_link(client: TestClient, things: Things, auditor: Viewer) -> None:
    asked = f"kind=lesson&aggregate={things.published}&from=2020-01-01"
    page = text(client.get(f"/events?{asked}&topic=&person=&cluster=&programme=&to=&request="))
    assert 0 < len(rows(page)) < 10
    assert f"/api/v1/events.csv?{asked}&changes=true" in page
    assert f"/events/print?{asked}" in page
    assert f"/events?{asked}&order=oldest" in page
    turned = text(client.get(f"/events?{asked}&order=oldest"))
    assert rows(turned) == rows(page)[::-1]
    assert "hx-get" not in turned.split("<main", 1)[1], "the end of the log is not on it"


@pytest.mark.parametrize(
    "query", ["from=2026-13-01", "to=x", "aggregate=x", "cluster=x", "before=-1", "before=²", "person=" + "x" * 101]
)
def test_unfit_questions(client: TestClient, auditor: Viewer, query: str) -> None:
    assert client.get(f"/events?{query}").status_code == 422


def test_pages_go_on_to_the_first_event(client: TestClient, auditor: Viewer) -> None:
    seen, path = list[int](), "/events"
    while path:
        page = text(client.get(path))
        seen += rows(page)
        path = next(iter(re.findall(r'rel="next" href="([^"]*)"', page)), "")
    assert seen == sorted(set(seen), reverse=True)
    assert (seen[-1], len(seen)) == (1, int(re.findall(r'id="total">(\d+) events', text(client.get("/events")))[0]))


def test_rows_that_came_since(client: TestClient, system: System, cast: Cast, auditor: Viewer) -> None:
    page = text(client.get("/events"))
    [newer] = re.findall(r'hx-get="([^"]*)"', page.split("<main", 1)[1])
    assert newer == f"/events/newer?after={rows(page)[0]}"
    nothing = text(client.get(newer))
    assert (rows(nothing), re.findall(r'hx-get="([^"]*)"', nothing)) == ([], [newer])
    assert client.get(f"/lessons/{uuid4()}").status_code == 404
    assert system.projector.wait_for(system.store.position)
    came = text(client.get(newer))
    assert (len(rows(came)), "was denied something" in came) == (1, True)
    assert re.findall(r'hx-get="([^"]*)"', came) == [f"/events/newer?after={rows(came)[0]}"]


def test_the_report_has_all_of_them_oldest_first(client: TestClient, system: System, auditor: Viewer) -> None:
    answer = client.get("/events/print")
    told = [int(position) for position in re.findall(r"<tr>\s*<td>(\d+)</td>", answer.text)]
    assert (told, len(told)) == (sorted(set(told)), int(answer.headers["x-total-count"]))
    assert len(told) > 50
    assert "A slip of the pen." in answer.text
    assert {row.topic for row in system.store.read(told[-1], 10)} == {"access.exported"}


def test_the_history_of_a_thing_leads_auditors_to_it(
    client: TestClient, cast: Cast, things: Things, auditor: Viewer
) -> None:
    link, path = f'href="/events?aggregate={things.published}"', f"/lessons/{things.published}/history"
    assert link in text(client.get(path))
    cast.now = Viewer(ANYBODY)
    assert link not in text(client.get(path))


def test_the_chart_tells_each_count(client: TestClient, auditor: Viewer) -> None:
    total = int(re.findall(r'id="total">(\d+) events', text(client.get("/events")))[0])
    page = text(client.get("/events"))
    assert f": {total}</title>" in page
    assert f"<td>{total}</td>" in page
    assert pictures.counts((), title="x", description="y") == ""
    drawn = pictures.counts([("a", 0), ("b", 5), ("c", 1)], title="x", description="y")
    assert re.findall(r"<title>(\w: \d)</title>", drawn) == ["b: 5", "c: 1"]
