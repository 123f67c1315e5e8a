"""No text that the API takes runs as a script, whichever page it comes to: they are read from its description."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import httpx
import pytest
from playwright.sync_api import Browser

from api.access.entrance import Entrance
from api.app import create_app
from api.usecases.looking import viewer_of
from api.wiring import System
from domain.acting import acting
from domain.person import Part, Person, Role
from domain.text import TITLE_MAX
from domain.viewer import Viewer
from tests.pages.conftest import serving
from tests.pages.every_text import (
    AS_BEFORE,
    GIVEN,
    NOT_TEXTS,
    REMOVED,
    REQUESTS,
    Body,
    Schema,
    filled,
    operation,
    operations,
    texts,
    written,
)
from tests.pages.test_scripting import (
    LOOK_BESIDE_PICTURES,
    OPERATOR,
    PAYLOADS,
    address,
    line,
    topic,
    watched,
    what_runs,
)
from tests.sampling import by_turns

DOCUMENT: Schema = create_app(None, entrance=Entrance(lambda: None)).openapi()  # pyright: ignore[reportArgumentType]
TAKE = operations(DOCUMENT)
TRIES = 40
"""A payload that a field does not take, or that is a name already, makes room for the next, and for a shorter one."""
LONGEST = (2_000, 200, 60, 24, 12)
"""Characters: a short one fits where a few words are wanted."""
PARTS = ("people", "gatherings", "forces", "print", "history", "describe")
pytestmark = pytest.mark.timeout(1_800)  # to attack is most of it
LISTS = (
    *("/", "/?q=script", "/?q=onerror", "/lessons", "/cases", "/processes", "/adaptations", "/clusters", "/programmes"),
    *("/people", "/thesaurus", "/missing", "/review", "/events", "/events?topic=access.token-created", "/events/print"),
)


@dataclass
class Attack:
    """One round of all requests, with payloads from the `first` on; `ids` by the names that the requests give them."""

    system: System
    client: httpx.Client
    door: list[Viewer]
    first: int
    ids: dict[str, str] = field(default_factory=dict[str, str])
    sent: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self._numbers = count(self.first)

    def carry_out(self) -> None:
        administrator = Person(UUID(self.ids.setdefault("administrator", self.system.people.add("Alan Drift").id)))
        with acting(OPERATOR.person):
            administrator.appoint(Part(Role.ADMINISTRATOR), "2020")
            self.system.sign_ins.accounts.open(str(administrator.id), login=f"alan-{self.first}")
            self.system.save(administrator)
        for request, given, name in REQUESTS:
            own = "break-glass" in request or " me/" in request
            self.door[0] = self.administrator if own else OPERATOR
            made = self._send(request, given)
            if name:
                self.ids[name] = made["id"]

    @property
    def administrator(self) -> Viewer:
        """As they may act now."""
        with acting(OPERATOR.person):
            return viewer_of(self.system, self.ids["administrator"])

    def _send(self, request: str, given: Body) -> Any:
        method, path = request.split(" ")
        path = "/api/v1/" + "/".join(self._id(p[1:-1]) if p.startswith("{") else p for p in path.split("/"))
        headers = {"If-Match": f'"{self._version(path)}"'} if "{" in request else {}
        refused = ""
        for turn in range(TRIES):
            body = self._body(operation(request), self._named(given), turn)
            answer = self.client.request(method, path, json=body, headers=headers)
            if answer.is_success:
                self.sent[operation(request)] |= set(written(body))
                return answer.json() if answer.content else None
            refused = answer.text
            if answer.status_code not in (409, 422):
                break
        raise AssertionError((request, refused))

    def _body(self, asked: str, given: Body, turn: int) -> Body:
        return filled(TAKE[asked], DOCUMENT, given, self._writer(turn)) if asked in TAKE else given

    def _version(self, path: str) -> int:
        there = self.client.get("/".join(path.split("/")[:5]))
        return there.json().get("version", 1) if there.is_success else 1

    def _writer(self, turn: int) -> Callable[[str, Schema], str]:
        longest = LONGEST[turn * len(LONGEST) // TRIES]

        def write(name: str, schema: Schema) -> str:
            if name in ("url", "website"):
                return address(self._next())
            if name == "topics":
                return topic(self._next())
            if name == "email":
                return "".join(self._next().split()).replace("@", "")[:100] + "@example.org"
            most = min(longest, schema.get("maxLength", TITLE_MAX))
            if name in ("en", "notes"):
                return f"{self._many(most - len(REMOVED) - 1)} {REMOVED}"
            return self._many(most)

        return write

    def _next(self) -> str:
        return PAYLOADS[next(self._numbers) % len(PAYLOADS)]

    def _many(self, most: int) -> str:
        """As many as there is room for, on lines of their own where that is for more than one."""
        payload = self._next()
        if most <= TITLE_MAX:
            payload = line(payload, most)
        while len(payload) + len(more := self._next()) < most:
            payload += f" {line(more)}" if most <= TITLE_MAX else f"\n\n{more}"
        return payload

    def _id(self, name: str) -> str:
        return self.ids.setdefault(name, f"attack-{self.first}" if name == "slug" else str(uuid4()))

    def _named(self, given: Any) -> Any:
        """With the ids in place of their names."""
        if isinstance(given, dict):
            return {key: self._named(each) for key, each in given.items()}  # pyright: ignore[reportUnknownVariableType]
        if isinstance(given, list):
            return [self._named(each) for each in given]  # pyright: ignore[reportUnknownVariableType]
        match given:
            case "$code" | "$code-2":
                return f"P{self.first}{given[-1]}"
            case str() if given.startswith("$"):
                return self._id(given[1:])
            case _:
                return given

    @property
    def pages(self) -> list[str]:
        """Where the texts of this round stand."""
        kinds = {
            "lessons": ("lesson", "newer", "draft"), "cases": ("case", "case-draft", "of-process"),
            "processes": ("process",), "adaptations": ("adaptation",), "clusters": ("ours", "theirs"),
            "programmes": ("nce", "arena"), "thesaurus": ("slug",),
        }  # fmt: skip
        things = [f"/{kind}/{self.ids[name]}" for kind, names in kinds.items() for name in names]
        process = f"/processes/{self.ids['process']}"
        return [
            *(f"{thing}{tail}" for thing in things for tail in ("", "/history")),
            *(f"{process}/{part}" for part in PARTS),
            *(f"/people/{self.ids['ola']}{tail}" for tail in ("", "/appoint")),
        ]


Attacks: TypeAlias = tuple[str, list[Viewer], list[Attack]]


def test_every_text_is_attacked_or_said_to_be_none() -> None:
    assert set(TAKE) - {operation(request) for request, _, _ in REQUESTS} == set(NOT_TEXTS)
    own = {(name, path) for name, schema in TAKE.items() for path, _ in texts(schema, DOCUMENT)}
    free = {
        (operation(request), path)
        for request, given, _ in REQUESTS
        for path in {path for name, path in own if name == operation(request)} - set(written(given))
    }
    assert {(n, path) for n, path in own - free if n not in NOT_TEXTS and path not in GIVEN} == AS_BEFORE


@pytest.fixture(scope="module")
def attacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacks]:
    """A site, who is at its door, and the rounds that were carried out there."""
    door = [OPERATOR]
    with serving(tmp_path_factory.mktemp("attacked") / "data", lambda _: door[0]) as (system, site):
        with httpx.Client(base_url=site, timeout=60) as client:
            rounds = by_turns(range(0, len(PAYLOADS), 8), 0, of=17)
            attacks = [Attack(system, client, door, first) for first in rounds]
            for attack in attacks:
                attack.carry_out()
        assert system.projector.wait_for(system.store.position)
        yield site, door, attacks


def test_all_of_them_were_taken(attacks: Attacks) -> None:
    for attack in attacks[2]:
        left = {
            (name, path)
            for name, schema in TAKE.items()
            for path, _ in texts(schema, DOCUMENT)
            if path not in attack.sent[name]
        }
        assert {(name, path) for name, path in left if name not in NOT_TEXTS} == set()


def test_none_runs(browser: Browser, attacks: Attacks) -> None:
    site, door, rounds = attacks
    with watched(browser) as page:
        for attack in rounds:
            door[0] = OPERATOR
            assert what_runs(page, site, attack.pages, LOOK_BESIDE_PICTURES) == []
            door[0] = attack.administrator
            assert what_runs(page, site, ["/me", "/me/searches"], LOOK_BESIDE_PICTURES) == []
        door[0] = OPERATOR
        assert what_runs(page, site, [*LISTS], LOOK_BESIDE_PICTURES) == []
