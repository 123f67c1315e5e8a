"""A thing as it was, on its page: the banner, the way back, and nothing to change."""

import re
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.usecases import adapting, processes
from api.usecases.adapting import NewAdaptation
from api.usecases.processes import NewProcess
from api.wiring import System
from domain.acting import acting

Cast: TypeAlias = Any
Things: TypeAlias = Any
BANNER = re.compile(r'<section class="ds-alert banner past".*?</section>', re.DOTALL)
TO_CHANGE = re.compile(
    r"/(?:edit|new|withdraw|share|submit|publish|supersede|adapt|consent|rename|admit|describe|rate)\b"
)


@pytest.fixture
def addresses(system: System, cast: Cast, things: Things) -> dict[str, str]:
    """Of one thing of each kind."""
    with acting(cast.staff.person):
        process = processes.open_process(
            system, cast.staff, NewProcess.model_validate({"title": {"en": "2035"}, "cluster": things.cluster})
        )
        made = adapting.make_adaptation(
            system, cast.staff,
            NewAdaptation.model_validate(
                {"lesson": things.published, "cluster": things.other_cluster, "why": {"en": "Small."}}
            ),
        )  # fmt: skip
    return {
        "lesson": f"/lessons/{things.revised}", "case": f"/cases/{things.case}", "process": f"/processes/{process.id}",
        "cluster": f"/clusters/{things.cluster}", "programme": f"/programmes/{things.programme}",
        "adaptation": f"/adaptations/{made.id}",
    }  # fmt: skip


def main(text: str) -> str:
    return text[text.index('<main id="main"') : text.index("</main>")]


@pytest.mark.parametrize("kind", ["lesson", "case", "process", "cluster", "programme", "adaptation"])
def test_it_says_so_leads_back_and_changes_nothing(client: TestClient, addresses: dict[str, str], kind: str) -> None:
    address = addresses[kind]
    now, then = client.get(address), client.get(f"{address}?as_of=v1")
    assert then.status_code == 200
    [banner] = BANNER.findall(main(then.text))
    assert "As it was at version 1" in banner
    assert f'<a href="{address}">Back to now</a>' in banner
    assert f'<a href="{address}/history">History</a>' in banner
    assert "<form" not in main(then.text)
    assert [link for link in re.findall(r'href="([^"]*)"', main(then.text)) if TO_CHANGE.search(link)] == []
    assert (BANNER.findall(now.text), "<form" in main(now.text) or bool(TO_CHANGE.search(main(now.text)))) == ([], True)


def test_what_it_said_who_could_read_it_and_what_has_changed(client: TestClient, cast: Cast, things: Things) -> None:
    cast.now = cast.stranger
    address = f"/lessons/{things.revised}"
    then = client.get(f"{address}?as_of=v1").text
    assert "Finding people who commit to the whole process takes longest." in then
    [banner] = BANNER.findall(then)
    assert "Who could read it then: Everyone." in banner
    assert "What has changed since: 2 fields" in banner
    assert "<del>the whole process </del><ins>it all </ins>takes" in banner
    assert "Finding people who commit to it all takes longest." in client.get(address).text
    assert "It says the same today." in client.get(f"{address}?as_of=v2").text


def test_in_bokmål(client: TestClient, things: Things) -> None:
    then = client.get(f"/lessons/{things.revised}?as_of=v3", headers={"accept-language": "nb"}).text
    [banner] = BANNER.findall(then)
    assert "Slik det var ved versjon 3" in banner
    assert ">Tilbake til nå</a>" in banner
    assert not re.search(r"\b(As it was|Who could|What has changed|Back to)\b", banner)


def test_a_draft_for_those_who_write_it(client: TestClient, cast: Cast, things: Things) -> None:
    address = f"/lessons/{things.revised}"
    released = client.get(f"{address}?as_of=v4").text
    assert f'<a href="{address}?draft=true&amp;as_of=v4">Read the draft</a>' in released
    assert "Finding people who commit to the whole process takes longest." in main(released)
    draft = client.get(f"{address}?draft=true&as_of=v4").text
    assert "You read what was a draft in work then." in draft
    assert f'<a href="{address}?as_of=v4">Read the published text</a>' in draft
    first = client.get(f"{address}?as_of=v1").text
    assert "It was a draft then, read by those who worked on it." in first
    cast.now = cast.stranger
    for path in (f"{address}?draft=true&as_of=v1", f"{address}?as_of=v1"):
        assert "draft" not in main(client.get(path).text)


def test_its_revisions_and_languages_stay_in_the_past(client: TestClient, things: Things) -> None:
    text = main(client.get(f"/lessons/{things.revised}?as_of=v6").text)
    links = re.findall(rf'href="/lessons/{things.revised}\?([^"]*)"', text)
    assert links != []
    assert [link for link in links if not link.endswith("&amp;as_of=v6")] == []


def test_every_entry_of_a_history_leads_to_it(client: TestClient, addresses: dict[str, str]) -> None:
    for kind, address in addresses.items():
        history = client.get(f"{address}/history").text
        entries = re.findall(r'<li id="v(\d+)">', history)
        links = [link.replace("&amp;", "&") for link in re.findall(rf'href="({address}\?as_of=[^"]*)"', history)]
        assert [re.search(r"as_of=v(\d+)", link)[1] for link in links] == entries, kind  # type: ignore[index]
        assert {client.get(link).status_code for link in links} == {200}, kind


def test_the_history_asks_for_a_day_without_a_script(client: TestClient, addresses: dict[str, str]) -> None:
    for address in addresses.values():
        history = client.get(f"{address}/history").text
        assert f'<form class="as-of" method="get" action="{address}">' in history
        assert '<input class="ds-input" type="date" id="as-of" name="as_of" required>' in history
        left_empty = client.get(f"{address}?as_of=")
        assert (left_empty.status_code, BANNER.findall(left_empty.text)) == (200, [])


def test_a_concept_has_no_past_state(client: TestClient) -> None:
    history = client.get("/thesaurus/core-of-the-core/history").text
    assert ("as_of" in history, "as-of" in history) == (False, False)


def test_nothing_to_read_then_leads_on(client: TestClient, cast: Cast, things: Things) -> None:
    cast.now = cast.stranger
    told: set[str] = set()
    for id in (things.revised, things.draft, uuid4()):
        answer = client.get(f"/lessons/{id}?as_of=2011-05-30")
        assert answer.status_code == 404
        assert "There was nothing here for you to read at that time." in answer.text
        assert f'<a href="/lessons/{id}">As it is now</a>' in answer.text
        told.add(answer.text.replace(str(id), "…"))
    assert len(told) == 1


@pytest.mark.parametrize("as_of", ["yesterday", "NaN", "0000-01-01", "2200-01-01", f"v{2**70}", "<script>"])
def test_no_moment_is_said_clearly(client: TestClient, cast: Cast, things: Things, as_of: str) -> None:
    for id in (things.revised, uuid4()):
        answer = client.get(f"/lessons/{id}", params={"as_of": as_of})
        assert answer.status_code == 422
        assert "Write a date such as 2011-05-30" in answer.text or "choose a time that has passed" in answer.text
        assert "<script>" not in main(answer.text)


def test_positions_are_for_auditors(client: TestClient, cast: Cast, things: Things) -> None:
    assert "As it was at position 40 of the log" in client.get(f"/clusters/{things.cluster}?as_of=p40").text
    cast.now = cast.stranger
    assert client.get(f"/clusters/{things.cluster}?as_of=p40").status_code == 403
