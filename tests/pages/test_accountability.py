"""The auditor's desk, broken glass and consent on pages: who is asked, who is told, and who learns nothing."""

import re
from dataclasses import replace
from html import unescape
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.usecases import adapting, cases, lessons, processes
from api.usecases.adapting import NewAdaptation
from api.usecases.cases import NewCase
from api.usecases.consenting import consent
from api.usecases.looking import viewer_of
from api.usecases.persons import appoint
from api.usecases.processes import NewProcess
from api.wiring import System
from domain.acting import acting
from domain.case import Case
from domain.lesson import Lesson
from domain.person import Part, Role
from domain.viewer import ANYBODY, Viewer

Things: TypeAlias = Any
Cast: TypeAlias = Any
WHY = {"reason": "A complaint was made."}


def text(answer: Any) -> str:
    return unescape(answer.text)


def form(**fields: Any) -> dict[str, Any]:
    return {"key": str(uuid4()), "version": "0", **fields}


@pytest.fixture
def alan(system: System, cast: Cast) -> Viewer:
    id = system.people.add("Alan Administrator").id
    with acting(cast.staff.person):
        appoint(system, cast.staff, UUID(id), Part(Role.ADMINISTRATOR), "2026-01-01")
    return Viewer(id, administrator=True)


@pytest.fixture
def auditor(cast: Cast) -> Viewer:
    return replace(cast.stranger, auditor=True)


def test_an_administrator_opens_a_draft_and_those_who_work_on_it_are_told(
    client: TestClient, system: System, cast: Cast, things: Things, alan: Viewer, auditor: Viewer
) -> None:
    url = f"/lessons/{things.draft}"
    cast.now = alan
    assert client.get(url).status_code == 404
    asked = text(client.get(f"{url}/open"))
    assert "recorded with your name and your reason" in asked
    assert "A thought" not in asked
    assert client.post(f"{url}/open", data=form(reason=" ")).status_code == 422
    sent = form(**WHY)
    answers = [client.post(f"{url}/open", data=sent) for _ in range(2)]
    assert [(a.status_code, a.headers["location"]) for a in answers] == [(303, f"{url}?done=thing.open")] * 2
    with acting(alan.person):
        cast.now = viewer_of(system, alan.person)
    page = text(client.get(f"{url}?done=thing.open"))
    assert ("A thought" in page, "It is open to you for an hour." in page, f"{url}/edit" in page) == (True, True, False)
    assert client.get(f"{url}/open").status_code == 409
    told = r"Opened by Alan Administrator on [^,]*, until [^,]*, because: «A complaint was made\.»"
    for viewer in (cast.staff, replace(cast.manager, manages=frozenset({things.cluster})), auditor):
        cast.now = viewer
        assert len(re.findall(told, text(client.get(url)))) == 1
    page = text(client.get("/events"))
    assert ("opened something restricted for a while" in page, "A complaint was made." in page) == (True, True)
    assert f'<a href="{url}">A thought</a>' in page


def test_a_process_and_an_adaptation_as_well(
    client: TestClient, system: System, cast: Cast, things: Things, alan: Viewer, auditor: Viewer
) -> None:
    with acting(cast.staff.person):
        new = {"title": {"en": "Heat 2040"}, "cluster": things.cluster, "visibility": "managers"}
        process = processes.open_process(system, cast.staff, NewProcess.model_validate(new))
        new = {"lesson": things.revised, "cluster": things.other_cluster, "why": {"en": "Kveldskurs."}}
        adaptation = adapting.make_adaptation(system, cast.staff, NewAdaptation.model_validate(new))
    other = replace(cast.stranger, manages=frozenset({uuid4()}))
    told = "because: «A complaint was made.»"
    for url, words, works in (
        (f"/processes/{process.id}", "Heat 2040", replace(cast.stranger, leads=frozenset({process.id}))),
        (
            f"/adaptations/{adaptation.id}",
            "Kveldskurs.",
            replace(cast.manager, manages=frozenset({things.other_cluster})),
        ),
    ):
        cast.now = alan
        assert client.get(url).status_code == 404
        asked = text(client.get(f"{url}/open"))
        assert ("recorded with your name and your reason" in asked, words in asked) == (True, False)
        answer = client.post(f"{url}/open", data=form(**WHY))
        assert (answer.status_code, answer.headers["location"]) == (303, f"{url}?done=thing.open")
        with acting(alan.person):
            cast.now = viewer_of(system, alan.person)
        page = text(client.get(f"{url}?done=thing.open"))
        assert (words in page, "It is open to you for an hour." in page, told in page) == (True, True, True)
        for viewer, is_told in ((works, True), (auditor, True), (other, False)):
            cast.now = viewer
            page = text(client.get(url))
            assert (words in page, page.count(told)) == (True, is_told)


