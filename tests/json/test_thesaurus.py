"""The thesaurus through JSON: read, listed, exported, changed by version, and what is refused."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.usecases.thesaurus import came
from api.wiring import System
from domain.thesaurus import narrower_of
from search.thesaurus import read_turtle
from tests.json.conftest import Cast

HERE = "/api/v1/thesaurus"
LEAF = next(slug for slug in came() if not narrower_of(came(), slug))
QUUX = {"id": "quux", "preferred": {"en": "quux", "nb": "kvuks"}, "alternative": {"en": ["zorgle"]}}


def make(client: TestClient, **fields: Any) -> Any:
    answer = client.post(HERE, json=QUUX | fields)
    assert answer.status_code == 201, answer.text
    return answer


def test_a_concept_as_it_is_answered(client: TestClient) -> None:
    made = make(client, broader=[LEAF], definition={"nb": "Noe."})
    assert (made.headers["location"], made.headers["etag"]) == (f"{HERE}/quux", '"1"')
    read = client.get(f"{HERE}/quux")
    assert (read.json(), read.headers["etag"]) == (made.json(), '"1"')
    assert read.json() | {"created_at": "", "modified_at": ""} == {
        "id": "quux",
        "version": 1,
        "url": f"{HERE}/quux",
        "created_at": "",
        "modified_at": "",
        "preferred": {"en": "quux", "nb": "kvuks"},
        "alternative": {"en": ["zorgle"], "nb": []},
        "hidden": {"en": [], "nb": []},
        "definition": {"en": None, "nb": "Noe."},
        "broader": [LEAF],
        "narrower": [],
        "related": [],
        "retired": False,
        "came": False,
    }
    assert client.get(f"{HERE}/{LEAF}").json()["narrower"] == ["quux"]


def test_one_that_is_as_it_came_has_version_0_and_is_changed_from_there(client: TestClient) -> None:
    before = client.get(f"{HERE}/{LEAF}")
    assert (before.headers["etag"], before.json()["came"], before.json()["created_at"]) == ('"0"', True, None)
    assert client.get(f"{HERE}/{LEAF}/history").json() == {"entries": [], "next": None}
    body = {"definition": {"en": "Something."}, "reason": "Clearer."}
    changed = client.patch(f"{HERE}/{LEAF}", json=body, headers={"If-Match": '"0"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"1"')
    kept = {k: v for k, v in changed.json().items() if k not in ("version", "created_at", "modified_at", "definition")}
    assert kept == {k: v for k, v in before.json().items() if k in kept}
    [entry] = client.get(f"{HERE}/{LEAF}/history").json()["entries"]
    assert (entry["version"], entry["topic"], entry["reason"]) == (1, "concept.described", "Clearer.")


def test_null_clears_and_what_is_left_out_stays(client: TestClient) -> None:
    make(client, definition={"en": "Something."})
    changed = client.patch(f"{HERE}/quux", json={"alternative": None}, headers={"If-Match": '"1"'}).json()
    assert (changed["alternative"], changed["definition"]) == (
        {"en": [], "nb": []},
        {"en": "Something.", "nb": None},
    )


def test_two_who_change_it_at_once(client: TestClient) -> None:
    make(client)
    bodies = ({"definition": {"en": "Hers."}}, {"definition": {"en": "Mine."}})
    told = [client.patch(f"{HERE}/quux", json=b, headers={"If-Match": '"1"'}).status_code for b in bodies]
    assert (told, client.get(f"{HERE}/quux").json()["definition"]["en"]) == ([200, 412], "Hers.")


def test_retired_it_is_there_and_in_no_list_but_that_of_the_retired(client: TestClient) -> None:
    make(client)
    gone = client.post(f"{HERE}/quux/retire", json={"reason": "x"}, headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.json()["retired"]) == (200, True)
    line = {"id": "quux", "url": f"{HERE}/quux", "preferred": {"en": "quux", "nb": "kvuks"}, "retired": True}
    assert client.get(HERE, params={"words": "quux"}).json() == {"items": [], "next": None}
    assert client.get(HERE, params={"retired": True}).json() == {"items": [line], "next": None}
    assert client.get(f"{HERE}/quux").json() == gone.json()
    back = client.post(f"{HERE}/quux/restore", json={"reason": "y"}, headers={"If-Match": '"2"'})
    assert client.get(HERE, params={"words": "zorg"}).json()["items"] == [line | {"retired": False}]
    assert back.json()["version"] == 3


def test_page_by_page_is_everything_once(client: TestClient) -> None:
    make(client)
    seen: list[str] = []
    offset: int | None = 0
    while offset is not None:
        page = client.get(HERE, params={"offset": offset, "limit": 100}).json()
        seen += [one["id"] for one in page["items"]]
        offset = page["next"]
    assert sorted(seen) == sorted([*came(), "quux"])


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({"id": "Quux"}, 422, ["id"]),
        ({"id": "new"}, 422, ["id"]),
        ({"id": LEAF}, 409, ["id"]),
        ({"preferred": {"en": "quux"}}, 422, ["preferred.nb"]),
        ({"preferred": {"en": "…", "nb": "kvuks"}}, 422, ["preferred.en"]),
        ({"alternative": {"en": ["one two three four five six seven"]}}, 422, ["alternative.en.0"]),
        ({"hidden": {"de": ["x"]}}, 422, ["hidden.de"]),
        ({"broader": ["nowhere"]}, 422, ["broader"]),
        ({"related": ["quux"]}, 422, ["related"]),
        ({"narrower": [LEAF]}, 422, ["narrower"]),
    ],
)
def test_what_is_no_concept(
    client: TestClient, system: System, body: dict[str, Any], status: int, fields: list[str]
) -> None:
    before = system.store.position
    answer = client.post(HERE, json=QUUX | body)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (status, fields)
    assert system.store.position == before


@pytest.mark.parametrize("params", [{"limit": 0}, {"offset": -1}, {"lang": "de"}, {"retired": "perhaps"},
                                    {"words": "a" * 201}])  # fmt: skip
def test_what_cannot_be_asked(client: TestClient, params: dict[str, Any]) -> None:
    assert client.get(HERE, params=params).status_code == 422


def test_odd_words_find_nothing_and_break_nothing(client: TestClient) -> None:
    for words in ("'; --", "%", "\x00", "🙂", '"', "a" * 200):
        answer = client.get(HERE, params={"words": words})
        assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_the_download(client: TestClient, cast: Cast) -> None:
    make(client)
    cast.now = cast.stranger
    answer = client.get("/thesaurus.ttl")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="thesaurus.ttl"'
    assert {concept.id for concept in read_turtle(answer.text)} == {*came(), "quux"}
