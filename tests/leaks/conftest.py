"""Both ways to run, each with a projector that goes on only when it is told to, and whoever is at the door."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import pytest
from starlette.testclient import TestClient

from api.access.caller import VISIT, csrf_of
from api.access.entrance import Entrance
from api.app import create_app
from api.wiring import System, open_system
from domain.viewer import Viewer
from search import reference
from search.embedder import Embedder
from tests.faults.servers import own_database, prepared

At: TypeAlias = Callable[[System, Viewer], TestClient]
Another: TypeAlias = Callable[[], System]


@pytest.fixture(autouse=True)
def looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is public, instead of every half minute: nothing is hidden by an old look at it."""
    monkeypatch.setattr(reference, "REFRESH_S", 0.0)


@pytest.fixture
def embedder() -> Embedder | None:
    """A model, in those files where it is what might tell. It makes each search ask twice."""
    return None


@pytest.fixture(params=["tantivy", "elasticsearch"])
def another(request: pytest.FixtureRequest, tmp_path: Path, embedder: Embedder | None) -> Iterator[Another]:
    """An empty system with each call."""
    with ExitStack() as stack:
        opened: list[System] = []

        def open_another() -> System:
            servers = None
            if request.param == "elasticsearch":
                database = stack.enter_context(own_database(request.getfixturevalue("postgres")))
                servers = stack.enter_context(prepared(database, request.getfixturevalue("elasticsearch")))
            opened.append(stack.enter_context(open_system(tmp_path / f"data-{len(opened)}", servers, embedder)))
            return opened[-1]

        yield open_another


@pytest.fixture
def system(another: Another) -> System:
    return another()


@pytest.fixture
def at() -> Iterator[At]:
    """A browser of the viewer's, at the real application, with one cookie for the whole test."""
    with ExitStack() as stack:

        def client(system: System, viewer: Viewer) -> TestClient:
            app = create_app(system, entrance=Entrance(lambda: viewer, frozenset({"testserver"})))
            made = TestClient(app, base_url="http://testserver", raise_server_exceptions=False, follow_redirects=False)
            made.cookies.set(VISIT, "browser")
            made.headers["X-CSRF-Token"] = csrf_of("browser")
            return stack.enter_context(made)

        yield client
