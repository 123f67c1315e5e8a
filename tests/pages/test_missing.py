"""What members look for and no one has shared: seen from searches and openings, shown to staff, and on to a lesson."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import TypeAlias

import pytest
from starlette.testclient import TestClient

from api.access.entrance import Entrance
from api.app import create_app
from api.wiring import System
from domain.cluster import Cluster
from domain.viewer import ANYBODY, Viewer
from tests.pages.conftest import HOST, Cast, Things

Told: TypeAlias = Callable[[], list[list[str]]]


@pytest.fixture
def visitors(system: System, things: Things) -> Iterator[TestClient]:
    """Behind a proxy that says from which address each calls."""
    app = create_app(system, entrance=Entrance(lambda: Viewer(ANYBODY), frozenset({"testserver"}), proxies=1))
    with TestClient(app, base_url=HOST, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def addresses(count: int) -> list[str]:
    return [f"192.0.2.{n}" for n in range(1, count + 1)]


def look(visitors: TestClient, *who: str, path: str = "/?q=zzzz+Quux", opens: str = "", came: str = "") -> None:
    for one in who:
        headers = {"X-Forwarded-For": one}
        assert visitors.get(path, headers=headers).status_code == 200
        if opens:
            assert visitors.get(opens, headers=headers | {"Referer": came or f"{HOST}{path}"}).status_code == 200


@pytest.fixture
def told(client: TestClient, system: System) -> Told:
    """The rows of the page, as text."""

    def rows() -> list[list[str]]:
        system.missed.settle()
        page = client.get("/missing")
        assert page.status_code == 200
        found = re.findall(r"<tr>(.*?)</tr>", page.text.partition("<tbody>")[2], re.S)
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in found]
        return [[unescape(re.sub(r"<[^>]+>", "", cell)) for cell in row[:3]] for row in cells]

    return rows


def test_five_who_found_nothing_are_shown_and_four_are_not(visitors: TestClient, told: Told) -> None:
    look(visitors, *addresses(4) * 2)
    assert told() == []
    look(visitors, "192.0.2.5")
    assert told() == [["zzzz quux", "5", "all"]]


def test_the_addresses_of_one_network_are_one_seeker(visitors: TestClient, told: Told) -> None:
    look(visitors, *(f"2001:db8:0:7::{n}" for n in range(1, 9)))
    assert told() == []
    look(visitors, *(f"2001:db8:0:{n}::1" for n in range(8, 12)))
    assert told() == [["zzzz quux", "5", "all"]]


def test_each_who_has_signed_in_is_one_wherever_they_are(
    client: TestClient, cast: Cast, things: Things, told: Told
) -> None:
    for n in range(5):
        cast.now = Viewer(f"person-{n}")
        assert client.get("/?q=zzzz").status_code == 200
    cast.now = cast.staff
    assert told() == [["zzzz", "5", "all"]]


@pytest.mark.parametrize("kind", ["lessons", "cases", "clusters"])
def test_opening_something_from_the_results_is_seen(
    visitors: TestClient, things: Things, told: Told, kind: str
) -> None:
    opened = {"lessons": things.revised, "cases": things.case, "clusters": things.cluster}[kind]
    look(visitors, *addresses(6), path="/?q=commit")
    assert told() == [["commit", "6", "nobody"]]
    look(visitors, *addresses(2), path="/?q=commit", opens=f"/{kind}/{opened}")
    assert told() == []


@pytest.mark.parametrize(
    "came",
    [
        "https://elsewhere.example/?q=commit",
        "https://testserver/?q=commit",
        f"{HOST}/lessons?q=commit",
        f"{HOST}/?phase=action",
        f"{HOST}/?q=another",
        "http://[",
        "commit",
    ],
)
def test_what_was_not_opened_from_the_results_is_not_seen(
    visitors: TestClient, things: Things, told: Told, came: str
) -> None:
    look(visitors, *addresses(5), path="/?q=commit", opens=f"/lessons/{things.revised}", came=came)
    assert told() == [["commit", "5", "nobody"]]


@pytest.mark.parametrize("tail", ["/history", "?lang=nb"])
def test_a_page_beside_the_thing_is_no_opening_and_its_other_language_is(
    visitors: TestClient, things: Things, told: Told, tail: str
) -> None:
    look(visitors, *addresses(5), path="/?q=commit", opens=f"/lessons/{things.revised}{tail}")
    assert told() == ([["commit", "5", "nobody"]] if tail == "/history" else [])


def test_what_is_not_there_was_not_opened(visitors: TestClient, things: Things, told: Told) -> None:
    look(visitors, *addresses(5), path="/?q=commit")
    for one in addresses(5):
        headers = {"X-Forwarded-For": one, "Referer": f"{HOST}/?q=commit"}
        assert visitors.get(f"/lessons/{things.draft}", headers=headers).status_code == 404
    assert told() == [["commit", "5", "nobody"]]


def test_through_the_api_what_found_nothing_is_counted_alone(visitors: TestClient, told: Told) -> None:
    for path in ("/api/v1/search?q=commit", "/api/v1/search?q=zzzz", "/api/v1/search?q=quux&phase=action"):
        look(visitors, *addresses(5), path=path)
    assert told() == [["zzzz", "5", "all"]]


@pytest.mark.parametrize("q", ["kari%40example.org+zzzz", "zzzz+91234567", "z" * 101, "", "%F0%9F%98%80"])
def test_what_may_be_personal_is_not_kept(visitors: TestClient, system: System, told: Told, q: str) -> None:
    look(visitors, *addresses(5), path=f"/?q={q}" if q else "/")
    assert told() == []


def test_neither_people_nor_addresses_are_in_the_file(
    visitors: TestClient, client: TestClient, cast: Cast, system: System, tmp_path: Path, told: Told
) -> None:
    look(visitors, *addresses(5))
    cast.now = cast.manager
    client.get("/?q=zzzz+quux")
    cast.now = cast.staff
    assert told() == [["zzzz quux", "6", "all"]]
    file = tmp_path / "data" / "searches.sqlite"
    kept = b"".join(path.read_bytes() for path in file.parent.glob("searches.sqlite*"))
    assert b"zzzz quux" in kept
    assert [who for who in (*addresses(5), cast.manager.person) if who.encode() in kept] == []
    assert file.stat().st_mode & 0o777 == 0o600


def test_without_the_file_searches_and_pages_go_on(
    visitors: TestClient, client: TestClient, things: Things, system: System, tmp_path: Path
) -> None:
    file = tmp_path / "data" / "searches.sqlite"
    file.unlink()
    file.mkdir()
    look(visitors, *addresses(5), path="/?q=commit", opens=f"/lessons/{things.revised}")
    system.missed.settle()
    assert client.get("/missing").status_code == 503


def test_others_are_told_that_there_is_nothing(client: TestClient, cast: Cast, things: Things) -> None:
    cast.now = cast.manager
    told = {path: client.get(path) for path in ("/missing", "/missing/invite", "/api/v1/missing")}
    assert {path: answer.status_code for path, answer in told.items()} == dict.fromkeys(told, 404)
    assert told["/api/v1/missing"].content == client.get("/api/v1/lessons/nonsense").content
    assert "/missing" not in client.get("/review").text
    cast.now = cast.staff
    assert 'href="/missing"' in client.get("/review").text


def send(client: TestClient, **form: str) -> str:
    """Where it leads; what is wrong, where it leads nowhere."""
    answer = client.post("/missing/invite", data=form)
    fault = re.search(r'role="alert".*?<li>(.*?)</li>', answer.text, re.S)
    return answer.headers["location"] if answer.status_code == 303 else re.sub("<[^>]+>", "", fault[1] if fault else "")


def test_from_what_is_missing_to_a_lesson(
    client: TestClient, visitors: TestClient, cast: Cast, things: Things, system: System
) -> None:
    look(visitors, *addresses(5))
    system.missed.settle()
    [link] = re.findall(r'href="(/missing/invite[^"]*)"', client.get("/missing").text)
    form = client.get(link).text
    assert 'value="zzzz quux"' in form
    assert f'<option value="{things.cluster}">NCE Smart Energy Markets</option>' in form
    page = f"/clusters/{things.cluster}"
    assert (
        send(client, about="zzzz quux", cluster=str(things.cluster), note="Du & dine") == f"{page}?done=cluster.invite"
    )
    cast.now = cast.manager
    for path in (page, "/review"):
        shown = client.get(path).text
        assert "«Du &amp; dine»" in shown
        [share] = re.findall(r'href="(/lessons/new\?[^"]*title[^"]*)"', shown)
        lesson = client.get(unescape(share)).text
        assert 'value="zzzz quux"' in lesson
        assert f'<option value="{things.cluster}" selected>' in lesson
    cast.now = cast.stranger
    assert "zzzz quux" not in client.get(page).text + client.get(f"{page}/history").text
    cast.now = cast.manager
    closed = client.post(f"{page}/invitations/close", data={"about": "zzzz quux"})
    assert (closed.status_code, closed.headers["location"]) == (303, f"{page}?done=cluster.close-invitation")
    assert "zzzz quux" not in client.get(page).text + client.get("/review").text


def test_an_invitation_wants_words_and_a_cluster_and_is_sent_once(client: TestClient, things: Things) -> None:
    whole = {"about": "zzzz", "cluster": str(things.cluster)}
    assert send(client, **whole | {"about": " "}).startswith("About what?: ")
    assert send(client, **whole | {"cluster": ""}).startswith("Cluster: ")
    assert send(client, **whole | {"cluster": "nonsense"}).startswith("Cluster: ")
    assert send(client, **whole | {"cluster": str(things.published)}) == "Cluster: Choose one from the list."
    assert send(client, **whole) == f"/clusters/{things.cluster}?done=cluster.invite"
    assert send(client, **whole) == "About what?: The cluster is invited to share this already."


def test_the_cluster_itself_stays_as_it_was(client: TestClient, things: Things, system: System) -> None:
    before = system.store.get(Cluster, things.cluster).version
    send(client, about="zzzz", cluster=str(things.cluster))
    assert system.store.get(Cluster, things.cluster).version == before


def test_by_json(client: TestClient, cast: Cast, things: Things, visitors: TestClient, system: System) -> None:
    look(visitors, *addresses(5))
    system.missed.settle()
    [missed] = client.get("/api/v1/missing").json()["items"]
    assert missed == {
        "asked": "zzzz quux",
        "people": 5,
        "nothing": 5,
        "first": missed["first"],
        "last": missed["first"],
    }
    path = f"/api/v1/clusters/{things.cluster}/invitations"
    sent = client.post(path, json={"about": "zzzz quux"})
    assert (sent.status_code, sent.json() | {"at": ""}) == (
        201,
        {"about": "zzzz quux", "note": None, "by": cast.staff.person, "at": ""},
    )
    assert client.post(path, json={"about": "Zzzz Quux"}).status_code == 409
    assert client.get(path).json() == {"items": [sent.json()]}
    closing = [client.post(f"{path}/close", json={"about": "zzzz quux"}).status_code for _ in range(2)]
    assert (closing, client.get(path).json()) == ([204, 409], {"items": []})


def test_in_bokmål(client: TestClient, visitors: TestClient, system: System) -> None:
    look(visitors, *addresses(5))
    system.missed.settle()
    client.cookies.set("lang", "nb")
    page = client.get("/missing").text
    assert "Det medlemmene leter etter, og ingen har delt" in page
    assert "Ingen kan se hvem de var." in page
    assert "Inviter en klynge til å dele" in client.get("/missing/invite").text
