"""The thesaurus on pages: looked through, changed by staff, and two who change one concept at the same time."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.usecases.thesaurus import current_thesaurus
from api.wiring import System
from tests.pages.conftest import CONCEPT, Cast, Things

CORE = f"/thesaurus/{CONCEPT}"
NEW = {"id": "quux", "preferred.en": "quux", "preferred.nb": "kvuks", "alternative.nb": "zorgle\r\nblarf\r\n"}


@pytest.fixture(autouse=True)
def filled(things: Things) -> Things:
    return things


def filled_in(text: str) -> dict[str, str]:
    """What the form of a page would send as it stands."""
    form = text[text.index('<form class="form"') :]
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
    return fields | dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', form))


def test_both_languages_stand_side_by_side(client: TestClient) -> None:
    page = client.get("/thesaurus?q=kjernens").text
    [row] = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", page, re.S)
    assert re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).split(" core team")[0].strip() == (
        "core of the core kjernens kjerne"
    )
    assert f'href="{CORE}"' in row
    client.cookies.set("lang", "nb")
    page = client.get("/thesaurus?q=kjernens").text
    assert page.index("kjernens kjerne") < page.index("core of the core")


def test_what_no_concept_has(client: TestClient) -> None:
    assert "No concept has these words" in client.get("/thesaurus?q=zzzz").text
    assert client.get("/thesaurus/nowhere").status_code == 404
    assert client.get("/thesaurus/%00").status_code == 404


def test_one_concept_and_those_around_it(client: TestClient) -> None:
    page = client.get(CORE).text
    for text in ("core of the core", "kjernens kjerne", "core team", "core form 7", "Those who carry it.", "Broader"):
        assert text in page
    assert 'href="/thesaurus/kernel-of-all"' in page
    assert f'href="{CORE}"' in client.get("/thesaurus/kernel-of-all").text


def test_staff_alone_are_shown_how_to_change_it(client: TestClient, cast: Cast) -> None:
    tails = ("/edit", "/retire")
    assert [f'href="{CORE}{tail}"' in client.get(CORE).text for tail in tails] == [True, True]
    for one in (cast.manager, cast.stranger):
        cast.now = one
        assert [f'href="{CORE}{tail}"' in client.get(CORE).text for tail in tails] == [False, False]
        assert 'href="/thesaurus/new"' not in client.get("/thesaurus").text
        assert [client.get(path).status_code for path in (f"{CORE}/edit", "/thesaurus/new")] == [403, 403]
        assert client.post(f"{CORE}/retire", data={"version": "2", "reason": "x"}).status_code == 403


def test_a_new_one_is_searched_by_at_once(client: TestClient, system: System) -> None:
    sent = client.post("/thesaurus/new", data=NEW | {"broader": " Kernel of all \n"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/thesaurus/quux?done=concept.new")
    assert "The concept is added." in client.get(sent.headers["location"]).text
    assert ("zorgle",) in [one.phrase for one in current_thesaurus(system).alternatives(("quux",))]
    assert 'href="/thesaurus/kernel-of-all"' in client.get("/thesaurus/quux").text


def test_pressed_twice_it_is_made_once(client: TestClient, system: System) -> None:
    sent = [client.post("/thesaurus/new", data=NEW | {"key": "k"}) for _ in range(2)]
    assert [s.headers["location"] for s in sent] == ["/thesaurus/quux?done=concept.new"] * 2


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"id": "Not an id"}, 422, "This is not written in the way it has to be; see the example."),
        ({"id": "new"}, 422, "Choose another id: a page of the thesaurus has this one."),
        ({"id": CONCEPT}, 409, "There is a concept with this id."),
        ({"preferred.nb": ""}, 422, "Fill this in."),
        ({"preferred.en": "Core of the CORE"}, 409, f"Another concept is called so: {CONCEPT}."),
        ({"alternative.nb": "one two three four five six seven"}, 422, "Write at most 6 words."),
        ({"broader": "nowhere"}, 422, "There is no such concept, or it is retired."),
        ({"related": "forgotten word"}, 422, "There is no such concept, or it is retired."),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    client: TestClient, system: System, change: dict[str, str], status: int, text: str
) -> None:
    before = system.store.position
    sent = client.post("/thesaurus/new", data=NEW | change)
    assert (sent.status_code, text in sent.text) == (status, True)
    assert filled_in(sent.text)["alternative.nb"] == change.get("alternative.nb", "zorgle\nblarf")
    assert system.store.position == before


def test_a_form_sent_as_it_stands_changes_nothing(client: TestClient, system: System) -> None:
    before = system.store.position
    sent = client.post(f"{CORE}/edit", data=filled_in(client.get(f"{CORE}/edit").text))
    assert (sent.status_code, system.store.position) == (303, before)


def test_two_who_change_it_at_once(client: TestClient) -> None:
    """The second is shown what the first wrote, keeps their own words, and sends both on."""
    mine, hers = (filled_in(client.get(f"{CORE}/edit").text) for _ in range(2))
    first = client.post(f"{CORE}/edit", data=hers | {"alternative.nb": "hennes", "reason": "Hers."})
    assert first.status_code == 303
    refused = client.post(f"{CORE}/edit", data=mine | {"definition.en": "Mine."})
    assert refused.status_code == 412
    for text in ("What others changed meanwhile", "Hers.", "changed the words of the concept"):
        assert text in refused.text
    again = filled_in(refused.text)
    assert (again["alternative.nb"], again["definition.en"], again["version"]) == ("hennes", "Mine.", "3")
    assert client.post(f"{CORE}/edit", data=again).status_code == 303
    page = client.get(CORE).text
    assert ("hennes" in page, "Mine." in page) == (True, True)


def test_retired_and_restored(client: TestClient) -> None:
    assert "Fill this in." in client.post(f"{CORE}/retire", data={"version": "2", "reason": " "}).text
    gone = client.post(f"{CORE}/retire", data={"version": "2", "reason": "Nobody says so."})
    assert gone.headers["location"] == f"{CORE}?done=concept.retire"
    page = client.get(CORE).text
    assert ("Nothing is searched by it." in page, f'href="{CORE}/restore"' in page) == (True, True)
    assert (f'href="{CORE}"' in client.get("/thesaurus?q=core").text) is False
    assert f'href="{CORE}"' in client.get("/thesaurus?retired=yes").text
    assert client.post(f"{CORE}/restore", data={"version": "3", "reason": "They do."}).status_code == 303
    history = client.get(f"{CORE}/history").text
    assert re.findall(r"(?:changed the words of|retired|restored) the concept", history) == [
        "restored the concept",
        "retired the concept",
        "changed the words of the concept",
        "changed the words of the concept",
    ]
    assert "Nobody says so." in history


def test_what_others_have_as_broader_is_not_retired(client: TestClient) -> None:
    sent = client.post("/thesaurus/kernel-of-all/retire", data={"version": "1", "reason": "x"})
    assert (sent.status_code, f"Other concepts name it as broader: {CONCEPT}." in sent.text) == (409, True)


@pytest.mark.parametrize("version", ["", "x", "0", "99"])
def test_a_version_that_there_never_was(client: TestClient, system: System, version: str) -> None:
    before = system.store.position
    form: dict[str, Any] = filled_in(client.get(f"{CORE}/edit").text) | {"version": version, "definition.en": "Mine."}
    sent = client.post(f"{CORE}/edit", data=form)
    assert (sent.status_code, filled_in(sent.text)["definition.en"], system.store.position) == (412, "Mine.", before)


def test_every_page_leads_to_it(client: TestClient) -> None:
    assert '<a href="/thesaurus">Thesaurus</a>' in client.get("/about").text


def test_in_bokmål(client: TestClient) -> None:
    client.cookies.set("lang", "nb")
    page = client.get(CORE).text
    for text in ("Tesaurus", "Hva det også heter", "Videre", "Ta ut av bruk …", "Lagt til av programstaben"):
        assert text in page
