"""Every text that a reader may meet is there in both languages."""

import re
from collections.abc import Iterable
from typing import Any, TypeAlias, cast

import pytest
from starlette.testclient import TestClient

from api.pages.catalogues import gathered, renewed
from api.pages.done import DONE
from api.pages.labels import HAPPENED
from api.pages.translation import words
from domain.errors import NotReady, WrongState
from domain.registry import TOPICS

Things: TypeAlias = Any


def texts(of: object) -> list[str]:
    """One text, or the forms for one and many."""
    return [of] if isinstance(of, str) else [str(t) for t in cast(Iterable[object], of or ())]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|\{\w+\}|</?\w+>", text))


@pytest.mark.parametrize("lang", ["en", "nb"])
def test_catalogue_is_complete(lang: str):
    catalogue = renewed(lang)
    missing = [m.id for m in catalogue if m.id and not (texts(m.string) and all(texts(m.string)))]
    assert missing == []


@pytest.mark.parametrize("lang", ["en", "nb"])
def test_catalogue_has_nothing_else(lang: str):
    assert sorted(map(str, (m.id for m in renewed(lang)))) == sorted(map(str, (m.id for m in gathered())))


def test_translations_keep_what_is_filled_in():
    for message in renewed("nb"):
        for id, string in zip(texts(message.id), texts(message.string), strict=True):
            if id:
                assert placeholders(string) == placeholders(id), id


def test_every_event_has_words():
    assert set(HAPPENED) == set(TOPICS)


def test_everything_that_is_done_has_words():
    assert all(words("nb")(text) != text for text in DONE.values())


def test_refusals_in_bokmål():
    error = NotReady("Before this can be published, fill in: {missing}.", missing=("phase", "recommendation"))
    said = words("nb").filled(error.template, error.values)
    assert said == "Før dette kan publiseres, må du fylle ut: fase, anbefaling."
    error = WrongState("This lesson is {state}; it can no longer be changed.", state="withdrawn")
    assert (
        words("nb").filled(error.template, error.values)
        == "Denne erfaringen er trukket tilbake og kan ikke lenger endres."
    )


def test_dates_as_precise_as_they_are():
    say = words("nb")
    assert [say.day(d) for d in ("2009", "2009-05", "2009-05-13", "??")] == ["2009", "mai 2009", "13. mai 2009", "??"]


@pytest.mark.parametrize(
    ("accept", "lang"),
    [("nb-NO,nb;q=0.9", "nb"), ("nn", "nb"), ("no", "nb"), ("en-GB", "en"), ("de", "en"), ("", "en"), ("fr,nb", "nb")],
)
def test_language_of_the_browser(client: TestClient, accept: str, lang: str):
    assert f'<html lang="{lang}"' in client.get("/about", headers={"accept-language": accept}).text


def test_chosen_language_stays(client: TestClient):
    answer = client.get("/language", params={"to": "nb", "next": "/about?a=b"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/about?a=b")
    assert '<html lang="nb"' in client.get("/about").text


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "\t//evil.example", ""])
def test_choices_lead_nowhere_else(client: TestClient, to: str):
    assert client.get("/language", params={"to": "nb", "next": to}).headers["location"] == "/"
    assert client.get("/colours", params={"to": "dark", "next": to}).headers["location"] == "/"


def test_colours_are_remembered(client: TestClient):
    client.get("/colours", params={"to": "dark"})
    assert 'data-color-scheme="dark"' in client.get("/about").text
    client.get("/colours", params={"to": "<script>"})
    assert 'data-color-scheme="dark"' in client.get("/about").text


def test_no_english_is_left_on_norwegian_pages(client: TestClient, things: Things):
    """A sample of words that every page of its kind has."""
    client.cookies.set("lang", "nb")
    expected = {
        "/": "Hva vil dere lære av?",
        f"/lessons/{things.revised}": "Anbefaling",
        f"/lessons/{things.revised}/history": "publiserte erfaringen",
        "/review": "Venter på vurdering",
        "/lessons/new": "Del en erfaring",
        "/nowhere": "Her er det ingenting",
    }
    for path, text in expected.items():
        page = client.get(path).text
        assert text in page, path
        assert "Skip to the content" not in page
