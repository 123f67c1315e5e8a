"""Whatever is typed, filtered by, completed or paged through: the scope holds."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from json import dumps, loads
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.viewer import Viewer
from search.planner import words
from tests.leaks.conftest import At
from tests.leaks.hiding import SECRET, hide
from tests.leaks.world import OURS, THEIRS, World, build, id_of
from tests.letters import Letters

TYPED = (
    *("audience:cluster*", f'audience:"cluster:{THEIRS}"', "_exists_:audience", "audience:[* TO *]", "_id:*"),
    *(f"topic:{SECRET}", f"facet_topic:{SECRET}", f"title:{SECRET}", f"all_en:{SECRET}", f"begins_en:{SECRET[:4]}"),
    *(f"{SECRET[:4]}*", f"/{SECRET[:4]}.*/", f"{SECRET[:-1]}~2", f"{SECRET}^1000", f"+{SECRET}", f'"{SECRET} early"'),
    *("*", "*:*", "NOT recruit", "-recruit", f"recruit OR {SECRET}", f"recruit AND NOT {SECRET}", "document.title:x"),
    *('{"query":{"match_all":{}}}', "recruit\u0000", "operator", "auditors", "public", f"cluster:{THEIRS}"),
)
FILTERED = (
    *(("cluster", "*"), ("cluster", f"cluster:{THEIRS}"), ("cluster", str(OURS).upper()), ("topic", f"{SECRET[:4]}*")),
    *(("topic", SECRET), ("sector", SECRET), ("sector", ""), ("kind", "person"), ("kind", "access")),
    *(("kind", 'lesson" OR "case'), ("programme", "Arena"), ("phase", "/.*/"), ("county", "_exists_")),
)
SUGGESTED = (
    *(SECRET[:1], SECRET[:4], SECRET, f"{SECRET}*", f"{SECRET[:-1]}~"),
    *("*", "?", "recruit q", "title:q", "\u0000"),
)
ASKED: dict[str, Any] = {"q": "recruit", "sort": "newest", "limit": 3}


@pytest.fixture
def embedder() -> Letters:
    return Letters()


@pytest.fixture
def world(system: System) -> World:
    world = build(system)
    hide(system, from_managers=True)
    return world


@pytest.fixture
def client(system: System, world: World, at: At) -> TestClient:
    return at(system, world.viewers["visitor"])


@pytest.fixture
def everything(system: System, world: World, at: At) -> TestClient:
    """Of somebody who sees all there is."""
    return at(system, Viewer("operator", operator=True))


def found(client: TestClient, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/search?{urlencode(asked)}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(answer: dict[str, Any]) -> set[str]:
    return {hit["id"] for hit in answer["hits"]}


def hidden() -> set[str]:
    return {str(id_of("hidden", n)) for n in range(90)} | {str(id_of("hidden case", n)) for n in range(10)}


def test_words_are_words(client: TestClient, everything: TestClient) -> None:
    """Whatever stands between them. Without any, nothing is found."""
    for typed in TYPED:
        answer = found(client, q=typed, sort="newest", limit=100)
        plain = found(client, q=" ".join(words(typed)) or "the", sort="newest", limit=100)
        assert (typed, answer) == (typed, plain)
        meant = answer.pop("did_you_mean") or ""
        assert (ids(answer) & hidden(), SECRET in str(answer)) == (set(), False)
        assert SECRET not in meant or SECRET in words(typed)
    assert ids(found(everything, q=SECRET, sort="newest", limit=100)) & hidden()


def test_values_are_values(client: TestClient, everything: TestClient) -> None:
    among = found(client, sort="newest", limit=100)
    for facet, value in FILTERED:
        answer = found(client, sort="newest", limit=100, **{facet: value})
        fits = [h for h in among["hits"] if (facet, value) == ("programme", "Arena") and "Arena" in h["programmes"]]
        assert (value, answer["hits"]) == (value, fits)
        assert (answer["total"], answer["facets"][facet]) == (len(fits), among["facets"][facet])
        assert SECRET not in str(answer)
    assert found(everything, topic=SECRET)["total"] > 0


def test_only_what_may_be_read_is_completed(client: TestClient, everything: TestClient) -> None:
    for typed in SUGGESTED:
        for path in ("/api/v1/suggest", "/suggest"):
            answer = client.get(f"{path}?{urlencode({'q': typed})}")
            assert (typed, answer.status_code, SECRET in answer.text) == (typed, 200, False)
        repeated, *told = client.get(f"/suggest.json?{urlencode({'q': typed})}").json()
        assert (repeated, SECRET in str(told)) == (typed, False)
    assert SECRET in str(everything.get(f"/suggest.json?q={SECRET[:4]}").json()[1:])
    assert SECRET in everything.get(f"/api/v1/suggest?q={SECRET[:4]}").text


def parts(client: TestClient) -> dict[str, Any]:
    """What the cursor of the second page is made of."""
    cursor = str(found(client, **ASKED)["next"])
    return loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))


def test_a_cursor_tells_where_and_when_and_of_which_search_alone(client: TestClient, everything: TestClient) -> None:
    mine, others = parts(client), parts(everything)
    assert mine | {"t": ""} == others | {"t": ""} == {"o": 3, "t": "", "q": mine["q"]}
    assert abs((datetime.fromisoformat(mine["t"]) - datetime.now(UTC)).total_seconds()) < 600


def test_a_cursor_of_somebody_who_sees_more_shows_no_more(client: TestClient, everything: TestClient) -> None:
    mine, others = found(client, **ASKED), found(everything, **ASKED)
    assert others["total"] > mine["total"]
    with_mine, with_others = (found(client, **ASKED, cursor=each["next"]) for each in (mine, others))
    assert with_others | {"next": ""} == with_mine | {"next": ""}


def test_a_forged_cursor_shows_no_more(client: TestClient) -> None:
    made, total = parts(client), found(client, **ASKED)["total"]
    for forged in ({"o": 9_999}, {"o": 1}, {"t": "9999-12-31T23:59:59+00:00"}, {"scope": ["operator"]}):
        cursor = urlsafe_b64encode(dumps({**made, **forged}).encode()).decode()
        answer = found(client, **ASKED, cursor=cursor)
        assert (ids(answer) & hidden(), answer["total"]) == (set(), total)


def test_a_damaged_cursor_is_refused_in_the_same_words(client: TestClient, everything: TestClient) -> None:
    asked = f"/api/v1/search?{urlencode({**ASKED, 'cursor': 'x'})}"
    mine, others = client.get(asked), everything.get(asked)
    assert (mine.status_code, mine.content) == (422, others.content)


def test_no_answer_names_an_audience(system: System, world: World, at: At) -> None:
    telling = (f"cluster:{THEIRS}", "programme:", "staff:", "by:", "manager:", "auditors", '"audience"', "opened:")
    paths = ("/api/v1/search?limit=100", "/api/v1/suggest?q=recruit", "/api/v1/lessons?limit=100", "/lessons", "/")
    paths += ("/search.atom", "/search.json", "/suggest.json?q=recruit")
    for viewer in world.viewers.values():
        client = at(system, viewer)
        for path in paths:
            told = client.get(path).text
            assert [word for word in telling if word in told] == []