def test_of_what_others_may_read_they_are_told_nothing(
    client: TestClient, cast: Cast, things: Things, alan: Viewer
) -> None:
    cast.now = alan
    for path in (f"/lessons/{things.published}", f"/cases/{things.case}"):
        assert client.post(f"{path}/open", data=form(**WHY)).status_code == 303
    for viewer in (Viewer(ANYBODY), cast.stranger, replace(cast.stranger, manages=frozenset({things.other_cluster}))):
        cast.now = viewer
        for path in (f"/lessons/{things.published}", f"/cases/{things.case}"):
            page = client.get(path)
            assert (page.status_code, "Opened by" in page.text) == (200, False)


def test_to_everybody_else_there_is_nothing_to_open(
    client: TestClient, cast: Cast, things: Things, auditor: Viewer
) -> None:
    paths = [f"/{kind}/{id}/open" for kind, ids in (
        ("lessons", (things.published, things.draft, uuid4())), ("cases", (things.case, things.case_draft, uuid4())),
        ("processes", (uuid4(),)), ("adaptations", (uuid4(),)))
        for id in ids]  # fmt: skip
    for viewer in (cast.stranger, auditor, replace(cast.stranger, staffs=frozenset({things.programme}))):
        cast.now = viewer
        answers = [client.get(path) for path in paths] + [client.post(path, data=form(**WHY)) for path in paths]
        assert {a.status_code for a in answers} == {404}
        mains = {
            re.sub(r"/(lessons|cases|processes|adaptations)/[0-9a-f-]+", "", a.text.split("<main", 1)[1])
            for a in answers
        }
        assert len(mains) == 1


def test_for_an_administrator_what_is_not_there_is_not_there(client: TestClient, cast: Cast, alan: Viewer) -> None:
    cast.now = alan
    kinds = ("lessons", "cases", "processes", "adaptations")
    for path in (*(f"/{kind}/{uuid4()}/open" for kind in kinds), "/lessons/nonsense/open"):
        assert [client.get(path).status_code, client.post(path, data=form(**WHY)).status_code] == [404, 404]


def test_the_desk_is_narrowed_by_what_happened_and_to_whom(
    client: TestClient, system: System, cast: Cast, things: Things, alan: Viewer, auditor: Viewer
) -> None:
    client.post(f"/people/{things.person}/suspend", data=form(reason="Gone."))
    assert system.projector.wait_for(system.store.position)
    cast.now = auditor
    page = client.get(f"/events?{DOOR}").text
    whom = r'<strong><a href="[^"]*">Kari Programstab</a></strong> (\w+)[^<]*· <a href="[^"]*">([^<]*)</a>'
    assert re.findall(whom, page) == [("suspended", "Ola Nordmann"), ("gave", "Alan Administrator"),
                                      ("gave", "Ola Nordmann")]  # fmt: skip
    assert "<span>Administrator</span>" in page
    assert f'<a href="/clusters/{things.cluster}">NCE Smart Energy Markets</a>' in page
    page = client.get(f"/events?person={alan.person}&{DOOR}").text
    assert re.findall(whom, page) == [("gave", "Alan Administrator")]
    page = client.get("/events?topic=access.suspended").text
    assert (re.findall(whom, page), "Gone." in page) == ([("suspended", "Ola Nordmann")], True)
    assert "Nothing of this kind has happened" in client.get("/events?topic=nothing.known").text


