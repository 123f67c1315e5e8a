"""People with accounts, and browsers at the door of a place where one signs in."""

import re
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.access import passwords
from api.access.caller import SESSION, VISIT
from api.access.entrance import Entrance
from api.app import create_app
from api.wiring import System
from domain.acting import acting
from domain.person import Part, Person
from domain.viewer import ANYBODY, Viewer

HOST = "laerdom.test"
SITE = f"https://{HOST}"
PASSWORD = "nine slow trams over the hill"
OTHER_PASSWORD = "twelve herons at the weir"


@cache
def password_hash() -> str:
    """Of `PASSWORD`; made once, as it takes long."""
    return passwords.hashed(PASSWORD)


def signing_in_app(system: System, **entrance: Any) -> FastAPI:
    """Where everybody is a visitor until they sign in."""
    at = Entrance(lambda: Viewer(ANYBODY), frozenset({HOST}), origin=SITE, **entrance)
    return create_app(system, entrance=at)


def single_user_app(system: System, operator: Viewer, *, demo: bool = True) -> FastAPI:
    return create_app(system, entrance=Entrance(lambda: operator, frozenset({HOST}), demo=demo))


def add_account(system: System, name: str, login: str, *parts: Part, email: str | None = None) -> str:
    """The id of a new person who signs in with `PASSWORD`."""
    id = system.people.add(name, email).id
    system.sign_ins.accounts.open(id, login=login)
    system.sign_ins.accounts.set_password(id, password_hash())
    give(system, id, *parts)
    return id


def give(system: System, id: str, *parts: Part) -> None:
    with acting("tester"):
        person = system.store.find(Person, UUID(id)) or Person(UUID(id))
        for part in parts:
            person.appoint(part, "2020-01-01")
        if parts:
            system.store.save(person)


def token_of(page: str) -> str:
    """What the forms of a page carry."""
    return value_of(page, "csrf")


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, f"{name} in {page}"
    return unescape(found[1])


@dataclass
class Browser:
    """One with cookies of its own, which follows no redirect."""

    app: FastAPI
    address: str = "203.0.113.7"
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = TestClient(
            self.app,
            base_url=SITE,
            follow_redirects=False,
            raise_server_exceptions=False,
            client=(self.address, 50_000),
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def post(self, path: str, *, csrf: str | None = None, **fields: str) -> Any:
        """With the token of its pages, unless another is given."""
        return self.client.post(path, data={"csrf": self.csrf() if csrf is None else csrf, **fields})

    def csrf(self) -> str:
        """What its forms carry; where there is no form to sign in with, those of the page "You"."""
        page = self.get("/sign-in").text
        return token_of(page if 'name="csrf"' in page else self.get("/me").text)

    def sign_in(self, login: str, password: str = PASSWORD, **fields: str) -> Any:
        return self.post("/sign-in", login=login, password=password, **fields)

    @property
    def session(self) -> str | None:
        return self.client.cookies.get(SESSION)

    @property
    def visit(self) -> str | None:
        return self.client.cookies.get(VISIT)

    def is_signed_in(self) -> bool:
        """The next request is not a visitor's."""
        answer = self.get("/api/v1/me")
        assert answer.status_code in (200, 401), answer.text
        return answer.status_code == 200


def caught_up(system: System) -> None:
    """The lists show everything that happened."""
    assert system.projector.progress.wait_for(system.store.position, 30)


def topics(system: System) -> list[str]:
    """Of what was recorded at the door, in order."""
    return [e.topic for e in noted(system)]


def noted(system: System) -> list[Any]:
    rows = system.store.read(0, 10_000)
    return [e for e in map(system.store.decode, rows) if e.topic.startswith("access.")]
