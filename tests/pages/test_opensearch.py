"""How a browser searches here: what it reads once, and what it is told while somebody types."""

from typing import Any
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from api.pages.opensearch import OPENSEARCH
from tests.pages.conftest import HOST, Cast, Things

NS = {"o": OPENSEARCH}
KIND = "application/opensearchdescription+xml"


def test_every_page_leads_to_the_description(client: TestClient, things: Things) -> None:
    link = f'<link rel="search" href="/opensearch.xml" type="{KIND}" title="Lærdom">'
    pages = [path for path in things.pages if not path.endswith("/print")]  # those are paper
    assert [path for path in pages if link not in client.get(path, follow_redirects=True).text] == []


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Search what clusters learned."), ("nb", "Søk i det klynger har lært.")]
)
def test_the_description(client: TestClient, lang: str, said: str) -> None:
    answer = client.get("/opensearch.xml", headers={"Accept-Language": lang})
    assert (answer.status_code, answer.headers["content-type"]) == (200, KIND)
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{{{OPENSEARCH}}}OpenSearchDescription"
    names = ("ShortName", "Description", "Language", "InputEncoding", "OutputEncoding")
    assert [root.findtext(f"o:{name}", "", NS) for name in names] == ["Lærdom", said, lang, "UTF-8", "UTF-8"]
    image = root.findtext("o:Image", "", NS)
    assert (image.startswith(f"{HOST}/"), client.get(image).headers["content-type"]) == (True, "image/svg+xml")
    found = [(u.get("type"), u.get("rel"), u.get("template", "")) for u in root.findall("o:Url", NS)]
    assert found == [
        ("text/html", "results", f"{HOST}/?q={{searchTerms}}"),
        ("application/x-suggestions+json", "suggestions", f"{HOST}/suggest.json?q={{searchTerms}}"),
        ("application/atom+xml", "results", f"{HOST}/search.atom?q={{searchTerms}}"),
        (KIND, "self", f"{HOST}/opensearch.xml"),
    ]


def test_each_address_of_it_answers_as_it_says(client: TestClient, things: Things) -> None:
    root = ElementTree.fromstring(client.get("/opensearch.xml").content)
    for url in root.findall("o:Url", NS):
        answer = client.get(url.get("template", "").replace("{searchTerms}", "tillit%20%26%20%C3%A6rlighet"))
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == url.get("type")


def suggested(client: TestClient, q: str) -> Any:
    answer = client.get("/suggest.json", params={"q": q})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-suggestions+json")
    return answer.json()


def test_suggestions_are_titles_kinds_and_addresses(client: TestClient, things: Things) -> None:
    wanted = client.get("/api/v1/suggest?q=recru").json()
    typed, titles, kinds, places = suggested(client, "recru")
    assert (typed, titles) == ("recru", [s["title"] for s in wanted])
    assert "Recruit committed participants early" in titles
    assert (len(kinds), set(kinds)) == (len(titles), {"Lesson"})
    assert {place.startswith(f"{HOST}/lessons/") for place in places} == {True}
    assert {client.get(place).status_code for place in places} == {200}


@pytest.mark.parametrize("typed", ["", "  ", "zzzz", "*", "\x00", "<b>", '"]', "🌲"])
def test_nothing_to_suggest_is_said_in_the_same_form(client: TestClient, things: Things, typed: str) -> None:
    assert suggested(client, typed) == [typed, [], [], []]


def test_only_what_one_may_read_is_suggested(client: TestClient, cast: Cast, things: Things) -> None:
    cast.now = cast.stranger
    assert suggested(client, "count those") == ["count those", [], [], []]
    assert f"{HOST}/lessons/{things.revised}" in suggested(client, "recruit")[3]


def test_too_much_is_refused(client: TestClient) -> None:
    answer = client.get("/suggest.json", params={"q": "x" * 201})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