def test_the_desk_goes_on_page_by_page(client: TestClient, system: System, cast: Cast, auditor: Viewer) -> None:
    for _ in range(30):
        client.post(f"/people/{cast.stranger.person}/suspend", data=form(reason="x"))
        client.post(f"/people/{cast.stranger.person}/restore", data=form(reason="x"))
    assert system.projector.wait_for(system.store.position)
    cast.now = auditor
    first = client.get(f"/events?{DOOR}").text
    [on] = re.findall(r'rel="next" href="([^"]*)"', first)
    second = client.get(unescape(on)).text
    rows = [page.count('<li class="row"') for page in (first, second)]
    assert (rows, 'rel="next"' in second) == ([50, 10], False)


def test_nobody_else_sits_at_the_desk(client: TestClient, cast: Cast, alan: Viewer) -> None:
    statuses: list[int] = []
    for viewer in (Viewer(ANYBODY), cast.stranger, alan, replace(cast.stranger, staffs=frozenset({uuid4()}))):
        cast.now = viewer
        statuses.append(client.get("/events").status_code)
        assert 'href="/events"' not in client.get("/").text
    assert statuses == [303, 403, 403, 403]


DOOR = "kind=access&kind=person"


@pytest.fixture
def asked(system: System, cast: Cast, things: Things) -> tuple[UUID, UUID]:
    """A lesson that only its cluster reads, and a case that names it and is not published."""
    staff = cast.staff
    with acting(staff.person):
        lesson = system.store.get(Lesson, things.submitted)
        lessons.publish_lesson(system, staff, lesson.id, lesson.version)
        shared = {"visibility": "own-cluster"}
        lessons.change_lesson(system, staff, lesson.id, lesson.version + 1, shared)
        new = {"title": {"en": "A case in work"}, "summary": {"en": "x"}, "body": {"en": "y"}, "visibility": "public"}
        case = cases.draft_case(system, staff, NewCase.model_validate(new | {"lessons": [lesson.id]}))
    return lesson.id, case.id


def test_the_publisher_reads_whom_to_ask_and_the_owner_is_asked(
    client: TestClient, system: System, cast: Cast, things: Things, asked: tuple[UUID, UUID]
) -> None:
    lesson, case = asked
    refused = client.post(f"/cases/{case}/publish", data=form(version="1"))
    assert refused.status_code == 422
    assert "Their owners have to consent first: «Book four gatherings a year»." in text(refused)
    cast.now = replace(cast.manager, manages=frozenset({things.cluster}))
    page = text(client.get(f"/lessons/{lesson}"))
    assert "Cases that ask to tell of this lesson" in page
    [link] = re.findall(r'href="([^"]*/consent[^"]*)"', page)
    assert link == f"/lessons/{lesson}/consent?case={case}"
    page = text(client.get(link))
    assert [word in page for word in ("A case in work", "Kari Programstab", "Everyone", "not published yet")] == [
        True
    ] * 4
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    sent = form(version=version, fields=["title", "cluster"], reason="Agreed.")
    unfit = client.post(link, data=sent | {"fields": ["cluster"]})
    assert (unfit.status_code, "A case cannot tell of a lesson without its title." in text(unfit)) == (422, True)
    answer = client.post(link, data=form(version=version, fields=["title", "cluster"], reason="Agreed."))
    assert answer.headers["location"] == f"/lessons/{lesson}?done=lesson.consent"
    assert "you consented to: title, cluster" in text(client.get(f"/lessons/{lesson}"))
    assert 'value="title" checked' in client.get(link).text
    cast.now = cast.staff
    assert client.post(f"/cases/{case}/publish", data=form(version="1")).status_code == 303
    cast.now = cast.stranger
    page = text(client.get(f"/cases/{case}"))
    assert "<h3>Book four gatherings a year</h3>" in page
    assert "NCE Smart Energy Markets" in page
    assert str(lesson) not in page
    assert "takes longest" not in page


def shared(system: System, cast: Cast, case: UUID, visibility: str) -> None:
    with acting(cast.staff.person):
        version = system.store.get(Case, case).version
        cases.change_case(system, cast.staff, case, version, {"visibility": visibility})


