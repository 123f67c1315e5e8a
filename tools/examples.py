"""Writes what the API answers about the demo data into api/json/examples.json: `python -m tools.examples`.

The description of the API shows them. Lists of things are cut to the first and long texts to their beginning; what
opens a door is put out of the way.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias, cast
from uuid import UUID

from starlette.testclient import TestClient

from api.access.entrance import Entrance
from api.app import create_app
from api.json.examples import FILE
from api.settings import Seals
from api.wiring import System, open_system
from demo.load import load_demo
from domain.acting import acting
from domain.person import Part, Person, Role
from domain.viewer import Viewer
from store.ledger.keys import Keys
from store.ledger.sealer import Sealer

Json: TypeAlias = Any
Asked: TypeAlias = tuple[str, str, str, Json]
"""Method, path as it is described, path as it is asked, and body."""
LONGEST = 200
MOST = 4
"""Of a list whose places mean something, as those of a difference do."""
SECRETS = ("secret", "token", "link", "csrf")
MISSED: Json = {
    "items": [
        {
            "asked": "board members quit",
            "people": 6,
            "nothing": 4,
            "first": "2026-08-02",
            "last": "2026-10-31",
        }
    ]
}
"""The demo data looks for nothing in vain."""


def examples(data: Path) -> Json:
    """By the name of the schema, and of answers that have none by method and path."""
    with open_system(data) as system, acting("demo"):
        system.start()
        operator = Viewer(system.people.add("Kari Nordvik").id, operator=True)
        at_the_door = [operator]
        load_demo(system, operator)
        system.sign_ins.accounts.open(operator.person, login="kari")
        seals = Seals.within(data)
        keys = Keys(seals.keys)
        Sealer(system.ledger, keys.ledger(make=False), keys.signers(make=True), seals.checkpoints).seal()
        app = create_app(system, entrance=Entrance(lambda: at_the_door[0], frozenset({"testserver"})))
        described: Json = app.openapi()
        schemas: dict[str, Json] = {"MissingListing": MISSED}
        paths: dict[str, Json] = {}
        with TestClient(app, base_url="http://testserver") as client:
            for method, path, asked, body in chain(_changes(system, client, at_the_door), _reads(described, client)):
                answer = client.request(method, asked, json=body)
                assert answer.status_code < 300, (asked, answer.status_code, answer.text)
                [content] = described["paths"][path][method.lower()]["responses"][str(answer.status_code)][
                    "content"
                ].values()
                kind = answer.headers["content-type"].partition(";")[0]
                told = _shown(answer.json()) if kind.endswith("json") else _cut(answer.text)
                name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                if name:
                    schemas.setdefault(name, told)
                elif kind != "text/plain":  # those say it themselves
                    paths[f"{method} {path}"] = told
    return {"schemas": dict(sorted(schemas.items())), "paths": dict(sorted(paths.items()))}


def _reads(described: Json, client: TestClient) -> Iterator[Asked]:
    """Every GET, of the latest thing of each kind."""
    sought: Mapping[str, str] = {
        "/api/v1/search": "?q=recruit+committed+participants",
        "/api/v1/suggest": "?q=recr",
        "/suggest.json": "?q=recr",
        "/search.atom": "?q=recruit&limit=1",
        "/search.json": "?q=recruit&limit=1",
        "/api/v1/thesaurus": "?words=facilitator",
    }
    adapted: str = client.get("/api/v1/adaptations").json()["items"][0]["lesson"]["id"]
    for path, methods in described["paths"].items():
        if "get" not in methods or path == "/api/v1/missing":
            continue
        plural = path.removeprefix("/api/v1/").partition("/")[0]
        if "{id}" in path:
            items: list[Json] = client.get(f"/api/v1/{plural}", params={"limit": 50}).json()["items"]
            # The latest: of the processes the one that is complete.
            latest = next((one for one in items if one.get("state") == "published"), items[0])
            id = adapted if plural == "lessons" else latest["id"]
            yield "GET", path, path.replace("{id}", id), None
        elif "{event}" in path:
            yield "GET", path, path.replace("{event}", "1"), None
        else:
            yield "GET", path, path + sought.get(path, ""), None


def _changes(system: System, client: TestClient, at_the_door: list[Viewer]) -> Iterator[Asked]:
    """What no GET answers."""
    somebody = client.post("/api/v1/people", json={"name": "Ola Nordmann"}).json()["id"]
    cluster = client.get("/api/v1/clusters", params={"limit": 1}).json()["items"][0]["id"]
    own = "/api/v1/me"
    yield "POST", f"{own}/searches", f"{own}/searches", {"name": "Recruiting", "asked": "q=trust&phase=recruitment"}
    yield "POST", f"{own}/tokens", f"{own}/tokens", {"name": "nightly export", "scope": "read", "days": 90}
    for path, of in (("/clusters/{id}/invitations", cluster), ("/people/{id}/invite", somebody)):
        path = f"/api/v1{path}"
        yield "POST", path, path.replace("{id}", of), {"about": "recruiting busy people", "note": "You did it well."}
    path = "/api/v1/clusters/{id}/invitations"
    yield "GET", path, path.replace("{id}", cluster), None
    yield "POST", f"{own}/erasure", f"{own}/erasure", None
    yield "DELETE", f"{own}/sessions", f"{own}/sessions", None
    draft = client.post(
        "/api/v1/lessons", json={"title": {"en": "Kari began early"}, "lesson": {"en": "Ask Kari."}, "cluster": cluster}
    ).json()["id"]
    yield "POST", "/api/v1/cases", "/api/v1/cases", {"title": {"en": "Foresight in one year"}, "clusters": [cluster]}
    path = "/api/v1/lessons/{id}/redact"
    yield "POST", path, path.replace("{id}", draft), {"words": "Kari", "reason": "She asked for it."}
    administrator = Person(UUID(somebody))
    administrator.appoint(Part(Role.ADMINISTRATOR), "2026-01-01")
    system.save(administrator)
    operator, at_the_door[0] = at_the_door[0], replace(Viewer(somebody), administrator=True)
    path = "/api/v1/lessons/{id}/break-glass"
    yield "POST", path, path.replace("{id}", draft), {"reason": "The author asked for it."}
    at_the_door[0] = operator


def _shown(value: Json) -> Json:
    if isinstance(value, dict):
        fields = cast(dict[str, Json], value)
        return {key: "…" if key in SECRETS and isinstance(each, str) else _shown(each) for key, each in fields.items()}
    if isinstance(value, list):
        each_one = cast(list[Json], value)
        of_things = all(isinstance(each, dict) for each in each_one)
        return [_shown(each) for each in each_one[: 1 if of_things else MOST]]
    return _cut(value) if isinstance(value, str) else value


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        made = examples(Path(folder) / "data")
    FILE.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
