"""The address is the query; what cannot be asked or answered is said, and kept."""

from typing import Any, TypeAlias

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from search.index import SearchUnavailable

Things: TypeAlias = Any


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("/?q=", "/"),
        ("/?q=+trust+&year_from=&as_of=&sort=relevance", "/?q=trust"),
        ("/?utm_source=x&q=trust", "/?q=trust"),
        ("/?phase=action&q=trust&phase=scoping", None),
        ("/?q=a&q=b", "/?q=a"),
        ("/?phase=action&phase=action", "/?phase=action"),
        ("/?q=trust", None),
        ("/", None),
        ("/?done=lesson.new", None),
    ],
)
def test_one_address_for_one_query(client: TestClient, things: Things, sent: str, kept: str | None):
    answer = client.get(sent)
    assert (answer.status_code, answer.headers.get("location")) == ((303, kept) if kept else (200, None))


def test_doors_when_nothing_is_asked(client: TestClient, things: Things):
    page = client.get("/").text
    assert page.count('class="door"') == 10
    assert f"/lessons/{things.published}" in page


def test_results_with_marks_facets_and_chips(client: TestClient, things: Things):
    page = client.get("/?q=commitment&phase=recruitment&programme=Arena").text
    assert "<mark>" in page
    assert 'value="recruitment" checked' in page
    assert 'href="/?q=commitment&amp;phase=recruitment"' in page
    assert "Remove the filter Arena" in page


def test_empty_says_what_to_do(client: TestClient, things: Things):
    page = client.get("/?q=zzzzzz&phase=action").text
    assert "Nothing was found" in page
    assert 'href="/?q=zzzzzz"' in page


@pytest.mark.parametrize("query", ["year_from=soon", "as_of=yesterday", "cursor=zzz", "sort=best", "q=" + "x" * 10_001])
def test_what_cannot_be_asked(client: TestClient, things: Things, query: str):
    answer = client.get(f"/?{query}")
    assert answer.status_code == 422
    assert "This cannot be searched for" in answer.text


def test_as_of_a_date_says_so(client: TestClient, things: Things):
    page = client.get("/?as_of=2011-05-30").text
    assert "You see what was published on <strong>30 May 2011</strong>" in page
    assert 'href="/"' in page


def test_pages_of_results(client: TestClient, system: System, things: Things):
    first = client.get("/?kind=lesson&kind=case&kind=cluster&kind=programme&sort=newest").text
    assert ("Next page" in first) is ("cursor=" in first)


@pytest.mark.parametrize("path", ["/", "/?q=trust"])
def test_search_that_is_away_keeps_the_question(
    client: TestClient, system: System, monkeypatch: pytest.MonkeyPatch, path: str
):
    def away(*_: object, **__: object) -> None:
        raise SearchUnavailable("gone")

    monkeypatch.setattr(type(system.index), "search", away)
    monkeypatch.setattr(type(system.index), "suggest", away)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Search does not answer now" in answer.text
    assert client.get("/suggest?q=trust").status_code == 200


def test_suggestions_are_options(client: TestClient, things: Things):
    page = client.get("/suggest?q=recru").text
    assert 'role="option"' in page
    assert 'data-href="/lessons/' in page
    assert client.get("/suggest?q=").text.strip() == ""


def test_titles_and_words_are_escaped(client: TestClient, things: Things):
    sent = {"name": "<script>alert(1)</script>", "version": "0", "key": "an-xss-key"}
    assert client.post("/clusters/new", data=sent).status_code == 303
    for path in (
        "/?kind=cluster",
        "/?q=script",
        "/clusters",
        "/suggest?q=script",
        "/lessons/new",
        "/?cluster=<script>",
    ):
        assert "<script>alert" not in client.get(path).text, path
        assert "<script>" not in client.get(path).text, path