def test_consent_is_to_how_widely_the_form_said_that_the_case_is_shared(
    client: TestClient, system: System, cast: Cast, things: Things, asked: tuple[UUID, UUID]
) -> None:
    lesson, case = asked
    shared(system, cast, case, "managers")
    cast.now = replace(cast.manager, manages=frozenset({things.cluster}))
    link = f"/lessons/{lesson}/consent?case={case}"
    page = text(client.get(link))
    [action] = re.findall(r'<form class="form" method="post" action="([^"]*consent[^"]*)"', page)
    assert action == f"{link}&visibility=managers"
    shared(system, cast, case, "public")
    [version] = re.findall(r'name="version" value="(\d+)"', page)
    assert client.post(action, data=form(version=version, fields=["title"])).status_code == 303
    assert "for fewer readers than the case is to have" in text(client.get(f"/lessons/{lesson}"))
    assert "It does not hold for more." in text(client.get(link))
    cast.now = cast.staff
    assert client.post(f"/cases/{case}/publish", data=form(version="3")).status_code == 422
    cast.now = replace(cast.manager, manages=frozenset({things.cluster}))
    version = str(int(version) + 1)
    assert client.post(link, data=form(version=version, fields=["title"])).status_code == 303
    assert "for fewer readers" not in text(client.get(f"/lessons/{lesson}"))


@pytest.mark.parametrize("query", ["visibility=nobody", "visibility=public&programmes=x"])
def test_a_form_that_was_shown_otherwise_is_refused(
    client: TestClient, cast: Cast, things: Things, asked: tuple[UUID, UUID], query: str
) -> None:
    lesson, case = asked
    link = f"/lessons/{lesson}/consent?case={case}&{query}"
    assert client.post(link, data=form(version="4", fields=["title"])).status_code == 422


def test_the_history_says_in_words_what_was_consented_to(
    client: TestClient, system: System, cast: Cast, things: Things, asked: tuple[UUID, UUID], auditor: Viewer
) -> None:
    lesson, case = asked
    url = f"/lessons/{lesson}/history"
    with acting(cast.staff.person):
        consent(system, cast.staff, lesson, 4, case, ("title", "what_happened"))
    told = {
        "en": ("What cases may tell of it", "(Everyone): title, what happened"),
        "nb": ("Hva saker kan fortelle om den", "(Alle): tittel, hva skjedde"),
    }
    manager = replace(cast.manager, manages=frozenset({things.cluster}))
    for viewer, name in ((cast.staff, "A case in work"), (auditor, "A case in work"), (manager, None)):
        cast.now = viewer
        for lang, (label, words) in told.items():
            page = text(client.get(url, headers={"Accept-Language": lang}))
            named = name or {"en": "A case", "nb": "En sak"}[lang]
            assert [f"<dt>{label}</dt>" in page, f"<ins>{named} {words}</ins>" in page] == [True, True]
    cast.now = replace(cast.stranger, leads=frozenset({uuid4()}), staffs=frozenset({things.programme}))
    assert "may tell of it" not in text(client.get(url)).replace("changed what a case may tell of it", "")


def test_without_consent_the_case_does_not_even_name_it(
    client: TestClient, system: System, cast: Cast, things: Things, asked: tuple[UUID, UUID]
) -> None:
    lesson, case = asked
    cast.now = replace(cast.stranger, staffs=frozenset({things.programme}))  # the lesson is another programme's
    page = text(client.get(f"/cases/{case}"))
    assert (str(lesson) in page, "Book four gatherings" in page) == (False, False)
    assert "No lesson is linked to this case." in page


def test_nobody_else_is_asked(client: TestClient, cast: Cast, things: Things, asked: tuple[UUID, UUID]) -> None:
    lesson, case = asked
    url = f"/lessons/{lesson}/consent?case={case}"
    statuses: list[list[int]] = []
    other = replace(cast.stranger, manages=frozenset({things.other_cluster}))
    for viewer in (other, replace(cast.stranger, staffs=frozenset({things.next_programme}))):
        cast.now = viewer
        statuses.append([client.get(url).status_code, client.post(url, data=form(fields=["title"])).status_code])
        assert "A case in work" not in client.get(f"/lessons/{lesson}").text
    assert statuses == [[404, 404], [403, 403]]


def test_a_case_that_does_not_ask_is_as_one_that_is_not_there(
    client: TestClient, things: Things, asked: tuple[UUID, UUID]
) -> None:
    lesson, _ = asked
    for case in (things.case, uuid4(), "nonsense"):
        assert client.get(f"/lessons/{lesson}/consent?case={case}").status_code == 404
    assert client.get(f"/lessons/{lesson}/consent").headers["location"] == f"/lessons/{lesson}#asking"
