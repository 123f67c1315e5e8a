"""An identity provider in a process of its own, and places that know it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.access.oidc import Provider
from api.access.oidc_settings import Oidc, mapped_roles
from api.wiring import System, open_system
from tests.access.browsing import Browser, signing_in_app
from tests.access.provider import Meddler, provider

CLIENT_SECRET = "canary-client-secret:%/+"
Begin = Callable[..., Browser]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meddler]:
    with provider(tmp_path_factory.mktemp("provider")) as meddler:
        yield meddler


@pytest.fixture
def idp(running: Meddler) -> Iterator[Meddler]:
    """As it is by itself, at the beginning of each test."""
    running.change, running.stand_in, running.redirects_to = lambda _, answer: answer, None, None
    running.asked.clear()
    yield running
    running.change, running.stand_in, running.redirects_to = lambda _, answer: answer, None, None


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    with open_system(tmp_path / "data") as system:
        yield system


@pytest.fixture
def begin(system: System, idp: Meddler) -> Begin:
    """A browser at the door of a place that knows this provider."""

    def browser(
        roles: str = '{"auditors": "auditor"}',
        issuer: str | None = None,
        claim: str = "groups",
        name: str = "Feide",
        **provided: Any,
    ) -> Browser:
        app = signing_in_app(system)
        oidc = Oidc(issuer or idp.address, "laerdom", CLIENT_SECRET, name, claim, mapped_roles(roles))
        app.state.provider = Provider(oidc, **provided)
        return Browser(app)

    return browser
