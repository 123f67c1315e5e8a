"""People on pages: the register, parts, invitations; and a manager's own contributors and successor on the cluster."""

import re
from dataclasses import replace
from html import unescape
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.person import Appointment, Part, Person, Role
from domain.viewer import ANYBODY, Viewer

Things: TypeAlias = Any
Cast: TypeAlias = Any


def sent(**fields: str) -> dict[str, str]:
    return {"key": str(uuid4()), "version": "0", "since": "2026-01-01", "until": "2026-06-01", **fields}


def text(answer: Any) -> str:
    return unescape(answer.text)


def options(page: str, name: str) -> list[str]:
    """What a list lets people choose from, as it is read."""
    found = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.S)
    assert found, name
    return [unescape(label) for label in re.findall(r'<option value="[^"]+"[^>]*>([^<]*)<', found[0])]


def parts_of(system: System, id: str) -> list[tuple[str, str, str | None]]:
    person = system.store.find(Person, UUID(id))
    return [(a.part.role.value, a.since, a.until) for a in person.appointments] if person else []


@pytest.fixture
def mona(cast: Cast, things: Things) -> Viewer:
    """The manager, who manages the first cluster."""
    return replace(cast.manager, manages=frozenset({things.cluster}))


def test_the_register_says_who_has_which_part(client: TestClient, cast: Cast, things: Things) -> None:
    page = text(client.get("/people"))
    rows = re.findall(r'<th scope="row"><a href="/people/[^"]*">([^<]*)</a></th>', page)
    assert rows == ["Kari Programstab", "Mona Klyngeleder", "Ola Nordmann", "Sven Stranger"]
    assert f'Cluster manager: <a href="/clusters/{things.cluster}">NCE Smart Energy Markets</a>' in page
    assert re.findall(r">([^<]*)</a></th>", text(client.get("/people?name=ola"))) == ["Ola Nordmann"]
    assert "There is nobody here by that name" in text(client.get("/people?name=zzz"))


def test_somebody_is_added_with_a_part(client: TestClient, system: System, things: Things) -> None:
    form = sent(name="Nils Ny", email="nils@example.org", part=f"programme-staff:{things.programme}")
    answer = client.post("/people/new", data=form)
    assert answer.status_code == 303
    found = re.fullmatch(r"/people/([0-9a-f-]{36})\?done=person\.new", answer.headers["location"])
    assert found
    assert parts_of(system, found[1]) == [("programme-staff", "2026-01-01", None)]
    again = client.post("/people/new", data=form)
    assert again.headers["location"] == answer.headers["location"]
    assert [p.name for p in system.people.everybody("nils")] == ["Nils Ny"]
    page = text(client.get(answer.headers["location"]))
    assert "The person is added." in page
    assert f'Programme staff: <a href="/programmes/{things.programme}">NCE</a>' in page


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"name": ""}, "f-name"),
        ({"email": "nowhere"}, "f-email"),
        ({"part": "king"}, "f-part"),
        ({"part": "cluster-manager:x"}, "f-part"),
        ({"part": "auditor", "since": "soon"}, "f-since"),
    ],
)
def test_nobody_is_added_by_a_form_that_is_refused(
    client: TestClient, system: System, things: Things, fields: dict[str, str], at: str
) -> None:
    before = (system.store.position, len(system.people.everybody()))
    answer = client.post("/people/new", data=sent(name="Nils Ny", email="nils@example.org") | fields)
    assert (answer.status_code, re.findall(r'href="#(f-[^"]*)"', answer.text)) == (422, [at])
    assert (system.store.position, len(system.people.everybody())) == before


def test_a_part_is_given_and_ended(client: TestClient, system: System, cast: Cast, things: Things) -> None:
    url = f"/people/{cast.stranger.person}"
    given = options(client.get(f"{url}/appoint").text, "part")
    assert given == [
        *("Cluster manager: Arena Usus", "Cluster manager: NCE Smart Energy Markets"),
        *("Cluster contributor: Arena Usus", "Cluster contributor: NCE Smart Energy Markets"),
        *("Programme staff: Arena", "Programme staff: NCE", "Auditor", "Administrator"),
    ]
    answer = client.post(f"{url}/appoint", data=sent(part="auditor", reason="She asked."))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{url}?done=person.appoint")
    stale = client.post(f"{url}/appoint", data=sent(part="administrator"))
    assert (stale.status_code, "Someone has changed this" in text(stale)) == (412, True)
    assert options(client.get(f"{url}/stand-down").text, "part") == ["Auditor"]
    answer = client.post(f"{url}/stand-down", data=sent(part="auditor", version="1"))
    assert answer.headers["location"] == f"{url}?done=person.stand-down"
    assert parts_of(system, cast.stranger.person) == [("auditor", "2026-01-01", "2026-06-01")]
    assert "This person has no part that you could end." in text(client.get(f"{url}/stand-down"))


