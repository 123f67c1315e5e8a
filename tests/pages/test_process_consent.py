"""Consent to a case that was drafted from a process, on pages: who is asked, what they read, and who learns nothing."""

import re
from dataclasses import replace
from html import unescape
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tests.pages.test_forms import edit_form
from tests.pages.test_processes import Manager

pytest_plugins = ("tests.pages.test_processes",)
Cast: TypeAlias = Any
Things: TypeAlias = Any


@pytest.fixture
def case(manager: Manager, client: TestClient, cast: Cast, things: Things) -> str:
    """Drafted from the process, which its cluster alone reads; who manages that is at work."""
    own = {"manages": frozenset({things.cluster}), "programmes": frozenset({things.programme})}
    me, cast.now = replace(cast.manager, **own), cast.staff
    drafted = client.post(f"{manager.url}/draft-case", data=edit_form(client.get(f"{manager.url}/draft-case").text))
    found = re.match(r"/cases/([0-9a-f-]{36})", drafted.headers.get("location", ""))
    assert found, drafted.text
    edited = edit_form(client.get(f"/cases/{found[1]}/edit").text) | {"body.en": "Much was learned."}
    assert client.post(f"/cases/{found[1]}/edit", data=edited).status_code == 303
    cast.now = me
    return found[1]


def publish(client: TestClient, cast: Cast, case: str) -> Any:
    me, cast.now = cast.now, cast.staff
    answer = client.post(f"/cases/{case}/publish", data={"version": "2", "key": str(uuid4())})
    cast.now = me
    return answer


def test_its_managers_are_asked_and_read_what_for(manager: Manager, client: TestClient, cast: Cast, case: str) -> None:
    refused = publish(client, cast, case)
    assert (refused.status_code, "the page of the process asks them" in refused.text) == (422, True)
    assert "waits for your consent" in manager.page
    [link] = re.findall(r'href="([^"]*/consent[^"]*)"', manager.page)
    form = unescape(client.get(link).text)
    assert "Much was learned." in form
    [action] = re.findall(r'<form class="form" method="post" action="([^"]*consent[^"]*)"', form)
    answer = client.post(action, data=edit_form(form) | {"visibility": "programme"})
    assert answer.headers["location"] == f"{manager.url}?done=process.consent"
    assert "you consented to: The programme" in manager.page
    assert publish(client, cast, case).status_code == 303
    assert f'href="/cases/{case}"' in manager.page
    for lang, widely in {"en": "The programme", "nb": "Programmet"}.items():
        history = unescape(client.get(f"{manager.url}/history", headers={"Accept-Language": lang}).text)
        assert f"<ins>Smart energy 2035 ({widely})</ins>" in history


def test_nobody_else_is_asked(manager: Manager, client: TestClient, cast: Cast, things: Things, case: str) -> None:
    url = f"{manager.url}/consent?case={case}"
    for viewer, status in (
        (replace(cast.manager, manages=frozenset(), contributes=frozenset({things.cluster})), 403),
        (replace(cast.stranger, staffs=frozenset({things.programme})), 403),
        (cast.stranger, 404),
    ):
        cast.now = viewer
        page = client.get(manager.url)
        assert ("waits for your consent" in page.text, page.status_code) == (False, 200 if status == 403 else 404)
        assert (client.get(url).status_code, client.post(url, data={"version": "1"}).status_code) == (status, status)


def test_a_case_that_does_not_ask_is_as_one_that_is_not_there(
    manager: Manager, client: TestClient, things: Things, case: str
) -> None:
    for other in (things.case, uuid4(), "x"):
        assert client.get(f"{manager.url}/consent?case={other}").status_code == 404
    assert client.get(f"{manager.url}/consent").headers["location"] == f"{manager.url}#asking"
