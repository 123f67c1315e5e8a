"""Everything that is asked of the world, and the bytes that are answered.

What differs by nature, from one request to the next or with the time of day, is put out of the way, and nothing else:
the id of the request; the key of a form, made anew for each; the instant in a cursor, which is that of the first page,
and the length that follows from it; and, by relevance alone, the order of hits, for how rare a word is is reckoned
among all documents (decision 9).
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

from httpx2 import Response
from starlette.testclient import TestClient

from tests.leaks.hiding import SECRET
from tests.leaks.world import OURS, THEIRS, World, id_of
from tests.sampling import some

Answer: TypeAlias = tuple[int, tuple[tuple[str, str], ...], str]
"""Status, headers and body."""
PLURALS = {
    "lesson": "lessons",
    "case": "cases",
    "process": "processes",
    "cluster": "clusters",
    "programme": "programmes",
}
MISSING = "00000000-0000-4000-8000-000000000000"
OF_THE_REQUEST = ("x-request-id", "content-length")
KEY = re.compile(r'name="key" value="[0-9a-f-]{36}"')
CURSOR = re.compile(r"eyJvIjo[\w-]+")
HITS = re.compile(r'(<ol class="hits">\n)(.*?)(</ol>)', re.DOTALL)

TEXTS = ("", "recruit", "rekrutter tidlig", "trust time owners", "foresight", SECRET, f"recruit {SECRET}")
TYPED = ("r", "rec", "fore", "re ea", SECRET[:4], SECRET, "tidl", "raufoss", "the")
FILTERS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("kind", "lesson"),),
    (("phase", "planning"), ("phase", "action")),
    (("topic", SECRET),),
    (("programme", "Arena"), ("topic", "trust")),
    (("cluster", str(THEIRS)),),
    (("sector", SECRET), ("lang", "nb")),
    (("year_from", "2009"), ("year_to", "2010")),
)
INSTANTS = ("2024-02-28", "2024-03-02", "2024-03-09T12:00:00Z", "2025-01-01")

WITHIN_A_DAY = "2024-03-21T15:00:00Z"
"""On the day of the anonymous lessons, between the hours that they may have come at."""


def addresses(world: World, *always: str) -> list[str]:
    """One of three of each kind, and those named; with WHOLE=1, all."""
    others = ("/review", "/about", f"/lessons/new?cluster={THEIRS}", "/cases/new", "/nowhere", "/api/v1/nowhere")
    found = [*some([*_lists(), *_things(world)], of=3), *of_search(), *others]
    return [*dict.fromkeys([*always, *found])]


def of_search() -> list[str]:
    """What the index answers."""
    return some([*_searches(), *_feeds()], of=3)


def _lists() -> Iterator[str]:
    states = ("draft", "submitted", "returned", "published", "superseded", "withdrawn")
    for plural in PLURALS.values():
        for limit, offset in ((1, 1), (3, 3), (100, 0), (50, 90)):
            yield f"/api/v1/{plural}?{urlencode({'limit': limit, 'offset': offset})}"
        yield f"/{plural}"
        yield f"/{plural}?offset=5"
    for plural in ("lessons", "cases"):
        for state in states:
            yield f"/api/v1/{plural}?state={state}&limit=2"
    yield "/api/v1/lessons?limit=0"


def _searches() -> Iterator[str]:
    number = 0
    for text in TEXTS:
        for filters in FILTERS:
            number += 1
            if number % 2 and filters and SECRET not in text:
                continue
            sort = ("newest", "oldest")[number % 2]
            asked = [("q", text), *filters]
            yield f"/api/v1/search?{urlencode([*asked, ('sort', sort), ('limit', (3, 100)[number % 2])])}"
            if number % 2:
                yield f"/api/v1/search?{urlencode([*asked, ('limit', 100)])}"
            if number % 4 == 0:
                yield f"/?{urlencode([*[a for a in asked if a[1]], ('sort', sort)])}"
        yield f"/api/v1/search?{urlencode({'q': text, 'limit': 0})}"
        for at in INSTANTS if number % 16 == 0 else ():
            yield f"/api/v1/search?{urlencode({'q': text, 'as_of': at, 'sort': 'newest', 'limit': 100})}"
    yield from ("/", "/?q=recruit", "/?q=recruit&cursor=eyJv", "/api/v1/search?cursor=x", "/api/v1/search?secret=1")
    for typed in TYPED:
        yield f"/api/v1/suggest?q={quote(typed)}"
        yield f"/api/v1/suggest?q={quote(typed)}&lang=nb"
        yield f"/suggest?q={quote(typed)}"


def _feeds() -> Iterator[str]:
    """The ETag and the time of each are compared with its bytes."""
    for number, (text, filters) in enumerate([*product(TEXTS, FILTERS)][::3]):
        yield f"/search.{('atom', 'json')[number % 2]}?{urlencode([('q', text), *filters])}"
    for kind in ("atom", "json"):
        yield from (f"/search.{kind}", f"/search.{kind}?limit=2", f"/search.{kind}?q=recruit&sort=relevance&limit=2")
        yield f"/search.{kind}?cursor=x"
    yield from (f"/search.atom?as_of={quote(at)}" for at in INSTANTS)
    yield from (f"/suggest.json?q={quote(typed)}" for typed in TYPED)
    yield "/opensearch.xml"


def _things(world: World) -> Iterator[str]:
    hidden = (("lesson", MISSING), ("case", MISSING), ("lesson", OURS), ("case", id_of("lesson", 0)))
    yield from (f"/api/v1/clusters/{THEIRS}?as_of=p{position}" for position in (3, 10**9))
    for kind, id in (*world.shown, *hidden):
        for face in ("", "/api/v1"):
            yield f"{face}/{PLURALS[kind]}/{id}"
            yield f"{face}/{PLURALS[kind]}/{id}/history"
        yield f"/api/v1/{PLURALS[kind]}/{id}?as_of={WITHIN_A_DAY}"
        if kind in ("lesson", "case", "process"):
            yield f"/{PLURALS[kind]}/{id}?as_of={INSTANTS[3]}"
            yield f"/api/v1/{PLURALS[kind]}/{id}?as_of=v1"
        if kind == "process":
            yield from (f"/processes/{id}/{tail}" for tail in ("print", "people", "gatherings", "forces"))
            yield from (f"/api/v1/processes/{id}/{tail}" for tail in ("export", "lessons"))
        if kind in ("lesson", "case"):
            yield f"/api/v1/{PLURALS[kind]}/{id}/similar"
        if kind == "lesson":
            yield f"/lessons/{id}?revision=1"
            yield f"/lessons/{id}?draft=true&lang=nb"
            yield f"/lessons/{id}/withdraw"


def ask(client: TestClient, path: str) -> Answer:
    """The answer, whatever it is, in bytes that can be compared."""
    return _told(path, client.get(path))


def everything(client: TestClient, paths: Iterable[str]) -> dict[str, Answer]:
    """Every address once, and the pages that follow."""
    told: dict[str, Answer] = {}
    for path in paths:
        answer = client.get(path)
        told[path] = _told(path, answer)
        if path.startswith("/api/v1/search") and "limit=3" in path:
            told |= _pages_after(client, path, answer)
    return told


def _told(path: str, answer: Response) -> Answer:
    headers = tuple(sorted((n, v) for n, v in answer.headers.items() if n not in OF_THE_REQUEST))
    return answer.status_code, headers, _compared(path, answer.content.decode())


def differing(one: dict[str, Answer], other: dict[str, Answer]) -> dict[str, tuple[Answer, Answer]]:
    """By address, what was answered otherwise; an address that was not asked was answered nothing."""
    nothing: Answer = (0, (), "")
    asked = sorted(one.keys() | other.keys())
    told = {path: (one.get(path, nothing), other.get(path, nothing)) for path in asked}
    return {path: (before, now) for path, (before, now) in told.items() if before != now}


def _pages_after(client: TestClient, path: str, answer: Response) -> dict[str, Answer]:
    told: dict[str, Answer] = {}
    while following := answer.json()["next"]:
        answer = client.get(f"{path}&cursor={following}")
        told[f"{path}, page {len(told) + 2}"] = _told(path, answer)
    return told


def _compared(path: str, body: str) -> str:
    body = CURSOR.sub(lambda found: _without_instant(found[0]), KEY.sub("", body))
    if "sort=" in path or "q=" not in path:
        return body
    if path.startswith("/api/v1/search") and body.startswith('{"total"'):
        found: dict[str, Any] = json.loads(body)
        return json.dumps({**found, "hits": sorted(found["hits"], key=repr)})
    return HITS.sub(lambda m: m[1] + "".join(sorted(m[2].split('  <li class="hit">'))) + m[3], body)


def _without_instant(cursor: str) -> str:
    try:
        parts: dict[str, Any] = json.loads(b64decode(cursor + "=" * (-len(cursor) % 4), b"-_"))
    except ValueError:
        return cursor
    return f"{parts['o']} {parts['q']}"