def test_a_button_pressed_twice_gives_one_part(client: TestClient, system: System, cast: Cast, things: Things) -> None:
    url, form = f"/people/{cast.stranger.person}", sent(part="auditor")
    answers = [client.post(f"{url}/appoint", data=form) for _ in range(2)]
    assert {a.headers["location"] for a in answers} == {f"{url}?done=person.appoint"}
    assert parts_of(system, cast.stranger.person) == [("auditor", "2026-01-01", None)]


def test_the_link_is_shown_on_the_answer_and_nowhere_else(client: TestClient, cast: Cast, things: Things) -> None:
    url = f"/people/{cast.stranger.person}"
    answer = client.post(f"{url}/invite", data={})
    [token] = re.findall(r"http://testserver/invitation\?token=([\w-]+)", answer.text)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert token not in client.get(url).text + client.get(f"{url}/invite").text + client.get("/events").text
    assert client.get(f"/invitation?token={token}").status_code == 200


def test_suspended_and_restored(client: TestClient, cast: Cast, things: Things) -> None:
    url = f"/people/{cast.stranger.person}"
    for unfit in ("", "a\0b", "x" * 2_001):
        answer = client.post(f"{url}/suspend", data=sent(reason=unfit))
        assert (answer.status_code, 'href="#f-reason"' in answer.text) == (422, True)
    answer = client.post(f"{url}/suspend", data=sent(reason="Gone."))
    assert answer.headers["location"] == f"{url}?done=person.suspend"
    page = text(client.get(answer.headers["location"]))
    assert ("Suspended" in page, f"{url}/restore" in page, f"{url}/suspend" in page) == (True, True, False)
    assert client.post(f"{url}/suspend", data=sent(reason="Again.")).status_code == 409
    answer = client.post(f"{url}/restore", data=sent(reason="Back."))
    assert "Has an account" in text(client.get(answer.headers["location"]))


def test_the_operator_suspends_and_invites_everybody_but_the_operator(
    client: TestClient, cast: Cast, things: Things
) -> None:
    url = f"/people/{cast.staff.person}"
    assert re.findall(rf'href="{url}/([a-z-]+)"', client.get(url).text) == ["appoint"]
    statuses = [client.post(f"{url}/{deed}", data=sent(reason="x")).status_code for deed in ("suspend", "invite")]
    assert statuses == [409, 409]


def test_who_may_open_which_page(client: TestClient, cast: Cast, things: Things) -> None:
    stranger = cast.stranger
    viewers = {
        "visitor": Viewer(ANYBODY),
        "nobody": stranger,
        "manager": replace(stranger, manages=frozenset({things.cluster})),
        "staff": replace(stranger, staffs=frozenset({things.programme})),
        "auditor": replace(stranger, auditor=True),
        "administrator": replace(stranger, administrator=True),
    }
    paths = ["/people", "/people/new", *(f"/people/{things.person}{deed}" for deed in ("", "/appoint", "/suspend"))]
    told: dict[str, list[int]] = {}
    for name, cast.now in viewers.items():
        told[name] = [client.get(path).status_code for path in paths]
    assert told == {
        "visitor": [303, 303, 404, 404, 404],
        "nobody": [403, 403, 404, 404, 404],
        "manager": [403, 200, 404, 404, 404],
        "staff": [200, 200, 200, 200, 403],
        "auditor": [200, 403, 200, 403, 403],
        "administrator": [200, 200, 200, 200, 200],
    }


def test_a_manager_adds_contributors_and_invites_them(
    client: TestClient, system: System, cast: Cast, things: Things, mona: Viewer
) -> None:
    cast.now = mona
    url, version = f"/clusters/{things.cluster}", str(system.store.get(Cluster, things.cluster).version)
    form = {"key": str(uuid4()), "version": version, "on": "2026-01-01", "new.name": "Nils Ny", "new.email": ""}
    answer = client.post(f"{url}/contributors", data=form)
    assert answer.headers["location"] == f"{url}?done=cluster.contributors"
    assert client.post(f"{url}/contributors", data=form).headers["location"] == answer.headers["location"]
    [nils] = system.people.everybody("nils")
    page = text(client.get(answer.headers["location"]))
    assert f'<li>Nils Ny <a href="/people/{nils.id}/invite">Invite …</a></li>' in page
    invited = client.post(f"/people/{nils.id}/invite", data={})
    assert (invited.status_code, f'href="{url}">← Nils Ny' in text(invited)) == (200, True)
    assert client.get(f"/people/{nils.id}").status_code == 404
    assert options(client.get(f"{url}/contributor-left").text, "person") == ["Nils Ny"]
    left = {"key": str(uuid4()), "version": version, "on": "2026-06-01", "person": nils.id}
    assert client.post(f"{url}/contributor-left", data=left).status_code == 303
    assert parts_of(system, nils.id) == [("cluster-contributor", "2026-01-01", "2026-06-01")]
    assert "Nils Ny" not in client.get(url).text


def test_others_neither_see_nor_add_contributors(client: TestClient, cast: Cast, things: Things, mona: Viewer) -> None:
    cast.now = mona
    form = {"key": str(uuid4()), "version": "7", "on": "2026-01-01", "new.name": "Nils Ny", "new.email": ""}
    client.post(f"/clusters/{things.cluster}/contributors", data=form)
    for viewer in (cast.stranger, replace(cast.stranger, manages=frozenset({things.other_cluster}))):
        cast.now = viewer
        assert "Nils Ny" not in client.get(f"/clusters/{things.cluster}").text
        for deed in ("contributors", "contributor-left", "hand-over", "appoint"):
            answers = (client.get(f"/clusters/{things.cluster}/{deed}"), client.post(
                f"/clusters/{things.cluster}/{deed}", data=form))  # fmt: skip
            assert [a.status_code for a in answers] == [403, 403], deed


def test_a_manager_adds_somebody_to_the_cluster_or_to_nothing(
    client: TestClient, system: System, cast: Cast, things: Things, mona: Viewer
) -> None:
    """Who does not read the register would not find the person again."""
    cast.now = mona
    assert options(client.get("/people/new").text, "part") == [
        "Cluster manager: NCE Smart Energy Markets",
        "Cluster contributor: NCE Smart Energy Markets",
    ]
    assert client.post("/people/new", data=sent(name="Nils Ny")).status_code == 422
    for part in ("auditor", f"cluster-manager:{things.other_cluster}", f"programme-staff:{things.programme}"):
        assert client.post("/people/new", data=sent(name="Nils Ny", part=part)).status_code == 403, part
    assert system.people.everybody("nils") == ()
    answer = client.post("/people/new", data=sent(name="Nils Ny", part=f"cluster-contributor:{things.cluster}"))
    assert answer.headers["location"] == f"/clusters/{things.cluster}?done=person.new"


def test_a_cluster_is_handed_over_by_its_manager(
    client: TestClient, system: System, cast: Cast, things: Things, mona: Viewer
) -> None:
    url, version = f"/clusters/{things.cluster}", system.store.get(Cluster, things.cluster).version
    appointed = {"key": str(uuid4()), "version": str(version), "on": "2026-01-01", "person": mona.person}
    cast.now = cast.staff
    client.post(f"{url}/appoint", data=appointed | {"new.name": "", "new.email": ""})
    cast.now = mona
    page = client.get(f"{url}/hand-over").text
    assert options(page, "to") == ["Ola Nordmann"]
    leaving = re.findall(r'name="leaving" value="([^"]+)" checked', page)
    assert leaving == [things.person, mona.person]
    form = {"key": str(uuid4()), "version": str(version + 1), "on": "2026-12-01", "new.name": "Nils Ny", "reason": "x"}
    answer = client.post(f"{url}/hand-over", data=form | {"leaving": leaving, "to": "", "new.email": ""})
    assert answer.headers["location"] == f"{url}?done=cluster.hand-over"
    [nils] = system.people.everybody("nils")
    part = Part(Role.CLUSTER_MANAGER, things.cluster)
    found = system.store.get(Person, UUID(nils.id))
    assert found.appointments == (Appointment(part, "2026-12-01"),)
    managers = system.store.get(Cluster, things.cluster).managers
    assert [(m.value, m.until) for m in managers] == [
        (things.person, "2026-12-01"),
        (mona.person, "2026-12-01"),
        (nils.id, None),
    ]
    assert system.store.get(Lesson, things.published).owner == cast.staff.person


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"to": "", "new.name": ""}, ["f-to"]),
        ({"on": "soon"}, ["f-on"]),
        ({"on": "2005"}, ["f-on"]),
        ({"to": "nobody", "new.name": ""}, ["f-to"]),
        ({"leaving": "nobody"}, ["f-leaving"]),
    ],
)
def test_handing_over_names_what_is_wrong(
    client: TestClient, system: System, things: Things, fields: dict[str, str], at: list[str]
) -> None:
    url, version = f"/clusters/{things.cluster}", str(system.store.get(Cluster, things.cluster).version)
    before = system.store.position
    form = {"key": str(uuid4()), "version": version, "on": "2026-12-01", "to": "", "new.name": "Nils Ny"}
    answer = client.post(f"{url}/hand-over", data=form | {"leaving": things.person, "new.email": ""} | fields)
    assert (answer.status_code, re.findall(r'href="#(f-[^"]*)"', answer.text)) == (422, at)
    assert system.store.position == before
